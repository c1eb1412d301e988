import {type Timestamp} from '../../lib/time.js';
import {type AgentStatus} from '../../protocol/agent.js';
import {type AgentPollState, hasDatabase, identityOf} from './state.js';
import {keep} from './task-state.js';

/** Whatever is known of tasks may be out of date: look at once. Also whether one that was cut off is still that large. */
export const withEverythingWanted = (memory: AgentPollState): AgentPollState => ({
	...memory,
	faults: memory.faults.details ? {...memory.faults, details: {...memory.faults.details, retryAt: -Infinity}} : memory.faults,
	task: {...memory.task, isWanted: true},
	duty: memory.duty && {...memory.duty, listedAt: undefined, task: {...memory.duty.task, isWanted: true}},
});

const isOtherTime = (known: Timestamp | undefined, now: Timestamp | undefined): boolean => known !== undefined && now !== undefined && known !== now;

/** `status` is the cheap sign of life that also says when the dear questions are worth asking: lock, identity, process or database changed. */
export const applyStatus = (memory: AgentPollState, status: AgentStatus, at: Timestamp): AgentPollState => {
	const identity = identityOf(memory);
	const known = memory.status ?? memory.info;
	// In a container every process has the same id.
	const isRestarted = known !== undefined && (known.pid !== status.pid || isOtherTime(known.startedAt, status.startedAt));
	const isLockChanged = memory.status !== undefined && memory.status.underMaintenance !== status.underMaintenance;
	const next: AgentPollState = {...memory, status: keep(memory.status, status), statusAt: at};
	const isOther = identity !== '' && identity !== identityOf(next);
	const isDatabaseBack = memory.status !== undefined && !hasDatabase(memory) && hasDatabase(next);
	if (!isOther && !isRestarted && !isLockChanged && !isDatabaseBack) {
		return next;
	}

	return {
		...withEverythingWanted(next),
		changedAt: at,
		infoAt: isOther || isRestarted ? undefined : memory.infoAt,
		clusterInfoAt: isOther ? undefined : memory.clusterInfoAt,
	};
};
