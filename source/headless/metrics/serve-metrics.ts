import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {type Socket} from 'node:net';
import {type OpenFleet} from '../../fleet/open-fleet.js';
import {type Clock} from '../../protocol/clock.js';
import {type Output} from '../output.js';
import {metricsText, metricsType} from './collect-metrics.js';

export type MetricsSurroundings = {
	readonly clock: Clock;
	/** obwatch's own. */
	readonly version: string;
	/** Ends it. */
	readonly signal: AbortSignal;
	/** Where it says that it listens. */
	readonly errors: Output;
};

export type Served = {readonly ok: true} | {readonly ok: false; readonly problem: string};

// More readers at a time no Prometheus needs; one more, and the oldest that is not being answered gives way to it.
const connectionLimit = 32;

// In ms. Who is slower holds a connection that others could use.
const patience = {
	headersTimeout: 5000,
	requestTimeout: 10_000,
	keepAliveTimeout: 5000,
	connectionsCheckingInterval: 1000,
} as const;
// In ms. Nothing is read or sent for so long.
const idleTimeout = 10_000;

/** Keeps to the limit of connections, at the cost of those that only wait. */
const limitConnections = (server: Server): void => {
	const open = new Set<Socket>();
	const answered = new Set<Socket>();
	server.on('connection', socket => {
		open.add(socket);
		socket.once('close', () => {
			open.delete(socket);
			answered.delete(socket);
		});
		if (open.size <= connectionLimit) {
			return;
		}

		const [oldest] = open;
		const waiting = open.values().find(each => !answered.has(each));
		(waiting ?? oldest)?.destroy();
	});
	server.on('request', ({socket}, response) => {
		answered.add(socket);
		response.once('close', () => {
			answered.delete(socket);
		});
	});
};

const answer = async (request: IncomingMessage, response: ServerResponse, text: () => Promise<string>): Promise<void> => {
	const path = (request.url ?? '').split('?', 1)[0];
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, {allow: 'GET, HEAD'}).end();
		return;
	}

	if (path !== '/metrics') {
		response.writeHead(404, {'content-type': 'text/plain; charset=utf-8'}).end('The metrics are at /metrics.\n');
		return;
	}

	try {
		const body = await text();
		response.writeHead(200, {'content-type': metricsType}).end(request.method === 'HEAD' ? undefined : body);
	} catch {
		response.writeHead(500).end();
	}
};

const problemOf = (error: NodeJS.ErrnoException, host: string, port: number): string => {
	if (error.code === 'EADDRINUSE') {
		return `port ${port} of ${host} is taken`;
	}

	return error.code === 'EACCES'
		? `port ${port} is not for everybody; take one from 1024 on`
		: `--serve-metrics: cannot listen on ${host}:${port} (${error.code ?? 'unknown'})`;
};

const listen = async (server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> => new Promise(resolve => {
	server.once('error', resolve);
	server.listen(port, host, () => {
		server.off('error', resolve);
		resolve(undefined);
	});
});

const untilAborted = async (signal: AbortSignal): Promise<void> => new Promise(resolve => {
	if (signal.aborted) {
		resolve();
	}

	signal.addEventListener('abort', () => {
		resolve();
	}, {once: true});
});

/** Serves what is known to Prometheus until the signal. Nothing is asked of agents for a scrape: it tells what polling knows. */
export const serveMetrics = async ({store, latencies}: Pick<OpenFleet, 'store' | 'latencies'>, {host, port}: {readonly host: string; readonly port: number}, surroundings: MetricsSurroundings): Promise<Served> => {
	const {clock, version, signal, errors} = surroundings;
	const server = createServer(patience, (request, response) => {
		void answer(request, response, async () => metricsText({state: store.getState(), now: clock.now(), latencies, version}));
	});
	server.timeout = idleTimeout;
	limitConnections(server);
	const problem = await listen(server, host, port);
	if (problem) {
		return {ok: false, problem: problemOf(problem, host, port)};
	}

	const address = server.address();
	const actual = typeof address === 'object' && address ? address.port : port;
	await errors.write(`obwatch: metrics on http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics\n`);
	await untilAborted(signal);
	server.close();
	server.closeAllConnections();
	return {ok: true};
};
