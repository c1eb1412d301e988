import {type OpenFleet} from '../fleet/open.js';
import {type Clock} from '../lib/clock.js';
import {within} from '../lib/timeout.js';
import {type State} from '../store/state.js';
import {type ExitCode, exitCodeOf} from './exit-code.js';
import {type Detail, fleetDocument} from './json.js';
import {type Output} from './output.js';
import {fleetLines, type Colorize, taskLines} from './text.js';

export type OnceOptions = {
	readonly isJson: boolean;
	readonly detail: Detail;
	/** In ms: whoever has not answered by then could not be asked. */
	readonly timeout: number;
};

export type OnceDeps = {
	readonly clock: Clock;
	readonly output: Output;
	readonly colorize: Colorize;
	/** obwatch's own. */
	readonly version: string;
	readonly signal: AbortSignal;
};

/** `isComplete`: every question was answered or has failed. */
type Seen = {readonly state: State; readonly isComplete: boolean; readonly exitCode: ExitCode};

const textOf = ({state, isComplete, exitCode}: Seen, {isJson, detail}: Pick<OnceOptions, 'isJson' | 'detail'>, {clock, colorize, version}: OnceDeps): string => {
	const now = clock.now();
	if (isJson) {
		return `${JSON.stringify(fleetDocument({
			state, now, detail, version, isComplete, exitCode,
		}), null, 2)}\n`;
	}

	return `${[...fleetLines(state, now, colorize), ...taskLines(state, now, detail, colorize)].join('\n')}\n`;
};

/** Prints how everything is now. */
export const printFleet = async (seen: Seen, options: Pick<OnceOptions, 'isJson' | 'detail'>, deps: OnceDeps): Promise<void> => {
	if (!deps.signal.aborted) {
		await deps.output.write(textOf(seen, options, deps));
	}
};

/** Asks everything once, prints what came of it, and resolves to the exit code. Aborted, it prints nothing. */
export const runOnce = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, options: OnceOptions, deps: OnceDeps): Promise<ExitCode> => {
	const {clock, signal} = deps;
	const isComplete = await within(firstRound, {timeout: options.timeout, clock, signal});
	const state = store.getState();
	const exitCode = exitCodeOf(state);
	await printFleet({state, isComplete, exitCode}, options, deps);
	return exitCode;
};
