// Failed tasks that are in no list but a history, such as a check, or a main task whose agent works on the next one: after the start, the history of each cluster is read once, by one of its agents, and that of each agent in a running cluster. They have no pages, so not again.

import {type Timestamp} from '../lib/time.js';
import {identityOf, isDatabaseConnected, isInCluster, isLookedBackAt} from '../protocol/identity.js';
import {type AgentClient} from '../client/types.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {parseGenericId} from '../protocol/ids.js';
import {isFault, isUnread, outcomeOfDag} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from '../store/actions.js';
import {isOldFailure} from '../store/history.js';
import {bugError} from './agent/on-error.js';
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

type Known = {readonly info?: AgentInfo; readonly status?: AgentStatus; readonly members?: readonly string[]; readonly isListing?: true; readonly hasResponded?: true};

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

	if (event.type === 'task-received' || event.type === 'task-absent') {
		return {hasResponded: true};
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

const isPassed = ({state, operator}: Dag): boolean => state === 'SUCCEED' && operator === 'PASS';

/** Those that may have failed, and not long ago. One that was passed was passed by a person, or is a sub-task, which its main task tells of. */
export const suspectsIn = (list: readonly Dag[], now: Timestamp): readonly Dag[] => sinceSuccess(list).filter(dag => {
	const outcome = outcomeOfDag(dag);
	return (isFault(outcome) || (isUnread(outcome) && !isPassed(dag))) && !isOldFailure(dag, now);
}).slice(0, pace.failuresRead);

/** Sub-tasks that were passed at their last stage after some of these failures, whose main task, at another agent, may have succeeded since; the newest. */
const laterShares = (list: readonly Dag[], failures: readonly Dag[]): readonly Dag[] => {
	const oldest = Math.min(...failures.map(({dagId}) => dagId));
	const own = new Set(failures.flatMap(({links: {subDags}}) => Object.values(subDags)));
	return list.filter(dag => dag.dagId > oldest && isPassed(dag) && dag.stage >= dag.maxStage && !own.has(dag.id)).toSorted(newestFirst).slice(0, pace.failuresRead);
};

/** A history to read: that of the agent (its key), or of its cluster. */
type Wanted = {readonly agent: string; readonly scope: HistoryScope};

/** Outside a running cluster, a failed task holds its agent's lock. It stays the last task until an operator acts. */
const hasOwnHistory = ({info, status, hasResponded}: Known): boolean => hasResponded === true && isLookedBackAt(identityOf(info, status));

const listsCluster = ({info, status, isListing}: Known): boolean =>
	isListing === true && isInCluster(identityOf(info, status)) && isDatabaseConnected(status);

export const createLookBack = ({clientOf, clock, emit, readHistory, requestQueue, onSettled, isHurried}: LookBackDeps): LookBack => {
	const historyDelay = isHurried ? 0 : pace.historyAfter;
	const agents = new Map<string, Known>();
	/** The histories that were begun to be read: by the names of their agents, or those of the cluster. */
	const begun: Readonly<Record<HistoryScope, Set<string>>> = {agent: new Set(), cluster: new Set()};
	/** When each was begun that is not read yet. */
	const underWay = new Map<Wanted, Timestamp>();
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

	const fetchTask = async (client: AgentClient, id: string): Promise<Dag | undefined> => {
		const response = await fetchTaskById(client, id, {clock, signal: controller.signal});
		return response.type === 'task' ? response.task : undefined;
	};

	/** Queries the agent that has the main task, if it is watched: any other would forward the request. */
	const fetchMain = async (client: AgentClient, id: string): Promise<Dag | undefined> => {
		const generic = parseGenericId(id);
		const owner = generic?.scope === 'agent' ? agents.entries().find(([, {info}]) => info?.agent === generic.agent)?.[0] : undefined;
		return fetchTask((owner === undefined ? undefined : clientOf(owner)) ?? client, id);
	};

	/** Without failures after which the agent had a share of a main task that succeeded. */
	const withoutOutdated = async (client: AgentClient, list: readonly Dag[], failures: readonly Dag[]): Promise<readonly Dag[]> => {
		for (const {id, dagId} of laterShares(list, failures)) {
			const part = await fetchTask(client, id);
			const mainId = part?.links.mainDagId;
			const main = mainId === undefined ? undefined : await fetchMain(client, mainId);
			if (main && outcomeOfDag(main).word === 'succeeded') {
				return failures.filter(failure => failure.dagId > dagId);
			}
		}

		return failures;
	};

	/** What could not be read, if anything. */
	const read = async ({agent, scope}: Wanted): Promise<AgentError | undefined> => {
		const client = clientOf(agent);
		const history = await readHistory(agent, scope);
		if (!client || history.type === 'error') {
			return history.type === 'error' ? history.error : {type: 'protocol', problem: 'not-watched'};
		}

		const found: Dag[] = [];
		for (const {id} of suspectsIn(history.tasks, clock.now())) {
			found.push(...[await fetchTask(client, id)].filter(task => task !== undefined));
		}

		const tasks = scope === 'agent' && found.length > 0 ? await withoutOutdated(client, history.tasks, found) : found;
		if (!isStopped() && tasks.length > 0) {
			emit({type: 'failures-received', agent, at: clock.now(), scope, tasks});
		}

		return undefined;
	};

	const send = async (wanted: Wanted, failures: number, leave: () => void): Promise<void> => {
		let error: AgentError | undefined;
		try {
			error = await read(wanted);
		} catch (error_) {
			// Nothing else depends on it.
			error = bugError(error_);
		}

		leave();
		if (isStopped()) {
			return;
		}

		underWay.delete(wanted);
		onSettled?.();
		if (error && !isMissingEndpoint(error) && failures + 1 < pace.historyAttempts) {
			schedule(() => {
				queue(wanted, failures + 1);
			}, pace.historyRetry);
		} else if (error) {
			emit({type: 'failures-unread', ...wanted, at: clock.now()});
		}
	};

	const queue = (wanted: Wanted, failures: number): void => {
		requestQueue.enter(isHurried ? 'proven' : 'spare', leave => {
			void send(wanted, failures, leave);
		});
	};

	const begin = (wanted: Wanted, names: readonly string[]): void => {
		if (names.some(name => begun[wanted.scope].has(name))) {
			return;
		}

		for (const name of names) {
			begun[wanted.scope].add(name);
		}

		underWay.set(wanted, clock.now());
		schedule(() => {
			queue(wanted, 0);
		}, historyDelay);
		if (onSettled) {
			schedule(onSettled, historyDelay + pace.historyPatience);
		}
	};

	const note = (agent: string, more: Known): void => {
		const known = {...agents.get(agent), ...more};
		agents.set(agent, known);
		const {info, members} = known;
		if (info && hasOwnHistory(known)) {
			begin({agent, scope: 'agent'}, [info.agent]);
		}

		if (info && members && listsCluster(known)) {
			begin({agent, scope: 'cluster'}, [info.agent, ...members]);
		}
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
