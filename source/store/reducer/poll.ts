import {messages} from '../../lib/messages/messages.js';
import {share} from '../../lib/structural-share.js';
import {type Timestamp} from '../../lib/time.js';
import {withDetailsOf} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type AtAgent, type PollEvent} from '../actions.js';
import {failHistory, receiveHistory} from '../history.js';
import {keepCursor} from '../log/cursor.js';
import {failLog, receiveLog} from '../log/open-logs.js';
import {isLastTask, isTaskScreen, keptKey, keysIn, lastTaskOf, ownerOfTask} from '../lookup.js';
import {errorProblem, failingAfter, lastingTrouble} from '../selectors/connection.js';
import {movedAt} from '../selectors/stall.js';
import {learnRuns} from '../selectors/usual.js';
import {type AgentEntry, type ClusterEntry, type LastTask, lastTaskId, type SeenProcess, type State} from '../state.js';
import {leaveEmptyComparison} from './compare.js';
import {joinCluster, placeAgents, withAgent} from './discovery.js';
import {
	endedAs,
	hasEnded,
	isOutrun,
	newestOf,
	otherTasksOf,
	outOfSight,
	pinOpenTask,
	pinReplacedTask,
	syncEnds,
	syncUnended,
	unreadable,
	withEnd,
	withEnded,
	withFailuresOf,
	withFailureTime,
	withoutOutdatedOf,
	withoutOutdatedSince,
	withRetained,
} from './ended-tasks.js';
import {failMain, isPartElsewhere, noteMain, receiveMain, withListedMains, withOwnersOf, withUnread} from './main-tasks.js';
import {withNotice} from './view.js';

const withCluster = (state: State, key: string | undefined, change: Partial<ClusterEntry>): State => {
	const entry = key === undefined ? undefined : state.clusters.get(key);
	if (!entry || key === undefined) {
		return state;
	}

	const next = share(entry, {...entry, ...change});
	return next === entry ? state : {...state, clusters: state.clusters.with(key, next)};
};

/** Notes whether an owner's failures of before the start are unknown. */
const withHistoryUnread = (state: State, owner: string, isHistoryUnread: boolean): State => {
	const entry = state.agents.get(owner) ?? state.clusters.get(owner);
	if (entry === undefined || (entry.isHistoryUnread ?? false) === isHistoryUnread) {
		return state;
	}

	return state.agents.has(owner) ? withAgent(state, owner, {isHistoryUnread}) : withCluster(state, owner, {isHistoryUnread});
};

/** The details that are known already are those of the last task, or of another one that is the last one from now on. */
const known = ({task: previous, otherTasks}: Pick<AgentEntry, 'task' | 'otherTasks'>, task: Dag, at: Timestamp): LastTask => {
	const last = previous.type === 'known' ? previous : undefined;
	const dag = withDetailsOf(last?.dag.id === task.id ? last.dag : otherTasks.find(({id}) => id === task.id), task);
	return {type: 'known', dag, movedAt: movedAt(last, dag, at)};
};

/** Keeps a replaced or vanished task that an open screen names. All others are discarded. */
const keepOpenTasks = (state: State, owner: string, {replaced, by}: {readonly replaced: Dag | undefined; readonly by: Dag}): State => {
	if (!replaced || replaced.id === by.id) {
		return state;
	}

	const pinned = pinReplacedTask(state, owner, {replaced, by});
	const open = pinned.view.stack.flatMap(screen => isTaskScreen(screen) ? [screen.task] : []);
	const openKeys = new Set(open.map(task => keptKey(state, task)));
	const key = keptKey(state, {owner, id: replaced.id});
	const kept = new Map([...state.kept, [key, replaced] as const].filter(([name]) => openKeys.has(name)));
	// A task screen goes on to the new task by itself, which needs a notice, too.
	const isSeen = kept.has(key) || open.some(task => task.owner === owner && task.id === lastTaskId);
	const next = {...pinned, kept};
	// From a task that stays, two keys lead to the new one.
	const {newerTask, newerTaskBelow} = messages().notices;
	const isNear = next.view.stack.length === 2 && next.view.stack.at(-1)?.type === 'task' && kept.has(key);
	return isSeen ? withNotice(next, (isNear ? newerTaskBelow : newerTask)(messages().tasks.engineName(by.name))) : next;
};

