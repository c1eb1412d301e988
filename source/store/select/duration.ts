import {type Stateful} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type AgentEntry} from '../state.js';

type Timed = Stateful & {readonly startTime: Timestamp | undefined; readonly endTime: Timestamp | undefined};

/** Whether the row has done or is doing something: only then its start time is one (a PENDING row has its creation time there, a READY one that of the last attempt). */
export const hasBegun = ({state, startTime, endTime, operator}: Timed): boolean => {
	if (startTime === undefined || state === 'PENDING' || state === 'READY') {
		return false;
	}

	// Passed or cancelled before its turn: both times are that of its creation.
	const isByHand = operator === 'PASS' || operator === 'CANCEL';
	return !(isByHand && state !== 'RUNNING' && startTime === endTime);
};

/**
How long something took or takes, in ms; undefined where the times mean nothing (not begun, unset, ending before they start). Only RUNNING rows grow: their end time is their start or that of the last attempt.

`agentNow` is the present by the agent's own clock.
*/
export const durationOf = (row: Timed, agentNow: Timestamp): number | undefined => {
	const {startTime, endTime, state} = row;
	if (startTime === undefined || !hasBegun(row)) {
		return undefined;
	}

	const end = state === 'RUNNING' ? agentNow : endTime;
	if (end === undefined) {
		return undefined;
	}

	// A skew measured a little wrong must not show a negative time.
	return end < startTime ? (state === 'RUNNING' ? 0 : undefined) : end - startTime;
};

/** The present by the agent's clock; while it cannot be asked, the moment of its last answer, since nobody knows what happened after that. */
export const agentNow = (entry: AgentEntry | undefined, now: Timestamp): Timestamp => {
	const {connection} = entry ?? {};
	const seen = connection?.type === 'failing' ? connection.lastSeenAt ?? connection.since : now;
	return seen + (entry?.skew ?? 0);
};
