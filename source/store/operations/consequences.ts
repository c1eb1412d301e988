// What an action will do, as text for the confirmation: the stages that it touches, the maintenance lock, and the hazards (docs/protocol.md#operations).

import {isWaiting} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type ActionName} from './offers.js';

const lastStage = ({maxStage, nodes}: Dag): number => Math.max(maxStage, nodes?.length ?? 0);

const named = ({nodes}: Dag, stage: number): string => {
	const name = nodes?.[stage - 1]?.name ?? '';
	return name === '' ? `stage ${stage}` : `stage ${stage} (${name})`;
};

const range = (from: number, to: number): string => from === to ? `stage ${from}` : `stages ${from} to ${to}`;

/** "stages 1, 2 and 4 to 6". */
const listed = (stages: readonly number[]): string => {
	const runs: Array<readonly [from: number, to: number]> = [];
	for (const stage of stages) {
		const last = runs.at(-1);
		if (last?.[1] === stage - 1) {
			runs[runs.length - 1] = [last[0], stage];
		} else {
			runs.push([stage, stage]);
		}
	}

	const parts = runs.map(([from, to]) => from === to ? String(from) : `${from} to ${to}`);
	const last = parts.pop() ?? '';
	return `${stages.length === 1 ? 'stage' : 'stages'} ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`;
};

const stagesWhere = ({nodes = []}: Dag, matches: (node: NonNullable<Dag['nodes']>[number]) => boolean): readonly number[] =>
	nodes.flatMap((node, index) => matches(node) ? [index + 1] : []);

/** The stages that an incomplete rollback undid: the agent counts them as succeeded. */
const undoneStages = (dag: Dag): readonly number[] => stagesWhere(dag, ({state, operator}) => state === 'SUCCEED' && operator === 'ROLLBACK');

const leftStages = (dag: Dag): readonly number[] => stagesWhere(dag, ({state}) => state !== 'SUCCEED');

const touchedByRollback = (dag: Dag): string => dag.stage > 1
	? `Undoes ${named(dag, dag.stage)}, then ${range(dag.stage - 1, 1)}, one after the other.`
	: `Undoes ${named(dag, dag.stage)}.`;

const touchedByCancel = (dag: Dag): string => {
	const last = lastStage(dag);
	if (dag.operator === 'ROLLBACK') {
		return `Stops undoing ${named(dag, dag.stage)}${dag.stage > 1 ? `; ${range(dag.stage - 1, 1)} will not be undone` : ''}.`;
	}

	return `Stops ${named(dag, dag.stage)}${dag.stage < last ? `; ${range(dag.stage + 1, last)} will not run` : ''}.`;
};

const touchedByPass = (dag: Dag): string => {
	const left = leftStages(dag);
	return left.length === 0 ? 'Declares done whatever is left of it, without running it.' : `Declares done, without running: ${listed(left)} of ${lastStage(dag)}.`;
};

const goesOn = (dag: Dag): string => {
	const last = lastStage(dag);
	return dag.stage < last ? `the task goes on with ${range(dag.stage + 1, last)}` : 'the task ends';
};

/** Whether the current stage ever ran. If unknown, it counts as begun: there may be something to undo. */
const hasBegun = ({nodes, stage}: Dag): boolean => {
	const subTasks = nodes?.[stage - 1]?.subTasks ?? [];
	return subTasks.length === 0 || subTasks.some(({executeTimes}) => executeTimes > 0);
};

/** Which stages it will touch, and how. */
export const touchedBy = (action: ActionName, dag: Dag): string => {
	switch (action) {
		case 'retry': {
			return hasBegun(dag)
				? `Undoes what ${named(dag, dag.stage)} had begun and runs it again; then ${goesOn(dag)}.`
				: `Runs ${named(dag, dag.stage)}, which had not begun; then ${goesOn(dag)}.`;
		}

		case 'rollback': {
			return touchedByRollback(dag);
		}

		case 'cancel': {
			return touchedByCancel(dag);
		}

		case 'pass': {
			return touchedByPass(dag);
		}

		case 'pass-stage': {
			return `Declares ${named(dag, dag.stage)} done; then ${goesOn(dag)}.`;
		}
	}
};

const lockAfter: Readonly<Record<ActionName, string>> = {
	retry: 'kept until the task has ended',
	rollback: 'released once everything is undone',
	cancel: 'kept: nothing else can begin there until the task is retried, rolled back or passed',
	'pass-stage': 'kept until the task has ended',
	pass: 'released',
};

/** Whose lock: an agent's, whose status tells whether it is held; a cluster's, which no status tells; or none, for tasks outside maintenance. */
export type Lock = {readonly type: 'none'} | {readonly type: 'cluster'} | {readonly type: 'agent'; readonly isHeld: boolean | undefined};

/** What happens to the maintenance lock. */
export const lockText = (action: ActionName, lock: Lock): string => {
	switch (lock.type) {
		case 'none': {
			return 'The task holds none.';
		}

		case 'cluster': {
			return `The cluster's is ${lockAfter[action]}.`;
		}

		case 'agent': {
			return lock.isHeld === false ? 'The agent is not locked now: the task let go of it.' : `${lock.isHeld ? 'Held' : 'If held'}, it is ${lockAfter[action]}.`;
		}
	}
};

const skipped = (dag: Dag): readonly string[] => {
	const undone = undoneStages(dag);
	return undone.length === 0
		? []
		: [`A rollback did not get to its end: ${listed(undone)} ${undone.length === 1 ? 'is undone but counts' : 'are undone but count'} as done, and will be skipped. Roll back first.`];
};

const belonging = (dag: Dag): readonly string[] => {
	if (isWaiting(dag)) {
		return ['It has not failed: it waits for its main task, which does not expect this.'];
	}

	const {mainDagId} = dag.links;
	return mainDagId === undefined ? [] : [`It is a part of task ${mainDagId}, which goes by what becomes of it.`];
};

const nothingRepaired = 'Nothing is repaired: what failed stays as it is, also for what comes after.';

const own = (action: ActionName, dag: Dag): readonly string[] => {
	switch (action) {
		case 'retry': {
			return skipped(dag);
		}

		case 'rollback': {
			return [];
		}

		case 'cancel': {
			return dag.operator === 'ROLLBACK'
				? ['The rollback is dropped: what it has undone stays undone, and the task can then only go forward without it.']
				: ['What the stage has begun is not undone.'];
		}

		case 'pass':
		case 'pass-stage': {
			return [nothingRepaired, ...skipped(dag)];
		}
	}
};

/** What to consider first. */
export const hazardsOf = (action: ActionName, dag: Dag): readonly string[] => [...own(action, dag), ...belonging(dag)];
