import {type AgentClient, type RequestOptions} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {bugError} from './agent/errors.js';
import {
	type HistoryFocus,
	type HistoryPollState,
	type HistoryRequest,
	historyRefreshed,
	leftOf,
	newHistory,
	nextHistoryRequest,
	applyHistoryDetails,
	applyEarlier,
	applyHistory,
	tasksOf,
	withoutList,
} from './history-state.js';
import {type LastAnswer, pace, restedAt} from './intervals.js';
import {type RequestQueue} from './request-queue.js';
import {ask, retryOnce} from './request.js';

/** One history, from when it is opened to when it is closed. */
type HistoryLoop = {
	readonly setFocus: (focus: HistoryFocus) => void;
	/** All of it is wanted anew. */
	readonly refresh: () => void;
	/** What failed may be tried again. */
	readonly wake: () => void;
	/** For good. What is under way is aborted, and its answer dropped. */
	readonly close: () => void;
};

type HistoryLoopOptions = {
	readonly clientOf: (agent: string) => AgentClient | undefined;
	readonly focus: HistoryFocus;
	readonly clock: Clock;
	readonly emit: (event: PollEvent) => void;
	readonly slots: RequestQueue;
};

type Answer =
	| {readonly type: 'tasks'; readonly tasks: readonly Dag[]}
	| {readonly type: 'error'; readonly error: AgentError};

const put = async (client: AgentClient, question: HistoryRequest, scope: HistoryFocus['scope'], given: RequestOptions): Promise<Answer> => {
	if (question.type === 'list') {
		const reply = await client.fetchHistory({...given, scope});
		return reply.type === 'error' ? reply : {type: 'tasks', tasks: reply.type === 'data' ? reply.data : []};
	}

	if (question.type === 'details') {
		const details = await client.fetchTask({...given, id: question.id, details: true});
		return details.type === 'error' ? details : {type: 'tasks', tasks: details.type === 'data' ? [details.data] : []};
	}

	const reply = await client.fetchEarlierTask({...given, than: question.than, by: question.by});
	return reply.type === 'error' ? reply : {type: 'tasks', tasks: reply.type === 'data' ? [reply.data] : []};
};

/** A list that is another agent's, or too large to take, or that its version does not offer, can still be had one by one. */
const isUnlisted = (error: AgentError): boolean => error.type === 'protocol' || error.type === 'too-large' || isMissingEndpoint(error);

