// What people do, as it changes the memory of one agent.

import {isDeepStrictEqual} from 'node:util';
import {type DelegateState, transfer, opened} from './cluster-state.js';
import {withTrouble} from './errors.js';
import {withEverythingWanted} from './on-status.js';
import {type AgentFocus, type AgentPollState, type Fault} from './state.js';

const due = (fault: Fault): Fault => ({...fault, retryAt: -Infinity});

/** Everything is worth a look now, also what failed. */
export const refreshed = (memory: AgentPollState): AgentPollState => ({
	...withEverythingWanted(memory),
	faults: Object.fromEntries(Object.entries(memory.faults).map(([topic, fault]) => [topic, due(fault)])),
	statusAt: undefined,
	// Who belongs to a cluster, only the one that speaks for it is asked anew.
	clusterInfoAt: memory.duty ? undefined : memory.clusterInfoAt,
	skipsPause: true,
});

/** Tasks that only another password opens may be asked for again. */
const withOpened = (memory: AgentPollState): AgentPollState => memory.duty?.others.some(({needs}) => needs)
	? {...memory, duty: {...memory.duty, others: memory.duty.others.map(other => other.needs ? opened(other) : other)}, skipsPause: true}
	: memory;

/** A password changed or a key was accepted: sealed questions may be asked again. What was told stays told until one is answered. */
export const released = (memory: AgentPollState): AgentPollState => {
	const next = withOpened(memory);
	return next.blocked ? {...withEverythingWanted(next), blocked: {...next.blocked, isReleased: true}, skipsPause: true} : next;
};

const comesIntoSight = ({focus: before, task, duty}: AgentPollState, now: AgentFocus): boolean => {
	const ids = [task.dag?.id, duty?.task.dag?.id, ...(duty?.others ?? []).map(({id}) => id)];
	const isOpened = now.openTask !== undefined && now.openTask !== before.openTask && ids.includes(now.openTask);
	return isOpened || (now.isOnScreen && !before.isOnScreen) || (now.isClusterOnScreen && !before.isClusterOnScreen && duty !== undefined);
};

/** What comes into sight need not wait for the pause of a slow agent, once. */
export const focused = (memory: AgentPollState, focus: AgentFocus): AgentPollState =>
	isDeepStrictEqual(memory.focus, focus) ? memory : {...memory, focus, skipsPause: memory.skipsPause || comesIntoSight(memory, focus)};

/** Somebody wants to see a task that this agent may know. Asked for already, it is asked for once. */
export const linkOpened = (memory: AgentPollState, id: string): AgentPollState =>
	memory.links.includes(id) ? memory : {...memory, links: [...memory.links, id]};

/** Gives it the word for its cluster, with what the last speaker knew, or takes it away. Where somebody else had it before, who belongs to the cluster is asked for anew, too: that one may have left. */
export const appointed = (memory: AgentPollState, duty: DelegateState | undefined, now: number): AgentPollState => {
	const clusterInfoAt = duty?.listedAt === undefined ? memory.clusterInfoAt : undefined;
	return withTrouble({...memory, clusterInfoAt, duty: duty && transfer(duty)}, now);
};
