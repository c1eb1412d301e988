// Choosing an action and confirming it. The confirmation is bound to what it shows: if the task changes meanwhile, nothing is sent.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isSameSnapshot, snapshotOf} from '../../protocol/operation.js';
import {outcomeLabel} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type OperationEvent} from '../actions.js';
import {findTask, isTaskScreen, topScreen} from '../lookup.js';
import {withView} from '../reducer/view.js';
import {taskInQuestion} from '../selectors/agent-rows.js';
import {taskOutcome} from '../selectors/basics.js';
import {type ConfirmationProblem, type Overlay, type State} from '../state.js';
import {type OperationTrack, type Order, type TaskReference} from './track.js';
import {type ActionName, actionNames, offersOf} from './offers.js';
import {exemptReason, mayOperate, planOf, whyNoTask} from './plan.js';

// An operation after it was sent: its response, and what the task did since.

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

type Confirmation = Extract<Overlay, {type: 'confirmation'}>;

/** The action to select first: rolling back again if a rollback failed. */
const firstChoice = (state: State, task: TaskReference): ActionName => {
	const dag = findTask(state, task);
	const offered = dag ? offersOf(dag).filter(({why}) => why === undefined).map(({action}) => action) : [];
	return dag?.operator === 'ROLLBACK' && offered.includes('rollback') ? 'rollback' : offered[0] ?? 'retry';
};

export const openActions = (state: State, now: Timestamp): State => {
	const task = taskInQuestion(state, now);
	const {stops} = messages().operations;
	return task
		? withView(state, {overlay: {type: 'actions', task, selected: firstChoice(state, task)}})
		: withView(state, {overlay: {type: 'stop', title: stops.noActionsTitle, words: stops.noActions(whyNoTask(state, now))}});
};

/** Moves the selection; ±Infinity to the ends. */
export const moveChoice = (state: State, by: number): State => {
	const {overlay} = state.view;
	if (overlay?.type !== 'actions') {
		return state;
	}

	const index = Math.max(0, Math.min(actionNames.length - 1, actionNames.indexOf(overlay.selected) + by));
	return withView(state, {overlay: {...overlay, selected: actionNames[index] ?? overlay.selected}});
};

/** Opens the confirmation of the selected action, or of a named one. */
export const openConfirmation = (state: State, named: ActionName | undefined): State => {
	const {overlay} = state.view;
	if (overlay?.type !== 'actions') {
		return state;
	}

	const action = named ?? overlay.selected;
	const planned = planOf(state, overlay.task, action);
	if (!planned.ok) {
		const {operations: {stops}, screens: {actions}} = messages();
		return withView(state, {overlay: {
			type: 'stop', title: stops.notOfferedTitle, words: stops.notOffered(actions.names[action], planned.why), behind: {...overlay, selected: action},
		}});
	}

	const {plan} = planned;
	return withView(state, {overlay: {
		type: 'confirmation', task: overlay.task, plan, typed: '', problem: undefined, top: 0,
		phase: mayOperate(state, plan.order.agent) ? {type: 'asking'} : {type: 'read-only'},
	}});
};

const typedLimit = 300;

const change = (state: State, what: Partial<Confirmation>): State => {
	const {overlay} = state.view;
	return overlay?.type === 'confirmation' && overlay.phase.type === 'asking' ? withView(state, {overlay: {...overlay, ...what}}) : state;
};

export const typeConfirmation = (state: State, typed: string): State => change(state, {typed: typed.slice(0, typedLimit), problem: undefined});

export const rejectConfirmation = (state: State, problem: ConfirmationProblem): State => change(state, {problem});

export const scrollConfirmation = (state: State, top: number): State => {
	const {overlay} = state.view;
	return overlay?.type === 'confirmation' ? withView(state, {overlay: {...overlay, top}}) : state;
};

/** Whether the typed text confirms it. If y is enough, only y does. */
export const isConfirmedBy = ({plan: {typed: wanted}, typed}: Confirmation): boolean => wanted.includes(typed.trim());

/** From here on it is being sent, and keys confirm nothing more. */
export const confirm = (state: State, now: Timestamp): State => {
	const {overlay} = state.view;
	return overlay?.type === 'confirmation' && overlay.phase.type === 'asking'
		? beginTrack(withView(state, {overlay: {...overlay, typed: '', phase: {type: 'sent'}}}), overlay.task, overlay.plan.order, now)
		: state;
};

const isOpen = (state: State, task: TaskReference): boolean => {
	const screen = topScreen(state);
	return isTaskScreen(screen) && findTask(state, screen.task)?.id === task.id;
};

/** Back to the actions if nothing was decided; to the task if an operation was sent, so that its result is seen; else closed. */
export const leaveConfirmation = (state: State, {task, plan, phase}: Confirmation): State => {
	if (phase.type === 'asking' || phase.type === 'read-only') {
		return withView(state, {overlay: {type: 'actions', task, selected: plan.order.action}});
	}

	const closed = withView(state, {overlay: undefined});
	const [root, ...above] = closed.view.stack;
	return phase.type === 'changed' || isOpen(state, task)
		? closed
		: withView(closed, {stack: [root, ...above, {
			type: 'task', task, selected: undefined, top: 0,
		}]});
};

const whatChanged = (state: State, {task, plan, phase}: Confirmation): string | undefined => {
	const {order} = plan;
	const {changed} = messages().operations;
	const dag = findTask(state, task);
	if (dag && !isSameSnapshot(snapshotOf(dag), order.snapshot)) {
		return changed.task(outcomeLabel(taskOutcome(dag)), dag.stage);
	}

	if (phase.type === 'asking' && !mayOperate(state, order.agent)) {
		const why = exemptReason(state, order.agent);
		return why === undefined ? changed.notAllowed(order.agentLabel) : changed.exempt(order.agentLabel, why);
	}

	const planned = planOf(state, task, order.action);
	if (!planned.ok) {
		return planned.why;
	}

	return planned.plan.order.agent === order.agent ? undefined : changed.otherAgent(planned.plan.order.agentLabel);
};

/** The agent of the open confirmation. */
export const agentDecidedOn = ({view: {overlay}}: State): string | undefined =>
	overlay?.type === 'confirmation' && overlay.phase.type === 'asking' ? overlay.plan.order.agent : undefined;

/** Withdraws a confirmation whose task changed. */
export const guardConfirmation = (state: State): State => {
	const {overlay} = state.view;
	if (overlay?.type !== 'confirmation' || (overlay.phase.type !== 'asking' && overlay.phase.type !== 'read-only')) {
		return state;
	}

	const why = whatChanged(state, overlay);
	return why === undefined ? state : withView(state, {overlay: {...overlay, typed: '', problem: undefined, phase: {type: 'changed', why}}});
};