// How many linked tasks and tasks of histories are kept after their screens were closed.
const keptLimit = 30;

const withKept = (state: State, agent: string, task: Dag): State => {
	const kept = new Map(state.kept);
	const key = keptKey(state, {owner: agent, id: task.id});
	const before = kept.get(key);
	kept.delete(key);
	kept.set(key, withDetailsOf(before, task));
	const open = new Set(state.view.stack.flatMap(screen => isTaskScreen(screen) ? [keptKey(state, screen.task)] : []));
	for (const name of kept.keys()) {
		if (kept.size > keptLimit && name !== key && !open.has(name)) {
			kept.delete(name);
		}
	}

	return {...state, kept};
};

const receiveTask = (state: State, {agent, at, task, readBefore}: Extract<PollEvent, {type: 'task-received'}>): State => {
	const entry = state.agents.get(agent);
	if (!entry) {
		return state;
	}

	const previous = lastTaskOf(entry);
	const next = withAgent(keepOpenTasks(state, agent, {replaced: previous, by: task}), agent, {
		task: known(entry, task, at),
		otherTasks: besides(entry, task, readBefore ?? at),
		connection: {type: 'connected'},
	});
	return withoutOutdatedOf(noteMain(next, agent, task, entry), agent);
};

/** An owner's other tasks, given its last task (undefined: none): an earlier last task, which was last read at that time, joins them if it had not ended. */
const besides = (owner: Pick<AgentEntry, 'task' | 'otherTasks'>, last: Dag | undefined, readAt: Timestamp): readonly Dag[] => {
	const previous = lastTaskOf(owner);
	const lost = previous && previous.id !== last?.id && !hasEnded(previous) ? [outOfSight(previous, readAt)] : [];
	const others = owner.otherTasks.filter(({id}) => id !== last?.id);
	return lost.length === 0 && others.length === owner.otherTasks.length
		? owner.otherTasks
		: otherTasksOf(others.filter(({unlisted}) => !unlisted), others, lost);
};

/** An agent or a cluster has no last task. If it had one, that is gone, and a screen of it keeps showing it. */
const absent = (owner: Pick<AgentEntry, 'task' | 'otherTasks'>, readAt: Timestamp): Pick<AgentEntry, 'task' | 'otherTasks'> => {
	const isFirst = owner.task.type === 'unknown' || owner.task.type === 'none';
	return {task: {type: isFirst ? 'none' : 'gone'}, otherTasks: besides(owner, undefined, readAt)};
};

const keepGoneTask = (state: State, owner: string, gone: Dag | undefined): State => {
	if (!gone) {
		return state;
	}

	const pinned = pinOpenTask(state, owner, gone.id);
	const isOpen = pinned.view.stack.some(screen => isTaskScreen(screen) && screen.task.id === gone.id);
	return isOpen ? withNotice({...pinned, kept: new Map(pinned.kept).set(keptKey(pinned, {owner, id: gone.id}), gone)}, messages().notices.taskGone) : state;
};

const receiveAbsence = (state: State, {agent, at, readBefore = at}: Extract<PollEvent, {type: 'task-absent'}>): State => {
	const entry = state.agents.get(agent);
	return entry ? withAgent(keepGoneTask(state, agent, lastTaskOf(entry)), agent, {...absent(entry, readBefore), connection: {type: 'connected'}}) : state;
};

const receiveClusterTask = (state: State, {agent, at, task, readBefore = at}: Extract<PollEvent, {type: 'cluster-task-received'}>): State => {
	const key = state.agents.get(agent)?.cluster;
	const cluster = key === undefined ? undefined : state.clusters.get(key);
	const previous = lastTaskOf(cluster);
	if (key === undefined || !cluster) {
		return state;
	}

	if (!task) {
		return withCluster(keepGoneTask(state, key, previous), key, {...absent(cluster, readBefore), delegate: agent});
	}

	const kept = keepOpenTasks(state, key, {replaced: previous, by: task});
	return withoutOutdatedOf(withCluster(kept, key, {task: known(cluster, task, at), otherTasks: besides(cluster, task, readBefore), delegate: agent}), key);
};

