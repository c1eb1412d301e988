import {responseTypes} from '../client/parse-response.js';
import {type Table, tableOf} from '../lib/ordered-map.js';
import {type Timestamp} from '../lib/time.js';
import {type DelegateState, newDelegateState, type Standing, united, withSeen} from '../poller/agent/cluster-state.js';
import {clusterByAgent, clustersKnown, eventsOf, groupsOf, healthOf} from '../poller/agent/events.js';
import {withUnreadHead} from '../poller/agent/on-error.js';
import {applyResponse, type PollResponse} from '../poller/agent/on-response.js';
import {hinted, withDelegate} from '../poller/agent/on-user.js';
import {type AgentPollState, identityOf, newPollState, type PollRequest, withReadAt} from '../poller/agent/state.js';
import {forwardsToMaster, isInCluster} from '../protocol/identity.js';
import {isLaterId, parseGenericId} from '../protocol/ids.js';
import {routes} from '../protocol/routes.js';
import {type Dag} from '../protocol/task.js';
import {type AtAgent, type PollEvent} from '../store/actions.js';
import {createLookup} from '../store/lookup.js';
import {type RecordedExchange} from './format.js';
import {hasNode, readResponse, replyOf, requestOf, withoutQuery} from './responses.js';

// Turns a recorded response into store events. The poller's own state makes them, so that a replay shows what polling showed.

/** The poll state of every agent (by its key) that has responded so far. */
export type AgentStates = Table<AgentPollState>;

export const noAgentStates: AgentStates = tableOf<AgentPollState>([]);

type Applied = {readonly agentStates: AgentStates; readonly events: readonly PollEvent[]};

/** Whether only a cluster's delegate sends this request. */
const needsDelegate = (request: PollRequest): boolean =>
	request.type === 'unfinished' || ((request.type === 'task' || request.type === 'probe' || request.type === 'node') && request.of.type === 'cluster');

const byName = createLookup<AgentPollState>(({info}) => info ? [info.agent] : []);

const byReportedMember = createLookup<AgentPollState>(({cluster}) => cluster?.members.map(({agent}) => agent) ?? []);

const byShownTask = createLookup<AgentPollState>(state => healthOf(state).taskIds);

/** The agents (keys) that can be in one cluster with that one: those that reported it, those that it reported, and so on. */
const relatedTo = (agentStates: AgentStates, agent: string): readonly string[] => {
	const related = new Set<string>();
	const names = new Set<string>();
	let keys: readonly string[] = [agent];
	while (keys.length > 0) {
		const states = keys.map(key => agentStates.get(key) ?? newPollState);
		const newNames = new Set(states.flatMap(({info, cluster}) => [...info ? [info.agent] : [], ...cluster?.members.map(member => member.agent) ?? []])).difference(names);
		for (const key of keys) {
			related.add(key);
		}

		for (const name of newNames) {
			names.add(name);
		}

		keys = [...new Set([...newNames].flatMap(name => [...byName.keys(agentStates, name), ...byReportedMember.keys(agentStates, name)])).difference(related)];
	}

	return agentStates.inOrder(related);
};

/** The delegate of the agent's cluster until now. */
const delegateBefore = (agentStates: AgentStates, agent: string): string | undefined => {
	if (!isInCluster(healthOf(agentStates.get(agent) ?? newPollState).identity)) {
		return undefined;
	}

	// Going through all agents each time would take minutes with thousands of them.
	const healths = new Map(relatedTo(agentStates, agent).map(key => [key, healthOf(agentStates.get(key) ?? newPollState)]));
	const groups = groupsOf(healths, clusterByAgent(healths, clustersKnown(healths)));
	const members = groups.values().find(keys => keys.includes(agent)) ?? [];
	return members.find(key => key !== agent && agentStates.get(key)?.delegate !== undefined);
};

type Transfer = {readonly agentStates: AgentStates; readonly delegate: DelegateState; readonly events: readonly PollEvent[]};

/** Ends the delegation of the agent that had it, and returns its state. */
const transferFrom = (agentStates: AgentStates, agent: string, at: Timestamp): Transfer => {
	const before = delegateBefore(agentStates, agent);
	const state = before === undefined ? undefined : agentStates.get(before);
	if (before === undefined || !state) {
		return {agentStates, delegate: newDelegateState, events: []};
	}

	const after = withDelegate(state, undefined, at);
	return {agentStates: agentStates.with(before, after), delegate: state.delegate ?? newDelegateState, events: eventsOf(state, after, {agent: before, at})};
};

/** Whether a delegate's response changed its identity or cluster. */
const meetsCluster = (before: AgentPollState, now: AgentPollState): boolean =>
	now.delegate !== undefined && (identityOf(before) !== identityOf(now) || before.cluster !== now.cluster);

type Joined = {readonly agentStates: AgentStates; readonly state: AgentPollState; readonly events: readonly PollEvent[]};

