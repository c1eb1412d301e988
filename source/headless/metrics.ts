import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {type Socket} from 'node:net';
import {type Registry} from 'prom-client';
import {type WebhookCounts} from '../export/webhooks.js';
import {english} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {type OpenFleet} from '../fleet/open.js';
import {type Clock, untilAborted} from '../lib/clock.js';
import {type Timestamp} from '../lib/time.js';
import {allOutcomeCodes, isClosed, outcomeCode} from '../protocol/outcome.js';
import {agentBehind, ownerLabel} from '../store/lookup.js';
import {isUnchecked} from '../store/selectors/agent-rows.js';
import {agentNow, taskCells, taskName} from '../store/selectors/basics.js';
import {isFailing} from '../store/selectors/cause.js';
import {usualDuration} from '../store/selectors/usual.js';
import {type State} from '../store/state.js';
import {ownedTasks} from './exit-code.js';
import {type Output} from './output.js';
import {allConnectionWords, connectionCodeWord} from './text.js';

// To count each failure once, leave out those with a `main`: they are sub-tasks of that main task.
const taskLabels = ['owner', 'id', 'task', 'main'] as const;

// Of a task that was not over when it was read last, and whose agent cannot be polled now. What it did then must not look as if it did so now.
const notChecked = 'not checked';

/** The state as Prometheus reads it. `latencies`: the duration of each agent's last response, in ms; `notifications`: what webhooks were told so far. */
type MetricsSource = {readonly state: State; readonly now: Timestamp; readonly latencies: ReadonlyMap<string, number>; readonly version: string; readonly notifications?: readonly WebhookCounts[]};

// Loaded for the first scrape: nothing else needs it.
const loadPrometheus = async () => {
	const {default: prometheus} = await import('prom-client');
	return prometheus;
};

const gaugesOf = ({Counter, Gauge}: Awaited<ReturnType<typeof loadPrometheus>>, registry: Registry) => {
	const registers = [registry];
	return {
		build: new Gauge({name: 'obwatch_build_info', help: 'Always 1; the version of obwatch is a label.', labelNames: ['version'], registers}),
		up: new Gauge({name: 'obwatch_agent_up', help: '1 if the agent\'s task can be read, else 0.', labelNames: ['agent'], registers}),
		connection: new Gauge({name: 'obwatch_agent_connection', help: `Always 1; the label connection is one of: ${allConnectionWords.join(', ')}.`, labelNames: ['agent', 'connection'], registers}),
		poll: new Gauge({name: 'obwatch_agent_poll_seconds', help: 'Duration of the agent\'s last response, good or bad.', labelNames: ['agent'], registers}),
		outcome: new Gauge({name: 'obwatch_task_outcome', help: `Always 1; the label outcome is one of: ${[...allOutcomeCodes, notChecked].join(', ')}.`, labelNames: [...taskLabels, 'outcome'], registers}),
		failing: new Gauge({name: 'obwatch_task_failing', help: '1 if the task still runs and a part of it failed that nothing retries by itself, else 0.', labelNames: taskLabels, registers}),
		stage: new Gauge({name: 'obwatch_task_stage', help: 'The stage being worked on, from 1; counts down while rolling back.', labelNames: taskLabels, registers}),
		stages: new Gauge({name: 'obwatch_task_max_stage', help: 'How many stages the task has.', labelNames: taskLabels, registers}),
		expected: new Gauge({name: 'obwatch_task_expected_seconds', help: 'How long the task usually takes, by at least three earlier runs that succeeded (their median).', labelNames: taskLabels, registers}),
		age: new Gauge({name: 'obwatch_task_age_seconds', help: 'Since the start of the task\'s last attempt, by its agent\'s clock.', labelNames: taskLabels, registers}),
		notifications: new Counter({name: 'obwatch_notifications_total', help: 'Changes for a webhook; the label result is sent, or failed for those that were given up.', labelNames: ['webhook', 'result'], registers}),
	};
};

