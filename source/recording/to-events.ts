import {type z} from 'zod';
import {readPayload, responseTypes} from '../client/parse-response.js';
import {absentOutsideCluster, isForeign} from '../client/task-rules.js';
import {type HttpResponse, type Reply} from '../client/types.js';
import {type Table, tableOf} from '../lib/ordered-map.js';
import {type Timestamp} from '../lib/time.js';
import {type DelegateState, newDelegateState, type Standing, united, withSeen} from '../poller/agent/cluster-state.js';
import {clusterByAgent, clustersKnown, eventsOf, groupsOf, healthOf} from '../poller/agent/events.js';
import {applyResponse, type PollResponse} from '../poller/agent/on-response.js';
import {withDelegate} from '../poller/agent/on-user.js';
import {type AgentPollState, identityOf, newPollState, type PollRequest, type TaskSource} from '../poller/agent/state.js';
import {clusterInfoSchema, infoSchema, statusSchema, timeSchema} from '../protocol/agent.js';
import {type AgentError} from '../protocol/errors.js';
import {forwardsToMaster, isInCluster} from '../protocol/identity.js';
import {parseGenericId} from '../protocol/ids.js';
import {routes} from '../protocol/routes.js';
import {type Dag} from '../protocol/task.js';
import {type AtAgent, type PollEvent} from '../store/actions.js';
import {createLookup} from '../store/lookup.js';
import {type RecordedExchange} from './format.js';

/** A recorded request: one of the poller's, or one for a log or a history. */
type RecordedRequest =
	| PollRequest
	| {readonly type: 'logs'; readonly subTask: string}
	| {readonly type: 'history'; readonly of: 'agent' | 'cluster'};

const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? '';

const fixed: Readonly<Record<string, RecordedRequest>> = {
	[routes.info]: {type: 'info'},
	[routes.status]: {type: 'status'},
	[routes.time]: {type: 'skew'},
	[routes.clusterInfo]: {type: 'cluster-info'},
	[routes.maintenanceTask(true)]: {type: 'task', of: {type: 'agent'}},
	[routes.maintenanceTask(false)]: {type: 'probe', of: {type: 'agent'}},
	[routes.clusterTask(true)]: {type: 'task', of: {type: 'cluster'}},
	[routes.clusterTask(false)]: {type: 'probe', of: {type: 'cluster'}},
	[routes.unfinishedTasks(true)]: {type: 'unfinished'},
	[routes.unfinishedTasks(false)]: {type: 'unfinished'},
	[routes.agentHistory]: {type: 'history', of: 'agent'},
	[withoutQuery(routes.agentHistory)]: {type: 'history', of: 'agent'},
	[routes.clusterHistory]: {type: 'history', of: 'cluster'},
	[withoutQuery(routes.clusterHistory)]: {type: 'history', of: 'cluster'},
};

const hasNode = (dag: Dag | undefined, id: string): boolean => dag?.nodes?.some(node => node.id === id) ?? false;

/** Whose stage has that id, as far as is known. */
const sourceOf = ({task, delegate}: AgentPollState, id: string): TaskSource | undefined => {
	if (hasNode(task.dag, id)) {
		return {type: 'agent'};
	}

	const other = delegate?.others.find(known => hasNode(known.task.dag, id));
	return hasNode(delegate?.task.dag, id) ? {type: 'cluster'} : other && {type: 'other', id: other.id};
};

/** The request of a GET's path and query, given what is known about the agent. Undefined for what is never shown. */
const requestOf = (path: string, state: AgentPollState): RecordedRequest | undefined => {
	const known = Object.hasOwn(fixed, path) ? fixed[path] : undefined;
	if (known) {
		return known;
	}

	const [, kind, id = '', logs, query] = /^\/api\/v1\/task\/(dag|node|sub_task)\/(\d{1,80})(\/logs)?(\?show_details=false)?$/.exec(path) ?? [];
	if (kind === 'dag' && logs === undefined && [state.task, state.delegate?.task].some(task => task?.successor && task.dag?.id === id)) {
		return {type: 'end', id};
	}

	if (kind === 'dag' && logs === undefined) {
		return state.delegate?.others.some(other => other.id === id)
			? {type: query === undefined ? 'task' : 'probe', of: {type: 'other', id}}
			: {type: 'link', id};
	}

	if (kind === 'node' && logs === undefined) {
		const of = sourceOf(state, id);
		return of && {type: 'node', of, id};
	}

	return kind === 'sub_task' && logs !== undefined ? {type: 'logs', subTask: id} : undefined;
};

// Turns a recorded response into a poll response, with the schemas and rules of the client.

/** The data of a response, without a cache. */
const replyOf = <T>(schema: z.ZodType<T>, response: HttpResponse): Reply<T> => {
	if (response.type === 'error') {
		return response;
	}

	const found = readPayload(schema, response);
	return found.type === 'data' ? {...found, isUnchanged: false, bytes: response.body.length} : found;
};

const failed = (error: AgentError): PollResponse => ({type: 'error', error});

