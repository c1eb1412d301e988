// The main tasks of the agents' last tasks. On a running cluster, an agent's last task is its share of a main task, which is in no
// maintenance list: only the main task tells how it really ended (docs/protocol.md#main-tasks-and-their-sub-tasks).

import {type AgentClient} from '../client/types.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentError} from '../protocol/errors.js';
import {isLaterId, parseGenericId} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {bugError} from './agent/on-error.js';
import {isLive} from './agent/task-state.js';
import {backoff, pace} from './intervals.js';
import {fetchTaskById, type TaskResponse, type WatchDeps} from './request.js';

/** Reads each main task until it is final, then never again. */
export type MainWatch = {
	/** Notes what an event says about main tasks: which agents have one, which are listed as unfinished, and which have ended. */
	readonly hear: (event: PollEvent) => void;
	/** A password changed or a key was accepted: what failed is tried again. */
	readonly wake: () => void;
	/** Whether every main task that some agent's last task belongs to was queried once. */
	readonly isSettled: () => boolean;
	readonly remove: (agent: string) => void;
	/** Ends it. Requests in progress are aborted, and their responses dropped. */
	readonly stop: () => void;
};

export type MainWatchDeps = WatchDeps & {
	/** 0 to 1. */
	readonly random: () => number;
	/** Called when `isSettled` may have become true. */
	readonly onSettled?: (() => void) | undefined;
};

/**
A main task that is followed.

- reporters: the agents (keys) whose last task is a share of it
- failures: attempts in a row that brought no response, which also decide which agent is queried next
- reader: the agent (key) that last returned it, and so is queried first
- readAt: when a response last said its state
- listedBy: the agent (key) that last listed it as unfinished, and so reads it anyway
- isFinal: it is not read again unless it continues; isGone: no agent knows it
*/
type Watched = {
	readonly id: string;
	readonly reporters: Set<string>;
	failures: number;
	reader: string | undefined;
	readAt: Timestamp | undefined;
	isRequested: boolean;
	listedBy: string | undefined;
	isFinal: boolean;
	isGone: boolean;
	isUnderWay: boolean;
	cancelWait: () => void;
};

// Final ones are kept as long as an agent's last task belongs to them; beyond this many, the oldest are forgotten.
const limit = 200;

