import {type Table} from '../lib/ordered-map.js';
import {type AgentError} from '../protocol/errors.js';
import {parseGenericId} from '../protocol/ids.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {type TaskReference} from './operations/track.js';
import {type AgentEntry, type ClusterEntry, type FoundKey, type LastTask, lastTaskId, type MainTask, type Screen, type State, type TaskScreen} from './state.js';

/** Finds entries of a table by words of their values. */
export type Lookup<Value> = {
	/** The keys whose values have that word, in the table's order. */
	readonly keys: (table: Table<Value>, word: string) => readonly string[];
	readonly has: (table: Table<Value>, word: string) => boolean;
	/** How many different words there are. */
	readonly count: (table: Table<Value>) => number;
};

/** The table is held weakly: else a lookup that is seldom asked would keep an old version of all agents and their tasks. */
type Known<Value> = {table: WeakRef<Table<Value>>; mark: object; readonly keysByWord: Map<string, Set<string>>; readonly ordered: Map<string, readonly string[]>};

const noKeys: readonly string[] = [];

const isSame = (one: readonly string[], other: readonly string[]): boolean => one === other || (one.length === other.length && one.every((word, at) => word === other[at]));

/**
Keeps what the pure `wordsOf` gives for each value, so that a new table costs only what changed: with thousands of agents, each response
would otherwise scan all of them.
The result never depends on what is kept.
*/
export const createLookup = <Value>(wordsOf: (value: Value) => readonly string[]): Lookup<Value> => {
	/** Keyed by what successive versions of a table share. */
	const known = new WeakMap<object, Known<Value>>();

	const change = ({keysByWord, ordered}: Known<Value>, key: string, {before, now}: {readonly before: readonly string[]; readonly now: readonly string[]}): void => {
		if (isSame(before, now)) {
			return;
		}

		for (const word of before) {
			const keys = keysByWord.get(word);
			keys?.delete(key);
			ordered.delete(word);
			if (keys?.size === 0) {
				keysByWord.delete(word);
			}
		}

		for (const word of now) {
			const keys = keysByWord.get(word);
			ordered.delete(word);
			if (keys) {
				keys.add(key);
			} else {
				keysByWord.set(word, new Set([key]));
			}
		}
	};

	const wordsAt = (table: Table<Value>, key: string): readonly string[] => {
		const value = table.get(key);
		return value === undefined ? [] : wordsOf(value);
	};

	const sync = (table: Table<Value>): Known<Value> => {
		const last = known.get(table.parts.keys);
		if (last?.mark === table.mark) {
			return last;
		}

		const earlier = last?.table.deref();
		if (!last || !earlier) {
			const first: Known<Value> = {table: new WeakRef(table), mark: table.mark, keysByWord: new Map(), ordered: new Map()};
			for (const [key, value] of table) {
				change(first, key, {before: [], now: wordsOf(value)});
			}

			known.set(table.parts.keys, first);
			return first;
		}

		for (const key of new Set([...table.changedSince(earlier), ...earlier.changedSince(table)])) {
			change(last, key, {before: wordsAt(earlier, key), now: wordsAt(table, key)});
		}

		last.table = new WeakRef(table);
		last.mark = table.mark;
		return last;
	};

	return {
		keys(table, word) {
			const {keysByWord, ordered} = sync(table);
			const keys = keysByWord.get(word);
			if (!keys || keys.size < 2) {
				return keys ? [...keys] : noKeys;
			}

			// Thousands of keys are put in order once, not for each who asks.
			const inOrder = ordered.get(word) ?? table.inOrder(keys);
			ordered.set(word, inOrder);
			return inOrder;
		},
		has: (table, word) => sync(table).keysByWord.has(word),
		count: table => sync(table).keysByWord.size,
	};
};

// Finding tasks, nodes and agents in the state by the keys that screens hold.

type Owner = {
	readonly task: LastTask;
	readonly otherTasks: readonly Dag[];
};

const listed = (word: string | undefined): readonly string[] => word === undefined ? [] : [word];

const byName = createLookup<AgentEntry>(({name}) => listed(name));

const byCluster = createLookup<AgentEntry>(({cluster}) => listed(cluster));

const byLastTask = createLookup<AgentEntry>(entry => listed(lastTaskOf(entry)?.id));

const byMainTask = createLookup<AgentEntry>(entry => listed(lastTaskOf(entry)?.links.mainDagId));

const ownerOf = (state: State, owner: string): Owner | undefined => state.agents.get(owner) ?? state.clusters.get(owner);