const from = <T>(reply: Reply<T>, toResponse: (data: T, bytes: number) => PollResponse): PollResponse => reply.type === 'data' ? toResponse(reply.data, reply.bytes) : reply;

/** For what every agent has. */
const must = <T>(reply: Reply<T>, toResponse: (data: T) => PollResponse): PollResponse =>
	reply.type === 'none' ? failed({type: 'protocol', problem: 'not-found'}) : from(reply, toResponse);

const taskReply = (request: Extract<PollRequest, {readonly of: unknown}>, response: HttpResponse, {info}: AgentPollState): Reply<Dag> => {
	const reply = replyOf(responseTypes.task.schema, response);
	switch (request.of.type) {
		case 'agent': {
			return reply.type === 'data' && isForeign(reply.data, info)
				? {type: 'error', error: {type: 'protocol', problem: 'other-task'}}
				: reply;
		}

		case 'cluster': {
			return absentOutsideCluster(reply);
		}

		case 'other': {
			return reply;
		}
	}
};

/** The poll response at that time, our clock. */
const readResponse = (request: PollRequest, response: HttpResponse, {state, at}: {readonly state: AgentPollState; readonly at: Timestamp}): PollResponse => {
	switch (request.type) {
		case 'info': {
			return must(replyOf(infoSchema, response), info => ({type: 'info', info}));
		}

		case 'status': {
			return must(replyOf(statusSchema, response), status => ({type: 'status', status}));
		}

		case 'skew': {
			return must(replyOf(timeSchema, response), time => ({type: 'skew', skew: time - at}));
		}

		case 'cluster-info': {
			return must(replyOf(clusterInfoSchema, response), cluster => ({type: 'cluster-info', cluster}));
		}

		case 'unfinished': {
			const reply = absentOutsideCluster(replyOf(responseTypes.tasks.schema, response));
			return reply.type === 'none' ? {type: 'unfinished', list: []} : from(reply, list => ({type: 'unfinished', list}));
		}

		case 'probe':
		case 'task': {
			const {type, of} = request;
			return from(taskReply(request, response, state), (dag, bytes) => ({type, of, dag, bytes}));
		}

		case 'node': {
			const {of, id} = request;
			return from(replyOf(responseTypes.node.schema, response), node => ({type: 'node', of, id, node}));
		}

		case 'link':
		case 'end': {
			return from(replyOf(responseTypes.task.schema, response), (dag, bytes) => ({type: 'task', of: {type: 'other', id: request.id}, dag, bytes}));
		}
	}
};

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

/** What is known about ids of tasks from the agents that have responded so far. */
const standingIn = (agentStates: AgentStates): Standing => ({
	isShown: id => byShownTask.has(agentStates, id),
	isElsewhere(id) {
		const generic = parseGenericId(id);
		return generic?.scope === 'agent' && !byName.has(agentStates, generic.agent);
	},
	isAwaited: () => false,
});

/** A response to one agent's request; `read` makes it, given what is known about the agent. */
type Heard = {readonly agent: string; readonly request: PollRequest; readonly lastSeenAt: Timestamp | undefined; readonly read: (state: AgentPollState) => PollResponse};

const applyHeard = (agentStates: AgentStates, {agent, request, lastSeenAt, read}: Heard, at: Timestamp): Applied => {
	const known = agentStates.get(agent) ?? newPollState;
	// Followers forward such requests to their master.
	if (needsDelegate(request) && forwardsToMaster(identityOf(known))) {
		return {agentStates, events: []};
	}

	const transferred = needsDelegate(request) && !known.delegate ? transferFrom(agentStates, agent, at) : undefined;
	const prepared = transferred ? withDelegate(known, transferred.delegate, at) : known;
	// Unchanged responses are not recorded, but the last of them dates the data.
	const before = lastSeenAt === undefined ? prepared : {...prepared, seenAt: lastSeenAt, taskSeenAt: lastSeenAt};
	const others = transferred?.agentStates ?? agentStates;
	const learned = applyResponse(before, request, read(before), {
		sentAt: at, at, random: 0, isReleased: false, skew: undefined, fingerprint: undefined, standing: standingIn(others),
	});
	const met = meetsCluster(before, learned) ? joinDelegates(others.with(agent, learned), agent, at) : undefined;
	const next = (met?.agentStates ?? others).with(agent, met?.state ?? learned);
	// Like the poller, once what was just learned counts.
	const last = met?.state ?? learned;
	const after = last.delegate?.seen ? {...last, delegate: withSeen(last.delegate, standingIn(next))} : last;
	return {agentStates: next.with(agent, after), events: [...(transferred?.events ?? []), ...(met?.events ?? []), ...eventsOf(known, after, {agent, at})]};
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
		followersOf(agentStates, master, id).map(agent => ({agent, request, lastSeenAt: undefined, read: () => response}));

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

	return applyHeard(agentStates, {agent, request, lastSeenAt: exchange.lastSeenAt, read: state => readResponse(request, exchange.answer, {state, at})}, at);
};
