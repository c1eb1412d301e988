import {type AgentClient, type RequestOptions} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {type HistoryFocus} from '../store/history.js';
import {bugError} from './agent/on-error.js';
import {
	applyEarlier,
	applyHistory,
	applyHistoryDetails,
	type HistoryPollState,
	historyRefreshed,
	type HistoryRequest,
	mostOf,
	newHistory,
	nextHistoryRequest,
	remainingOf,
	tasksOf,
	withoutList,
} from './history-state.js';
import {type LastResponse, pace, restedAt} from './intervals.js';
import {createRequestQueue, type RequestQueue} from './request-queue.js';
import {retryOnce, sendWithDeadline} from './request.js';

/** One history, from when it is opened to when it is closed. */
type HistoryLoop = {
	readonly setFocus: (focus: HistoryFocus) => void;
	/** Queries all of it again. */
	readonly refresh: () => void;
	/** What failed may be tried again. */
	readonly wake: () => void;
	/** Ends the loop. The request in progress is aborted, and its response dropped. */
	readonly close: () => void;
};

type HistoryLoopDeps = {
	readonly clientOf: (agent: string) => AgentClient | undefined;
	readonly focus: HistoryFocus;
	readonly clock: Clock;
	readonly emit: (event: PollEvent) => void;
	/** For requests of histories. */
	readonly enterQueue: RequestQueue['enter'];
};

type HistoryResponse =
	| {readonly type: 'tasks'; readonly tasks: readonly Dag[]}
	| {readonly type: 'error'; readonly error: AgentError};

const fetchNext = async (client: AgentClient, request: HistoryRequest, scope: HistoryFocus['scope'], given: RequestOptions): Promise<HistoryResponse> => {
	if (request.type === 'list') {
		const reply = await client.fetchHistory({...given, scope});
		return reply.type === 'error' ? reply : {type: 'tasks', tasks: reply.type === 'data' ? reply.data : []};
	}

	if (request.type === 'details') {
		const details = await client.fetchTask({...given, id: request.id, details: true});
		return details.type === 'error' ? details : {type: 'tasks', tasks: details.type === 'data' ? [details.data] : []};
	}

	const reply = await client.fetchEarlierTask({...given, than: request.than, by: request.by});
	return reply.type === 'error' ? reply : {type: 'tasks', tasks: reply.type === 'data' ? [reply.data] : []};
};

/** If the list is another agent's, too large, or not offered by this version, the tasks can still be queried one by one. */
const isUnlisted = (error: AgentError): boolean => error.type === 'protocol' || error.type === 'too-large' || isMissingEndpoint(error);

