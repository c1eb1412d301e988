import {type Stateful} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type AgentEntry} from '../state.js';

type Timed = Stateful & {readonly startTime: Timestamp | undefined; readonly endTime: Timestamp | undefined} & Partial<Pick<SubTask, 'executeTimes'> & Pick<TaskNode, 'subTasks'> & Pick<Dag, 'nodes'>>;

/** Whether a stage or sub-task was never run: a main task that ends passes also the stages that its parts did not reach, and gives them times. */
const neverRan = ({executeTimes, subTasks}: Timed): boolean =>
	executeTimes === 0 || (subTasks !== undefined && subTasks.length > 0 && subTasks.every(subTask => subTask.executeTimes === 0));

/** Whether the row has done or is doing something: only then its start time is one (a PENDING row has its creation time there, a READY one that of the last attempt). */
export const hasBegun = (row: Timed): boolean => {
	const {state, startTime, endTime, operator} = row;
	if (startTime === undefined || state === 'PENDING' || state === 'READY') {
		return false;
	}

	// Passed or cancelled before its turn: both times are that of its creation.
	const isByHand = operator === 'PASS' || operator === 'CANCEL';
	return !(isByHand && state !== 'RUNNING' && (startTime === endTime || neverRan(row)));
};

/** Whether a part of it was run more than once. */
const ranAgain = ({executeTimes = 0, subTasks = [], nodes = []}: Timed): boolean => executeTimes > 1 || [...subTasks, ...nodes].some(part => ranAgain(part));

/**
When the row began, by the agent's clock; undefined where it did not, or nobody knows.

Cancelling gives a task and its stage the time of the cancellation. Their parts keep theirs: a task, a stage, that was run once began with the first of them.
*/
export const beganAt = (row: Timed): Timestamp | undefined => {
	if (!hasBegun(row)) {
		return undefined;
	}

	const isPart = row.executeTimes !== undefined;
	if (row.operator !== 'CANCEL' || isPart) {
		return row.startTime;
	}

	if (row.subTasks === undefined && ranAgain(row)) {
		return undefined;
	}

	let first: Timestamp | undefined;
	for (const part of row.subTasks ?? row.nodes ?? []) {
		const start = beganAt(part);
		first = start === undefined ? first : Math.min(first ?? start, start);
	}

	return first;
};

/**
How long something took or takes, in ms; undefined where the times mean nothing (not begun, unset, ending before they start). Only RUNNING rows grow: their end time is their start or that of the last attempt.

`agentNow` is the present by the agent's own clock.
*/
export const durationOf = (row: Timed, agentNow: Timestamp): number | undefined => {
	const {endTime, state} = row;
	const startTime = beganAt(row);
	if (startTime === undefined) {
		return undefined;
	}

	const end = state === 'RUNNING' ? agentNow : endTime;
	if (end === undefined) {
		return undefined;
	}

	// A skew measured a little wrong must not show a negative time.
	return end < startTime ? (state === 'RUNNING' ? 0 : undefined) : end - startTime;
};

/** The present by the agent's clock. While the agent cannot be asked, and for a task that it does not show any more, the moment of the last response: nothing is known of later. */
export const agentNow = (entry: AgentEntry | undefined, now: Timestamp, dag?: Pick<Dag, 'unlisted'>): Timestamp => {
	const {connection} = entry ?? {};
	const seen = connection?.type === 'failing' ? connection.lastSeenAt ?? connection.since : now;
	return Math.min(seen, dag?.unlisted?.seenAt ?? seen) + (entry?.skew ?? 0);
};
