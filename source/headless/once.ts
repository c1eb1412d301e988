import {type OpenFleet} from '../fleet/open.js';
import {type Clock, within} from '../lib/clock.js';
import {type State} from '../store/state.js';
import {type ExitCode, exitCodeOf, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {fleetDocument} from './json.js';
import {type Output} from './output.js';
import {type Colorize, type Detail, fleetLines, incompleteLines, taskLines} from './text.js';

export type OnceOptions = {
	readonly isJson: boolean;
	readonly detail: Detail;
	/** ms. An agent that has not responded by then counts as unreachable. */
	readonly timeout: number;
};

export type OnceDeps = {
	readonly clock: Clock;
	readonly output: Output;
	readonly colorize: Colorize;
	/** obwatch's own version. */
	readonly version: string;
	readonly signal: AbortSignal;
};

/** `isComplete`: every request of the first round has succeeded or failed. */
type Seen = {readonly state: State; readonly isComplete: boolean; readonly exitCode: ExitCode};

const textOf = ({state, isComplete, exitCode}: Seen, {isJson, detail}: Pick<OnceOptions, 'isJson' | 'detail'>, {clock, colorize, version}: OnceDeps): string => {
	const now = clock.now();
	if (isJson) {
		return `${JSON.stringify(fleetDocument({
			state, now, detail, version, isComplete, exitCode,
		}), null, 2)}\n`;
	}

	return `${[...fleetLines(state, now, colorize), ...incompleteLines(state, isComplete), ...taskLines(state, now, detail, colorize)].join('\n')}\n`;
};

/** Prints the current state. */
export const printFleet = async (seen: Seen, options: Pick<OnceOptions, 'isJson' | 'detail'>, deps: OnceDeps): Promise<void> => {
	if (!deps.signal.aborted) {
		await deps.output.write(textOf(seen, options, deps));
	}
};

/** Runs the first round, prints the result, and resolves to the exit code. Aborted, it prints nothing. */
export const runOnce = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, options: OnceOptions, deps: OnceDeps): Promise<ExitCode> => {
	const {clock, signal} = deps;
	const isComplete = await within(firstRound, {timeout: options.timeout, clock, signal});
	const state = store.getState();
	// What was not read in time may be the failure.
	const exitCode = worstOf([exitCodeOf(state), ...(isComplete ? [] : [exitCodes.unreachable.code])]);
	await printFleet({state, isComplete, exitCode}, options, deps);
	return exitCode;
};
