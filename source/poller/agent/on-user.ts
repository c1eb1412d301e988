// How the user's actions, and what other agents say, change the state of one agent.

import {isDeepStrictEqual} from 'node:util';
import {forwardsToMaster} from '../../protocol/identity.js';
import {isLaterId, parseGenericId} from '../../protocol/ids.js';
import {type Dag} from '../../protocol/task.js';
import {type DelegateState, opened, transfer} from './cluster-state.js';
import {withTrouble} from './on-error.js';
import {withEverythingWanted} from './on-response.js';
import {type AgentFocus, type AgentPollState, type Fault, identityOf} from './state.js';
import {isHeld, isSameState} from './task-state.js';

const due = (fault: Fault): Fault => ({...fault, retryAt: -Infinity});

/** Everything is queried now, even what failed. */
export const refreshed = (state: AgentPollState): AgentPollState => ({
	...withEverythingWanted(state),
	faults: Object.fromEntries(Object.entries(state.faults).map(([topic, fault]) => [topic, due(fault)])),
	statusAt: undefined,
	// Only the delegate queries again who belongs to the cluster.
	clusterInfoAt: state.delegate ? undefined : state.clusterInfoAt,
	skipsPause: true,
});

/** Tasks that only another password opens may be queried again. */
const withOpened = (state: AgentPollState): AgentPollState => state.delegate?.others.some(({needs}) => needs)
	? {...state, delegate: {...state.delegate, others: state.delegate.others.map(other => other.needs ? opened(other) : other)}, skipsPause: true}
	: state;

/** What a follower refused is queried again at once: its master may respond for it now. */
const withRefusalsDue = (state: AgentPollState): AgentPollState => {
	const faults = Object.entries(state.faults);
	return forwardsToMaster(identityOf(state)) && faults.some(([, {error}]) => error.type === 'refused')
		? {...state, faults: Object.fromEntries(faults.map(([topic, fault]) => [topic, fault.error.type === 'refused' ? due(fault) : fault])), skipsPause: true}
		: state;
};

/** A password changed, a key was accepted, or a follower's master is known now: sealed requests may be sent again. A reported trouble stays until one succeeds. */
export const released = (state: AgentPollState): AgentPollState => {
	const next = withRefusalsDue(withOpened(state));
	return next.blocked ? {...withEverythingWanted(next), blocked: {...next.blocked, isReleased: true}, skipsPause: true} : next;
};

/** Whether the open task is one that the agent is queried for. */
const isOpenHere = ({task, delegate}: AgentPollState, {openTask}: AgentFocus): boolean => openTask !== undefined
	&& (openTask === task.dag?.id || openTask === delegate?.task.dag?.id || (delegate?.others.some(({id}) => id === openTask) ?? false));

const isLookedAt = (state: AgentPollState, focus: AgentFocus): boolean =>
	focus.isOnScreen || (focus.isClusterOnScreen && state.delegate !== undefined) || isOpenHere(state, focus);

/** Whether another focus changes when the agent is queried: the user looks at something of it, or did. */
export const isConcerned = (state: AgentPollState, focus: AgentFocus): boolean => isLookedAt(state, state.focus) || isLookedAt(state, focus);

const comesIntoSight = (state: AgentPollState, now: AgentFocus): boolean => {
	const {focus: before, delegate} = state;
	const isOpened = now.openTask !== before.openTask && isOpenHere(state, now);
	return isOpened || (now.isOnScreen && !before.isOnScreen) || (now.isClusterOnScreen && !before.isClusterOnScreen && delegate !== undefined);
};

/** What appears on screen need not wait for the pause of a slow agent, once. */
export const focused = (state: AgentPollState, focus: AgentFocus): AgentPollState =>
	isDeepStrictEqual(state.focus, focus) ? state : {...state, focus, skipsPause: state.skipsPause || comesIntoSight(state, focus)};

/** The user wants to see a task that this agent may know. While a query for it is pending, it is not queried again. */
export const linkOpened = (state: AgentPollState, id: string): AgentPollState =>
	state.links.includes(id) ? state : {...state, links: [...state.links, id]};

/**
What a list of unfinished tasks says about the agent's own last task: a newer one, another state of one that waits or failed, or that this
one is over. Each is queried once. A task that runs is queried often anyway.
*/
const hintIn = ({task: {dag, unsettled}, info}: AgentPollState, list: readonly Dag[]): string | undefined => {
	const known = unsettled ?? dag;
	const own = list.filter(({id}) => {
		const generic = parseGenericId(id);
		return generic?.scope === 'agent' && generic.agent === info?.agent;
	});
	const newer = own.filter(({id}) => known === undefined || isLaterId(id, known.id));
	if (newer.length > 0) {
		return newer.map(({id}) => id).join(' ');
	}

	const listed = own.find(({id}) => id === known?.id);
	return known && isHeld(known) && (!listed || !isSameState(known, listed)) ? [known.id, known.startTime, listed?.state, listed?.stage].join(' ') : undefined;
};

/** A list of unfinished tasks arrived, from this agent or from another one of its cluster. */
export const hinted = (state: AgentPollState, list: readonly Dag[]): AgentPollState => {
	const hint = hintIn(state, list);
	return hint === undefined || hint === state.hint || state.task.requestedAt === undefined ? state : {...state, hint, task: {...state.task, isWanted: true}};
};

/** Makes it the delegate, with what the last one knew, or ends that. After another delegate, the cluster's members are queried again: that agent may have left. */
export const withDelegate = (state: AgentPollState, delegate: DelegateState | undefined, now: number): AgentPollState => {
	const clusterInfoAt = delegate?.listedAt === undefined ? state.clusterInfoAt : undefined;
	return withTrouble({...state, clusterInfoAt, delegate: delegate && transfer(delegate)}, now);
};
