import {type Clock} from '../protocol/clock.js';
import {type AgentClient} from '../client/agent-client.js';
import {fetchAnswer, type Answer} from './answer.js';
import {bugError} from './bug.js';
import {pace} from './pace.js';
import {type Question} from './question.js';

type Options = {
	readonly client: AgentClient;
	readonly clock: Clock;
	/** ms; the client's own limit. A client that overruns it is stopped and given up. */
	readonly timeout: number;
	/** Ends the question from outside. */
	readonly signal: AbortSignal;
};

const attempt = async (question: Question, {client, timeout, signal}: Options): Promise<Answer> => {
	try {
		return await fetchAnswer(client, question, {signal, timeout});
	} catch (error) {
		return {type: 'error', error: bugError(error)};
	}
};

/** Asks, and always gets an answer in time: a client that throws or hangs makes an error like any other. Never rejects; leaves no timer behind. */
export const ask = async (question: Question, options: Options): Promise<Answer> => {
	const {clock, timeout, signal} = options;
	const overrun = new AbortController();
	const either = AbortSignal.any([signal, overrun.signal]);
	return new Promise(resolve => {
		const cancelTimer = clock.schedule(() => {
			overrun.abort();
			settle({type: 'error', error: {type: 'timeout', after: timeout}});
		}, timeout + pace.grace);

		const stop = (): void => {
			settle({type: 'error', error: {type: 'aborted'}});
		};

		const settle = (answer: Answer): void => {
			cancelTimer();
			signal.removeEventListener('abort', stop);
			resolve(answer);
		};

		signal.addEventListener('abort', stop);
		void attempt(question, {...options, signal: either}).then(settle);
	});
};
