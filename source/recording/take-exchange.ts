// From a recorded answer to the events that the store takes. It is the poller's own memory that makes them, so that a replay tells what polling told.

import {kinds} from '../client/kinds.js';
import {newMemory, identityOf, type AgentMemory} from '../poller/agent-memory.js';
import {clusterByAgent, clustersKnown, groupsOf} from '../poller/cluster-duty.js';
import {newDuty, united, withSeen, type DutyMemory} from '../poller/duty-memory.js';
import {eventsOf} from '../poller/events.js';
import {healthOf} from '../poller/health.js';
import {appointed} from '../poller/impulse.js';
import {type Question} from '../poller/question.js';
import {remember} from '../poller/remember.js';
import {forwardsToMaster, isInCluster} from '../protocol/identity.js';
import {type Dag} from '../protocol/task.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AtAgent, type PollEvent} from '../store/event.js';
import {createLookup} from '../store/lookup.js';
import {tableOf, type Table} from '../store/table.js';
import {askedOf} from './asked-of.js';
import {type RecordedExchange} from './line.js';
import {readAnswer, replyOf} from './read-answer.js';

/** What is known of every agent (by its key) that has answered so far. */
export type Cast = Table<AgentMemory>;

export const emptyCast: Cast = tableOf<AgentMemory>([]);

export type Taken = {readonly cast: Cast; readonly events: readonly PollEvent[]};

/** Whether an agent must be the one that speaks for its cluster to be asked that. */
const needsDuty = (question: Question): boolean =>
	question.type === 'unfinished' || ((question.type === 'task' || question.type === 'probe' || question.type === 'node') && question.of.type === 'cluster');

const byName = createLookup<AgentMemory>(({info}) => info ? [info.agent] : []);
const byReportedMember = createLookup<AgentMemory>(({cluster}) => cluster?.members.map(({agent}) => agent) ?? []);
const byShownTask = createLookup<AgentMemory>(memory => healthOf(memory).taskIds);

/** The agents (keys) that can be of one cluster with that one: whose reports name it, whom they name, and so on. */
const relatedTo = (cast: Cast, agent: string): readonly string[] => {
	const related = new Set<string>();
	const names = new Set<string>();
	let keys: readonly string[] = [agent];
	while (keys.length > 0) {
		const memories = keys.map(key => cast.get(key) ?? newMemory);
		const news = new Set(memories.flatMap(({info, cluster}) => [...info ? [info.agent] : [], ...cluster?.members.map(member => member.agent) ?? []])).difference(names);
		for (const key of keys) {
			related.add(key);
		}

		for (const name of news) {
			names.add(name);
		}

		keys = [...new Set([...news].flatMap(name => [...byName.keys(cast, name), ...byReportedMember.keys(cast, name)])).difference(related)];
	}

	return cast.inOrder(related);
};

/** Who of the agent's cluster had the word until now. */
const speakerBefore = (cast: Cast, agent: string): string | undefined => {
	if (!isInCluster(healthOf(cast.get(agent) ?? newMemory).identity)) {
		return undefined;
	}

	// Looking at all agents each time would take minutes with thousands of them.
	const healths = new Map(relatedTo(cast, agent).map(key => [key, healthOf(cast.get(key) ?? newMemory)]));
	const groups = groupsOf(healths, clusterByAgent(healths, clustersKnown(healths)));
	const members = groups.values().find(keys => keys.includes(agent)) ?? [];
	return members.find(key => key !== agent && cast.get(key)?.duty !== undefined);
};

type Handed = {readonly cast: Cast; readonly duty: DutyMemory; readonly events: readonly PollEvent[]};

/** Takes the word from who had it. */
const handOver = (cast: Cast, agent: string, at: Timestamp): Handed => {
	const before = speakerBefore(cast, agent);
	const memory = before === undefined ? undefined : cast.get(before);
	if (before === undefined || !memory) {
		return {cast, duty: newDuty, events: []};
	}

	const after = appointed(memory, undefined, at);
	return {cast: cast.with(before, after), duty: memory.duty ?? newDuty, events: eventsOf(memory, after, {agent: before, at})};
};