/** Which of these tasks are last tasks of any owner, which have their own rows. */
const shownAmong = (state: State, agent: string, tasks: readonly Dag[]): ReadonlySet<string> => {
	const ofCluster = lastTaskOf(state.clusters.get(state.agents.get(agent)?.cluster ?? ''))?.id;
	return new Set(tasks.flatMap(({id}) => id === ofCluster || isLastTask(state, id) ? [id] : []));
};

/** A task that needs a password needs that of the agent that has it, whichever agent was polled for it. */
const withOwnNeed = (state: State, task: Dag, reporter: string): Dag => {
	const name = task.needs && state.agents.get(ownerOfTask(state, task.id, reporter))?.name;
	return task.needs && name !== undefined ? {...task, needs: {...task.needs, agent: name}} : task;
};

/** Sorts the tasks that an agent lists beside the maintenance tasks by owner: the cluster, the agent itself, or another watched agent of its cluster. */
const receiveOtherTasks = (last: State, event: Extract<PollEvent, {type: 'unfinished-received'}>): State => {
	const {agent, at, tasks: listed, ended, left = []} = event;
	const cluster = last.agents.get(agent)?.cluster;
	const isNews = (task: Dag): boolean => !isOutrun(last, ownerOfTask(last, task.id, agent), task);
	const all = [...listed, ...ended].filter(task => isNews(task)).map(task => newestOf(last, ownerOfTask(last, task.id, agent), task));
	const [parts = [], tasks = []] = [true, false].map(isPart => all.filter(task => (cluster !== undefined && isPartElsewhere(last, task)) === isPart));
	const state = withListedMains(withEnded(last, id => ownerOfTask(last, id, agent), {tasks: listed, ended: ended.filter(task => tasks.includes(task))}), tasks);
	const fellows = cluster === undefined ? [agent] : keysIn(state, cluster);
	const before = new Map([...fellows, ...(cluster === undefined ? [] : [cluster])].map(key => [key, (state.agents.get(key) ?? state.clusters.get(key))?.otherTasks ?? []] as const));
	const listedBefore = before.values().toArray().flat().filter(({unlisted}) => !unlisted);
	const shown = shownAmong(state, agent, [...tasks, ...listedBefore]);
	// If its owner's cluster is not known yet, the agent that listed it has it. It moves later.
	const ownerAmong = (id: string): string => [ownerOfTask(state, id, agent)].find(owner => before.has(owner)) ?? agent;
	const byOwner = Map.groupBy(tasks.filter(task => !shown.has(task.id)).map(task => withOwnNeed(state, task, agent)), ({id}) => ownerAmong(id));
	const ids = new Set(all.map(({id}) => id));
	// Main tasks are read by themselves.
	const lost = new Set(listedBefore.filter(dag => !ids.has(dag.id) && !shown.has(dag.id) && !hasEnded(dag) && !state.mainTasks.has(dag.id)));
	const readAt = new Map(left.map(({id, readAt: time}) => [id, time]));
	const othersOf = (key: string): readonly Dag[] => {
		const own = before.get(key) ?? [];
		const next = otherTasksOf(byOwner.get(key) ?? [], own, own.filter(dag => lost.has(dag)).map(dag => outOfSight(dag, readAt.get(dag.id) ?? at)));
		return withRetained(state, key, next);
	};

	let next = withCluster(state, cluster, {otherTasks: othersOf(cluster ?? ''), parts, isListed: true, delegate: agent});
	for (const key of fellows) {
		next = withAgent(next, key, {otherTasks: othersOf(key), isListed: true});
	}

	next = withUnreadLasts(withListedLasts(next, event, {tasks: all, ended: new Set(ended.map(({id}) => id))}), fellows, readAt);
	return withoutOutdatedSince(last, next, [...before.keys(), ...tasks.map(({id}) => ownerOfTask(last, id, agent))]);
};

