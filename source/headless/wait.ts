import {type OpenFleet} from '../fleet/open.js';
import {type ExitCode} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type Detail} from './json.js';
import {type OnceSurroundings, printFleet} from './once.js';
import {type Output} from './output.js';
import {createPaint} from './text.js';
import {waitFor, type WaitOptions} from './wait-condition.js';
import {follow, happeningLine} from './watch.js';

export type WaitRun = {
	readonly isJson: boolean;
	readonly detail: Detail;
	readonly wait: WaitOptions;
};

/** Where a person sees that something goes on. */
export type ProgressSurroundings = {
	/** A line that moves; undefined where there is no terminal. Returns what takes it away. */
	readonly show: ((open: Pick<OpenFleet, 'store'>) => Promise<() => Promise<void>>) | undefined;
	/** For lines in its place. */
	readonly errors: Output;
};

const plain = createPaint(false);

const showLines = ({store, begin}: Pick<OpenFleet, 'store' | 'begin'>, {clock, signal}: OnceSurroundings, errors: Output): (() => Promise<void>) => follow({
	store,
	begin,
	clock,
	async take(happenings) {
		if (!signal.aborted) {
			await errors.write(happenings.map(happening => `${happeningLine(happening, plain)}\n`).join(''));
		}
	},
});

const waitSeen = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, wait: WaitOptions, surroundings: OnceSurroundings, {show, errors}: ProgressSurroundings): Promise<ExitCode> => {
	const hide = show ? await show(open) : showLines(open, surroundings, errors);
	try {
		return await waitFor(open, wait, surroundings);
	} finally {
		await hide();
	}
};

/** Waits, and prints how everything is when that is over. Resolves to the exit code. */
export const runWait = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, {isJson, detail, wait}: WaitRun, surroundings: OnceSurroundings, progress: ProgressSurroundings): Promise<ExitCode> => {
	const code = await waitSeen(open, wait, surroundings, progress);
	const state = open.store.getState();
	await printFleet({state, isComplete: code !== exitCodes.timeout.code, exitCode: code}, {isJson, detail}, surroundings);
	return code;
};
