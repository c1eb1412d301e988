// An operation after it was sent: its response, and what the task did since.

import {type Timestamp} from '../../lib/time.js';
import {isSameSnapshot, snapshotOf} from '../../protocol/operation.js';
import {type Dag} from '../../protocol/task.js';
import {type OperationEvent} from '../actions.js';
import {findTask} from '../lookup.js';
import {type OperationTrack, type Order, type State, type TaskReference} from '../state.js';

type ResponseReceived = Extract<OperationEvent, {type: 'operation-response-received'}>;

// Keyed by the task's id; only the last operation on each.
const trackLimit = 50;

const withTrack = (state: State, track: OperationTrack): State => {
	const operations = new Map(state.operations);
	// The newest last.
	operations.delete(track.task.id);
	operations.set(track.task.id, track);
	const [oldest] = operations.keys();
	if (operations.size > trackLimit && oldest !== undefined) {
		operations.delete(oldest);
	}

	return {...state, operations};
};

/** Notes that an operation is being sent. */
export const beginTrack = (state: State, task: TaskReference, order: Order, now: Timestamp): State => withTrack(state, {
	task, order, sentAt: now, response: undefined, movedAt: undefined,
});

/** Notes the response. */
export const addResponse = (state: State, {task, at, response}: ResponseReceived): State => {
	const track = state.operations.get(task);
	return track && !track.response ? withTrack(state, {...track, response: {at, response}}) : state;
};

const isWatched = ({response}: OperationTrack): boolean => response === undefined || response.response.type === 'accepted' || response.response.type === 'unknown';

const hasMoved = (dag: Dag | undefined, {order}: OperationTrack): boolean => dag !== undefined && !isSameSnapshot(snapshotOf(dag), order.snapshot);

/** Notes when a task was first seen to change after an operation on it. */
export const followTracks = (state: State, now: Timestamp): State => {
	let next = state;
	for (const track of state.operations.values()) {
		if (track.movedAt === undefined && isWatched(track) && hasMoved(findTask(state, track.task), track)) {
			next = {...next, operations: new Map(next.operations).set(track.task.id, {...track, movedAt: now})};
		}
	}

	return next;
};
