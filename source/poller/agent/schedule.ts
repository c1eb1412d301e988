import {isInCluster, standsAlone} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {after, pace, type Rates, restedAt, retryDueAt, usualRates} from '../intervals.js';
import {type DelegateState, needsDatabase} from './cluster-state.js';
import {
	type AgentFocus,
	type AgentPollState,
	type Fault,
	hasDatabase,
	identityOf,
	isSealed,
	type PollRequest,
	type Routine,
	type TaskSource,
	topicOf,
} from './state.js';
import {isHeld, isLarge, isLive as isLiveTask, type TaskPollState} from './task-state.js';

/** Whether something about the task was never fetched, or is known to be out of date. */
const isWanting = ({requestedAt, isWanted, isWholeWanted, nodes}: TaskPollState): boolean =>
	requestedAt === undefined || isWanted || isWholeWanted || nodes.length > 0;

const isDelegateDone = (state: AgentPollState, {listedAt, task, others}: DelegateState): boolean => {
	const {faults} = state;
	const isNeeded = isInCluster(identityOf(state)) && hasDatabase(state);
	return (listedAt !== undefined || faults.unfinished !== undefined)
		&& (!isNeeded || !isWanting(task) || faults['cluster-task'] !== undefined)
		&& (faults['other-task'] !== undefined || others.every(other => !isWanting(other.task) || other.needs !== undefined || (needsDatabase(other.id) && !hasDatabase(state))));
};

/** What is to be queried again at once has not failed yet. */
const hasFailed = (fault: Fault | undefined): boolean => fault !== undefined && fault.retryAt !== -Infinity;

const isSealedDone = (state: AgentPollState): boolean => {
	const {faults, task, cluster, clusterInfoAt, delegate} = state;
	const isClusterNeeded = !standsAlone(identityOf(state)) || cluster !== undefined;
	return (!isWanting(task) || hasFailed(faults.task))
		&& (!isClusterNeeded || clusterInfoAt !== undefined || hasFailed(faults['cluster-info']))
		&& (!delegate || isDelegateDone(state, delegate));
};

/** Whether every query to an agent, for itself and its cluster, succeeded or failed once. A request that waits for another agent's password trial counts as failed here; see `isHeldBack`. */
export const isRoundDone = (state: AgentPollState): boolean => {
	const {info, status, skewAt, faults, blocked, isInDoubt} = state;
	if (faults.contact) {
		return true;
	}

	const isOpenDone = info !== undefined && status !== undefined && !isInDoubt && (skewAt !== undefined || faults.skew !== undefined);
	return isOpenDone && ((blocked !== undefined && !blocked.isReleased) || isSealedDone(state));
};

/** Whether another agent is trying the password that this one needs: its verdict lets this one continue, or ends it. */
export const isHeldBack = ({blocked}: AgentPollState): boolean =>
	blocked !== undefined && !blocked.isReleased && blocked.error.type === 'unauthorized' && blocked.error.reason === 'held-back';

/** The next request and when to send it (ms since 1970, our clock); -Infinity is at once. */
type Step = {readonly request: PollRequest; readonly at: Timestamp};

type RoutineStep = Step & {readonly request: Routine};

const atOnce = -Infinity;

const taskStep = (of: TaskSource, task: TaskPollState, {live, idle, now}: {readonly live: number; readonly idle: number; readonly now: Timestamp}): RoutineStep => {
	const {requestedAt} = task;
	const [node] = task.nodes;
	if (task.isWholeWanted) {
		return {request: {type: 'task', of}, at: after(requestedAt, 0, now)};
	}

	if (node !== undefined) {
		return {request: {type: 'node', of, id: node}, at: after(requestedAt, 0, now)};
	}

	const isLive = isLiveTask(task.dag);
	const next = task.isWanted ? atOnce : after(requestedAt, isLive ? live : idle, now);
	if (task.refusedAt !== undefined) {
		// Also of what is wanted at once only the head, or a task that runs would be queried without a pause.
		const retryAt = after(task.refusedAt, pace.retryLongest, now);
		return {request: {type: retryAt <= now ? 'task' : 'probe', of}, at: Math.min(next, retryAt)};
	}

	return {request: {type: isLive && !isLarge(task) ? 'task' : 'probe', of}, at: next};
};

