import {type Timestamp} from '../../lib/time.js';
import {isInCluster, standsAlone} from '../../protocol/identity.js';
import {after, longestBackoff, pace, type Rates, restedAt, usualRates} from '../intervals.js';
import {isSealed, type PollRequest, type Routine, type TaskSource, topicOf} from '../requests.js';
import {type DelegateState, needsDatabase} from './cluster-state.js';
import {type AgentFocus, type AgentPollState, hasDatabase, identityOf} from './state.js';
import {isHeld, isLarge, isLive as isLiveTask, type TaskPollState} from './task-state.js';

/** Whether something about the task is still to be fetched that was never there, or is known to be out of date. */
const isWanting = ({askedAt, isWanted, isWholeWanted, nodes}: TaskPollState): boolean =>
	askedAt === undefined || isWanted || isWholeWanted || nodes.length > 0;

const isDutyDone = (memory: AgentPollState, {listedAt, task, others}: DelegateState): boolean => {
	const {faults} = memory;
	const isAsked = isInCluster(identityOf(memory)) && hasDatabase(memory);
	return (listedAt !== undefined || faults.unfinished !== undefined)
		&& (!isAsked || !isWanting(task) || faults['cluster-task'] !== undefined)
		&& (faults['other-task'] !== undefined || others.every(other => !isWanting(other.task) || other.needs !== undefined || (needsDatabase(other.id) && !hasDatabase(memory))));
};

const isSealedDone = (memory: AgentPollState): boolean => {
	const {faults, task, cluster, clusterInfoAt, duty} = memory;
	const isClusterAsked = !standsAlone(identityOf(memory)) || cluster !== undefined;
	return (!isWanting(task) || faults.task !== undefined)
		&& (!isClusterAsked || clusterInfoAt !== undefined || faults['cluster-info'] !== undefined)
		&& (!duty || isDutyDone(memory, duty));
};

/**
Whether everything that is asked of an agent, and by it of its cluster, was answered or failed once: the whole picture is there, as far as it can be had now.

A question that waits for a password that another agent tries (`held back`) counts as failed: who needs to know asks `isHeldBack`.
*/
export const isRoundDone = (memory: AgentPollState): boolean => {
	const {info, status, skewAt, faults, blocked, isInDoubt} = memory;
	if (faults.contact) {
		return true;
	}

	const isOpenDone = info !== undefined && status !== undefined && !isInDoubt && (skewAt !== undefined || faults.skew !== undefined);
	return isOpenDone && ((blocked !== undefined && !blocked.isReleased) || isSealedDone(memory));
};

/** Whether another agent is trying the password that this one needs: its verdict lets this one go on, or ends it. */
export const isHeldBack = ({blocked}: AgentPollState): boolean =>
	blocked !== undefined && !blocked.isReleased && blocked.error.type === 'unauthorized' && blocked.error.reason === 'held-back';

/** What to ask next and when (ms since 1970, our clock); -Infinity is at once. */
type Step = {readonly question: PollRequest; readonly at: Timestamp};

type RoutineStep = Step & {readonly question: Routine};

const atOnce = -Infinity;

const taskStep = (of: TaskSource, task: TaskPollState, {live, idle, now}: {readonly live: number; readonly idle: number; readonly now: Timestamp}): RoutineStep => {
	const {askedAt} = task;
	const [node] = task.nodes;
	if (task.isWholeWanted) {
		return {question: {type: 'task', of}, at: after(askedAt, 0, now)};
	}

	if (node !== undefined) {
		return {question: {type: 'node', of, id: node}, at: after(askedAt, 0, now)};
	}

	const isLive = isLiveTask(task.dag);
	const type = isLive && !isLarge(task) ? 'task' : 'probe';
	return {question: {type, of}, at: task.isWanted ? atOnce : after(askedAt, isLive ? live : idle, now)};
};

type Now = {readonly now: Timestamp; readonly rates: Rates};

/** How a task is on screen. */
type Place = {readonly isOpen: boolean; readonly isInSight: boolean; readonly activeRows: number; readonly isAttended: boolean};

const liveInterval = ({isOpen, isInSight, activeRows, isAttended}: Place, {live}: Rates): number => {
	if (isOpen && isAttended) {
		return live;
	}

	return Math.max(live, isInSight ? Math.min(pace.liveElsewhere, activeRows * pace.liveShare) : pace.liveElsewhere);
};

const isOpenIn = ({openTask}: AgentFocus, {dag}: TaskPollState): boolean => openTask !== undefined && openTask === dag?.id;

/** The lock is taken before its task exists, and given back before the next one takes it: for a while after a change it is looked at more often. */
const idleInterval = ({changedAt, status}: AgentPollState, {now, rates}: Now): number =>
	changedAt !== undefined && status?.underMaintenance && now - changedAt < pace.settlingFor ? Math.min(rates.idle, pace.settling) : rates.idle;

/** Of a task that does not change by itself. Where somebody looks, what others do with it is seen soon. */
const restInterval = (memory: AgentPollState, {dag}: TaskPollState, {isOpen, isInSight, isAttended}: Place, at: Now): number => {
	const idle = idleInterval(memory, at);
	if (!isAttended || !isHeld(dag) || !(isOpen || isInSight)) {
		return idle;
	}

	return Math.min(idle, Math.max(at.rates.live, isOpen ? pace.heldOpen : pace.heldInSight));
};