export const createMainWatch = ({clientOf, clock, random, emit, requestQueue, onSettled}: MainWatchDeps): MainWatch => {
	const watched = new Map<string, Watched>();
	const names = new Map<string, string>();
	const controller = new AbortController();
	const isStopped = (): boolean => controller.signal.aborted;

	/** All that can be queried: the one that returned it last, its owner, and the agents with a share of it. */
	const clientsFor = ({id, reader, reporters}: Watched): readonly AgentClient[] => {
		const generic = parseGenericId(id);
		const owner = generic?.scope === 'agent' ? names.get(generic.agent) : undefined;
		return [...new Set([reader, owner, ...reporters])].flatMap(agent => (agent === undefined ? undefined : clientOf(agent)) ?? []);
	};

	/** After a failure the next agent. */
	const nextClient = (main: Watched): AgentClient | undefined => {
		const clients = clientsFor(main);
		return clients[main.failures % Math.max(1, clients.length)];
	};

	/** It cannot be read now, once each agent was tried. */
	const fail = (main: Watched, error: AgentError, agent: string, at: Timestamp): void => {
		main.failures += 1;
		if (main.listedBy !== undefined) {
			return;
		}

		if (main.failures % Math.max(1, clientsFor(main).length) !== 0) {
			waitFor(main, 0);
			return;
		}

		main.isRequested = true;
		waitFor(main, backoff(main.failures, random()));
		emit({type: 'main-task-failed', agent, at, id: main.id, error, readBefore: main.readAt});
	};

	const waitFor = (main: Watched, time: number): void => {
		main.cancelWait();
		main.cancelWait = clock.schedule(() => {
			requestQueue.enter('proven', leave => {
				void send(main, leave);
			});
		}, time);
	};

	const settle = (main: Watched, response: TaskResponse, agent: string, at: Timestamp): void => {
		if (response.type === 'error') {
			fail(main, response.error, agent, at);
			return;
		}

		const readBefore = main.readAt;
		main.isRequested = true;
		main.failures = response.task?.isBrief ? main.failures + 1 : 0;
		main.reader = agent;
		main.readAt = response.task ? at : readBefore;
		main.isGone = response.task === undefined;
		main.isFinal = response.task === undefined || !isLive(response.task);
		emit({type: 'main-task-received', agent, at, id: main.id, task: response.task, readBefore});
		if (!main.isFinal && main.listedBy === undefined) {
			waitFor(main, main.failures === 0 ? pace.unfinishedLive : backoff(main.failures, random()));
		}
	};

	const send = async (main: Watched, leave: () => void): Promise<void> => {
		const client = nextClient(main);
		if (isStopped() || main.isFinal || main.isUnderWay || main.listedBy !== undefined || !client) {
			leave();
			return;
		}

		// The end of the one before it is reported first.
		const before = main.isRequested ? undefined : watched.values().find(other => isLaterId(main.id, other.id) && other.isRequested && !other.isFinal && !other.isUnderWay);
		for (const each of before ? [before, main] : [main]) {
			each.isUnderWay = true;
			const response = await fetchTaskById(client, each.id, {clock, signal: controller.signal, failures: each.failures});
			each.isUnderWay = false;
			if (isStopped()) {
				leave();
				return;
			}

			try {
				settle(each, response, client.address.key, clock.now());
			} catch (error) {
				fail(each, bugError(error), client.address.key, clock.now());
			}
		}

		leave();
		onSettled?.();
	};

	const forgetOld = (): void => {
		for (const [id, main] of watched) {
			if (watched.size <= limit) {
				return;
			}

			if (main.reporters.size > 0) {
				continue;
			}

			main.cancelWait();
			watched.delete(id);
		}
	};

	const leaveOthers = (agent: string, id: string | undefined): void => {
		for (const main of watched.values()) {
			if (main.id === id) {
				continue;
			}

			main.reporters.delete(agent);
		}
	};

	const hearTask = (agent: string, task: Dag): void => {
		const {mainDagId: id} = task.links;
		leaveOthers(agent, id);
		if (id === undefined) {
			return;
		}

		const known = watched.get(id);
		if (known) {
			known.reporters.add(agent);
			// It was retried or is rolled back, as its sub-task shows.
			if (known.isFinal && !known.isGone && isLive(task)) {
				known.isFinal = false;
				waitFor(known, 0);
			}

			return;
		}

		const main: Watched = {
			id, reporters: new Set([agent]), failures: 0, reader: undefined, readAt: undefined, isRequested: false, listedBy: undefined, isFinal: false, isGone: false, isUnderWay: false, cancelWait: () => undefined,
		};
		watched.set(id, main);
		forgetOld();
		waitFor(main, 0);
	};

	/**
	An agent reads the tasks that it lists to their end; one that left the list without an end is queried here. If another delegate
	lists for the cluster from now on, it takes over what the one before knew.
	*/
	const hearList = (agent: string, {tasks, ended, left = []}: Pick<Extract<PollEvent, {type: 'unfinished-received'}>, 'tasks' | 'ended' | 'left'>): void => {
		for (const main of watched.values()) {
			const listed = tasks.find(({id}) => id === main.id);
			if (listed) {
				main.listedBy = agent;
				main.isRequested = true;
				main.isFinal &&= !isLive(listed);
				continue;
			}

			main.isFinal ||= ended.some(dag => dag.id === main.id && !isLive(dag));
			if (main.listedBy !== agent) {
				continue;
			}

			main.listedBy = undefined;
			main.readAt = left.find(({id}) => id === main.id)?.readAt ?? main.readAt;
			if (!main.isFinal) {
				waitFor(main, 0);
			}
		}
	};

	return {
		hear(event) {
			if (event.type === 'info-received') {
				names.set(event.info.agent, event.agent);
				return;
			}

			if (event.type === 'task-received') {
				hearTask(event.agent, event.task);
				return;
			}

			if (event.type === 'unfinished-received') {
				hearList(event.agent, event);
			}
		},
		wake() {
			for (const main of watched.values()) {
				if (main.failures === 0 || main.isFinal) {
					continue;
				}

				waitFor(main, 0);
			}
		},
		isSettled: () => watched.values().every(({isRequested, isFinal, reporters}) => isRequested || isFinal || reporters.size === 0),
		remove(agent) {
			leaveOthers(agent, undefined);
			hearList(agent, {tasks: [], ended: []});
		},
		stop() {
			controller.abort();
			for (const main of watched.values()) {
				main.cancelWait();
			}
		},
	};
};
