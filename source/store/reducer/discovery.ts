// Which agents form one cluster: by their own lists of members (ob/info), because names and ids of clusters repeat.
// Agents that join and leave by what their clusters report, while rows and selection keep their places.

import {messages} from '../../lib/messages/messages.js';
import {type Table} from '../../lib/ordered-map.js';
import {share} from '../../lib/structural-share.js';
import {type ClusterInfo} from '../../protocol/agent.js';
import {afterReport, clusterKeyOf, isAlone} from '../../protocol/known-cluster.js';
import {type Action, type DiscoveryEvent} from '../actions.js';
import {newAgent} from '../initial-state.js';
import {agentsNamed, countClusters, createLookup, isTaskScreen, keysIn, ownerOfScreen} from '../lookup.js';
import {type AgentEntry, type ClusterEntry, type Screen, type State} from '../state.js';
import {withNotice, withView} from './view.js';

export const withAgent = (state: State, key: string, change: Partial<AgentEntry>): State => {
	const entry = state.agents.get(key);
	if (!entry) {
		return state;
	}

	const next = share(entry, {...entry, ...change});
	return next === entry ? state : {...state, agents: state.agents.with(key, next)};
};

type Clusters = Table<ClusterEntry>;

const byMember = createLookup<ClusterEntry>(({members}) => members);

const byDeparture = createLookup<AgentEntry>(({departed}) => departed?.cluster === undefined ? [] : [departed.cluster]);

/** The key of the first cluster that names an agent (its name) among its members. */
const clusterNaming = (clusters: Clusters, name: string | undefined): string | undefined => name === undefined ? undefined : byMember.keys(clusters, name)[0];

/** The cluster that names an agent among its members, else the one that it left. */
const clusterOf = (clusters: Clusters, {name, departed}: AgentEntry): string | undefined => {
	const last = departed?.cluster;
	return clusterNaming(clusters, name) ?? (last !== undefined && clusters.has(last) ? last : undefined);
};

const withInfo = (state: State, key: string, info: ClusterInfo): Clusters => {
	const previous = state.clusters.get(key);
	const reported = afterReport(previous, key, info);
	const next = share<ClusterEntry>(previous, {
		...(previous ?? {task: {type: 'unknown'}, otherTasks: [], parts: [], isListed: false, delegate: undefined}),
		...reported,
		name: reported.name === '' ? 'cluster' : reported.name,
		directory: info.members,
	});
	return next === previous ? state.clusters : state.clusters.with(key, next);
};

/**
The cluster as an agent sees it that is not its delegate, without departed agents: it may not know yet that they left. An agent that is back
says so itself.
*/
const withoutDeparted = (state: State, key: string, {agent, info}: {readonly agent: string; readonly info: ClusterInfo}): ClusterInfo => {
	const left = new Set(byDeparture.keys(state.agents, key).filter(other => other !== agent).map(other => state.agents.get(other)?.name));
	return left.size === 0 ? info : {...info, members: info.members.filter(member => !left.has(member.agent))};
};

/** Without the clusters that have no agents any more. */
const inhabitedOnly = (state: State): State => countClusters(state) === state.clusters.size
	? state
	: {...state, clusters: state.clusters.without(...state.clusters.keys().filter(key => keysIn(state, key).length === 0))};

/** Moves the agents of these keys into the clusters that they belong to. */
const placed = (agents: State['agents'], keys: Iterable<string>, placeOf: (key: string, entry: AgentEntry) => string | undefined): State['agents'] => {
	let next = agents;
	for (const key of keys) {
		const entry = next.get(key);
		const cluster = entry && placeOf(key, entry);
		if (entry && cluster !== entry.cluster) {
			next = next.with(key, {...entry, cluster});
		}
	}

	return next;
};

/** Places agents (keys) into their clusters after their names were learned, or after they joined or left. Nothing else can move. */
export const placeAgents = (state: State, keys: readonly string[]): State => {
	const agents = placed(state.agents, keys, (_, entry) => clusterOf(state.clusters, entry));
	return agents === state.agents ? state : inhabitedOnly({...state, agents});
};

/** The agents (keys) that a report of a cluster (its key) may move: those that it names or named, its present ones, and those that left it. */
const concerned = ({agents, clusters}: State, key: string, members: readonly string[]): ReadonlySet<string> => new Set([
	...[...clusters.get(key)?.members ?? [], ...members].flatMap(name => agentsNamed({agents}, name)),
	...keysIn({agents}, key),
	...byDeparture.keys(agents, key),
]);