const otherSteps = (memory: AgentPollState, duty: DelegateState, {now, rates}: Now): readonly RoutineStep[] => duty.others.flatMap(({id, task, isGone, needs}): readonly RoutineStep[] => {
	if (needs !== undefined || (needsDatabase(id) && !hasDatabase(memory))) {
		return [];
	}

	const of: TaskSource = {type: 'other', id};
	const isOpen = memory.focus.openTask === id;
	// The list is the probe of those that nobody looks at; who left it is asked for until its end is seen.
	const isLookedAt = isOpen && memory.focus.isAttended;
	const live = isLookedAt ? rates.live : (isGone ? pace.unfinishedLive : Infinity);
	const idle = isLookedAt && isHeld(task.dag) ? Math.max(rates.live, pace.heldOpen) : Infinity;
	return [taskStep(of, task, {live, idle, now})];
});

const dutySteps = (memory: AgentPollState, duty: DelegateState, at: Now): readonly RoutineStep[] => {
	const {now, rates} = at;
	const {isClusterOnScreen: isInSight, activeRows, isAttended} = memory.focus;
	const place = {isOpen: isOpenIn(memory.focus, duty.task), isInSight, activeRows, isAttended};
	const hasLive = duty.others.some(({task}) => isLiveTask(task.dag));
	const clusterTask = isInCluster(identityOf(memory)) && hasDatabase(memory)
		? [taskStep({type: 'cluster'}, duty.task, {live: liveInterval(place, rates), idle: restInterval(memory, duty.task, place, at), now})]
		: [];
	return [
		...clusterTask,
		{question: {type: 'unfinished'}, at: after(duty.listedAt, hasLive ? pace.unfinishedLive : pace.unfinishedCalm, now)},
		...otherSteps(memory, duty, at),
	];
};

/** The agent's own task is followed by its head while it is too large to fetch; now and then the whole of it is tried. */
const cutOffSteps = ({faults}: AgentPollState, now: Timestamp): readonly RoutineStep[] => {
	const retryAt = faults.details?.retryAt;
	// A retry that is further away than that was set before the wall clock went back.
	return retryAt === undefined ? [] : [{question: {type: 'task', of: {type: 'agent'}}, at: retryAt > now + pace.cutOff ? atOnce : retryAt}];
};

const clusterInfoSteps = (memory: AgentPollState, {now, rates}: Now): readonly RoutineStep[] => {
	// Once more after it has left its cluster, so that it is known to stand alone.
	const isAsked = !standsAlone(identityOf(memory)) || (memory.cluster !== undefined && memory.clusterInfoAt === undefined);
	return isAsked ? [{question: {type: 'cluster-info'}, at: after(memory.clusterInfoAt, memory.duty ? rates.members : pace.clusterInfo, now)}] : [];
};

/** Everything that could be asked, in the order in which a first contact should go: the task is on screen after two answers. */
const stepsOf = (memory: AgentPollState, at: Now): readonly RoutineStep[] => {
	const {now, rates} = at;
	const {isOnScreen: isInSight, activeRows, isAttended} = memory.focus;
	const place = {isOpen: isOpenIn(memory.focus, memory.task), isInSight, activeRows, isAttended};
	return [
		{question: {type: 'info'}, at: after(memory.infoAt, pace.info, now)},
		taskStep({type: 'agent'}, memory.task, {live: liveInterval(place, rates), idle: restInterval(memory, memory.task, place, at), now}),
		...cutOffSteps(memory, now),
		{question: {type: 'skew'}, at: after(memory.skewAt, pace.skew, now)},
		{question: {type: 'status'}, at: after(memory.statusAt, rates.status, now)},
		...clusterInfoSteps(memory, at),
		...(memory.duty ? dutySteps(memory, memory.duty, at) : []),
	];
};

const withBackoff = (memory: AgentPollState, step: RoutineStep, now: Timestamp): RoutineStep => {
	const retryAt = memory.faults[topicOf(step.question, memory.info !== undefined)]?.retryAt;
	// A retry that is further away than any backoff was set before the wall clock went back.
	return retryAt === undefined || retryAt > now + longestBackoff ? step : {...step, at: Math.max(step.at, retryAt)};
};

const chosen = (memory: AgentPollState, at: Now): RoutineStep => {
	const {now, rates} = at;
	if (!memory.info || memory.isInDoubt || memory.faults.contact) {
		return withBackoff(memory, {question: {type: memory.info ? 'status' : 'info'}, at: atOnce}, now);
	}

	const isSilent = memory.blocked !== undefined && !memory.blocked.isReleased;
	const steps = stepsOf(memory, at).filter(({question}) => !isSilent || !isSealed(question));
	let earliest: RoutineStep | undefined;
	for (const step of steps) {
		const held = withBackoff(memory, step, now);
		// What has waited longest comes first, so that nothing starves at a slow agent.
		if (!earliest || held.at < earliest.at) {
			earliest = held;
		}
	}

	return earliest ?? {question: {type: 'status'}, at: now + rates.status};
};

/**
Which question an agent is asked next, and when. It always has one: an agent is never given up.

A link comes before everything else and is tried in any case: somebody waits for it. First contact, doubt, and a lost agent's retries do not wait for the pause after the last answer; everything else does.
*/
export const plan = (memory: AgentPollState, now: Timestamp, rates: Rates = usualRates): Step => {
	const [link] = memory.links;
	if (link !== undefined) {
		return {question: {type: 'link', id: link}, at: atOnce};
	}

	const step = chosen(memory, {now, rates});
	const isFirstTask = step.question.type === 'task' && step.question.of.type === 'agent' && memory.task.askedAt === undefined;
	// Until an agent's clock is known, its times cannot be told.
	const isFirstClock = step.question.type === 'skew' && memory.skewAt === undefined && memory.skew === undefined && memory.faults.skew === undefined;
	const isUrgent = isFirstTask || isFirstClock || memory.isInDoubt || memory.faults.contact !== undefined || !memory.info;
	return isUrgent || memory.skipsPause ? step : {...step, at: Math.max(step.at, restedAt(memory.last, now))};
};