/** The text of one scrape. */
export const metricsText = async ({state, now, latencies, version, notifications = []}: MetricsSource): Promise<string> => {
	const prometheus = await loadPrometheus();
	const registry = new prometheus.Registry();
	const gauges = gaugesOf(prometheus, registry);
	gauges.build.set({version}, 1);
	for (const {webhook, sent, failed} of notifications) {
		gauges.notifications.inc({webhook, result: 'sent'}, sent);
		gauges.notifications.inc({webhook, result: 'failed'}, failed);
	}

	for (const [key, entry] of state.agents) {
		const agent = entry.address.label;
		const connection = connectionCodeWord(entry);
		gauges.up.set({agent}, connection === 'connected' ? 1 : 0);
		gauges.connection.set({agent, connection}, 1);
		const latency = latencies.get(key);
		if (latency !== undefined) {
			gauges.poll.set({agent}, latency / 1000);
		}
	}

	for (const {owner, dag} of ownedTasks(state)) {
		const present = agentNow(agentBehind(state, owner), now, dag);
		const {outcome, progress} = taskCells(dag, present);
		// A task that only another password opens is no reason for an alarm.
		if (isClosed(outcome)) {
			continue;
		}

		const labels = {owner: ownerLabel(state, owner), id: dag.id, task: taskName(dag, english), main: dag.links.mainDagId ?? ''};
		const [isOld, hasFailingPart] = [isUnchecked(state, owner, dag), isFailing(state, dag)];
		gauges.outcome.set({...labels, outcome: isOld ? notChecked : outcomeCode(outcome)}, 1);
		if (!isOld || hasFailingPart) {
			gauges.failing.set(labels, hasFailingPart ? 1 : 0);
		}

		if (isOld) {
			continue;
		}

		gauges.stage.set(labels, progress.stage);
		gauges.stages.set(labels, progress.total);
		const expected = usualDuration(state, owner, dag);
		if (expected !== undefined) {
			gauges.expected.set(labels, expected / 1000);
		}

		if (dag.startTime !== undefined && present !== undefined) {
			gauges.age.set(labels, Math.max(0, present - dag.startTime) / 1000);
		}
	}

	return registry.metrics();
};

// Of the text format that prom-client writes.
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export type MetricsDeps = {
	readonly clock: Clock;
	/** obwatch's own. */
	readonly version: string;
	/** Ends the server. */
	readonly signal: AbortSignal;
	/** Where it reports its address. */
	readonly errors: Output;
	/** What webhooks were told so far. */
	readonly notifications?: (() => readonly WebhookCounts[]) | undefined;
};

export type Served = {readonly ok: true} | {readonly ok: false; readonly problem: string};

// Prometheus needs no more readers at a time; for one more, the oldest idle connection is closed.
const connectionLimit = 32;

// ms. A slower reader holds a connection that others could use.
const patience = {
	headersTimeout: 5000,
	requestTimeout: 10_000,
	keepAliveTimeout: 5000,
	connectionsCheckingInterval: 1000,
} as const;

// ms without reading or sending.
const idleTimeout = 10_000;

/** Keeps the number of connections within the limit, by closing idle ones. */
const limitConnections = (server: Server): void => {
	const open = new Set<Socket>();
	const lastResponse = new Set<Socket>();
	server.on('connection', socket => {
		open.add(socket);
		socket.once('close', () => {
			open.delete(socket);
			lastResponse.delete(socket);
		});
		if (open.size <= connectionLimit) {
			return;
		}

		const [oldest] = open;
		const waiting = open.values().find(each => !lastResponse.has(each));
		(waiting ?? oldest)?.destroy();
	});
	server.on('request', ({socket}, response) => {
		lastResponse.add(socket);
		response.once('close', () => {
			lastResponse.delete(socket);
		});
	});
};

const respond = async (request: IncomingMessage, response: ServerResponse, text: () => Promise<string>): Promise<void> => {
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
	const {command} = messages().usage;
	if (error.code === 'EADDRINUSE') {
		return command.portInUse(host, port);
	}

	return error.code === 'EACCES' ? command.portRefused(port) : command.cannotListen('--serve-metrics', host, port, error.code ?? '');
};

const listen = async (server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> => new Promise(resolve => {
	server.once('error', resolve);
	server.listen(port, host, () => {
		server.off('error', resolve);
		resolve(undefined);
	});
});

/** Serves the known state to Prometheus until the signal. A scrape queries no agents: it shows what polling knows. */
export const serveMetrics = async ({store, latencies}: Pick<OpenFleet, 'store' | 'latencies'>, {host, port}: {readonly host: string; readonly port: number}, deps: MetricsDeps): Promise<Served> => {
	const {clock, version, signal, errors, notifications} = deps;
	const server = createServer(patience, (request, response) => {
		void respond(request, response, async () => metricsText({state: store.getState(), now: clock.now(), latencies, version, notifications: notifications?.() ?? []}));
	});
	server.timeout = idleTimeout;
	limitConnections(server);
	const problem = await listen(server, host, port);
	if (problem) {
		return {ok: false, problem: problemOf(problem, host, port)};
	}

	const address = server.address();
	const actual = typeof address === 'object' && address ? address.port : port;
	await errors.write(`${messages().usage.line(messages().usage.command.metricsAt(`http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`))}\n`);
	await untilAborted(signal);
	server.close();
	server.closeAllConnections();
	return {ok: true};
};
