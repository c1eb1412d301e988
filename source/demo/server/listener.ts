import {Buffer} from 'node:buffer';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {writeTime} from '../engine/wire.js';
import {type AuthKind, type Fault} from './auth.js';

/** An agent's response: data, a fault, or only a status. `isUntraced` leaves the trace id empty, as agents do for `status`. */
export type ListenerResult =
	| {readonly type: 'data'; readonly data?: unknown; readonly isUntraced?: boolean}
	| {readonly type: 'fault'; readonly fault: Fault}
	| {readonly type: 'empty'; readonly status: number};

export type Reply = {readonly status: number; readonly contentType: string; readonly body: string};

type EnvelopeContext = {
	/** ms since 1970, by the agent's clock. */
	readonly now: number;
	readonly startedAt: number;
	/** Duration of the response, ms. */
	readonly duration: number;
	readonly traceId: string;
	readonly isChinese: boolean;
	/** Agents before 4.3.1 send only the number. */
	readonly hasErrorNames: boolean;
};

const json = 'application/json';

/** Puts the response into the envelope of every agent's response (docs/protocol.md#envelope). */
export const reply = (result: ListenerResult, context: EnvelopeContext): Reply => {
	if (result.type === 'empty') {
		return {status: result.status, contentType: json, body: ''};
	}

	const timestamp = writeTime(Math.floor(context.now), context.now % 1);
	const {duration, traceId} = context;
	if (result.type === 'data') {
		const body = JSON.stringify({
			successful: true, timestamp, duration, status: 200, traceId: result.isUntraced ? '' : traceId, data: result.data,
		});
		return {status: 200, contentType: json, body};
	}

	const {status, code, errCode, english, chinese, isEarly = false} = result.fault;
	const message = context.isChinese ? chinese ?? english : english;
	// After an internal error, an agent dates its response with its own start.
	const date = english === 'Internal Server Error' ? writeTime(context.startedAt, 0) : timestamp;
	const error = {...(code !== undefined && {code}), ...(context.hasErrorNames && {errCode}), message};
	const body = JSON.stringify({successful: false, timestamp: date, duration, status, traceId: isEarly ? '' : traceId, error: context.hasErrorNames ? error : {code: 0, ...error}});
	return {status, contentType: isEarly ? `${json}; charset=utf-8` : json, body};
};

export type RawRequest = {
	readonly method: string;
	readonly uri: string;
	readonly header: (name: string) => string | undefined;
	readonly body: string;
	/** Aborted once the client has gone, or the agent stops. */
	readonly signal: AbortSignal;
};

type Listener = {
	/** Resolves with the port; rejects if it cannot listen there. If it listens already, that is fine. */
	readonly listen: (host: string, port: number) => Promise<number>;
	/** Stops listening and breaks every connection. */
	readonly close: () => Promise<void>;
};

const bodyLimit = 1_000_000;

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request) {
		const bytes: unknown = chunk;
		if (!(bytes instanceof Uint8Array)) {
			continue;
		}

		size += bytes.length;
		if (size > bodyLimit) {
			return undefined;
		}

		chunks.push(bytes);
	}

	return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, {status, contentType, body}: Reply): void => {
	if (response.destroyed) {
		return;
	}

	const bytes = Buffer.from(body);
	response.writeHead(status, {'content-type': contentType, 'content-length': bytes.length});
	response.end(bytes);
};

/** An HTTP server that can be closed and opened again, like an agent that goes away and returns. */
export const createListener = (respond: (request: RawRequest) => Promise<Reply>): Listener => {
	const stopping = {current: new AbortController()};

	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const gone = new AbortController();
		response.once('close', () => {
			// An abort makes an error with its stack.
			if (!response.writableFinished) {
				gone.abort();
			}
		});
		const body = await readBody(request);
		if (body === undefined) {
			response.writeHead(413).end();
			return;
		}

		send(response, await respond({
			method: request.method ?? 'GET',
			uri: request.url ?? '/',
			header(name) {
				const value = request.headers[name];
				return Array.isArray(value) ? value[0] : value;
			},
			body,
			// Only slow responses need it.
			get signal() {
				return AbortSignal.any([gone.signal, stopping.current.signal]);
			},
		}));
	};

	// Agents keep an idle connection for their read timeout, an hour (obshell, agent/api/web/server.go); Node would close it between two requests.
	const server = createServer({keepAliveTimeout: 3_600_000}, (request, response) => {
		handle(request, response).catch(() => {
			// Mostly the client went away in the middle of its request. If it is still there, it gets an error.
			if (response.headersSent || response.destroyed) {
				response.destroy();
			} else {
				response.writeHead(500).end();
			}
		});
	});

	return {
		async listen(host, port) {
			if (!server.listening) {
				stopping.current = new AbortController();
				await new Promise<void>((resolve, reject) => {
					server.once('error', reject);
					server.listen({host, port}, () => {
						server.off('error', reject);
						resolve();
					});
				});
			}

			const address: AddressInfo | string | null = server.address();
			return typeof address === 'object' && address ? address.port : port;
		},
		async close() {
			stopping.current.abort();
			if (!server.listening) {
				return;
			}

			await new Promise<void>(resolve => {
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			});
		},
	};
};

/** How often an agent got one request with one kind of authentication. */
type RequestCount = {readonly method: string; readonly path: string; readonly auth: AuthKind | undefined; readonly count: number};

export type RequestCounts = {
	readonly total: number;
	readonly posts: number;
	/** Wrong passwords; at a real agent each wrong root password is a login attempt at the database. */
	readonly wrongPasswords: number;
	/** By method, path with query, and auth kind; only the first thousand different ones. */
	readonly by: readonly RequestCount[];
};

type RequestLog = {
	readonly record: (request: Omit<RequestCount, 'count'> & {readonly isWrongPassword: boolean}) => void;
	readonly counts: () => RequestCounts;
};

const mostKinds = 1000;

export const createRequestLog = (): RequestLog => {
	const counts = new Map<string, RequestCount>();
	let total = 0;
	let posts = 0;
	let wrongPasswords = 0;
	return {
		record({method, path, auth, isWrongPassword}) {
			total += 1;
			posts += method === 'POST' ? 1 : 0;
			wrongPasswords += isWrongPassword ? 1 : 0;
			const key = `${method} ${path} ${auth ?? ''}`;
			const known = counts.get(key);
			if (known !== undefined || counts.size < mostKinds) {
				counts.set(key, {method, path, auth, count: (known?.count ?? 0) + 1});
			}
		},
		counts: () => ({total, posts, wrongPasswords, by: [...counts.values()]}),
	};
};
