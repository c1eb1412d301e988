// What people do, as it changes the memory of one agent.

import {isDeepStrictEqual} from 'node:util';
import {type DelegateState, transfer, opened} from './cluster-state.js';
import {withTrouble} from './errors.js';
import {withEverythingWanted} from './on-status.js';
import {type AgentFocus, type AgentPollState, type Fault} from './state.js';

const due = (fault: Fault): Fault => ({...fault, retryAt: -Infinity});

/** Everything is worth a look now, also what failed. */
export const refreshed = (state: AgentPollState): AgentPollState => ({
	...withEverythingWanted(state),
	faults: Object.fromEntries(Object.entries(state.faults).map(([topic, fault]) => [topic, due(fault)])),
	statusAt: undefined,
	// Who belongs to a cluster, only the one that speaks for it is asked anew.
	clusterInfoAt: state.delegate ? undefined : state.clusterInfoAt,
	skipsPause: true,
});

/** Tasks that only another password opens may be asked for again. */
const withOpened = (state: AgentPollState): AgentPollState => state.delegate?.others.some(({needs}) => needs)
	? {...state, delegate: {...state.delegate, others: state.delegate.others.map(other => other.needs ? opened(other) : other)}, skipsPause: true}
	: state;

/** A password changed or a key was accepted: sealed questions may be asked again. What was told stays told until one is answered. */
export const released = (state: AgentPollState): AgentPollState => {
	const next = withOpened(state);
	return next.blocked ? {...withEverythingWanted(next), blocked: {...next.blocked, isReleased: true}, skipsPause: true} : next;
};

const comesIntoSight = ({focus: before, task, delegate}: AgentPollState, now: AgentFocus): boolean => {
	const ids = [task.dag?.id, delegate?.task.dag?.id, ...(delegate?.others ?? []).map(({id}) => id)];
	const isOpened = now.openTask !== undefined && now.openTask !== before.openTask && ids.includes(now.openTask);
	return isOpened || (now.isOnScreen && !before.isOnScreen) || (now.isClusterOnScreen && !before.isClusterOnScreen && delegate !== undefined);
};

/** What comes into sight need not wait for the pause of a slow agent, once. */
export const focused = (state: AgentPollState, focus: AgentFocus): AgentPollState =>
	isDeepStrictEqual(state.focus, focus) ? state : {...state, focus, skipsPause: state.skipsPause || comesIntoSight(state, focus)};

/** Somebody wants to see a task that this agent may know. Asked for already, it is asked for once. */
export const linkOpened = (state: AgentPollState, id: string): AgentPollState =>
	state.links.includes(id) ? state : {...state, links: [...state.links, id]};

/** Gives it the word for its cluster, with what the last speaker knew, or takes it away. Where somebody else had it before, who belongs to the cluster is asked for anew, too: that one may have left. */
export const withDelegate = (state: AgentPollState, delegate: DelegateState | undefined, now: number): AgentPollState => {
	const clusterInfoAt = delegate?.listedAt === undefined ? state.clusterInfoAt : undefined;
	return withTrouble({...state, clusterInfoAt, delegate: delegate && transfer(delegate)}, now);
};
