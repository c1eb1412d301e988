// Failed tasks that are in no list but a history, such as a check: after the start, the history of each cluster is read once, by one of its agents. It has no pages, so not again.

import {type Timestamp} from '../lib/time.js';
import {identityOf, isDatabaseConnected, isInCluster} from '../protocol/identity.js';
import {type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {isFault, isUnread, outcomeOfDag} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {pace} from './intervals.js';
import {fetchTaskById, type HistoryScope, type ReadHistory, type WatchDeps} from './request.js';

export type LookBack = {
	/** Notes which agents list tasks, and for whom. */
	readonly hear: (event: PollEvent) => void;
	/** Whether nothing more comes that is worth waiting for. */
	readonly isSettled: () => boolean;
	/** Ends it. Requests in progress are aborted, and their responses dropped. */
	readonly stop: () => void;
};

export type LookBackDeps = WatchDeps & {
	readonly readHistory: ReadHistory;
	/** Called when `isSettled` may have become true. */
	readonly onSettled?: (() => void) | undefined;
	/** The caller waits for that, so that nothing is put off. */
	readonly isHurried: boolean;
};

type Known = {readonly info?: AgentInfo; readonly status?: AgentStatus; readonly members?: readonly string[]; readonly isListing?: true};

/** What an event says of its agent that decides which histories are read. */
const learntFrom = (event: PollEvent): Known | undefined => {
	if (event.type === 'info-received') {
		return {info: event.info};
	}

	if (event.type === 'status-received') {
		return {status: event.status};
	}

	if (event.type === 'cluster-info-received') {
		return {members: event.cluster.members.map(member => member.agent)};
	}

	return event.type === 'unfinished-received' ? {isListing: true} : undefined;
};

const newestFirst = (one: Dag, other: Dag): number => other.dagId - one.dagId;

/** The newest tasks up to the last one that succeeded, which makes older failures out of date. */
const sinceSuccess = (list: readonly Dag[]): readonly Dag[] => {
	const tasks = list.toSorted(newestFirst);
	const success = tasks.findIndex(({state, operator}) => state === 'SUCCEED' && operator === 'RUN');
	return success === -1 ? tasks : tasks.slice(0, success);
};

/** Those that may have failed, and not long ago. */
export const suspectsIn = (list: readonly Dag[], now: Timestamp): readonly Dag[] => sinceSuccess(list).filter(dag => {
	const outcome = outcomeOfDag(dag);
	return (isFault(outcome) || isUnread(outcome)) && now - (dag.endTime ?? 0) <= pace.failuresSince;
}).slice(0, pace.failuresRead);

export const createLookBack = ({clientOf, clock, emit, readHistory, requestQueue, onSettled, isHurried}: LookBackDeps): LookBack => {
	const historyDelay = isHurried ? 0 : pace.historyAfter;
	const agents = new Map<string, Known>();
	/** The names of the agents whose histories were begun to be read, or those of their clusters. */
	const begun = new Set<string>();
	/** When each was begun that is not read yet, by the agents (keys) that are asked. */
	const underWay = new Map<string, Timestamp>();
	const cancels = new Set<() => void>();
	const controller = new AbortController();
	const isStopped = (): boolean => controller.signal.aborted;

	const schedule = (run: () => void, time: number): void => {
		const cancel = clock.schedule(() => {
			cancels.delete(cancel);
			run();
		}, time);
		cancels.add(cancel);
	};

	/** Whether it could be read. */
	const read = async (agent: string, scope: HistoryScope): Promise<boolean> => {
		const client = clientOf(agent);
		const history = await readHistory(agent, scope);
		if (!client || history.type === 'error') {
			return false;
		}

		const tasks: Dag[] = [];
		for (const {id} of suspectsIn(history.tasks, clock.now())) {
			const response = await fetchTaskById(client, id, {clock, signal: controller.signal});
			tasks.push(...(response.type === 'task' && response.task ? [response.task] : []));
		}

		if (!isStopped() && tasks.length > 0) {
			emit({type: 'failures-received', agent, at: clock.now(), scope, tasks});
		}

		return true;
	};

	const send = async (agent: string, scope: HistoryScope, failures: number, leave: () => void): Promise<void> => {
		let isRead = false;
		try {
			isRead = await read(agent, scope);
		} catch {
			// Nothing else depends on it.
		}

		leave();
		if (isStopped()) {
			return;
		}

		underWay.delete(agent);
		onSettled?.();
		if (!isRead && failures + 1 < pace.historyAttempts) {
			schedule(() => {
				queue(agent, scope, failures + 1);
			}, pace.historyRetry);
		} else if (!isRead) {
			emit({type: 'failures-unread', agent, at: clock.now(), scope});
		}
	};

	const queue = (agent: string, scope: HistoryScope, failures: number): void => {
		requestQueue.enter(isHurried ? 'proven' : 'spare', leave => {
			void send(agent, scope, failures, leave);
		});
	};

	const scopeOf = ({info, status, members, isListing}: Known): HistoryScope | undefined => {
		const identity = identityOf(info, status);
		if (!isListing) {
			return undefined;
		}

		return identity === 'SEEKDB' ? 'agent' : (isInCluster(identity) && members && isDatabaseConnected(status) ? 'cluster' : undefined);
	};

	const consider = (agent: string, known: Known): void => {
		const {info, members = []} = known;
		const scope = scopeOf(known);
		if (scope === undefined || info === undefined || begun.has(info.agent)) {
			return;
		}

		for (const name of [info.agent, ...members]) {
			begun.add(name);
		}

		underWay.set(agent, clock.now());
		schedule(() => {
			queue(agent, scope, 0);
		}, historyDelay);
		if (onSettled) {
			schedule(onSettled, historyDelay + pace.historyPatience);
		}
	};

	const note = (agent: string, more: Known): void => {
		const known = {...agents.get(agent), ...more};
		agents.set(agent, known);
		consider(agent, known);
	};

	return {
		hear(event) {
			const learnt = learntFrom(event);
			if (learnt) {
				note(event.agent, learnt);
			}
		},
		isSettled: () => underWay.values().every(begunAt => clock.now() - begunAt >= historyDelay + pace.historyPatience),
		stop() {
			controller.abort();
			for (const cancel of cancels) {
				cancel();
			}
		},
	};
};