/** Whether an agent that has the word came to belong to others by what it just said. */
const meetsCluster = (before: AgentMemory, now: AgentMemory): boolean =>
	now.duty !== undefined && (identityOf(before) !== identityOf(now) || before.cluster !== now.cluster);

type Joined = {readonly cast: Cast; readonly memory: AgentMemory; readonly events: readonly PollEvent[]};

/** Where two of one cluster have the word, the one that came to it last has it alone, with what both knew. */
const joinDuties = (cast: Cast, agent: string, at: Timestamp): Joined | undefined => {
	const memory = cast.get(agent);
	if (!memory?.duty || speakerBefore(cast, agent) === undefined) {
		return undefined;
	}

	const handed = handOver(cast, agent, at);
	return {cast: handed.cast, memory: appointed(memory, united([memory.duty, handed.duty]), at), events: handed.events};
};

const logsOf = ({agent, at}: AtAgent, subTask: string, {answer}: RecordedExchange): readonly PollEvent[] => {
	const reply = replyOf(kinds.logs.schema, answer);
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

/** Whether the task of that id is somebody's last one. */
const isShownIn = (cast: Cast) => (id: string): boolean => byShownTask.has(cast, id);

const learn = (cast: Cast, question: Question, exchange: RecordedExchange, at: Timestamp): Taken => {
	const agent = exchange.agent.key;
	const known = cast.get(agent) ?? newMemory;
	// What a follower is asked for others, it asks its master.
	if (needsDuty(question) && forwardsToMaster(identityOf(known))) {
		return {cast, events: []};
	}

	const handed = needsDuty(question) && !known.duty ? handOver(cast, agent, at) : undefined;
	const prepared = handed ? appointed(known, handed.duty, at) : known;
	const {lastSeenAt} = exchange;
	// Equal answers are not in a recording, but the last of them made the data that old.
	const before = lastSeenAt === undefined ? prepared : {...prepared, seenAt: lastSeenAt, taskSeenAt: lastSeenAt};
	const others = handed?.cast ?? cast;
	const isShown = isShownIn(others);
	const answer = readAnswer(question, exchange.answer, {memory: before, at});
	const learned = remember(before, question, answer, {
		sentAt: at, at, random: 0, isReleased: false, skew: undefined, fingerprint: undefined, isShown,
	});
	const met = meetsCluster(before, learned) ? joinDuties(others.with(agent, learned), agent, at) : undefined;
	const next = (met?.cast ?? others).with(agent, met?.memory ?? learned);
	// Like the poller, once what was just learned counts.
	const last = met?.memory ?? learned;
	const after = last.duty?.seen ? {...last, duty: withSeen(last.duty, isShownIn(next))} : last;
	return {cast: next.with(agent, after), events: [...(handed?.events ?? []), ...(met?.events ?? []), ...eventsOf(known, after, {agent, at})]};
};

const newestFirst = (tasks: readonly Dag[]): readonly Dag[] => tasks.map(task => ({...task, nodes: undefined})).toSorted((one, other) => other.dagId - one.dagId);

/** What an answer with a history tells of an owner (an agent's or a cluster's key). */
export const historyOf = ({agent, at}: AtAgent, owner: string, {answer}: RecordedExchange): readonly PollEvent[] => {
	const reply = replyOf(kinds.tasks.schema, answer);
	return reply.type === 'data' ? [{type: 'history-received', agent, at, owner, tasks: newestFirst(reply.data), left: 0, isLoading: false}] : [];
};

/** What an exchange at that time tells, given what is known. Pure. Events of logs and histories count only where those are open. */
export const takeExchange = (cast: Cast, exchange: RecordedExchange, at: Timestamp): Taken => {
	const agent = exchange.agent.key;
	const asked = askedOf(exchange.path, cast.get(agent) ?? newMemory);
	if (!asked) {
		return {cast, events: []};
	}

	if (asked.type === 'logs') {
		return {cast, events: logsOf({agent, at}, asked.subTask, exchange)};
	}

	if (asked.type === 'history') {
		// What a cluster's key is, only the store knows.
		return {cast, events: asked.of === 'agent' ? historyOf({agent, at}, agent, exchange) : []};
	}

	return learn(cast, asked, exchange, at);
};
