// What the screens show of operations.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type PasswordKind} from '../../protocol/errors.js';
import {isWaiting, type Outcome} from '../../protocol/outcome.js';
import {errorOf, findTask, mainTaskOf, ownerLabel, placeOfTask, stillWaiting, topScreen} from '../lookup.js';
import {type ActionName, actionNames} from '../operations/offers.js';
import {exemptReason, mayOperate, planOf} from '../operations/plan.js';
import {type OperationTrack, type Plan, type TaskReference} from '../operations/track.js';
import {type Dag} from '../../protocol/task.js';
import {type AgentEntry, type Overlay, type Screen, type State} from '../state.js';
import {numberedName, taskOutcome} from './basics.js';
import {type KeyChange} from './view-types.js';

/** A sent operation: its response, and the task's outcome now. */
export type OperationView = {
	readonly action: ActionName;
	readonly agent: string;
	readonly sentAt: Timestamp;
	readonly response: OperationTrack['response'];
	readonly movedAt: Timestamp | undefined;
	readonly outcome: Outcome | undefined;
};

/** `why` it is not offered. */
export type ActionRow = {readonly action: ActionName; readonly why: string | undefined; readonly isSelected: boolean};

export type ActionsView = {
	readonly type: 'actions';
	readonly task: string;
	readonly rows: readonly ActionRow[];
	/** If the task has not failed and needs no action: the main task that it waits for, if known: its name, else its id. */
	readonly waitsFor: {readonly mainTask: string | undefined} | undefined;
	readonly isReadOnly: boolean;
	/** Why the agent is exempt from operations. */
	readonly exemptReason: string | undefined;
};

type Confirmation = Extract<Overlay, {type: 'confirmation'}>;

export type ConfirmationView = Pick<Confirmation, 'typed' | 'problem' | 'phase' | 'top' | 'plan'> & {
	readonly type: 'confirmation';
	readonly breadcrumb: readonly string[];
	/** The task's outcome now, and its current stage. */
	readonly outcome: Outcome | undefined;
	readonly operation: OperationView | undefined;
	/** Why its agent is exempt from operations. */
	readonly exemptReason: string | undefined;
};

/** The last operation on a task. */
export const operationOn = (state: State, task: TaskReference): OperationView | undefined => {
	const dag = findTask(state, task);
	const track = dag && state.operations.get(dag.id);
	return track && {
		action: track.order.action,
		agent: track.order.agentLabel,
		sentAt: track.sentAt,
		response: track.response,
		movedAt: track.movedAt,
		outcome: taskOutcome(dag),
	};
};

const mainTaskText = (state: State, dag: Dag): string | undefined => {
	const main = mainTaskOf(state, dag);
	return main?.task && main.task.name !== '' ? numberedName(main.task) : main?.id;
};

export const selectActions = (state: State, {task, selected}: Extract<Overlay, {type: 'actions'}>): ActionsView => {
	const planned = actionNames.map(action => ({action, planned: planOf(state, task, action)}));
	const agents = planned.flatMap(({planned: result}) => result.ok ? [result.plan.order.agent] : []);
	const dag = findTask(state, task);
	return {
		type: 'actions',
		task: messages().tasks.engineName(dag?.name ?? ''),
		waitsFor: dag && isWaiting(dag) ? {mainTask: mainTaskText(state, dag)} : undefined,
		rows: planned.map(({action, planned: result}) => ({action, why: result.ok ? undefined : result.why, isSelected: action === selected})),
		exemptReason: agents.map(agent => exemptReason(state, agent)).find(why => why !== undefined),
		isReadOnly: agents.length === 0 ? !state.operable.byDefault && !state.operable.agents.values().some(Boolean) : agents.some(agent => !mayOperate(state, agent)),
	};
};

/** The agents that an operation would go to, while its actions or its confirmation are open. */
export const agentsInQuestion = (state: State): readonly AgentEntry[] => {
	const {overlay} = state.view;
	const plans = overlay?.type === 'actions'
		? actionNames.map(action => planOf(state, overlay.task, action)).flatMap(planned => planned.ok ? [planned.plan] : [])
		: (overlay?.type === 'confirmation' ? [overlay.plan] : []);
	return [...new Set(plans.map(({order}) => order.agent))].map(agent => state.agents.get(agent)).filter(entry => entry !== undefined);
};