/** Stores what an agent says of its cluster, and discards clusters without agents. `isDelegate`: its list of members is decisive. */
export const joinCluster = (state: State, agent: string, info: ClusterInfo, isDelegate = false): State => {
	if (!state.agents.has(agent)) {
		return state;
	}

	if (isAlone(info)) {
		return placeAgents(state, [agent]);
	}

	// Going through all clusters and agents for each report would take minutes with thousands of them.
	const near = state.clusters.inOrder(new Set(info.members.flatMap(member => byMember.keys(state.clusters, member.agent))));
	const ownKey = clusterKeyOf(state.clusters, info, near.flatMap(key => state.clusters.get(key) ?? []));
	const clusters = withInfo(state, ownKey, isDelegate ? info : withoutDeparted(state, ownKey, {agent, info}));
	const keys = concerned(state, ownKey, clusters.get(ownKey)?.members ?? []);
	const agents = placed(state.agents, new Set([...keys, agent]), (key, entry) => key === agent ? ownKey : clusterOf(clusters, entry));
	return agents === state.agents && clusters === state.clusters ? state : inhabitedOnly({...state, agents, clusters});
};

/** Its name is known before its first response, so it is placed in its cluster at once and does not move later. */
const addFound = (state: State, {found}: Extract<DiscoveryEvent, {type: 'agents-found'}>): State => {
	let {agents} = state;
	for (const {address, name, foundBy, hasJoined} of found) {
		if (!state.agents.has(address.key)) {
			agents = agents.with(address.key, {...newAgent(address), name, foundBy, hasJoined});
		}
	}

	return placeAgents({...state, agents}, found.map(({address}) => address.key));
};

/** Whether a screen shows the agent or its tasks. */
const isOpen = (state: State, agent: string): boolean => state.view.stack.some(screen => ownerOfScreen(screen) === agent);

/** Screens of the agent move to the same agent under its other key, or, if there is none, to the agents screen. */
const dropAgent = (state: State, {agent, duplicateOf}: Extract<DiscoveryEvent, {type: 'agent-dropped'}>): State => {
	const agents = state.agents.without(agent);
	if (agents === state.agents) {
		return state;
	}

	const moved = (screen: Screen): Screen => {
		if (screen.type === 'agents' || screen.type === 'journal') {
			return screen.selected === agent ? {...screen, selected: duplicateOf} : screen;
		}

		if (isTaskScreen(screen)) {
			return screen.task.owner === agent ? {...screen, task: {...screen.task, owner: duplicateOf ?? agent}} : screen;
		}

		return screen.owner === agent ? {...screen, owner: duplicateOf ?? agent} : screen;
	};

	const [root, ...above] = state.view.stack;
	const isLost = duplicateOf === undefined && isOpen(state, agent);
	const stack: State['view']['stack'] = [moved(root), ...(isLost ? [] : above.map(screen => moved(screen)))];
	const {overlay} = state.view;
	const isAbout = overlay !== undefined && 'agent' in overlay && overlay.agent === agent;
	const next = {...state, agents, view: {...state.view, stack}};
	// Text that is being typed must not become keys of another screen.
	return isAbout || (isLost && overlay?.type === 'input')
		? withView(next, {overlay: {type: 'stop', title: messages().operations.stops.goneTitle, words: messages().operations.stops.gone(state.agents.get(agent)?.address.label ?? agent)}})
		: next;
};

const types: Readonly<Record<DiscoveryEvent['type'], true>> = {
	'agents-found': true, 'agent-left': true, 'agent-returned': true, 'agent-dropped': true,
};

export const isDiscovery = (action: Action): action is DiscoveryEvent => Object.hasOwn(types, action.type);

/** Applies what happened to found agents. */
export const reduceDiscovery = (state: State, event: DiscoveryEvent): State => {
	switch (event.type) {
		case 'agents-found': {
			return addFound(state, event);
		}

		case 'agent-left': {
			const entry = state.agents.get(event.agent);
			const left = withAgent(state, event.agent, {departed: {at: event.at, cluster: state.agents.get(event.peer)?.cluster ?? entry?.cluster}});
			const moved = placeAgents(left, [event.agent]);
			return entry && isOpen(state, event.agent) ? withNotice(moved, messages().notices.leftCluster(entry.address.label)) : moved;
		}

		case 'agent-returned': {
			return placeAgents(withAgent(state, event.agent, {departed: undefined}), [event.agent]);
		}

		case 'agent-dropped': {
			return dropAgent(state, event);
		}
	}
};
