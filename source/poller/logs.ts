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

/** The logs of one agent, which are queried one at a time. */
type Turns = {
	/** Begins the turn when no other log of this agent has one. */
	readonly take: (turn: Turn) => void;
	/** Gives a turn back, or the place in the queue. */
	readonly give: (turn: Turn) => void;
	/** How long the last responses took, by sub-task, in ms. */
	readonly durations: Map<string, number>;
};

type Turn = {readonly begin: () => void};

const createTurns = (): Turns => {
	const waiting: Turn[] = [];
	let holder: Turn | undefined;

	const next = (): void => {
		holder = waiting.shift();
		holder?.begin();
	};

	return {
		durations: new Map(),
		take(turn) {
			waiting.push(turn);
			if (holder === undefined) {
				next();
			}
		},
		give(turn) {
			if (holder === turn) {
				next();
			} else if (waiting.includes(turn)) {
				waiting.splice(waiting.indexOf(turn), 1);
			}
		},
	};
};

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
	readonly turns: Turns;
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
const createLogLoop = ({client, focus: opened, turns, clock, random, emit, requestQueue}: LogLoopDeps): LogLoop => {
	const {agent, subTask} = opened;
	let state = newLog(opened);
	let phase: 'waiting' | 'queued' | 'sending' | 'closed' = 'waiting';
	let leaveQueue: (() => void) | undefined;
	const turn: Turn = {
		begin() {
			// The user is looking at it: it does not wait behind offline agents.
			leaveQueue = requestQueue.enter('proven', begin);
		},
	};
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
		turns.durations.set(subTask, state.last?.duration ?? 0);
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
		turns.give(turn);
		if (isClosed()) {
			return;
		}

		phase = 'waiting';
		handleResponse(response, sentAt);
	};

	/** All logs of the agent together get one pause: many small ones are as much work for it as a large one. */
	const dueAt = (now: number): number => {
		const {last} = state;
		const all = turns.durations.values().reduce((sum, duration) => sum + duration, 0);
		return logDueAt(last ? {...state, last: {...last, duration: Math.max(last.duration, all)}} : state, now);
	};

	const begin = (leave: () => void): void => {
		// What was due when it was queued may no longer be.
		if (dueAt(clock.now()) > clock.now()) {
			phase = 'waiting';
			leave();
			turns.give(turn);
			wait();
			return;
		}

		phase = 'sending';
		void send(leave);
	};

	const queue = (): void => {
		phase = 'queued';
		turns.take(turn);
	};

	let cancelWait = clock.schedule(queue, 0);

	const wait = (): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		const now = clock.now();
		const at = dueAt(now);
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
			turns.give(turn);
			turns.durations.delete(subTask);
			controller.abort();
		},
	};
};

/** Keeps the logs on screen fresh. */
export type LogWatch = {
	/** Logs of agents that are not watched are not queried. */
	readonly setFocus: (focuses: readonly LogFocus[]) => void;
	/** For the logs of one agent, or of all. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

type LogWatchDeps = Omit<LogLoopDeps, 'client' | 'focus' | 'turns'> & {readonly clientOf: (agent: string) => LogLoopDeps['client'] | undefined};

const keyOf = ({agent, subTask}: LogFocus): string => `${agent} ${subTask}`;

export const createLogWatch = ({clientOf, ...deps}: LogWatchDeps): LogWatch => {
	const loops = new Map<string, {readonly agent: string; readonly loop: LogLoop}>();
	const turns = new Map<string, Turns>();

	const turnsOf = (agent: string): Turns => {
		const known = turns.get(agent) ?? createTurns();
		turns.set(agent, known);
		return known;
	};

	const loopsOf = (agent: string | undefined): readonly LogLoop[] =>
		loops.values().flatMap(open => agent === undefined || agent === open.agent ? [open.loop] : []).toArray();

	const closeOthers = (wanted: ReadonlySet<string>): void => {
		for (const [key, {loop}] of loops) {
			if (wanted.has(key)) {
				continue;
			}

			loops.delete(key);
			loop.close();
		}

		const agents = new Set(loops.values().map(({agent}) => agent));
		for (const agent of turns.keys()) {
			if (!agents.has(agent)) {
				turns.delete(agent);
			}
		}
	};

	const open = (focus: LogFocus): void => {
		const {agent} = focus;
		const known = loops.get(keyOf(focus));
		if (known) {
			known.loop.setFocus(focus);
			return;
		}

		const client = clientOf(agent);
		if (client) {
			loops.set(keyOf(focus), {agent, loop: createLogLoop({
				...deps, client, focus, turns: turnsOf(agent),
			})});
		}
	};

	const setFocus = (focuses: readonly LogFocus[]): void => {
		closeOthers(new Set(focuses.map(focus => keyOf(focus))));
		for (const focus of focuses) {
			open(focus);
		}
	};

	return {
		setFocus,
		refresh(agent) {
			for (const loop of loopsOf(agent)) {
				loop.refresh();
			}
		},
		wake(agent) {
			for (const loop of loopsOf(agent)) {
				loop.wake();
			}
		},
		stop() {
			setFocus([]);
		},
	};
};