/** Starts at once, beside the agent's own loop and with the same pause after each response; later it only continues when more is wanted. */
const createHistoryLoop = ({clientOf, focus: opened, clock, emit, enterQueue}: HistoryLoopDeps): HistoryLoop => {
	let focus = opened;
	let state: HistoryPollState = newHistory;
	let last: LastResponse | undefined;
	let phase: 'waiting' | 'queued' | 'sending' | 'closed' = 'waiting';
	let leaveQueue: (() => void) | undefined;
	let cancelWait = (): void => undefined;
	let refreshes = 0;
	let isReported = false;
	let isReportedLoading = true;
	const controller = new AbortController();
	// A function, since `phase` also changes while the code awaits.
	const isClosed = (): boolean => phase === 'closed';

	const fail = (error: AgentError): void => {
		state = {...state, isStuck: true};
		emit({type: 'history-failed', agent: focus.agent, at: clock.now(), owner: focus.owner, error});
	};

	const report = (): void => {
		isReported = true;
		isReportedLoading = nextHistoryRequest(state, focus) !== undefined;
		emit({
			type: 'history-received', agent: focus.agent, at: clock.now(), owner: focus.owner,
			tasks: tasksOf(state), remaining: remainingOf(state, focus), isLoading: isReportedLoading,
		});
	};

	const apply = (request: HistoryRequest, response: HistoryResponse): void => {
		if (request.type === 'details') {
			state = applyHistoryDetails(state, request.id, response.type === 'tasks' ? response.tasks[0] : response.error);
			report();
			return;
		}

		if (response.type === 'error') {
			const walked = request.type === 'list' && isUnlisted(response.error) ? withoutList(state, focus) : undefined;
			if (walked) {
				state = walked;
			} else {
				fail(response.error);
			}

			return;
		}

		state = request.type === 'list' ? applyHistory(state, response.tasks, mostOf(focus)) : applyEarlier(state, request, response.tasks[0]);
		report();
	};

	const send = async (request: HistoryRequest, leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		const refreshesBefore = refreshes;
		const client = clientOf(focus.agent);
		const response: HistoryResponse = client
			? await sendWithDeadline(async given => retryOnce(async () => fetchNext(client, request, focus.scope, given)), {clock, timeout: pace.logTimeout, signal: controller.signal})
			: {type: 'error', error: {type: 'protocol', problem: 'not-watched'}};
		leave();
		if (isClosed()) {
			return;
		}

		last = {endedAt: clock.now(), duration: Math.max(0, clock.now() - sentAt)};
		phase = 'waiting';
		try {
			// Responses to requests from before a refresh are dropped.
			if (refreshes === refreshesBefore) {
				apply(request, response);
			}
		} catch (error) {
			fail(bugError(error));
		}

		wait();
	};

	const begin = (leave: () => void): void => {
		const request = nextHistoryRequest(state, focus);
		if (!request) {
			phase = 'waiting';
			leave();
			return;
		}

		phase = 'sending';
		void send(request, leave);
	};

	const reportNow = (): void => {
		if (isClosed()) {
			return;
		}

		try {
			report();
		} catch (error) {
			fail(bugError(error));
		}
	};

	const wait = (): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		if (!nextHistoryRequest(state, focus)) {
			// Listeners must learn that nothing more comes.
			cancelWait = isReported || state.isStuck ? () => undefined : clock.schedule(reportNow, 0);
			return;
		}

		const now = clock.now();
		cancelWait = clock.schedule(() => {
			phase = 'queued';
			// The user is looking at it: it does not wait behind offline agents.
			leaveQueue = enterQueue('proven', begin);
		}, Math.max(0, restedAt(last, now) - now));
	};

	wait();
	return {
		setFocus(next) {
			// Other runs are looked for now: listeners must learn whether more comes for that, even if nothing does.
			isReported &&= next.runsOf === focus.runsOf;
			// Another agent to query, or more to see: what failed is worth another attempt.
			state = state.isStuck && (next.agent !== focus.agent || next.wanted > focus.wanted || next.last !== focus.last) ? {...state, isStuck: false} : state;
			focus = next;
			wait();
			if (!isReported || isReportedLoading || !nextHistoryRequest(state, focus)) {
				return;
			}

			// More came in sight: until it is read, its outcomes are not unknown, but on their way.
			isReportedLoading = true;
			clock.schedule(reportNow, 0);
		},
		refresh() {
			refreshes += 1;
			state = historyRefreshed(state);
			wait();
		},
		wake() {
			state = {...state, isStuck: false};
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

/** Keeps the open histories. */
export type HistoryWatch = {
	/** Histories that are missing from it are closed. */
	readonly setFocus: (focuses: readonly HistoryFocus[]) => void;
	/** For histories queried from one agent, or all. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

type Open = {readonly focus: HistoryFocus; readonly loop: HistoryLoop};

// All histories together: each list is a large response, and reading it must not hold up the polling of a large fleet.
const atOnce = 8;

export const createHistoryWatch = ({requestQueue, ...deps}: Omit<HistoryLoopDeps, 'focus' | 'enterQueue'> & {readonly requestQueue: RequestQueue}): HistoryWatch => {
	const open = new Map<string, Open>();
	const ownQueue = createRequestQueue(atOnce, deps.clock);
	/** Both queues: that of the histories, then that of all requests. */
	const enterQueue: RequestQueue['enter'] = (priority, begin) => {
		let leaveAll = (): void => undefined;
		const leaveOwn = ownQueue.enter(priority, leave => {
			let hasBegun = false;
			const leaveShared = requestQueue.enter(priority, leaveIt => {
				hasBegun = true;
				begin(() => {
					leaveIt();
					leave();
				});
			});
			// What has begun leaves once its request has ended: until then no other takes its place.
			leaveAll = () => {
				leaveShared();
				if (!hasBegun) {
					leave();
				}
			};
		});
		return () => {
			leaveOwn();
			leaveAll();
		};
	};

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
			const loop = open.get(focus.owner)?.loop ?? createHistoryLoop({...deps, enterQueue, focus});
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
			ownQueue.stop();
		},
	};
};