type Now = {readonly now: Timestamp; readonly rates: Rates};

/** How a task is shown on screen. */
type Place = {readonly isOpen: boolean; readonly isInSight: boolean; readonly activeRows: number; readonly isAttended: boolean};

const liveInterval = ({isOpen, isInSight, activeRows, isAttended}: Place, {live}: Rates): number => {
	if (isOpen && isAttended) {
		return live;
	}

	return Math.max(live, isInSight ? Math.min(pace.liveElsewhere, activeRows * pace.liveShare) : pace.liveElsewhere);
};

const isOpenIn = ({openTask}: AgentFocus, {dag}: TaskPollState): boolean => openTask !== undefined && openTask === dag?.id;

/** The lock is taken before its task exists, and released before the next one takes it, maybe unseen: after a change or an end it is polled more often for a while. */
const idleInterval = ({changedAt, status}: AgentPollState, {now, rates}: Now): number =>
	changedAt !== undefined && status?.underMaintenance && now - changedAt < pace.settlingFor ? Math.min(rates.idle, pace.settling) : rates.idle;

/** For a task that does not change by itself. While the user looks at it, others' actions on it show soon. */
const restInterval = (state: AgentPollState, {dag}: TaskPollState, {isOpen, isInSight, isAttended}: Place, at: Now): number => {
	const idle = idleInterval(state, at);
	if (!isAttended || !isHeld(dag) || !(isOpen || isInSight)) {
		return idle;
	}

	return Math.min(idle, Math.max(at.rates.live, isOpen ? pace.heldOpen : pace.heldInSight));
};

/** Those that left the list come first, so that their ends do not wait behind tasks whose details are refused again and again. */
const otherSteps = (state: AgentPollState, {others}: DelegateState, {now, rates}: Now): readonly RoutineStep[] => [...others.filter(({isGone}) => isGone), ...others.filter(({isGone}) => !isGone)].flatMap(({id, task, isGone, needs}): readonly RoutineStep[] => {
	if (needs !== undefined || (needsDatabase(id) && !hasDatabase(state))) {
		return [];
	}

	const of: TaskSource = {type: 'other', id};
	const isOpen = state.focus.openTask === id;
	// The list is the probe for tasks that are not on screen; a task that left it is queried until its end is seen.
	const isLookedAt = isOpen && state.focus.isAttended;
	const live = isLookedAt ? rates.live : (isGone ? pace.unfinishedLive : Infinity);
	const idle = isLookedAt && isHeld(task.dag) ? Math.max(rates.live, pace.heldOpen) : Infinity;
	return [taskStep(of, task, {live, idle, now})];
});

const delegateSteps = (state: AgentPollState, delegate: DelegateState, at: Now): readonly RoutineStep[] => {
	const {now, rates} = at;
	const {isClusterOnScreen: isInSight, activeRows, isAttended} = state.focus;
	const place = {isOpen: isOpenIn(state.focus, delegate.task), isInSight, activeRows, isAttended};
	const hasLive = delegate.others.some(({task}) => isLiveTask(task.dag));
	const isHeldInSight = isInSight && isAttended && delegate.others.some(({task, isGone}) => !isGone && isHeld(task.dag));
	const listed = hasLive ? pace.unfinishedLive : (isHeldInSight ? pace.heldInSight : pace.unfinishedCalm);
	const clusterTask = isInCluster(identityOf(state)) && hasDatabase(state)
		? [taskStep({type: 'cluster'}, delegate.task, {live: liveInterval(place, rates), idle: restInterval(state, delegate.task, place, at), now})]
		: [];
	return [
		...clusterTask,
		{request: {type: 'unfinished'}, at: after(delegate.listedAt, listed, now)},
		...otherSteps(state, delegate, at),
	];
};

