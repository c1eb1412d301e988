// Posts a request to a webhook, through a proxy if the environment names one.

import {Buffer} from 'node:buffer';
import {type ClientRequest, type IncomingMessage} from 'node:http';
import process from 'node:process';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {isOwnHost} from '../lib/host-port.js';
import {type WebhookAnswer, type WebhookFault} from './webhook-answers.js';
import {type Webhook, type WebhookRequest} from './webhook-formats.js';

/** Sends one request. Never rejects. */
type Post = (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookAnswer | WebhookFault>;

export type Env = Readonly<Record<string, string | undefined>>;

// In ms: for the whole request.
export const timeout = 10_000;

// Bytes. A service says what it has to say in a line.
const longestAnswer = 64 * 1024;

const proxyNames = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'] as const;

/** Whether this Node.js can use the proxies that the environment names. */
export const knowsProxies = (version: string): boolean => {
	const [major = 0, minor = 0] = version.split('.', 2).map(Number);
	return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
};

export const proxyOf = ({protocol, hostname}: URL, env: Env): Readonly<Record<string, string>> | undefined => {
	const own = protocol === 'https:' ? /^https_proxy$/i : /^http_proxy$/i;
	const given = proxyNames.flatMap(name => {
		const value = env[name] ?? '';
		return value === '' ? [] : [[name, value] as const];
	});
	return given.some(([name]) => own.test(name)) && !isOwnHost(hostname) ? Object.fromEntries(given) : undefined;
};

/** Opens a request over HTTP or HTTPS, through the proxy that the environment names, if any. Certificates are checked. Throws if that proxy's URL cannot be used. */
const openRequest = (target: URL, length: number, {authorities, env}: {readonly authorities: string | undefined; readonly env: Env}): ClientRequest => {
	const proxyEnv = proxyOf(target, env);
	// None of these is loaded without a webhook. Node.js before 22.15 has only its own list of authorities.
	const tls = process.getBuiltinModule('node:tls');
	const known: readonly string[] = authorities === undefined ? [] : [...typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates, authorities];
	const protocol = process.getBuiltinModule(target.protocol === 'https:' ? 'node:https' : 'node:http');
	const agent = new protocol.Agent({keepAlive: false, ...(proxyEnv && {proxyEnv}), ...(known.length > 0 && {ca: [...known]})});
	return protocol.request(target, {method: 'POST', agent, headers: {'content-type': 'application/json; charset=utf-8', 'content-length': length, 'user-agent': 'obwatch'}});
};

const answerOf = (response: IncomingMessage, body: readonly Buffer[]): WebhookAnswer => ({
	status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body: Buffer.concat(body).subarray(0, longestAnswer).toString(),
});

/** Hears the response to a request, as far as it is read. */
const hear = (request: ClientRequest, give: (answer: WebhookAnswer | WebhookFault) => void): void => {
	request.on('response', response => {
		const chunks: Buffer[] = [];
		let size = 0;
		const end = (): void => {
			give(answerOf(response, chunks));
		};

		response.on('data', (chunk: Buffer) => {
			chunks.push(chunk);
			size += chunk.length;
			if (size > longestAnswer) {
				end();
			}
		});
		response.on('end', end);
		response.on('error', end);
	});
	request.on('error', error => {
		give({fault: 'network', code: errorCode(error)});
	});
};

/** Posts to a webhook. Redirects are not followed. */
export const createPost = ({authorities}: Pick<Webhook, 'authorities'>, {clock, env}: {readonly clock: Clock; readonly env: Env}): Post => async ({url, body}, signal) => {
	const {promise, resolve: give} = Promise.withResolvers<WebhookAnswer | WebhookFault>();
	let request: ClientRequest | undefined;
	const cancelTimeout = clock.schedule(() => {
		give({fault: 'timeout', code: ''});
	}, timeout);
	const stop = (): void => {
		give({fault: 'aborted', code: ''});
	};

	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}

	try {
		request = openRequest(new URL(url), Buffer.byteLength(body), {authorities, env});
		hear(request, give);
		request.end(body);
		return await promise;
	} catch (error) {
		return {fault: 'network', code: errorCode(error)};
	} finally {
		cancelTimeout();
		signal.removeEventListener('abort', stop);
		request?.destroy();
	}
};