/** The plan as it is now, if it is still the opened one, so that hazards and lock are as fresh as the rest of the screen. */
const currentPlan = (state: State, {task, plan, phase}: Confirmation): Plan => {
	const planned = phase.type === 'asking' || phase.type === 'read-only' ? planOf(state, task, plan.order.action) : undefined;
	return planned?.ok ? {...planned.plan, order: plan.order} : plan;
};

export const selectConfirmation = (state: State, overlay: Confirmation): ConfirmationView => {
	const {task, typed, problem, phase, top} = overlay;
	const dag = findTask(state, task);
	const plan = currentPlan(state, overlay);
	return {
		type: 'confirmation', typed, problem, phase, top, plan,
		breadcrumb: [placeOfTask(state, task), messages().tasks.engineName(plan.order.task)],
		outcome: dag && taskOutcome(dag),
		exemptReason: exemptReason(state, plan.order.agent),
		operation: phase.type === 'sent' ? operationOn(state, task) : undefined,
	};
};

/** The keys that can still be trusted, each with its agent, and the agents that named these. */
export type FoundKeysView = {
	readonly type: 'found-keys';
	readonly keys: ReadonlyArray<{readonly agent: string; readonly offered: string; readonly bits: number}>;
	readonly namedBy: readonly string[];
	readonly top: number;
};

export type OverlayView =
	/** `of`: the screen whose keys are shown; without it, all keys are. */
	| {readonly type: 'help'; readonly top: number; readonly of: Screen['type'] | undefined}
	| {readonly type: 'password'; readonly agent: string; readonly kind: PasswordKind; readonly isSeekdb: boolean; readonly scope: 'agent' | 'all'}
	| {readonly type: 'input'; readonly purpose: 'search' | 'filter' | 'rows' | 'logs' | 'place'; readonly text: string; readonly problem: string | undefined}
	/** `change` is undefined once there is nothing left to decide; `replaced` when the key on offer is not the one any more that the question was about. */
	| Extract<Overlay, {type: 'palette'}>
	| ActionsView
	| ConfirmationView
	| {readonly type: 'key'; readonly agent: string; readonly change: KeyChange | 'replaced' | undefined}
	| FoundKeysView
	| {readonly type: 'stop'; readonly title: string; readonly words: string};

const keyChangeOf = (state: State, {agent, offered: asked}: Extract<Overlay, {type: 'key'}>): KeyChange | 'replaced' | undefined => {
	const change = errorOf(state.agents.get(agent), 'key-changed');
	if (!change) {
		return undefined;
	}

	const {known, knownBits, offered, offeredBits} = change;
	return offered === asked ? {known, knownBits, offered, offeredBits} : 'replaced';
};

/** The values of the question about found agents. */
export const selectFoundKeys = (state: State, {keys, top}: Extract<Overlay, {type: 'found-keys'}>): FoundKeysView => {
	const entries = stillWaiting(state, keys).flatMap(({agent}) => state.agents.get(agent) ?? []);
	return {
		type: 'found-keys',
		keys: entries.flatMap(entry => {
			const change = errorOf(entry, 'key-changed');
			return change ? [{agent: entry.address.label, offered: change.offered, bits: change.offeredBits}] : [];
		}),
		namedBy: [...new Set(entries.flatMap(({foundBy}) => foundBy === undefined ? [] : [ownerLabel(state, foundBy)]))],
		top,
	};
};

export const overlayView = (state: State, overlay: Overlay | undefined): OverlayView | undefined => {
	switch (overlay?.type) {
		case undefined: {
			return undefined;
		}

		case 'help': {
			return {type: 'help', top: overlay.top, of: overlay.isWhole ? undefined : topScreen(state).type};
		}

		case 'palette': {
			return overlay;
		}

		case 'password': {
			return {type: 'password', agent: ownerLabel(state, overlay.agent), kind: overlay.kind, isSeekdb: state.agents.get(overlay.agent)?.info?.isSeekdb ?? false, scope: overlay.scope};
		}

		case 'input': {
			return {
				type: 'input', purpose: overlay.purpose, text: overlay.text, problem: overlay.problem,
			};
		}

		case 'actions': {
			return selectActions(state, overlay);
		}

		case 'confirmation': {
			return selectConfirmation(state, overlay);
		}

		case 'stop': {
			return {type: 'stop', title: overlay.title, words: overlay.words};
		}

		case 'found-keys': {
			return selectFoundKeys(state, overlay);
		}

		case 'key': {
			return {type: 'key', agent: ownerLabel(state, overlay.agent), change: keyChangeOf(state, overlay)};
		}
	}
};
