import {exitCodes} from '../../cli/exit-codes.js';
import {type Clock} from '../../protocol/clock.js';
import {type OpenFleet} from '../../fleet/open-fleet.js';
import {worstOf, type ExitCode} from '../exit-code-of.js';
import {within} from '../within.js';
import {judge, knownBefore, remembered, type Watched} from './judge.js';
import {type Aim} from './aim.js';

export type WaitOptions = {
	/** `new`: those that start after this call. */
	readonly tasks: 'all' | 'new' | Extract<Watched, {readonly type: 'these'}>;
	/** Without, all must have finished, and how they did makes the exit code. */
	readonly aim?: Aim | undefined;
	/** In ms; without it, as long as it takes. */
	readonly timeout?: number | undefined;
};

export type WaitSurroundings = {readonly clock: Clock; readonly signal: AbortSignal};

// In ms. Whoever has not answered by then is one of those that are waited for.
const firstRoundTimeout = 15_000;
// What changes by time alone, such as a refused password that nobody replaces.
const lookEvery = 5000;

/**
Waits until tasks have come to an end, or to what is wished of them. Agents that are lost meanwhile are waited for. Resolves to the exit code: that of the tasks, 0 for a wish that came true, 5 (or what is worse) when the time is over. Aborted, it resolves at once.
*/
export const waitFor = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, {tasks, aim, timeout = Infinity}: WaitOptions, {clock, signal}: WaitSurroundings): Promise<ExitCode> => {
	const begin = clock.now();
	const deadline = begin + timeout;
	await within(firstRound, {timeout: Math.min(firstRoundTimeout, timeout), clock, signal});
	const watched: Watched = tasks === 'new'
		? {type: 'new', since: begin, known: knownBefore(store.getState(), begin)}
		: (tasks === 'all' ? {type: 'all'} : tasks);
	const {promise, resolve} = Promise.withResolvers<ExitCode>();
	let isFirst = true;
	let seen: ReturnType<typeof remembered> = new Map();
	const look = (): void => {
		const state = store.getState();
		seen = remembered(seen, state);
		const {isOver, code} = judge(state, {watched, aim, now: clock.now(), isFirst, seen});
		isFirst = false;
		if (isOver || signal.aborted) {
			resolve(code);
		} else if (clock.now() >= deadline) {
			resolve(worstOf([code, exitCodes.timeout.code]));
		}
	};

	let cancelTimer = (): void => undefined;
	const wait = (): void => {
		const rest = Math.max(0, deadline - clock.now());
		cancelTimer = clock.schedule(() => {
			look();
			wait();
		}, Math.min(lookEvery, rest));
	};

	const unsubscribe = store.subscribe(look);
	signal.addEventListener('abort', look);
	wait();
	look();
	try {
		return await promise;
	} finally {
		cancelTimer();
		unsubscribe();
		signal.removeEventListener('abort', look);
	}
};
