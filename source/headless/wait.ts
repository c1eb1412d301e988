import {type OpenFleet} from '../fleet/open.js';
import {type ExitCode, unreadOf} from './exit-code.js';
import {type OnceDeps, printFleet} from './once.js';
import {type Output} from './output.js';
import {createColorize, type Detail} from './text.js';
import {waitFor, type WaitOptions, writeNotes} from './wait-condition.js';
import {eventLine, follow} from './watch.js';

export type WaitRun = {
	readonly isJson: boolean;
	readonly detail: Detail;
	readonly wait: WaitOptions;
};

/** Shows the user that the program is waiting. */
export type ProgressDeps = {
	/** A moving line; undefined without a terminal. Returns what removes it. */
	readonly show: ((open: Pick<OpenFleet, 'store'>) => Promise<() => Promise<void>>) | undefined;
	/** For event lines instead. */
	readonly errors: Output;
};

const plain = createColorize(false);

const showLines = ({store, begin}: Pick<OpenFleet, 'store' | 'begin'>, {clock, signal}: OnceDeps, errors: Output): (() => Promise<void>) => follow({
	store,
	begin,
	clock,
	async take(events) {
		if (!signal.aborted) {
			await errors.write(events.map(event => `${eventLine(event, plain)}\n`).join(''));
		}
	},
});

const waitSeen = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, wait: WaitOptions, deps: OnceDeps, {show, errors}: ProgressDeps): ReturnType<typeof waitFor> => {
	const hide = show ? await show(open) : showLines(open, deps, errors);
	try {
		return await waitFor(open, wait, deps);
	} finally {
		await hide();
	}
};

/** Waits, then prints the state, with what ended badly meanwhile. Resolves to the exit code. */
export const runWait = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, {isJson, detail, wait}: WaitRun, deps: OnceDeps, progress: ProgressDeps): Promise<ExitCode> => {
	const {state, code, notes} = await waitSeen(open, wait, deps, progress);
	await writeNotes(progress.errors, notes);
	await printFleet({state, isComplete: state.agents.values().every(entry => unreadOf(state, entry).length === 0), exitCode: code}, {isJson, detail}, deps);
	return code;
};