/** Starts asking at once, beside its agent's own loop and with its rest after each answer; then only when more is wanted. */
const createHistoryLoop = ({clientOf, focus: opened, clock, emit, slots}: HistoryLoopOptions): HistoryLoop => {
	let focus = opened;
	let memory: HistoryPollState = newHistory;
	let last: LastAnswer | undefined;
	let phase: 'waiting' | 'queued' | 'asking' | 'closed' = 'waiting';
	let leaveQueue: (() => void) | undefined;
	let cancelWait = (): void => undefined;
	let refreshes = 0;
	let isTold = false;
	const controller = new AbortController();
	// A function, since the phase also changes behind the back of the code that asks.
	const isClosed = (): boolean => phase === 'closed';

	const fail = (error: AgentError): void => {
		memory = {...memory, isStuck: true};
		emit({type: 'history-failed', agent: focus.agent, at: clock.now(), owner: focus.owner, error});
	};

	const tell = (): void => {
		isTold = true;
		emit({
			type: 'history-received', agent: focus.agent, at: clock.now(), owner: focus.owner,
			tasks: tasksOf(memory), left: leftOf(memory, focus), isLoading: nextHistoryRequest(memory, focus) !== undefined,
		});
	};

	const learn = (question: HistoryRequest, answer: Answer): void => {
		if (question.type === 'details') {
			memory = applyHistoryDetails(memory, question.id, answer.type === 'tasks' ? answer.tasks[0] : undefined);
			tell();
			return;
		}

		if (answer.type === 'error') {
			const walked = question.type === 'list' && isUnlisted(answer.error) ? withoutList(memory, focus) : undefined;
			if (walked) {
				memory = walked;
			} else {
				fail(answer.error);
			}

			return;
		}

		memory = question.type === 'list' ? applyHistory(memory, answer.tasks) : applyEarlier(memory, question, answer.tasks[0]);
		tell();
	};

	const send = async (question: HistoryRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const refreshesBefore = refreshes;
		const client = clientOf(focus.agent);
		const answer: Answer = client
			? await ask(async given => retryOnce(async () => put(client, question, focus.scope, given)), {clock, timeout: pace.logTimeout, signal: controller.signal})
			: {type: 'error', error: {type: 'protocol', message: 'this agent is not watched'}};
		leave();
		if (isClosed()) {
			return;
		}

		last = {endedAt: clock.now(), duration: Math.max(0, clock.now() - sentAt)};
		phase = 'waiting';
		try {
			// What was asked before somebody wanted all anew says nothing of that.
			if (refreshes === refreshesBefore) {
				learn(question, answer);
			}
		} catch (error) {
			fail(bugError(error));
		}

		wait();
	};

	const begin = (leave: () => void): void => {
		const question = nextHistoryRequest(memory, focus);
		if (!question) {
			phase = 'waiting';
			leave();
			return;
		}

		phase = 'asking';
		void send(question, leave);
	};

	const tellNow = (): void => {
		try {
			tell();
		} catch (error) {
			fail(bugError(error));
		}
	};

	const wait = (): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		if (!nextHistoryRequest(memory, focus)) {
			// Who waits for it must hear that nothing more comes.
			cancelWait = isTold || memory.isStuck ? () => undefined : clock.schedule(tellNow, 0);
			return;
		}

		const now = clock.now();
		cancelWait = clock.schedule(() => {
			phase = 'queued';
			// Somebody looks at it: it does not wait behind agents that are lost.
			leaveQueue = slots.enter('proven', begin);
		}, Math.max(0, restedAt(last, now) - now));
	};

	wait();
	return {
		setFocus(next) {
			// Somebody else to ask, or more to see: what failed is worth another try.
			memory = memory.isStuck && (next.agent !== focus.agent || next.wanted > focus.wanted || next.last !== focus.last) ? {...memory, isStuck: false} : memory;
			focus = next;
			wait();
		},
		refresh() {
			refreshes += 1;
			memory = historyRefreshed(memory);
			wait();
		},
		wake() {
			memory = {...memory, isStuck: false};
			wait();
		},
		close() {
			phase = 'closed';
			cancelWait();
			leaveQueue?.();
			controller.abort();
		},
	};
};

/** Keeps the histories that are open, whichever those are. */
export type HistoryWatch = {
	/** Whoever is not in it any more is let go of. */
	readonly setFocus: (focuses: readonly HistoryFocus[]) => void;
	/** Those that are asked of one agent, or all. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

type Open = {readonly focus: HistoryFocus; readonly loop: HistoryLoop};

export const createHistoryWatch = (options: Omit<HistoryLoopOptions, 'focus'>): HistoryWatch => {
	const open = new Map<string, Open>();

	const setFocus = (focuses: readonly HistoryFocus[]): void => {
		const owners = new Set(focuses.map(({owner}) => owner));
		for (const [owner, {loop}] of open) {
			if (owners.has(owner)) {
				continue;
			}

			loop.close();
			open.delete(owner);
		}

		for (const focus of focuses) {
			const loop = open.get(focus.owner)?.loop ?? createHistoryLoop({...options, focus});
			open.set(focus.owner, {focus, loop});
			loop.setFocus(focus);
		}
	};

	const each = (agent: string | undefined, run: (loop: HistoryLoop) => void): void => {
		for (const {focus, loop} of open.values()) {
			if (agent === undefined || agent === focus.agent) {
				run(loop);
			}
		}
	};

	return {
		setFocus,
		refresh(agent) {
			each(agent, loop => {
				loop.refresh();
			});
		},
		wake(agent) {
			each(agent, loop => {
				loop.wake();
			});
		},
		stop() {
			setFocus([]);
		},
	};
};
