import {plainJson} from '../lib/printable.js';
import {formatDate, formatTime, isSameDay, localOffset, type Timestamp} from '../lib/time.js';
import {createApplier, type Knowledge} from '../recording/cursor.js';
import {type PlacedLine} from '../recording/reader.js';
import {initialState} from '../store/initial-state.js';
import {createStore} from '../store/store.js';
import {type ExitCode, exitCodeOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type Detail} from './json.js';
import {type OnceDeps, printFleet} from './once.js';
import {eventDocument, eventLine, eventsBetween} from './watch.js';

/** `once`: how everything stood at the end; `watch`: a line for everything that happened. */
export type RecordedMode =
	| {readonly type: 'once'; readonly isJson: boolean; readonly detail: Detail}
	| {readonly type: 'watch'; readonly isJson: boolean};

// Nothing is drawn.
const noScreen = {columns: 200, rows: 50};

const replay = {speed: 1, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;

/** Prints what a recording tells, by its own time. Resolves to the exit code (that of the tasks where their end is printed), and to what the recording was. */
export const runRecorded = async (lines: AsyncIterable<PlacedLine>, mode: RecordedMode, deps: OnceDeps): Promise<{readonly code: ExitCode; readonly recorded: Recorded}> => {
	const {clock, output, colorize, signal} = deps;
	let now = 0;
	let from: number | undefined;
	const store = createStore(initialState([], noScreen, {isGrowing: true, replay}), () => now);
	const applier = createApplier({
		store,
		onTime(at) {
			now = at;
			// Nobody knows when it was where no line says so.
			from ??= at === 0 ? undefined : at;
		},
	});
	for await (const {line} of lines) {
		const before = store.getState();
		applier.take(line);
		if (signal.aborted) {
			break;
		}

		// Another recording is no change of this one.
		const events = mode.type === 'watch' && line?.type === 'exchange' ? eventsBetween(before, store.getState(), now) : [];
		if (events.length === 0) {
			continue;
		}

		const texts = events.map(event => mode.isJson ? plainJson(JSON.stringify({...eventDocument(event), replay: true})) : eventLine(event, colorize));
		await output.write(texts.map(text => `${text}\n`).join(''));
	}

	const recorded = {...applier.knowledge(), span: from === undefined ? undefined : {from, to: signal.aborted ? undefined : now}};
	if (mode.type === 'watch') {
		return {code: exitCodes.done.code, recorded};
	}

	const state = store.getState();
	const code = exitCodeOf(state);
	await printFleet({state, isComplete: true, exitCode: code}, mode, {...deps, clock: {...clock, now: () => now}});
	return {code, recorded};
};

/** What a recording was, from its first time to its last (undefined where it was not read to its end), and what of it is not to be relied on. */
type Recorded = Pick<Knowledge, 'damaged' | 'lost' | 'disordered'> & {readonly span: {readonly from: Timestamp; readonly to: Timestamp | undefined} | undefined};

const counted = (count: number, one: string, more: string): readonly string[] => count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];

const spanWords = ({from, to}: NonNullable<Recorded['span']>): string => {
	const offset = localOffset(from);
	const begin = `recording of ${formatDate(from, offset)} ${formatTime(from, offset)}`;
	if (to === undefined) {
		return `${begin} and later`;
	}

	const last = localOffset(to);
	return `${begin} to ${isSameDay(from, to, last) ? '' : `${formatDate(to, last)} `}${formatTime(to, last)}`;
};

/** What is said beside what a recording tells, so that nobody takes it for the present: "recording of 2026-03-01 10:00:01 to 12:00:00: not live", and a line for each thing that is wrong with it. The times are this machine's. */
export const recordedLines = ({span, damaged, lost, disordered}: Recorded): readonly string[] => {
	const missing = [...counted(damaged, 'damaged line', 'damaged lines'), ...counted(lost, 'answer that was not recorded', 'answers that were not recorded')];
	return [
		`${span ? spanWords(span) : 'a recording'}: not live`,
		...(missing.length > 0 ? [`left out: ${missing.join(', ')}`] : []),
		...counted(disordered, 'line', 'lines').map(lines => `${lines} out of order: what is told may not be what was`),
	];
};