/** If two agents of one cluster are delegates, the later one remains, with what both knew. */
const joinDelegates = (agentStates: AgentStates, agent: string, at: Timestamp): Joined | undefined => {
	const state = agentStates.get(agent);
	if (!state?.delegate || delegateBefore(agentStates, agent) === undefined) {
		return undefined;
	}

	const transferred = transferFrom(agentStates, agent, at);
	return {agentStates: transferred.agentStates, state: withDelegate(state, united([state.delegate, transferred.delegate]), at), events: transferred.events};
};

const logsOf = ({agent, at}: AtAgent, subTask: string, {answer: response}: RecordedExchange): readonly PollEvent[] => {
	const reply = replyOf(responseTypes.logs.schema, response);
	switch (reply.type) {
		case 'data': {
			return [{type: 'logs-received', agent, at, subTask, lines: reply.data}];
		}

		case 'error': {
			return [{type: 'logs-failed', agent, at, subTask, error: reply.error}];
		}

		case 'none': {
			return [];
		}
	}
};

const byLostTask = createLookup<AgentPollState>(state => [healthOf(state).lostTaskId ?? []].flat());

/** What is known about ids of tasks from the agents that have responded so far. */
const standingIn = (agentStates: AgentStates): Standing => ({
	isShown: id => byShownTask.has(agentStates, id),
	isLost: id => byLostTask.has(agentStates, id),
	isElsewhere(id) {
		const generic = parseGenericId(id);
		return generic?.scope === 'agent' && !byName.has(agentStates, generic.agent);
	},
	isAwaited(id) {
		const generic = parseGenericId(id);
		return generic?.scope === 'agent' && byName.keys(agentStates, generic.agent).some(key => {
			const {isQueried, taskIds} = healthOf(agentStates.get(key) ?? newPollState);
			return isQueried && taskIds.some(other => isLaterId(id, other));
		});
	},
});

/** Agents whose own last task another one replaced, as a list says, are queried at once; by the next list, they have responded. */
const withHints = (agentStates: AgentStates, list: readonly Dag[]): AgentStates => {
	let next = agentStates;
	for (const name of new Set(list.map(({id}) => parseGenericId(id)).flatMap(generic => generic?.scope === 'agent' ? [generic.agent] : []))) {
		for (const key of byName.keys(agentStates, name)) {
			const state = agentStates.get(key) ?? newPollState;
			const known = state.hint === undefined ? state : {...state, task: {...state.task, isWanted: false}};
			next = next.with(key, hinted(known, list));
		}
	}

	return next;
};

/** A response to one agent's request; `read` makes it, given what is known about the agent. */
type Heard = {readonly agent: string; readonly request: PollRequest; readonly seen?: RecordedExchange['seen'] | undefined; readonly read: (state: AgentPollState) => PollResponse};

const applyHeard = (agentStates: AgentStates, {agent, request, seen, read}: Heard, at: Timestamp): Applied => {
	const last = agentStates.get(agent) ?? newPollState;
	// The poller queries the head next, if it can.
	const known = withUnreadHead(last, request, at);
	const unread = known === last ? [] : eventsOf(last, known, {agent, at});
	// Followers forward such requests to their master.
	if (needsDelegate(request) && forwardsToMaster(identityOf(known))) {
		return {agentStates, events: []};
	}

	const transferred = needsDelegate(request) && !known.delegate ? transferFrom(agentStates, agent, at) : undefined;
	const prepared = transferred ? withDelegate(known, transferred.delegate, at) : known;
	// Unchanged responses are not recorded, but the last of them date the data.
	const dated = seen ? withReadAt(prepared, seen) : prepared;
	const response = read(dated);
	const others = withHints((transferred?.agentStates ?? agentStates).with(agent, dated), response.type === 'unfinished' ? response.list : []);
	const before = others.get(agent) ?? dated;
	const learned = applyResponse(before, request, response, {
		sentAt: at, at, random: 0, isReleased: false, skew: undefined, fingerprint: undefined, standing: standingIn(others),
	});
	const met = meetsCluster(before, learned) ? joinDelegates(others.with(agent, learned), agent, at) : undefined;
	const next = (met?.agentStates ?? others).with(agent, met?.state ?? learned);
	// Like the poller, once what was just learned counts.
	const own = met?.state ?? learned;
	const after = own.delegate?.seen ? {...own, delegate: withSeen(own.delegate, standingIn(next))} : own;
	const applied = {agentStates: next.with(agent, after), events: [...unread, ...(transferred?.events ?? []), ...(met?.events ?? []), ...eventsOf(known, after, {agent, at})]};
	return healthOf(before).isQueried && !healthOf(after).isQueried ? withReview(applied, agent, at) : applied;
};

/** The agent responded about its last task, as a list made worthwhile: the delegate reports now what that list said. */
const withReview = ({agentStates, events}: Applied, agent: string, at: Timestamp): Applied => {
	const key = delegateBefore(agentStates, agent);
	const state = key === undefined ? undefined : agentStates.get(key);
	if (key === undefined || !state?.delegate?.seen) {
		return {agentStates, events};
	}

	const after = {...state, delegate: withSeen(state.delegate, standingIn(agentStates))};
	return {agentStates: agentStates.with(key, after), events: [...events, ...eventsOf(state, after, {agent: key, at})]};
};

