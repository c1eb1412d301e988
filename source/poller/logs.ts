import {type AgentClient} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {type PollEvent} from '../store/actions.js';
import {bugError} from './agent/on-error.js';
import {pace} from './intervals.js';
import {
	applyLog,
	fetchLog,
	isLogNews,
	logDueAt,
	type LogFocus,
	type LogPollState,
	logRefreshed,
	type LogResponse,
	logSent,
	logWoken,
	newLog,
} from './logs-state.js';
import {type RequestQueue} from './request-queue.js';
import {retryOnce, sendWithDeadline} from './request.js';

/** One log, polled while it is open. */
type LogLoop = {
	/** The same log, with what else is known about it now. */
	readonly setFocus: (focus: LogFocus) => void;
	readonly refresh: () => void;
	/** A password changed or a key was accepted. */
	readonly wake: () => void;
	/** Ends the loop. The request in progress is aborted, and its response dropped. */
	readonly close: () => void;
};

type LogLoopDeps = {
	readonly client: AgentClient;
	readonly focus: LogFocus;
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	readonly emit: (event: PollEvent) => void;
	readonly requestQueue: RequestQueue;
};

/**
Starts at once, beside the agent's own loop: a log of tens of megabytes can take its whole deadline, and neither its pause nor its
failures may affect the task on screen. So an agent gets at most two requests at a time, one of them for the log.
*/
const createLogLoop = ({client, focus: opened, clock, random, emit, requestQueue}: LogLoopDeps): LogLoop => {
	const {agent, subTask} = opened;
	let state = newLog(opened);
	let phase: 'waiting' | 'queued' | 'sending' | 'closed' = 'waiting';
	let leaveQueue: (() => void) | undefined;
	const controller = new AbortController();

	const report = (response: LogResponse): void => {
		if (isClosed() || !isLogNews(state, response)) {
			return;
		}

		const at = clock.now();
		switch (response.type) {
			case 'lines': {
				emit({type: 'logs-received', agent, at, subTask, lines: response.lines});
				state = {...state, reported: {type: 'lines'}};
				return;
			}

			case 'error': {
				emit({type: 'logs-failed', agent, at, subTask, error: response.error});
				state = {...state, reported: response};
			}
		}
	};

	const applyAndReport = (response: LogResponse, sentAt: number): void => {
		state = applyLog(state, response, {sentAt, at: clock.now(), random: random()});
		report(response);
	};

	/** A listener's failure is reported as the log's trouble, and everything is reported again with the next response. */
	const handleResponse = (response: LogResponse, sentAt: number): void => {
		try {
			applyAndReport(response, sentAt);
		} catch (error) {
			state = {...state, reported: undefined};
			try {
				applyAndReport({type: 'error', error: bugError(error)}, sentAt);
			} catch {
				// Nothing can be reported now; since nothing counts as reported, it will be.
			}
		}

		wait();
	};

	const send = async (leave: () => void): Promise<void> => {
		const sentAt = clock.now();
		state = logSent(state, sentAt);
		const response = await sendWithDeadline(async given => retryOnce(async () => fetchLog(client, subTask, given)), {clock, timeout: pace.logTimeout, signal: controller.signal});
		leave();
		if (isClosed()) {
			return;
		}

		phase = 'waiting';
		handleResponse(response, sentAt);
	};

	const begin = (leave: () => void): void => {
		// What was due when it was queued may no longer be.
		if (logDueAt(state, clock.now()) > clock.now()) {
			phase = 'waiting';
			leave();
			wait();
			return;
		}

		phase = 'sending';
		void send(leave);
	};

	const queue = (): void => {
		phase = 'queued';
		// The user is looking at it: it does not wait behind offline agents.
		leaveQueue = requestQueue.enter('proven', begin);
	};

	let cancelWait = clock.schedule(queue, 0);

	const wait = (): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		const now = clock.now();
		const at = logDueAt(state, now);
		cancelWait = at === Infinity ? () => undefined : clock.schedule(queue, Math.max(0, at - now));
	};

	// A function, since `phase` also changes while the code awaits.
	const isClosed = (): boolean => phase === 'closed';

	const change = (next: LogPollState): void => {
		state = next;
		wait();
	};

	return {
		setFocus(focus) {
			change({...state, focus});
		},
		refresh() {
			change(logRefreshed(state));
		},
		wake() {
			change(logWoken(state, clock.now()));
		},
		close() {
			phase = 'closed';
			cancelWait();
			leaveQueue?.();
			controller.abort();
		},
	};
};

/** Keeps the log on screen fresh. */
export type LogWatch = {
	/** With undefined, or a log of an agent that is not watched, nothing is queried. */
	readonly setFocus: (focus: LogFocus | undefined) => void;
	/** For the log of one agent, or of any. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

type LogWatchDeps = Omit<LogLoopDeps, 'client' | 'focus'> & {readonly clientOf: (agent: string) => LogLoopDeps['client'] | undefined};

type Open = {readonly focus: LogFocus; readonly loop: LogLoop};

export const createLogWatch = ({clientOf, ...deps}: LogWatchDeps): LogWatch => {
	let open: Open | undefined;

	const loopOf = (agent: string | undefined): LogLoop | undefined =>
		open && (agent === undefined || agent === open.focus.agent) ? open.loop : undefined;

	const setFocus = (focus: LogFocus | undefined): void => {
		if (open && open.focus.agent === focus?.agent && open.focus.subTask === focus.subTask) {
			open.loop.setFocus(focus);
			return;
		}

		open?.loop.close();
		const client = focus && clientOf(focus.agent);
		open = client && {focus, loop: createLogLoop({...deps, client, focus})};
	};

	return {
		setFocus,
		refresh(agent) {
			loopOf(agent)?.refresh();
		},
		wake(agent) {
			loopOf(agent)?.wake();
		},
		stop() {
			setFocus(undefined);
		},
	};
};
