import {type Timestamp} from '../../lib/time.js';
import {type AgentStatus} from '../../protocol/agent.js';
import {type AgentPollState, hasDatabase, identityOf} from './state.js';
import {keep} from './task-state.js';

/** Everything known about tasks may be out of date: query it at once, even a task that was cut off for its size. */
export const withEverythingWanted = (state: AgentPollState): AgentPollState => ({
	...state,
	faults: state.faults.details ? {...state.faults, details: {...state.faults.details, retryAt: -Infinity}} : state.faults,
	task: {...state.task, isWanted: true},
	delegate: state.delegate && {...state.delegate, listedAt: undefined, task: {...state.delegate.task, isWanted: true}},
});

const isOtherTime = (known: Timestamp | undefined, now: Timestamp | undefined): boolean => known !== undefined && now !== undefined && known !== now;

/** `status` is the cheap sign of life that also shows when the expensive queries are worthwhile: lock, identity, process or database changed. */
export const applyStatus = (state: AgentPollState, status: AgentStatus, at: Timestamp): AgentPollState => {
	const identity = identityOf(state);
	const known = state.status ?? state.info;
	// In a container every process has the same id.
	const isRestarted = known !== undefined && (known.pid !== status.pid || isOtherTime(known.startedAt, status.startedAt));
	const isLockChanged = state.status !== undefined && state.status.underMaintenance !== status.underMaintenance;
	const next: AgentPollState = {...state, status: keep(state.status, status), statusAt: at};
	const isOther = identity !== '' && identity !== identityOf(next);
	const isDatabaseBack = state.status !== undefined && !hasDatabase(state) && hasDatabase(next);
	if (!isOther && !isRestarted && !isLockChanged && !isDatabaseBack) {
		return next;
	}

	return {
		...withEverythingWanted(next),
		changedAt: at,
		infoAt: isOther || isRestarted ? undefined : state.infoAt,
		clusterInfoAt: isOther ? undefined : state.clusterInfoAt,
	};
};
