// Queries how tasks ended that left the screen before their end, whether or not another one replaced them. Each is queried by its id until its end is known.

import {type AgentError, isSameError} from '../protocol/errors.js';
import {backoff, cutOffBackoff, pace} from './intervals.js';
import {fetchTaskById, type TaskResponse, type WatchDeps} from './request.js';

/** A task whose end is to be queried, and the agent (its key) to query. */
export type UnendedTask = {readonly agent: string; readonly id: string};

export type EndWatch = {
	/** Tasks that are missing from it are dropped: their ends are known, or never will be. */
	readonly setFocus: (tasks: readonly UnendedTask[]) => void;
	/** Queries again now, for one agent or all. */
	readonly refresh: (agent: string | undefined) => void;
	readonly stop: () => void;
};

export type EndWatchDeps = WatchDeps & {
	/** 0 to 1. */
	readonly random: () => number;
};

type EndLoop = {readonly agent: string; readonly lookNow: () => void; readonly close: () => void};

const createEndLoop = ({agent, id}: UnendedTask, {clientOf, clock, random, emit, requestQueue}: EndWatchDeps): EndLoop => {
	const controller = new AbortController();
	let phase: 'waiting' | 'queued' | 'sending' | 'closed' = 'waiting';
	let failures = 0;
	let refusals = 0;
	let reported: AgentError | undefined;
	let leaveQueue: (() => void) | undefined;
	// A function, since `phase` also changes while the code awaits.
	const isClosed = (): boolean => phase === 'closed';

	const report = (response: TaskResponse): void => {
		const at = clock.now();
		if (response.type === 'task' && !response.task?.isBrief) {
			reported = undefined;
			failures = 0;
			refusals = 0;
			emit({type: 'linked-task-received', agent, at, id, task: response.task});
			return;
		}

		failures += 1;
		refusals = response.type === 'task' ? refusals + 1 : 0;
		if (response.type === 'task') {
			emit({type: 'linked-task-received', agent, at, id, task: response.task});
			return;
		}

		if (reported && isSameError(reported, response.error)) {
			return;
		}

		reported = response.error;
		emit({type: 'linked-task-failed', agent, at, id, error: response.error});
	};

	const send = async (leave: () => void): Promise<void> => {
		phase = 'sending';
		const client = clientOf(agent);
		const response: TaskResponse = client ? await fetchTaskById(client, id, {clock, signal: controller.signal, failures}) : {type: 'task', task: undefined};
		leave();
		if (isClosed()) {
			return;
		}

		phase = 'waiting';
		try {
			report(response);
		} catch {
			// A listener's failure must not end the polling: it is reported again with the next response.
			reported = undefined;
			failures += 1;
		}

		wait(failures === 0 ? pace.unfinishedLive : (refusals === 0 ? backoff(failures, random()) : cutOffBackoff(refusals)));
	};

	const queue = (): void => {
		phase = 'queued';
		leaveQueue = requestQueue.enter('proven', leave => {
			void send(leave);
		});
	};

	let cancelWait = clock.schedule(queue, 0);
	const wait = (time: number): void => {
		if (phase !== 'waiting') {
			return;
		}

		cancelWait();
		cancelWait = clock.schedule(queue, time);
	};

	return {
		agent,
		lookNow() {
			wait(0);
		},
		close() {
			phase = 'closed';
			cancelWait();
			leaveQueue?.();
			controller.abort();
		},
	};
};

export const createEndWatch = (deps: EndWatchDeps): EndWatch => {
	const open = new Map<string, EndLoop>();

	const setFocus = (tasks: readonly UnendedTask[]): void => {
		// Ids of two clusters can be the same.
		const wanted = new Map(tasks.map(task => [`${task.agent} ${task.id}`, task]));
		for (const [key, loop] of open) {
			if (wanted.has(key)) {
				continue;
			}

			loop.close();
			open.delete(key);
		}

		for (const [key, task] of wanted) {
			if (!open.has(key)) {
				open.set(key, createEndLoop(task, deps));
			}
		}
	};

	return {
		setFocus,
		refresh(agent) {
			for (const loop of open.values()) {
				if (agent === undefined || agent === loop.agent) {
					loop.lookNow();
				}
			}
		},
		stop() {
			setFocus([]);
		},
	};
};
