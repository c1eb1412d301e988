// A real HTTP server that answers what a test tells it to, also what no server should.

import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';

export type SeenRequest = {readonly method: string; readonly uri: string; readonly headers: IncomingHttpHeaders};

/** Answers one request in any way it likes, or not at all. */
export type Script = (response: ServerResponse, request: SeenRequest) => void;

export type ScriptedServer = {
	/** "127.0.0.1:40123", or the path of the socket. */
	readonly address: string;
	readonly port: number;
	/** Everything that was asked, in order. */
	readonly requests: readonly SeenRequest[];
	/** How often that path (with query) was asked for. */
	readonly count: (uri: string) => number;
	/** Open connections. */
	readonly connections: () => Promise<number>;
	/** Connections since the start. */
	readonly opened: () => number;
	readonly stop: () => Promise<void>;
};

/** A reply with a body; JSON unless told otherwise. */
export const reply = (status: number, body: string | Uint8Array = '', headers: Readonly<Record<string, string>> = {}): Script => response => {
	response.writeHead(status, {'content-type': 'application/json', ...headers});
	response.end(body);
};

/** What an agent answers when all is well. The trace differs each time, as it does in life. */
export const success = (data: unknown): Script => (response, request) => {
	const body = JSON.stringify({successful: true, timestamp: new Date().toISOString(), duration: 0, status: 200, traceId: Math.random().toString(16), data});
	reply(200, body)(response, request);
};

/** What an agent answers when something is wrong; without a name as agents before 4.3.1 do. */
export const failure = (status: number, name: string | undefined, {code, message = 'no'}: {readonly code?: number; readonly message?: string} = {}): Script =>
	reply(status, JSON.stringify({successful: false, timestamp: '2026-03-01T10:00:00Z', duration: 0, status, traceId: 'trace', error: {...(code !== undefined && {code}), ...(name !== undefined && {errCode: name}), message}}));

/** One script after the other; the last one stays. */
export const inTurn = (...scripts: readonly [Script, ...Script[]]): Script => {
	let turn = 0;
	return (response, request) => {
		const script = scripts[Math.min(turn, scripts.length - 1)]!;
		turn++;
		script(response, request);
	};
};

/** Starts on a free loopback port, or on the socket. */
export const startScriptedServer = async (script: Script, socketPath?: string): Promise<ScriptedServer> => {
	const requests: SeenRequest[] = [];
	let opened = 0;
	const server = createServer((request, response) => {
		const seen = {method: request.method ?? '', uri: request.url ?? '', headers: request.headers};
		requests.push(seen);
		response.on('error', () => undefined);
		script(response, seen);
	});
	server.on('connection', () => {
		opened++;
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		if (socketPath === undefined) {
			server.listen(0, '127.0.0.1', resolve);
		} else {
			server.listen(socketPath, resolve);
		}
	});
	const port = socketPath === undefined ? (server.address() as AddressInfo).port : 0;
	return {
		address: socketPath ?? `127.0.0.1:${port}`,
		port,
		requests,
		count: uri => requests.filter(request => request.uri === uri).length,
		connections: async () => new Promise((resolve, reject) => {
			server.getConnections((error, count) => {
				if (error) {
					reject(error);
				} else {
					resolve(count);
				}
			});
		}),
		opened: () => opened,
		stop: async () => new Promise(resolve => {
			server.close(() => {
				resolve();
			});
			server.closeAllConnections();
		}),
	};
};
