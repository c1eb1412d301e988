import {Buffer} from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import {type Socket} from 'node:net';
import process from 'node:process';
import {type Duplex, type Readable} from 'node:stream';
import {type Clock, scheduleDeadline, type Turns} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {spokenLanguage} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentError} from '../protocol/errors.js';
import {type RequestOptions, type HttpResponse, type HttpRequest, type TlsSettings, type Transport} from './types.js';

/** A response body as its chunks arrive. It is handed out once: a request that waited for long keeps what it refers to until V8 clears its whole heap. */
type GrowingBody = {
	readonly add: (chunk: Buffer) => void;
	/** Bytes so far. */
	readonly size: () => number;
	readonly take: () => Buffer;
};

// Putting together less than this takes under a millisecond.
const largeFrom = 1024 * 1024;

/** Copies a large body into one buffer while it arrives: joining tens of megabytes at the end would hold up keys. `limit`: most bytes that will be added; `expected`: a guess of how many. */
export const createGrowingBody = (limit: number, expected = 0): GrowingBody => {
	let chunks: Buffer[] = [];
	let large: Buffer | undefined;
	let size = 0;

	const moveTo = (capacity: number): void => {
		const wider = Buffer.allocUnsafeSlow(Math.min(limit, capacity));
		let end = 0;
		for (const part of large ? [large.subarray(0, size)] : chunks) {
			part.copy(wider, end);
			end += part.length;
		}

		large = wider;
		chunks = [];
	};

	return {
		add(chunk) {
			const next = size + chunk.length;
			if (next < largeFrom) {
				chunks.push(chunk);
			} else {
				if (!large || next > large.length) {
					moveTo(Math.max(next * 2, expected));
				}

				large?.set(chunk, size);
			}

			size = next;
		},
		size: () => size,
		take() {
			const parts = large ? [large.subarray(0, size)] : chunks;
			[chunks, large] = [[], undefined];
			return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
		},
	};
};

// One request over HTTP: bytes out, bytes in, with limits. Knows nothing about tasks or passwords.

export type TransportDeps = {
	readonly address: AgentAddress;
	/** Bytes, after decompression. */
	readonly bodyLimit: number;
	readonly clock: Clock;
	readonly tls: TlsSettings;
	/** The responses of many agents at once are passed on in several of them; undefined: each at once. */
	readonly turns?: Turns | undefined;
};

// Not options of http.Agent, which copies those for every request.
const limits = {maxSockets: 2, maxFreeSockets: 1};

// ms. Agents keep connections open for longer than this, so a request does not meet one that is just being closed. Not by http.Agent's own timeout, which takes timers and listeners for every request.
const longestRest = 60_000;

const connectTimeout = 5000;

// Bytes.
const largeSize = 1024 * 1024;

const sizesLimit = 8;

/** The language of agents' messages: the one that obwatch itself speaks, which can change between two requests. */
const agentLanguage = (): string => spokenLanguage() === 'zh' ? 'zh-CN' : 'en-US';

/** Headers of a POST. */
export const jsonBody = {'content-type': 'application/json'} as const;

/** Where requests go, and what their `Host` says. A socket's path is no part of either. */
const endpointOf = (address: AgentAddress): {readonly to: http.RequestOptions; readonly host: string} => {
	if (address.type === 'unix') {
		return {to: {socketPath: address.socketPath}, host: 'localhost'};
	}

	const {host, port, secure} = address;
	const name = host.includes(':') ? `[${host}]` : host;
	return {to: {host, port}, host: port === (secure ? 443 : 80) ? name : `${name}:${port}`};
};

/** `onSent`: from now on it may have reached the agent. */
type Post = {readonly body: string; readonly onSent: () => void};

/** The host; empty if it cannot be told. */
const redirectTarget = (location: string | undefined): string => {
	const host = location !== undefined && URL.canParse(location) ? new URL(location).host : '';
	return printable(host);
};

/** Unpacks a body as it arrives. zlib is loaded for the first compressed response only. */
const unpacked = (response: http.IncomingMessage): Readable => {
	const encoding = response.headers['content-encoding'] ?? '';
	if (!['gzip', 'x-gzip', 'br'].includes(encoding)) {
		return response;
	}

	const {createBrotliDecompress, createGunzip} = process.getBuiltinModule('node:zlib');
	const unpacking = encoding === 'br' ? createBrotliDecompress() : createGunzip();
	response.once('error', error => {
		unpacking.destroy(error);
	});
	return response.pipe(unpacking);
};

// Our own code for a 101 response, after which the connection speaks another protocol.
const switched = 'ESWITCHED';

// How an alert or a handshake begins (RFC 8446, section 5.1).
const isTlsRecord = ([type, version]: Uint8Array): boolean => (type === 0x15 || type === 0x16) && version === 3;