/** An owner's last task is not read any more since that time, or is read again. */
const withLastRead = (owner: Pick<AgentEntry, 'task'> | undefined, lastReadAt: Timestamp | undefined): Pick<AgentEntry, 'task'> | undefined =>
	owner?.task.type === 'known' && owner.task.dag.lastReadAt !== lastReadAt ? {task: {...owner.task, dag: {...owner.task.dag, lastReadAt}}} : undefined;

/** Whether an agent cannot be asked for its own task, so that only another one's list can tell of it. */
const isMute = ({connection}: AgentEntry): boolean => connection.type === 'failing' && connection.lastSeenAt !== undefined;

/** The last tasks of agents that cannot be asked for them, as another agent lists them. */
const withListedLasts = (state: State, {agent, at}: AtAgent, {tasks, ended}: {readonly tasks: readonly Dag[]; readonly ended: ReadonlySet<string>}): State => {
	let next = state;
	for (const task of tasks) {
		const owner = ownerOfTask(next, task.id, agent);
		const entry = next.agents.get(owner);
		const last = lastTaskOf(entry);
		if (!entry || !isMute(entry) || last?.id !== task.id) {
			continue;
		}

		// Its end was read once, by its id.
		const isEnd = ended.has(task.id);
		next = isEnd && last.state === task.state && last.lastReadAt !== undefined ? next : withAgent(next, owner, {task: known(entry, isEnd ? {...task, lastReadAt: at} : task, at)});
	}

	return next;
};

/** Their last tasks are not listed any more either, since those times. */
const withUnreadLasts = (state: State, owners: Iterable<string>, times: ReadonlyMap<string, Timestamp>): State => {
	let next = state;
	for (const owner of owners) {
		const entry = next.agents.get(owner);
		const last = lastTaskOf(entry);
		const readAt = last && times.get(last.id);
		next = entry && readAt !== undefined && isMute(entry) ? withAgent(next, owner, withLastRead(entry, Math.max(readAt, last?.lastReadAt ?? readAt)) ?? {}) : next;
	}

	return next;
};

/** An agent cannot be asked for its own task since that time (undefined: it can). Another one's list may say of it what is newer. */
const failTask = (entry: AgentEntry | undefined, {lastSeenAt}: Extract<PollEvent, {type: 'agent-failed'}>): Pick<AgentEntry, 'task'> | undefined =>
	entry?.connection.type === 'failing' && entry.connection.lastSeenAt === lastSeenAt ? undefined : withLastRead(entry, lastSeenAt);

const receiveUnread = (state: State, {agent, clusterTask, tasks}: Extract<PollEvent, {type: 'tasks-unread'}>): State => {
	const key = state.agents.get(agent)?.cluster;
	const owners = key === undefined ? [agent] : [...keysIn(state, key), key];
	const times = new Map(tasks.map(({id, readAt}) => [id, readAt]));
	const next = withUnreadLasts(withUnread(state, owners, times), owners, times);
	return clusterTask === undefined ? next : withCluster(next, key, withLastRead(next.clusters.get(key ?? ''), clusterTask) ?? {});
};

/** The agent's process, and whether it was restarted. In a container every process has the same id, so its start time counts as well. */
const processAfter = (state: State, {agent, at}: AtAgent, {pid, startedAt}: Pick<SeenProcess, 'pid' | 'startedAt'>): SeenProcess => {
	const before = state.agents.get(agent)?.process;
	if (!before) {
		return {pid, startedAt, restarts: 0, restartedAt: undefined};
	}

	const isOther = before.pid !== pid || (before.startedAt !== undefined && startedAt !== undefined && before.startedAt !== startedAt);
	return isOther
		? {pid, startedAt, restarts: before.restarts + 1, restartedAt: at}
		: {...before, startedAt: before.startedAt ?? startedAt};
};

