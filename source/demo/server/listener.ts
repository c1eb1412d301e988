import {Buffer} from 'node:buffer';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {type Reply} from './envelope.js';

export type RawRequest = {
	readonly method: string;
	readonly uri: string;
	readonly header: (name: string) => string | undefined;
	readonly body: string;
	/** Aborted once the asker has gone, or the agent stops. */
	readonly signal: AbortSignal;
};

export type Listener = {
	/** Resolves with the port; rejects where it cannot listen there. Listening already is fine. */
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

/** An HTTP server that can be closed and opened again, which is what an agent that goes away does. */
export const createListener = (answer: (request: RawRequest) => Promise<Reply>): Listener => {
	const stopping = {current: new AbortController()};

	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const gone = new AbortController();
		response.once('close', () => {
			gone.abort();
		});
		const body = await readBody(request);
		if (body === undefined) {
			response.writeHead(413).end();
			return;
		}

		send(response, await answer({
			method: request.method ?? 'GET',
			uri: request.url ?? '/',
			header(name) {
				const value = request.headers[name];
				return Array.isArray(value) ? value[0] : value;
			},
			body,
			signal: AbortSignal.any([gone.signal, stopping.current.signal]),
		}));
	};

	// Agents keep an idle connection for their read timeout, an hour (obshell, agent/api/web/server.go); Node would close it between two questions.
	const server = createServer({keepAliveTimeout: 3_600_000}, (request, response) => {
		handle(request, response).catch(() => {
			// Mostly the asker went away in the middle of its question. Should it still be there, it hears that something broke.
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