/** Whether TLS came where Node's parser expected HTTP. */
const isTlsResponse = (error: unknown): boolean =>
	error instanceof Error && 'rawPacket' in error && error.rawPacket instanceof Uint8Array && isTlsRecord(error.rawPacket);

// Errors of Node's HTTP parser: the peer did respond, but not like an agent.
const parserPrefix = 'HPE_';

const headersTooLarge = 'HPE_HEADER_OVERFLOW';

/** No connection, a broken one, or a peer that does not speak HTTP. The code alone is kept: the system's message can contain what was sent. `isFirst`: the agent has not responded over plain HTTP yet. */
export const connectionError = (code: string, isFirst = false): AgentError => {
	if (code.startsWith(parserPrefix)) {
		return {type: 'protocol', problem: code === headersTooLarge ? 'large-headers' : 'not-http'};
	}

	// Most servers that speak TLS drop a plain HTTP connection.
	return {type: 'unreachable', code: /^\w{1,60}$/.test(code) ? code : 'unknown', ...(isFirst && code === 'ECONNRESET' && {isFirst})};
};

const errorOf = (error: unknown, {timeout, isFirst}: {readonly timeout: number; readonly isFirst: boolean}): AgentError => {
	const code = errorCode(error) || 'unknown';
	if (code === 'ETIMEDOUT') {
		return {type: 'timeout', after: Math.min(connectTimeout, timeout)};
	}

	if (isTlsResponse(error)) {
		return {type: 'protocol', problem: 'uses-https'};
	}

	if (code === switched) {
		return {type: 'protocol', problem: 'left-http'};
	}

	return code.startsWith('Z_') ? {type: 'protocol', problem: 'broken-compression'} : connectionError(code, isFirst);
};

// Certificates are checked here, on connect; given authorities replace Node's own.
const secureContext = ({authorities, certificate, key, isUnchecked}: TlsSettings): https.AgentOptions => ({
	rejectUnauthorized: !isUnchecked, ...(authorities !== undefined && {ca: authorities}), ...(certificate !== undefined && {cert: certificate}), ...(key !== undefined && {key}),
});

type Reading = {readonly onEnd: (isWhole: boolean) => void; readonly onError: (error: unknown) => void};

/** Reads a body as far as it fits. */
const readInto = (body: GrowingBody, source: Readable, limit: number, {onEnd, onError}: Reading): void => {
	const breakOff = (error?: Error): void => {
		onError(error && errorCode(error) !== 'ECONNRESET' ? error : Object.assign(new Error('the response broke off'), {code: 'ERR_STREAM_PREMATURE_CLOSE'}));
	};

	source.on('data', (chunk: Buffer) => {
		if (body.size() + chunk.length > limit) {
			onEnd(false);
			source.destroy();
		} else {
			body.add(chunk);
		}
	});
	source.on('end', () => {
		// An unused error with its stack would cost as much as reading the response.
		source.off('close', breakOff);
		onEnd(true);
	});
	source.on('close', breakOff);
	source.on('error', breakOff);
};

