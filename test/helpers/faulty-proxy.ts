// A proxy in front of an agent that breaks its responses on request. Real connections on both sides.

import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {
	createServer,
	request as sendRequest,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import {type AddressInfo, type Socket} from 'node:net';
import {type Clock} from '../../source/lib/clock.js';
import {pass, type AgentAnswer, type Fault} from './faults.js';

export type FaultyProxy = {
	/** "127.0.0.1:40123" */
	readonly label: string;
	/** From now on that happens to every request, or to those whose path with query matches `where`; of a POST with "POST " before it. */
	readonly fail: (fault: Fault, where?: RegExp) => Promise<void>;
	/** From now on it only passes on. */
	readonly heal: () => Promise<void>;
	/** What was asked, path with query, in order. */
	readonly asked: readonly string[];
	/** How many POSTs came in. */
	readonly posts: () => number;
	/** How many requests wait for time to pass. */
	readonly held: () => number;
	/** How many connections from clients are open. */
	readonly connections: () => number;
	/** Bytes sent to clients so far. */
	readonly sent: () => number;
	readonly stop: () => Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
	}

	return Buffer.concat(chunks);
};

const ask = async (label: string, request: IncomingMessage, body: Buffer): Promise<AgentAnswer> => new Promise((resolve, reject) => {
	const headers = {...request.headers, connection: 'close'};
	sendRequest(`http://${label}${request.url ?? ''}`, {method: request.method ?? 'GET', headers, agent: false}, answer => {
		const chunks: Buffer[] = [];
		answer.on('data', (chunk: Buffer) => {
			chunks.push(chunk);
		});
		answer.on('error', reject);
		answer.on('end', () => {
			resolve({status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks)});
		});
	}).on('error', reject).end(body);
});

const everything = /^/;

/** Listens in front of the agent at `label`, on a free port of its own. Rejects if it cannot listen. */
export const startFaultyProxy = async (label: string, clock: Clock): Promise<FaultyProxy> => {
	const asked: string[] = [];
	const sockets = new Map<Socket, number>();
	const holds = new Set<symbol>();
	let closedBytes = 0;
	let posts = 0;
	let fault: Fault = pass;
	let where = everything;

	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const {socket, url: uri = ''} = request;
		const turn = (sockets.get(socket) ?? 0) + 1;
		sockets.set(socket, turn);
		asked.push(uri);
		const isPost = request.method === 'POST';
		posts += isPost ? 1 : 0;
		const happens = typeof fault === 'function' && new RegExp(where).test(isPost ? `POST ${uri}` : uri) ? fault : pass;
		const body = isPost ? await bodyOf(request) : Buffer.alloc(0);
		try {
			await happens({
				uri, response, turn, clock,
				forward: async () => ask(label, request, body),
				hold() {
					const mark = Symbol(uri);
					const release = (): void => {
						holds.delete(mark);
					};

					holds.add(mark);
					response.once('close', release);
					return release;
				},
			});
		} catch {
			// The agent behind is gone, or the asker in front: no answer either way.
			response.destroy();
		}
	};

	const server = createServer((request, response) => {
		void handle(request, response);
	});
	// The asker decides how long a connection lives, unless it is a fault's turn.
	server.keepAliveTimeout = 0;
	server.on('connection', socket => {
		sockets.set(socket, 0);
		socket.once('close', () => {
			sockets.delete(socket);
			closedBytes += socket.bytesWritten;
		});
	});

	const listen = async (port: number): Promise<number> => {
		if (!server.listening) {
			server.listen(port, '127.0.0.1');
			await once(server, 'listening');
		}

		return (server.address() as AddressInfo).port;
	};

	const close = async (): Promise<void> => {
		if (!server.listening) {
			return;
		}

		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	};

	const port = await listen(0);
	return {
		label: `127.0.0.1:${port}`,
		async fail(next, only = everything) {
			fault = next;
			where = only;
			await (next === 'refuse' ? close() : listen(port));
		},
		async heal() {
			fault = pass;
			where = everything;
			await listen(port);
		},
		asked,
		posts: () => posts,
		held: () => holds.size,
		connections: () => sockets.size,
		sent: () => closedBytes + sockets.keys().reduce((sum, {bytesWritten}) => sum + bytesWritten, 0),
		stop: close,
	};
};