/** The followers (keys) whose task a master's response can be, by the id that it names. One that cannot be reached is not among them. */
const followersOf = (agentStates: AgentStates, master: string, id: string): readonly string[] => {
	const generic = parseGenericId(id);
	const named = generic?.scope === 'agent' ? byName.keys(agentStates, generic.agent) : [];
	return named.filter(key => {
		const state = agentStates.get(key);
		return key !== master && state !== undefined && forwardsToMaster(identityOf(state)) && !state.faults.contact;
	});
};

const ofAgent = {type: 'agent'} as const;

const headOf = (dag: Dag): PollResponse => ({type: dag.nodes ? 'task' : 'probe', of: ofAgent, dag, bytes: 0});

/** What a master's response says of its followers. A follower that refuses is shown through its master, so that only the master's responses are recorded. */
const heardOfFollowers = (agentStates: AgentStates, {agent: {key: master}, path, answer}: RecordedExchange): readonly Heard[] => {
	const heard = (id: string, request: PollRequest, response: PollResponse): readonly Heard[] =>
		followersOf(agentStates, master, id).map(agent => ({agent, request, read: () => response}));

	if (withoutQuery(path) === withoutQuery(routes.maintenanceTasks)) {
		const reply = replyOf(responseTypes.tasks.schema, answer);
		return reply.type === 'data' ? reply.data.flatMap(dag => heard(dag.id, {type: dag.nodes ? 'task' : 'probe', of: ofAgent}, headOf(dag))) : [];
	}

	const [, kind, id = ''] = /^\/api\/v1\/task\/(dag|node)\/(\d{1,80})(?:\?|$)/.exec(path) ?? [];
	const isShown = followersOf(agentStates, master, id).some(key => {
		const dag = agentStates.get(key)?.task.dag;
		return kind === 'dag' ? dag?.id === id : hasNode(dag, id);
	});
	if (!isShown) {
		return [];
	}

	if (kind === 'dag') {
		const reply = replyOf(responseTypes.task.schema, answer);
		return reply.type === 'data' ? heard(id, {type: reply.data.nodes ? 'task' : 'probe', of: ofAgent}, headOf(reply.data)) : [];
	}

	const reply = replyOf(responseTypes.node.schema, answer);
	return reply.type === 'data' ? heard(id, {type: 'node', of: ofAgent, id}, {type: 'node', of: ofAgent, id, node: reply.data}) : [];
};

/** The same agents, that one without the refusals that its master makes up for. */
const withoutRefusals = (agentStates: AgentStates, agent: string): AgentStates => {
	const state = agentStates.get(agent);
	if (!state) {
		return agentStates;
	}

	const {'cluster-info': refused, ...faults} = state.faults;
	return refused !== undefined || state.blocked !== undefined ? agentStates.with(agent, {...state, blocked: undefined, faults}) : agentStates;
};

const applyToFollowers = (agentStates: AgentStates, heard: readonly Heard[], at: Timestamp): Applied => {
	let applied: Applied = {agentStates, events: []};
	for (const each of heard) {
		const next = applyHeard(withoutRefusals(applied.agentStates, each.agent), each, at);
		applied = {agentStates: next.agentStates, events: [...applied.events, ...next.events]};
	}

	return applied;
};

const newestFirst = (tasks: readonly Dag[]): readonly Dag[] => tasks.map(task => ({...task, nodes: undefined})).toSorted((one, other) => other.dagId - one.dagId);

/** The events of a history response for an owner (an agent's or a cluster's key). */
export const historyOf = ({agent, at}: AtAgent, owner: string, {answer: response}: RecordedExchange): readonly PollEvent[] => {
	const reply = replyOf(responseTypes.tasks.schema, response);
	return reply.type === 'data' ? [{type: 'history-received', agent, at, owner, tasks: newestFirst(reply.data), remaining: 0, isLoading: false}] : [];
};

/** The events of an exchange at that time, given what is known. Pure. Events of logs and histories count only for those that are open. */
export const eventsOfExchange = (agentStates: AgentStates, exchange: RecordedExchange, at: Timestamp): Applied => {
	const agent = exchange.agent.key;
	const request = requestOf(exchange.path, agentStates.get(agent) ?? newPollState);
	// The master can have the same task among its own requests, as its cluster's delegate.
	if (!request || request.type === 'link') {
		const heard = heardOfFollowers(agentStates, exchange);
		if (heard.length > 0 || !request) {
			return applyToFollowers(agentStates, heard, at);
		}
	}

	if (request.type === 'logs') {
		return {agentStates, events: logsOf({agent, at}, request.subTask, exchange)};
	}

	if (request.type === 'history') {
		// Only the store knows a cluster's key.
		return {agentStates, events: request.of === 'agent' ? historyOf({agent, at}, agent, exchange) : []};
	}

	return applyHeard(agentStates, {agent, request, seen: exchange.answer.type === 'error' ? exchange.seen : undefined, read: state => readResponse(request, exchange.answer, {state, at})}, at);
};