/** While the agent's own task is too large to fetch, only its head is polled; now and then the whole is tried again. */
const cutOffSteps = ({faults}: AgentPollState, now: Timestamp): readonly RoutineStep[] => {
	const retryAt = faults.details?.retryAt;
	return retryAt === undefined ? [] : [{request: {type: 'task', of: {type: 'agent'}}, at: retryDueAt(retryAt, pace.cutOffLongest, now)}];
};

const clusterInfoSteps = (state: AgentPollState, {now, rates}: Now): readonly RoutineStep[] => {
	// Once more after the agent left its cluster, to confirm that it is alone.
	const isNeeded = !standsAlone(identityOf(state)) || (state.cluster !== undefined && state.clusterInfoAt === undefined);
	return isNeeded ? [{request: {type: 'cluster-info'}, at: after(state.clusterInfoAt, state.delegate ? rates.members : pace.clusterInfo, now)}] : [];
};

/** Everything that could be queried, in the order for a first contact: the task is on screen after two responses. */
const stepsOf = (state: AgentPollState, at: Now): readonly RoutineStep[] => {
	const {now, rates} = at;
	const {isOnScreen: isInSight, activeRows, isAttended} = state.focus;
	const place = {isOpen: isOpenIn(state.focus, state.task), isInSight, activeRows, isAttended};
	return [
		{request: {type: 'info'}, at: after(state.infoAt, pace.info, now)},
		taskStep({type: 'agent'}, state.task, {live: liveInterval(place, rates), idle: restInterval(state, state.task, place, at), now}),
		...cutOffSteps(state, now),
		{request: {type: 'skew'}, at: after(state.skewAt, pace.skew, now)},
		{request: {type: 'status'}, at: after(state.statusAt, rates.status, now)},
		...clusterInfoSteps(state, at),
		...(state.delegate ? delegateSteps(state, state.delegate, at) : []),
	];
};

const withBackoff = (state: AgentPollState, step: RoutineStep, now: Timestamp): RoutineStep => {
	const retryAt = state.faults[topicOf(step.request, state.info !== undefined)]?.retryAt;
	return retryAt === undefined ? step : {...step, at: Math.max(step.at, retryDueAt(retryAt, pace.retryLongest, now))};
};

const chosen = (state: AgentPollState, at: Now): RoutineStep => {
	const {now, rates} = at;
	if (!state.info || state.isInDoubt || state.faults.contact) {
		return withBackoff(state, {request: {type: state.info ? 'status' : 'info'}, at: atOnce}, now);
	}

	const isSilent = state.blocked !== undefined && !state.blocked.isReleased;
	const steps = stepsOf(state, at).filter(({request}) => !isSilent || !isSealed(request));
	let earliest: RoutineStep | undefined;
	for (const step of steps) {
		const held = withBackoff(state, step, now);
		// What has waited longest comes first, so that nothing starves at a slow agent.
		if (!earliest || held.at < earliest.at) {
			earliest = held;
		}
	}

	return earliest ?? {request: {type: 'status'}, at: now + rates.status};
};

/**
The next request to an agent, and when. There always is one: an agent is never given up.
A link comes first and is sent in any case, since the user waits for it. First contact, doubt, and retries to an offline agent do
not wait for the pause after the last response; everything else does.
*/
export const plan = (state: AgentPollState, now: Timestamp, rates: Rates = usualRates): Step => {
	const [link] = state.links;
	if (link !== undefined) {
		return {request: {type: 'link', id: link}, at: atOnce};
	}

	const replacedTask = [state.task, state.delegate?.task].find(task => task?.successor)?.dag;
	if (replacedTask) {
		return {request: {type: 'end', id: replacedTask.id}, at: atOnce};
	}

	const step = chosen(state, {now, rates});
	const isFirstTask = step.request.type === 'task' && step.request.of.type === 'agent' && state.task.requestedAt === undefined;
	// Until the agent's clock is known, its times cannot be shown.
	const isFirstClock = step.request.type === 'skew' && state.skewAt === undefined && state.skew === undefined && state.faults.skew === undefined;
	const isUrgent = isFirstTask || isFirstClock || state.isInDoubt || state.faults.contact !== undefined || !state.info;
	return isUrgent || state.skipsPause ? step : {...step, at: Math.max(step.at, restedAt(state.last, now))};
};