/** Applies what polling brought. Parts that did not change keep their identity. */
export const reducePoll = (state: State, event: PollEvent): State => {
	const next = syncUnended(state, fold(state, event));
	return learnRuns(withOwnersOf(state, syncEnds(state, next)), event);
};

const fold = (state: State, event: PollEvent): State => {
	switch (event.type) {
		case 'info-received': {
			const named = withAgent(state, event.agent, {info: event.info, name: event.info.agent, process: processAfter(state, event, event.info)});
			return placeAgents(named, [event.agent]);
		}

		case 'status-received': {
			return withAgent(state, event.agent, {status: event.status, process: processAfter(state, event, event.status)});
		}

		case 'skew-measured': {
			return withAgent(state, event.agent, {skew: event.skew});
		}

		case 'key-learned': {
			return withAgent(state, event.agent, {fingerprint: event.fingerprint});
		}

		case 'task-received': {
			return receiveTask(state, event);
		}

		case 'task-absent': {
			return receiveAbsence(state, event);
		}

		case 'agent-failed': {
			const entry = state.agents.get(event.agent);
			const connection = failingAfter(entry, event);
			const isMissing = entry?.task.type === 'unknown' && entry.missedSince === undefined && lastingTrouble({connection}) !== undefined;
			return withAgent(state, event.agent, {connection, ...failTask(entry, event), ...(isMissing && {missedSince: event.since})});
		}

		case 'agent-recovered': {
			return withAgent(state, event.agent, {connection: {type: 'connected'}, ...withLastRead(state.agents.get(event.agent), undefined)});
		}

		case 'cluster-info-received': {
			return joinCluster(state, event.agent, event.cluster, event.isDelegate);
		}

		case 'cluster-task-received': {
			return receiveClusterTask(state, event);
		}

		case 'unfinished-received': {
			return receiveOtherTasks(state, event);
		}

		case 'tasks-unread': {
			return receiveUnread(state, event);
		}

		case 'logs-received': {
			return keepCursor(state, withFailureTime(receiveLog(state, event.subTask, event.lines), event.subTask, event.lines.times));
		}

		case 'logs-failed': {
			return failLog(state, event.subTask, errorProblem(event.error));
		}

		case 'history-received': {
			return leaveEmptyComparison(withHistoryUnread(withFailuresOf(receiveHistory(state, event), event.owner, event.tasks, event.at), event.owner, false), event.owner);
		}

		case 'failures-received': {
			const owner = event.scope === 'agent' ? event.agent : state.agents.get(event.agent)?.cluster;
			return owner === undefined ? state : withFailuresOf(state, owner, event.tasks, event.at);
		}

		case 'failures-unread': {
			const owner = event.scope === 'agent' ? event.agent : state.agents.get(event.agent)?.cluster;
			return owner === undefined ? state : withHistoryUnread(state, owner, true);
		}

		case 'history-failed': {
			return failHistory(state, event);
		}

		case 'past-task-received': {
			return state;
		}

		case 'main-task-received': {
			return receiveMain(state, event);
		}

		case 'main-task-failed': {
			return failMain(state, event);
		}

		case 'linked-task-received': {
			// In a recording, main tasks are responses to requests for links.
			if (state.mainTasks.has(event.id)) {
				const next = withEnd(state, event, dag => endedAs(dag, event.task, event.at)) ?? state;
				return receiveMain(event.task ? withKept(next, event.agent, event.task) : next, {...event, type: 'main-task-received'});
			}

			const ended = withEnd(state, event, dag => endedAs(dag, event.task, event.at));
			if (ended) {
				return ended;
			}

			return event.task
				? withKept(state, event.agent, hasEnded(event.task) ? event.task : {...event.task, unlisted: {seenAt: event.at, end: 'unasked'}})
				: {...state, unavailable: {id: event.id, why: {type: 'task-unknown', id: event.id}}};
		}

		case 'linked-task-failed': {
			return withEnd(state, event, dag => unreadable(dag, event.error, event.at)) ?? {...state, unavailable: {id: event.id, why: {type: 'task-unreadable', id: event.id, error: event.error}}};
		}
	}
};
