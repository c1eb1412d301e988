import {type AgentClient, type RequestOptions} from '../client/types.js';
import {type Clock, scheduleDeadline} from '../lib/clock.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentError, isAboutDetails} from '../protocol/errors.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {bugError} from './agent/on-error.js';
import {pace} from './intervals.js';
import {type RequestQueue} from './request-queue.js';

type Failure = {readonly type: 'error'; readonly error: AgentError};

type Timing = {
	readonly clock: Clock;
	/** ms; the client's own limit. A client that overruns it is aborted and abandoned. */
	readonly timeout: number;
};

/** `signal` ends the request from outside. */
type DeadlineDeps = Timing & {readonly signal: AbortSignal};

const attempt = async <T>(send: (sendWithDeadline: RequestOptions) => Promise<T>, sendWithDeadline: RequestOptions): Promise<T | Failure> => {
	try {
		return await send(sendWithDeadline);
	} catch (error) {
		return {type: 'error', error: bugError(error)};
	}
};

/** Sends a request and always returns in time: a client that throws or hangs makes an error like any other. Never rejects; leaves no timer behind. `controller` ends it from outside; if the client hangs, it is aborted. */
export const sendWithController = async <T>(send: (sendWithDeadline: RequestOptions) => Promise<T>, {clock, timeout, controller}: Timing & {readonly controller: AbortController}): Promise<T | Failure> => new Promise(resolve => {
	const {signal} = controller;
	const cancelTimer = scheduleDeadline(clock, () => {
		settle({type: 'error', error: {type: 'timeout', after: timeout}});
		controller.abort();
	}, timeout + pace.grace);

	const stop = (): void => {
		settle({type: 'error', error: {type: 'aborted'}});
	};

	const settle = (response: T | Failure): void => {
		cancelTimer();
		signal.removeEventListener('abort', stop);
		resolve(response);
	};

	signal.addEventListener('abort', stop);
	void attempt(send, {signal, timeout}).then(settle);
});

/** The same for a signal of which other work depends. */
export const sendWithDeadline = async <T>(send: (sendWithDeadline: RequestOptions) => Promise<T>, {signal, ...timing}: DeadlineDeps): Promise<T | Failure> => {
	// Not AbortSignal.any: what it leaves for each request is collected only now and then, by the ten thousand.
	const controller = new AbortController();
	const stop = (): void => {
		controller.abort();
	};

	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}

	try {
		return await sendWithController(send, {...timing, controller});
	} finally {
		signal.removeEventListener('abort', stop);
	}
};

/** A task that was fetched by its id; undefined if there is none of that id any more. */
export type TaskResponse = Failure | {readonly type: 'task'; readonly task: Dag | undefined};

type ByIdDeps = Pick<DeadlineDeps, 'clock' | 'signal'> & {
	/** How many requests in a row have failed before. */
	readonly failures?: number;
};

/** Fetches one task by its id, with its details; after several refusals in a row only its head, if the agent gives that. */
export const fetchTaskById = async (client: AgentClient, id: string, {clock, signal, failures = 0}: ByIdDeps): Promise<TaskResponse> => {
	const fetchOne = async (details: boolean): Promise<TaskResponse> => {
		const reply = await sendWithDeadline(async given => retryOnce(async () => client.fetchTask({...given, id, details})), {clock, timeout: pace.timeout, signal});
		return reply.type === 'error' ? reply : {type: 'task', task: reply.type === 'data' ? reply.data : undefined};
	};

	const response = await fetchOne(true);
	if (response.type === 'task' || !isAboutDetails(response.error) || failures + 1 < pace.endAttempts) {
		return response;
	}

	const head = await fetchOne(false);
	return head.type === 'task' ? head : response;
};

/** Whose history it is: the agent's own, or its cluster's. */
export type HistoryScope = 'agent' | 'cluster';

export type HistoryReply = Failure | {readonly type: 'tasks'; readonly tasks: readonly Dag[]};

/** Reads the history of an agent (by its key) or of its cluster, which has no pages: what is wanted twice within a minute is read once. */
export type ReadHistory = (agent: string, scope: HistoryScope) => Promise<HistoryReply>;

/** What all that queries agents beside their own loops needs: clients by the agents' keys, and where responses go. */
export type WatchDeps = {
	readonly clientOf: (agent: string) => AgentClient | undefined;
	readonly clock: Clock;
	readonly emit: (event: PollEvent) => void;
	readonly requestQueue: RequestQueue;
};

/** How many lists are kept for a second reader. */
const mostShared = 20;

export const createHistoryReader = ({clientOf, clock, signal}: Pick<WatchDeps, 'clientOf' | 'clock'> & Pick<DeadlineDeps, 'signal'>): ReadHistory => {
	const recent = new Map<string, {readonly at: Timestamp; readonly reply: Promise<HistoryReply>}>();

	const read = async (client: AgentClient, scope: HistoryScope): Promise<HistoryReply> => {
		const reply = await sendWithDeadline(async given => client.fetchHistory({...given, scope}), {clock, timeout: pace.logTimeout, signal});
		return reply.type === 'error' ? reply : {type: 'tasks', tasks: reply.type === 'data' ? reply.data : []};
	};

	return async (agent, scope) => {
		const now = clock.now();
		const key = `${agent} ${scope}`;
		for (const [other, {at}] of recent) {
			// The lists of a thousand agents, read one after the other, would take much memory.
			if (now - at > pace.historyShared || (recent.size >= mostShared && other !== key)) {
				recent.delete(other);
			}
		}

		const client = clientOf(agent);
		if (!client) {
			return {type: 'error', error: {type: 'protocol', problem: 'not-watched'}};
		}

		const reply = recent.get(key)?.reply ?? read(client, scope);
		recent.set(key, {at: recent.get(key)?.at ?? now, reply});
		const settled = await reply;
		// It may be tried again.
		if (settled.type === 'error') {
			recent.delete(key);
		}

		return settled;
	};
};

type AnyResponse = {readonly type: string; readonly error?: AgentError};

/** The codes of a connection that ended while it was used. */
const brokenCodes = new Set(['ECONNRESET', 'EPIPE']);

const isBroken = ({error}: AnyResponse): boolean => error?.type === 'unreachable' && brokenCodes.has(error.code);

/**
Sends once more if the connection broke.
Agents, or proxies, close kept connections that were idle, sometimes just as a request is on its way (RFC 9112, section 9.3.1).
That says nothing about the agent, so it is not reported.
*/
export const retryOnce = async <T extends AnyResponse>(send: () => Promise<T>): Promise<T> => {
	const response = await send();
	return isBroken(response) ? send() : response;
};