export const createTransport = ({
	address, bodyLimit, clock, tls, turns,
}: TransportDeps): Transport => {
	const isSecure = address.type === 'tcp' && address.secure;
	const openAgent = (keepAlive: boolean) => Object.assign(isSecure ? new https.Agent({...secureContext(tls), keepAlive}) : new http.Agent({keepAlive}), limits);
	const kept = openAgent(true);
	// http.Agent opens a connection even for a queued request that was aborted meanwhile: only connections that brought a response are kept.
	const usedSockets = new WeakSet<object>();
	const keepAsUsual: (socket: Duplex) => unknown = kept.keepSocketAlive.bind(kept);
	Object.assign(kept, {keepSocketAlive: (socket: Duplex) => usedSockets.has(socket) && keepAsUsual(socket)});
	/** What ends each request that is under way. */
	const underWay = new Set<() => void>();
	let isDisposed = false;
	const {to, host} = endpointOf(address);
	let hasAnswered = false;
	let usedAt = clock.now();
	/** Closes the connections that have been idle for so long. */
	const closeRested = (): void => {
		const now = clock.now();
		for (const socket of Math.abs(now - usedAt) > longestRest ? Object.values(kept.freeSockets).flat() : []) {
			socket?.destroy();
		}

		usedAt = now;
	};

	// As a list, Node sends them without making an object of them for every request.
	const headers = ['Host', host, 'user-agent', 'obwatch', 'accept', 'application/json', 'accept-encoding', 'gzip, br', 'accept-language'];

	// Large responses, such as a long log, are fetched again and again and stay about as large.
	const sizes = new Map<string, number>();
	const storeSize = (uri: string, size: number): void => {
		sizes.delete(uri);
		if (size >= largeSize) {
			sizes.set(uri, Math.ceil(size * 1.05));
		}

		const [oldest] = sizes.size > sizesLimit ? sizes.keys() : [];
		if (oldest !== undefined) {
			sizes.delete(oldest);
		}
	};

	const start = (request: HttpRequest, post?: Post): http.ClientRequest => {
		closeRested();
		return (isSecure ? https : http).request({
			...to,
			path: request.uri,
			...(post && {method: 'POST'}),
			headers: [...headers, agentLanguage(), ...(post ? ['content-length', String(Buffer.byteLength(post.body))] : []), ...Object.entries(request.headers).flat()],
			agent: post ? openAgent(false) : kept,
		});
	};

	// One promise and no AbortController: this runs for every poll of every agent.
	const send = async (request: HttpRequest, {signal, timeout}: RequestOptions, post?: Post): Promise<HttpResponse> => new Promise(resolve => {
		let sending: http.ClientRequest | undefined;
		let connected: Socket | undefined;
		let cancelConnect: (() => void) | undefined;
		let isAnswered = false;
		let isSettled = false;

		const settle = (response: HttpResponse, isComplete: boolean): void => {
			if (isSettled) {
				return;
			}

			isSettled = true;
			cancelDeadline();
			cancelConnect?.();
			signal.removeEventListener('abort', abort);
			underWay.delete(abort);
			// A failed request may still get a response: its connection is closed, so that the next request does not use it.
			if (!isComplete) {
				sending?.destroy();
				connected?.destroy();
			}

			if (turns?.isOver()) {
				turns.later(() => {
					resolve(response);
				});
			} else {
				resolve(response);
			}
		};

		const fail = (error: AgentError): void => {
			settle({type: 'error', error}, false);
		};

		const abort = (): void => {
			fail({type: 'aborted'});
		};

		const breakOff = (error: unknown): void => {
			fail(errorOf(error, {timeout, isFirst: address.type === 'tcp' && !isSecure && !hasAnswered}));
		};

		const cancelDeadline = scheduleDeadline(clock, () => {
			fail({type: 'timeout', after: timeout});
		}, timeout);
		if (signal.aborted || isDisposed) {
			abort();
			return;
		}

		// Not AbortSignal.any: each request would leave one more dependent signal on the caller's, which may live for weeks.
		signal.addEventListener('abort', abort);
		underWay.add(abort);

		const connect = (socket: Socket): void => {
			connected = socket;
			const onReady = (): void => {
				cancelConnect?.();
				post?.onSent();
			};

			// Before that, no byte of it has left. A connection that is open already, which there should not be for a POST, sends at once.
			if (!socket.connecting) {
				onReady();
				return;
			}

			socket.once(isSecure ? 'secureConnect' : 'connect', onReady);
			cancelConnect = scheduleDeadline(clock, () => {
				breakOff(Object.assign(new Error('no connection in time'), {code: 'ETIMEDOUT'}));
			}, connectTimeout);
		};

		const receive = (response: http.IncomingMessage): void => {
			post?.onSent();
			isAnswered = true;
			hasAnswered = true;
			usedSockets.add(response.socket);
			const limit = Math.min(bodyLimit, request.limit ?? bodyLimit);
			const body = createGrowingBody(limit, sizes.get(request.uri));
			readInto(body, unpacked(response), limit, {
				onEnd(isWhole) {
					if (!isWhole) {
						fail({type: 'too-large', limit});
						return;
					}

					storeSize(request.uri, body.size());
					const {statusCode: status = 0, headers: {location, 'content-type': contentType = ''}} = response;
					settle(status >= 300 && status < 400
						? {type: 'error', error: {type: 'protocol', problem: 'redirect', detail: redirectTarget(location)}}
						: {type: 'response', status, contentType, body: body.take()}, true);
				},
				onError: breakOff,
			});
		};

		try {
			sending = start(request, post);
			sending.on('socket', connect);
			sending.on('response', receive);
			// Stays: a connection can also fail after its response has begun. Reading the response reports that.
			sending.on('error', error => {
				if (!isAnswered) {
					breakOff(error);
				}
			});
			sending.on('upgrade', (_response, socket) => {
				socket.destroy();
				breakOff(Object.assign(new Error('101'), {code: switched}));
			});
			sending.end(post?.body);
		} catch (error) {
			breakOff(error);
		}
	});

	return {
		get: async (request, options) => send(request, options),
		async post({body, ...request}, options) {
			let isSent = false;
			const response = await send(request, options, {body, onSent() {
				isSent = true;
			}});
			return response.type === 'error' ? {...response, isSent} : response;
		},
		dispose() {
			isDisposed = true;
			// http.Agent opens a connection even for a queued request that was aborted meanwhile: it must not keep it.
			kept.maxFreeSockets = 0;
			for (const abort of underWay) {
				abort();
			}

			kept.destroy();
		},
	};
};