/** Tells a task from any other of any owner: every cluster numbers its tasks from 1, so that ids repeat. */
export const taskKey = ({owner, id}: TaskReference): string => `${owner} ${id}`;

/** The same for tasks that are kept while they are open: whichever member of a cluster was queried, a cluster's task is one; an agent's names its agent. */
export const keptKey = (state: Pick<State, 'agents'>, {owner, id}: TaskReference): string =>
	parseGenericId(id)?.scope === 'cluster' ? taskKey({owner: state.agents.get(owner)?.cluster ?? owner, id}) : id;

/** An owner's last maintenance task; undefined while unknown or where there was none. */
export const lastTaskOf = (owner: Owner | undefined): Dag | undefined =>
	owner?.task.type === 'known' ? owner.task.dag : undefined;

/** The task of a reference: an owner's last one, one of its others, or one that was replaced while it was open. */
export const findTask = (state: State, {owner, id}: TaskReference): Dag | undefined => {
	const entry = ownerOf(state, owner);
	const last = lastTaskOf(entry);
	if (id === lastTaskId || last?.id === id) {
		return last;
	}

	return entry?.otherTasks.find(task => task.id === id) ?? state.clusters.get(owner)?.parts.find(task => task.id === id) ?? state.kept.get(keptKey(state, {owner, id}));
};

/** What is known of the main task of a sub-task; undefined for a task without one. */
export const mainTaskOf = (state: State, {links: {mainDagId}}: Pick<Dag, 'links'>): (Partial<MainTask> & {readonly id: string}) | undefined =>
	mainDagId === undefined ? undefined : {...state.mainTasks.get(mainDagId), id: mainDagId};

/** The key of the agent or cluster among whose tasks a followed main task is shown, unless it was dismissed or is out of date. */
export const ownerOfMain = (state: State, id: string): string | undefined => {
	const main = state.mainTasks.get(id);
	return main && ownerOfTask(state, id, main.reporter);
};

const heldBy = (owner: Owner, parts: readonly Dag[] = []): readonly string[] => [lastTaskOf(owner)?.id ?? [], owner.otherTasks.map(({id}) => id), parts.map(({id}) => id)].flat();

const agentsByTask = createLookup<AgentEntry>(entry => heldBy(entry));

const clustersByTask = createLookup<ClusterEntry>(cluster => heldBy(cluster, cluster.parts));

/** The key of the cluster or agent that has a task of that id. */
export const holderOf = ({agents, clusters}: State, id: string): string | undefined => clustersByTask.keys(clusters, id)[0] ?? agentsByTask.keys(agents, id)[0];

/** The screen that is on top of the stack. */
/** Columns of a screen that is read: no line of words is cut, and nothing is beside or below a list. No terminal has so many. */
export const readColumns = 1000;

export const topScreen = (state: State): Screen => state.view.stack.at(-1) ?? state.view.stack[0];

export const isTaskScreen = (screen: Screen): screen is TaskScreen => 'task' in screen;

/** The screens whose rows have a filter of their own. */
type FilteredScreen = Extract<Screen, {readonly type: 'links' | 'cluster' | 'journal' | 'history'}>;

export const isFilteredScreen = (screen: Screen): screen is FilteredScreen => ['links', 'cluster', 'journal', 'history'].includes(screen.type);

/** The agent or cluster that a screen is about; undefined where it is about all. */
export const ownerOfScreen = (screen: Screen): string | undefined =>
	isTaskScreen(screen) ? screen.task.owner : ('owner' in screen ? screen.owner : undefined);

/** The same with when it was last seen to move, where it is an owner's last task. */
export const findLastTask = (state: State, {owner, id}: TaskReference): Extract<LastTask, {type: 'known'}> | undefined => {
	const task = ownerOf(state, owner)?.task;
	return task?.type === 'known' && (id === lastTaskId || id === task.dag.id) ? task : undefined;
};

export const findNode = (dag: Dag | undefined, key: string | undefined): TaskNode | undefined => dag?.nodes?.find(node => node.key === key);

export const findSubTask = (node: TaskNode | undefined, key: string | undefined): SubTask | undefined => node?.subTasks.find(subTask => subTask.key === key);

/** The watched agent whose clock and connection count for an owner: itself, or the agent that was last polled for the cluster; the cluster's first agent until one was. */
export const agentBehind = (state: State, owner: string): AgentEntry | undefined => {
	const cluster = state.clusters.get(owner);
	const delegate = cluster && (cluster.delegate ?? keysIn(state, owner)[0]);
	return state.agents.get(delegate ?? owner);
};

