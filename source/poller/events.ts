import {type PollEvent} from '../store/event.js';
import {standsAlone} from '../protocol/identity.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {identityOf, type AgentMemory} from './agent-memory.js';
import {type TaskMemory} from './task-memory.js';

type At = {readonly agent: string; readonly at: Timestamp};

const isNew = <T>(before: T | undefined, now: T | undefined): now is T => now !== undefined && now !== before;

const isNews = (before: TaskMemory | undefined, now: TaskMemory): boolean => isNew(before?.dag, now.dag) || (now.isAbsent && !before?.isAbsent);

/** Who stands alone speaks for itself, whatever cluster it was in. */
const speaksForCluster = (memory: AgentMemory): boolean => memory.duty !== undefined && !standsAlone(identityOf(memory));

/** Also when it begins to speak for its cluster: what it said before counts for more from then on. */
const ofCluster = (before: AgentMemory, now: AgentMemory, at: At): readonly PollEvent[] => {
	const {cluster} = now;
	const isSpeaker = speaksForCluster(now);
	return cluster && (cluster !== before.cluster || (isSpeaker && !speaksForCluster(before))) ? [{...at, type: 'cluster-info-received', cluster, isSpeaker}] : [];
};

const ofTask = (before: TaskMemory, now: TaskMemory, at: At): readonly PollEvent[] => {
	if (!isNews(before, now)) {
		return [];
	}

	return [now.dag ? {...at, type: 'task-received', task: now.dag} : {...at, type: 'task-absent'}];
};

const ofDuty = ({duty: before}: AgentMemory, {duty: now}: AgentMemory, at: At): readonly PollEvent[] => {
	if (!now) {
		return [];
	}

	const task: readonly PollEvent[] = isNews(before?.task, now.task) ? [{...at, type: 'cluster-task-received', task: now.task.dag}] : [];
	return isNew(before?.seen, now.seen) ? [...task, {...at, type: 'unfinished-received', ...now.seen}] : task;
};

const ofTrouble = (before: AgentMemory, {trouble}: AgentMemory, at: At, isTaskTold: boolean): readonly PollEvent[] => {
	if (!trouble) {
		return before.trouble ? [{...at, type: 'agent-recovered'}] : [];
	}

	// A task counts as a sign that all is well, so a trouble beside it is told once more.
	return trouble !== before.trouble || isTaskTold ? [{...at, type: 'agent-failed', ...trouble}] : [];
};

const ofLink = (before: AgentMemory, {linked}: AgentMemory, at: At): readonly PollEvent[] => {
	if (!isNew(before.linked, linked)) {
		return [];
	}

	return ['error' in linked ? {...at, type: 'linked-task-failed', ...linked} : {...at, type: 'linked-task-received', ...linked}];
};

/** What is to be told of the way from one memory to another. Parts of the same identity make no event. */
export const eventsOf = (before: AgentMemory, now: AgentMemory, at: At): readonly PollEvent[] => {
	const task = ofTask(before.task, now.task, at);
	return [
		...(isNew(before.info, now.info) ? [{...at, type: 'info-received', info: now.info} as const] : []),
		...(isNew(before.status, now.status) ? [{...at, type: 'status-received', status: now.status} as const] : []),
		...(isNew(before.skew, now.skew) ? [{...at, type: 'skew-measured', skew: now.skew} as const] : []),
		...ofCluster(before, now, at),
		...(isNew(before.fingerprint, now.fingerprint) ? [{...at, type: 'key-learned', fingerprint: now.fingerprint} as const] : []),
		...task,
		...ofDuty(before, now, at),
		...ofLink(before, now, at),
		...ofTrouble(before, now, at, task.length > 0),
	];
};
