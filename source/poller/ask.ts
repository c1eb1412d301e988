import {type AgentError} from '../protocol/agent-error.js';
import {type Clock} from '../protocol/clock.js';
import {type Ask} from '../client/agent-client.js';
import {bugError} from './bug.js';
import {pace} from './pace.js';

type Failure = {readonly type: 'error'; readonly error: AgentError};

type Options = {
	readonly clock: Clock;
	/** ms; the client's own limit. A client that overruns it is stopped and given up. */
	readonly timeout: number;
	/** Ends the question from outside. */
	readonly signal: AbortSignal;
};

const attempt = async <T>(send: (ask: Ask) => Promise<T>, ask: Ask): Promise<T | Failure> => {
	try {
		return await send(ask);
	} catch (error) {
		return {type: 'error', error: bugError(error)};
	}
};

/** Asks, and always gets an answer in time: a client that throws or hangs makes an error like any other. Never rejects; leaves no timer behind. */
export const ask = async <T>(send: (ask: Ask) => Promise<T>, {clock, timeout, signal}: Options): Promise<T | Failure> => {
	// No AbortSignal.any: what it leaves with the collector for each question goes only now and then, by the ten thousand.
	const controller = new AbortController();
	if (signal.aborted) {
		controller.abort();
	}

	return new Promise(resolve => {
		const cancelTimer = clock.schedule(() => {
			controller.abort();
			settle({type: 'error', error: {type: 'timeout', after: timeout}});
		}, timeout + pace.grace);

		const stop = (): void => {
			controller.abort();
			settle({type: 'error', error: {type: 'aborted'}});
		};

		const settle = (answer: T | Failure): void => {
			cancelTimer();
			signal.removeEventListener('abort', stop);
			resolve(answer);
		};

		signal.addEventListener('abort', stop);
		void attempt(send, {signal: controller.signal, timeout}).then(settle);
	});
};
