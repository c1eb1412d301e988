import {type PlacedLine} from '../recording/open-recording.js';
import {createTaker} from '../replay/create-taker.js';
import {createStore} from '../store/create-store.js';
import {initialState} from '../store/initial-state.js';
import {exitCodes} from '../cli/exit-codes.js';
import {plainJson} from '../protocol/plain-json.js';
import {exitCodeOf, type ExitCode} from './exit-code-of.js';
import {type Detail} from './json/fleet-document.js';
import {printFleet, type OnceSurroundings} from './run-once.js';
import {type Recorded} from './text/recorded-lines.js';
import {happeningDocument, happeningLine} from './watch/happening-lines.js';
import {happeningsBetween} from './watch/happenings.js';

/** `once`: how everything stood at the end; `watch`: a line for everything that happened. */
export type RecordedMode =
	| {readonly type: 'once'; readonly isJson: boolean; readonly detail: Detail}
	| {readonly type: 'watch'; readonly isJson: boolean};

// Nothing is drawn.
const noScreen = {columns: 200, rows: 50};
const replay = {speed: 1, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;

/** Prints what a recording tells, by its own time. Resolves to the exit code (that of the tasks where their end is printed), and to what the recording was. */
export const runRecorded = async (lines: AsyncIterable<PlacedLine>, mode: RecordedMode, surroundings: OnceSurroundings): Promise<{readonly code: ExitCode; readonly recorded: Recorded}> => {
	const {clock, output, paint, signal} = surroundings;
	let now = 0;
	let from: number | undefined;
	const store = createStore(initialState([], noScreen, {isGrowing: true, replay}), () => now);
	const taker = createTaker({
		store,
		onTime(at) {
			now = at;
			// Nobody knows when it was where no line says so.
			from ??= at === 0 ? undefined : at;
		},
	});
	for await (const {line} of lines) {
		const before = store.getState();
		taker.take(line);
		if (signal.aborted) {
			break;
		}

		// Another recording is no change of this one.
		const happenings = mode.type === 'watch' && line?.type === 'exchange' ? happeningsBetween(before, store.getState(), now) : [];
		if (happenings.length === 0) {
			continue;
		}

		const texts = happenings.map(happening => mode.isJson ? plainJson(JSON.stringify({...happeningDocument(happening), replay: true})) : happeningLine(happening, paint));
		await output.write(texts.map(text => `${text}\n`).join(''));
	}

	const recorded = {...taker.knowledge(), span: from === undefined ? undefined : {from, to: signal.aborted ? undefined : now}};
	if (mode.type === 'watch') {
		return {code: exitCodes.done.code, recorded};
	}

	const state = store.getState();
	const code = exitCodeOf(state);
	await printFleet({state, isComplete: true, exitCode: code}, mode, {...surroundings, clock: {...clock, now: () => now}});
	return {code, recorded};
};
