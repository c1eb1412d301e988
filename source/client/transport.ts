import {Buffer} from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import {type Socket} from 'node:net';
import process from 'node:process';
import {type Duplex, type Readable} from 'node:stream';
import {LRUCache} from 'lru-cache';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {spokenLanguage} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentError} from '../protocol/errors.js';
import {type RequestOptions, type HttpResponse, type HttpRequest, type TlsSettings, type Transport} from './types.js';

/** A response body as its chunks arrive. */
type GrowingBody = {
	readonly add: (chunk: Buffer) => void;
	/** Bytes so far. */
	readonly size: () => number;
	readonly whole: () => Buffer;
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
		whole: () => large ? large.subarray(0, size) : Buffer.concat(chunks),
	};
};

// One request over HTTP: bytes out, bytes in, with limits. Knows nothing about tasks or passwords.

export type TransportDeps = {
	readonly address: AgentAddress;
	/** Bytes, after decompression. */
	readonly bodyLimit: number;
	readonly clock: Clock;
	readonly tls: TlsSettings;
};

// Agents keep connections open for longer than this, so a request does not meet one that is just being closed.
const keepAlive = {keepAlive: true, maxSockets: 2, maxFreeSockets: 1, timeout: 60_000};

const connectTimeout = 5000;

// Bytes.
const largeSize = 1024 * 1024;

const sizesLimit = 8;

/** The language of agents' messages: the one that obwatch itself speaks, which can change between two requests. */
const agentLanguage = (): string => spokenLanguage() === 'zh' ? 'zh-CN' : 'en-US';

/** Headers of a POST. */
export const jsonBody = {'content-type': 'application/json'} as const;