/** "demo" for a cluster, "10.0.0.1:2886" for an agent. */
export const ownerLabel = (state: State, owner: string): string =>
	state.clusters.get(owner)?.name ?? state.agents.get(owner)?.address.label ?? owner;

/** The keys of the watched agents that call themselves `name` ("ip:port"). */
export const agentsNamed = ({agents}: Pick<State, 'agents'>, name: string): readonly string[] => byName.keys(agents, name);

/** The key of the watched agent that calls itself `name` ("ip:port"). */
export const agentNamed = (state: State, name: string): string | undefined => agentsNamed(state, name)[0];

/** The agent that a task's id names and that is not watched, or was not reached yet. */
export const absentAgentOf = (state: Pick<State, 'agents'>, id: string): string | undefined => {
	const generic = parseGenericId(id);
	return generic?.scope === 'agent' && agentsNamed(state, generic.agent).length === 0 ? generic.agent : undefined;
};

/** Whose a task is, as its id says: the agent that it names, else the cluster of the reporting agent, which is the same for each member that reports it; the reporting agent if it is in none. */
export const ownerOfTask = (state: State, id: string, reporter: string): string => {
	const generic = parseGenericId(id);
	if (!generic) {
		return reporter;
	}

	const named = generic.scope === 'cluster' ? undefined : agentNamed(state, generic.agent);
	return named ?? state.agents.get(reporter)?.cluster ?? reporter;
};

/** Where a task is, in words: its owner, or the agent that its id names if its owner only reported it. */
export const placeOfTask = (state: State, {owner, id}: TaskReference): string => {
	const isReported = state.clusters.has(owner) || (state.agents.get(owner)?.otherTasks.some(task => task.id === id) ?? false);
	return (isReported ? absentAgentOf(state, id) : undefined) ?? ownerLabel(state, owner);
};

/** The keys of the watched agents of a cluster (its key), in the user's order. */
export const keysIn = (state: Pick<State, 'agents'>, cluster: string): readonly string[] => byCluster.keys(state.agents, cluster);

/** How many clusters have watched agents. */
export const countClusters = ({agents}: Pick<State, 'agents'>): number => byCluster.count(agents);

/** The watched agents of a cluster, in the user's order. */
export const agentsOf = (state: State, cluster: ClusterEntry): readonly AgentEntry[] =>
	keysIn(state, cluster.key).flatMap(key => state.agents.get(key) ?? []);

/** Whether the task of that id is some agent's last one. */
export const isLastTask = (state: State, id: string): boolean => byLastTask.has(state.agents, id);

/** Whether some agent's last task belongs to the main task of that id. */
export const isMainOfLast = (state: State, id: string): boolean => byMainTask.has(state.agents, id);

/** How many main tasks there are to which an agent's last task belongs. */
export const countMainTasks = (state: State): number => byMainTask.count(state.agents);

/** Where an agent writes its own log, below its home; undefined while that is not known. */
export const logFolderOf = (entry: AgentEntry | undefined): string | undefined => {
	const home = entry?.info?.homePath ?? '';
	return home === '' ? undefined : `${home.endsWith('/') ? home.slice(0, -1) : home}/log_obshell`;
};

const isOfType = <Type extends AgentError['type']>(error: AgentError, type: Type): error is Extract<AgentError, {readonly type: Type}> => error.type === type;

/** Why an agent cannot be asked now, if that is an error of this type. */
export const errorOf = <Type extends AgentError['type']>(entry: AgentEntry | undefined, type: Type): Extract<AgentError, {readonly type: Type}> | undefined =>
	entry?.connection.type === 'failing' && isOfType(entry.connection.error, type) ? entry.connection.error : undefined;

// The keys of found agents that are not accepted yet.

/** The key of a found agent that waits to be accepted; undefined if there is none. A changed key is another question, about its agent alone. */
export const foundKeyOf = (entry: AgentEntry): FoundKey | undefined => {
	const change = errorOf(entry, 'key-changed');
	return change && entry.foundBy !== undefined && change.known === undefined ? {agent: entry.address.key, offered: change.offered} : undefined;
};

/** All that wait, in the order of the agents. */
export const foundKeys = ({agents}: Pick<State, 'agents'>): readonly FoundKey[] => agents.values().map(entry => foundKeyOf(entry)).filter(key => key !== undefined).toArray();

/** Those of them that still wait. */
export const stillWaiting = ({agents}: Pick<State, 'agents'>, keys: readonly FoundKey[]): readonly FoundKey[] => keys.filter(({agent, offered}) => {
	const entry = agents.get(agent);
	return entry !== undefined && foundKeyOf(entry)?.offered === offered;
});
