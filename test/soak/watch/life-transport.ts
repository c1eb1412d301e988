// Agents without a network between: the real client asks, and what it gets is what it would have got over HTTP.

import {Buffer} from 'node:buffer';
import {connectionError} from '../../../source/client/transport.js';
import {type HttpResponse, type Transport} from '../../../source/client/types.js';
import {type Clock} from '../../../source/lib/clock.js';
import {answerOf, type Life} from '../life/answers.js';
import {type Member} from '../life/members.js';
import {mishapAt, type Mishap} from '../life/mishap.js';

const html = '<html><head><title>Sign in</title></head></html>';

/** ms until an answer; infinite for none. */
const latencyOf = (mishap: Mishap | undefined): number => mishap === 'silent' || mishap === 'drip' ? Infinity : (mishap === 'slow' ? 3000 : 2);

/** What comes instead of an answer. */
const failureOf = (mishap: Mishap | undefined, limit: number): HttpResponse | undefined => {
	switch (mishap) {
		case 'refused': {
			return {type: 'error', error: connectionError('ECONNREFUSED')};
		}

		case 'reset':
		case 'closed-under-request': {
			return {type: 'error', error: connectionError('ECONNRESET')};
		}

		case 'html': {
			return {type: 'response', status: 200, contentType: 'text/html', body: Buffer.from(html)};
		}

		case 'bad-gateway': {
			return {type: 'response', status: 502, contentType: 'text/html', body: Buffer.from(html)};
		}

		case 'nothing': {
			return {type: 'response', status: 204, contentType: '', body: Buffer.alloc(0)};
		}

		case 'too-large': {
			return {type: 'error', error: {type: 'too-large', limit}};
		}

		// These are in when it comes and what is in it, or in nothing that would be seen without a network.
		case undefined:
		case 'silent':
		case 'slow':
		case 'drip':
		case 'truncated':
		case 'gzip':
		case 'other-key':
		case 'other-password':
		case 'clock-ahead':
		case 'clock-behind':
		case 'database-down':
		case 'broken': {
			return undefined;
		}
	}
};

/** `onQuestion` is called with 1 for every request, and with -1 at its end. */
export const lifeTransport = (life: Life, member: Member, {clock, bodyLimit}: {readonly clock: Clock; readonly bodyLimit: number}, onQuestion: (change: 1 | -1) => void): Transport => {
	const underWay = new Set<() => void>();

	const wait = async (latency: number, timeout: number, signal: AbortSignal): Promise<'answered' | 'late' | 'aborted'> => new Promise(resolve => {
		const finish = (result: 'answered' | 'late' | 'aborted'): void => {
			cancel();
			signal.removeEventListener('abort', abort);
			underWay.delete(abort);
			resolve(result);
		};

		const abort = (): void => {
			finish('aborted');
		};

		const cancel = clock.schedule(() => {
			finish(latency <= timeout ? 'answered' : 'late');
		}, Math.min(latency, timeout));
		signal.addEventListener('abort', abort);
		underWay.add(abort);
	});

	return {
		async get({uri, limit = bodyLimit}, {signal, timeout}) {
			if (signal.aborted) {
				return {type: 'error', error: {type: 'aborted'}};
			}

			const time = clock.now() - life.epoch;
			const mishap = mishapAt(life.calendar, member.seed, time);
			onQuestion(1);
			const outcome = await wait(latencyOf(mishap), timeout, signal);
			onQuestion(-1);
			if (outcome !== 'answered') {
				return {type: 'error', error: outcome === 'late' ? {type: 'timeout', after: timeout} : {type: 'aborted'}};
			}

			const failure = failureOf(mishap, limit);
			if (failure) {
				return failure;
			}

			const {status, body} = answerOf(life, member, uri, time);
			return {type: 'response', status, contentType: 'application/json', body: Buffer.from(mishap === 'truncated' ? body.slice(0, body.length / 2) : body)};
		},
		// No operations happen here.
		post: async () => ({type: 'error', error: {type: 'aborted'}}),
		dispose() {
			for (const abort of underWay) {
				abort();
			}
		},
	};
};