const originOf = (address: AgentAddress): string => {
	// A socket's path is passed to the connection, not put into the URL, where some of its characters have a meaning.
	if (address.type === 'unix') {
		return 'http://localhost';
	}

	const host = address.host.includes(':') ? `[${address.host}]` : address.host;
	return `${address.secure ? 'https' : 'http'}://${host}:${address.port}`;
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

/** Sends a request, and settles with the head of its response. */
const responseTo = async (sending: http.ClientRequest, body: string | undefined): Promise<http.IncomingMessage> => new Promise((resolve, reject) => {
	// Stays: a connection can also fail after its response.
	sending.on('error', reject);
	sending.once('response', resolve);
	sending.once('upgrade', (_response, socket) => {
		socket.destroy();
		reject(Object.assign(new Error('101'), {code: switched}));
	});
	sending.end(body);
});

/** Whether all of it fits; what does not is not read. Rejects if it breaks off. */
const readInto = async (body: GrowingBody, source: Readable, limit: number): Promise<boolean> => new Promise((resolve, reject) => {
	const breakOff = (error?: Error): void => {
		reject(error && errorCode(error) !== 'ECONNRESET' ? error : Object.assign(new Error('the response broke off'), {code: 'ERR_STREAM_PREMATURE_CLOSE'}));
	};

	source.on('data', (chunk: Buffer) => {
		if (body.size() + chunk.length > limit) {
			resolve(false);
			source.destroy();
		} else {
			body.add(chunk);
		}
	});
	source.once('end', () => {
		// An unused error with its stack would cost as much as reading the response.
		source.off('close', breakOff);
		resolve(true);
	});
	source.once('close', breakOff);
	source.on('error', breakOff);
});

export const createTransport = ({
	address, bodyLimit, clock, tls,
}: TransportDeps): Transport => {
	// Node's http.Agent passes its options, including a socket's path, on to every request.
	const connection = {...keepAlive, ...(address.type === 'unix' && {socketPath: address.socketPath})};
	const isSecure = address.type === 'tcp' && address.secure;
	const openAgent = (isKept: boolean) => isSecure ? new https.Agent({...keepAlive, ...secureContext(tls), keepAlive: isKept}) : new http.Agent({...connection, keepAlive: isKept});
	const kept = openAgent(true);
	// http.Agent opens a connection even for a queued request that was aborted meanwhile: only connections that brought a response are kept.
	const usedSockets = new WeakSet<object>();
	const keepAsUsual: (socket: Duplex) => unknown = kept.keepSocketAlive.bind(kept);
	Object.assign(kept, {keepSocketAlive: (socket: Duplex) => usedSockets.has(socket) && keepAsUsual(socket)});
	const underWay = new Set<AbortController>();
	let isDisposed = false;
	const origin = originOf(address);
	let hasAnswered = false;
	const headers = {'user-agent': 'obwatch', accept: 'application/json', 'accept-encoding': 'gzip, br'};

	// Large responses, such as a long log, are fetched again and again and stay about as large.
	const sizes = new LRUCache<string, number>({max: sizesLimit});
	const storeSize = (uri: string, size: number): void => {
		if (size >= largeSize) {
			sizes.set(uri, Math.ceil(size * 1.05));
		} else {
			sizes.delete(uri);
		}
	};

	const read = async (request: HttpRequest, signal: AbortSignal, post?: Post): Promise<HttpResponse> => {
		const sending = (isSecure ? https : http).request(`${origin}${request.uri}`, {
			method: post ? 'POST' : 'GET',
			headers: {...headers, 'accept-language': agentLanguage(), ...(post && {'content-length': Buffer.byteLength(post.body)}), ...request.headers},
			agent: post ? openAgent(false) : kept,
			signal,
		});
		// A failed request may still get a response: its connection is closed, so that the next request does not use it.
		let connected: Socket | undefined;
		let cancelConnect: (() => void) | undefined;
		sending.once('socket', socket => {
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
			cancelConnect = clock.schedule(() => {
				sending.destroy(Object.assign(new Error('no connection in time'), {code: 'ETIMEDOUT'}));
			}, connectTimeout);
		});
		let isComplete = false;
		try {
			const response = await responseTo(sending, post?.body);
			post?.onSent();
			usedSockets.add(response.socket);
			hasAnswered = true;
			const limit = Math.min(bodyLimit, request.limit ?? bodyLimit);
			const body = createGrowingBody(limit, sizes.get(request.uri));
			isComplete = await readInto(body, unpacked(response), limit);
			if (!isComplete) {
				return {type: 'error', error: {type: 'too-large', limit}};
			}

			storeSize(request.uri, body.size());
			const {statusCode: status = 0, headers: {location, 'content-type': contentType = ''}} = response;
			return status >= 300 && status < 400
				? {type: 'error', error: {type: 'protocol', problem: 'redirect', detail: redirectTarget(location)}}
				: {type: 'response', status, contentType, body: body.whole()};
		} finally {
			cancelConnect?.();
			if (!isComplete) {
				connected?.destroy();
			}
		}
	};

	const send = async (request: HttpRequest, {signal, timeout}: RequestOptions, post?: Post): Promise<HttpResponse> => {
		if (signal.aborted || isDisposed) {
			return {type: 'error', error: {type: 'aborted'}};
		}

		const deadline = new AbortController();
		const ending = new AbortController();
		const end = (): void => {
			ending.abort();
		};

		const cancelDeadline = clock.schedule(() => {
			deadline.abort();
			end();
		}, timeout);
			// Not AbortSignal.any: each request would leave one more dependent signal on the caller's, which may live for weeks.
		signal.addEventListener('abort', end);
		underWay.add(ending);
		try {
			return await read(request, ending.signal, post);
		} catch (error) {
			if (deadline.signal.aborted) {
				return {type: 'error', error: {type: 'timeout', after: timeout}};
			}

			return {type: 'error', error: ending.signal.aborted ? {type: 'aborted'} : errorOf(error, {timeout, isFirst: address.type === 'tcp' && !isSecure && !hasAnswered})};
		} finally {
			cancelDeadline();
			signal.removeEventListener('abort', end);
			underWay.delete(ending);
		}
	};

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
			for (const ending of underWay) {
				ending.abort();
			}

			kept.destroy();
		},
	};
};
