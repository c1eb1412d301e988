import {messages} from '../lib/messages/messages.js';
import {plainJson} from '../lib/printable.js';
import {formatDate, formatTime, isSameDay, localOffset, type Timestamp} from '../lib/time.js';
import {createApplier, type Knowledge} from '../recording/cursor.js';
import {type PlacedLine} from '../recording/reader.js';
import {initialState} from '../store/initial-state.js';
import {createStore} from '../store/store.js';
import {type ExitCode, exitCodeOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type OnceDeps, printFleet} from './once.js';
import {type Detail} from './text.js';
import {eventDocument, eventLine, eventsBetween, type WatchEvent} from './watch.js';

/** `once`: the state at the end; `watch`: a line for every event. */
export type RecordedMode =
	| {readonly type: 'once'; readonly isJson: boolean; readonly detail: Detail}
	| {readonly type: 'watch'; readonly isJson: boolean};

/** `keepsRuns`: whether it says how long tasks usually take; default true. */
type RecordedDeps = OnceDeps & {readonly keepsRuns?: boolean | undefined};

// Nothing is drawn.
const noScreen = {columns: 200, rows: 50};

const replay = {speed: 1, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;

/** Prints a recording, by its own time. Resolves to the exit code (the tasks' if their end is printed), and to a summary of the recording. */
export const runRecorded = async (lines: AsyncIterable<PlacedLine>, mode: RecordedMode, deps: RecordedDeps): Promise<{readonly code: ExitCode; readonly recorded: Recorded}> => {
	const {clock, output, colorize, signal, keepsRuns = true} = deps;
	let now = 0;
	let from: number | undefined;
	const store = createStore(initialState([], noScreen, {isGrowing: true, replay, keepsRuns}), () => now);
	const applier = createApplier({
		store,
		onTime(at) {
			now = at;
			// Without a time in any line, the time is unknown.
			from ??= at === 0 ? undefined : at;
		},
	});
	let seen = store.getState();
	let isExchange = false;
	let events: readonly WatchEvent[] = [];
	// One response can say that a task ended and another one began.
	const unsubscribe = store.subscribe(() => {
		const state = store.getState();
		// Another recording is no change within this one.
		events = mode.type === 'watch' && isExchange ? [...events, ...eventsBetween(seen, state, now)] : events;
		seen = state;
	});
	for await (const {line} of lines) {
		events = [];
		isExchange = line?.type === 'exchange';
		applier.take(line);
		if (signal.aborted) {
			break;
		}

		if (events.length === 0) {
			continue;
		}

		const texts = events.map(event => mode.isJson ? plainJson(JSON.stringify({...eventDocument(event), replay: true})) : eventLine(event, colorize));
		await output.write(texts.map(text => `${text}\n`).join(''));
	}

	unsubscribe();
	const recorded = {...applier.knowledge(), span: from === undefined ? undefined : {from, to: signal.aborted ? undefined : now}};
	if (mode.type === 'watch') {
		return {code: exitCodes.done.code, recorded};
	}

	const state = store.getState();
	const code = exitCodeOf(state);
	await printFleet({state, isComplete: true, exitCode: code}, mode, {...deps, clock: {...clock, now: () => now}});
	return {code, recorded};
};

/** A summary of a recording, from its first time to its last (undefined if it was not read to its end), with what is unreliable in it. */
type Recorded = Pick<Knowledge, 'damaged' | 'lost' | 'disordered'> & {readonly span: {readonly from: Timestamp; readonly to: Timestamp | undefined} | undefined};

const momentOf = (time: Timestamp): string => `${formatDate(time, localOffset(time))} ${formatTime(time, localOffset(time))}`;

/** Without its date if that is clear. */
const endOf = ({from, to}: NonNullable<Recorded['span']>): string | undefined => {
	if (to === undefined) {
		return undefined;
	}

	const offset = localOffset(to);
	return isSameDay(from, to, offset) ? formatTime(to, offset) : momentOf(to);
};

/** Text beside the output of a replay, so that it is not taken for the present: "recording of 2026-03-01 10:00:01 to 12:00:00: not live", and a line for each problem. The times are this machine's. */
export const recordedLines = ({span, damaged, lost, disordered}: Recorded): readonly string[] => {
	const words = messages().output.replay;
	return [
		words.of(span && momentOf(span.from), span && endOf(span)),
		...(damaged > 0 || lost > 0 ? [words.leftOut(damaged, lost)] : []),
		...(disordered > 0 ? [words.disordered(disordered)] : []),
	];
};
