// What an action will do, as text for the confirmation: the stages that it touches, the maintenance lock, and the hazards (docs/protocol.md#operations).

import {messages} from '../../lib/messages/messages.js';
import {isWaiting} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type ActionName} from './offers.js';

const lastStage = ({maxStage, nodes}: Dag): number => Math.max(maxStage, nodes?.length ?? 0);

/** The name of a stage as it is shown; empty if it is not known. */
const nameOf = ({nodes}: Dag, stage: number): string => messages().tasks.engineName(nodes?.[stage - 1]?.name ?? '');

type Run = readonly [from: number, to: number];

/** Stages that follow each other as one. */
const runsOf = (stages: readonly number[]): readonly Run[] => {
	const runs: Run[] = [];
	for (const stage of stages) {
		const last = runs.at(-1);
		if (last?.[1] === stage - 1) {
			runs[runs.length - 1] = [last[0], stage];
		} else {
			runs.push([stage, stage]);
		}
	}

	return runs;
};

const stagesWhere = ({nodes = []}: Dag, matches: (node: NonNullable<Dag['nodes']>[number]) => boolean): readonly number[] =>
	nodes.flatMap((node, index) => matches(node) ? [index + 1] : []);

/** The stages that an incomplete rollback undid: the agent counts them as succeeded. */
const undoneStages = (dag: Dag): readonly number[] => stagesWhere(dag, ({state, operator}) => state === 'SUCCEED' && operator === 'ROLLBACK');

const leftStages = (dag: Dag): readonly number[] => stagesWhere(dag, ({state}) => state !== 'SUCCEED');

/** Whether the current stage ever ran. If unknown, it counts as begun: there may be something to undo. */
const hasBegun = ({nodes, stage}: Dag): boolean => {
	const subTasks = nodes?.[stage - 1]?.subTasks ?? [];
	return subTasks.length === 0 || subTasks.some(({executeTimes}) => executeTimes > 0);
};

const touchedByPass = (dag: Dag): string => {
	const {stages} = messages().operations;
	const left = leftStages(dag);
	return left.length === 0 ? stages.passRest : stages.pass(runsOf(left), lastStage(dag));
};

/** Which stages it will touch, and how. */
export const touchedBy = (action: ActionName, dag: Dag): string => {
	const {stages} = messages().operations;
	const {stage} = dag;
	const name = nameOf(dag, stage);
	switch (action) {
		case 'retry': {
			return (hasBegun(dag) ? stages.retry : stages.run)(stage, name, lastStage(dag));
		}

		case 'rollback': {
			return stages.rollback(stage, name);
		}

		case 'cancel': {
			return dag.operator === 'ROLLBACK' ? stages.cancelRollback(stage, name) : stages.cancel(stage, name, lastStage(dag));
		}

		case 'pass': {
			return touchedByPass(dag);
		}

		case 'pass-stage': {
			return stages.passStage(stage, name, lastStage(dag));
		}
	}
};

/** Whose lock: an agent's, whose status tells whether it is held; a cluster's, which no status tells; or none, for tasks outside maintenance. */
export type Lock = {readonly type: 'none'} | {readonly type: 'cluster'} | {readonly type: 'agent'; readonly isHeld: boolean | undefined};

/** What happens to the maintenance lock. */
export const lockText = (action: ActionName, lock: Lock): string => {
	const {locks} = messages().operations;
	switch (lock.type) {
		case 'none': {
			return locks.none;
		}

		case 'cluster': {
			return locks.cluster[action];
		}

		case 'agent': {
			return lock.isHeld === false ? locks.notHeld : (lock.isHeld ? locks.held : locks.perhaps)[action];
		}
	}
};

const skipped = (dag: Dag): readonly string[] => {
	const undone = undoneStages(dag);
	return undone.length === 0 ? [] : [messages().operations.hazards.skipped(runsOf(undone))];
};

const belonging = (dag: Dag): readonly string[] => {
	const {hazards} = messages().operations;
	if (isWaiting(dag)) {
		return [hazards.waiting];
	}

	const {mainDagId} = dag.links;
	return mainDagId === undefined ? [] : [hazards.partOf(mainDagId)];
};

const own = (action: ActionName, dag: Dag): readonly string[] => {
	switch (action) {
		case 'retry': {
			return skipped(dag);
		}

		case 'rollback': {
			return [];
		}

		case 'cancel': {
			const {rollbackDropped, notUndone} = messages().operations.hazards;
			return [dag.operator === 'ROLLBACK' ? rollbackDropped : notUndone];
		}

		case 'pass':
		case 'pass-stage': {
			return [messages().operations.hazards.nothingRepaired, ...skipped(dag)];
		}
	}
};

/** What to consider first. */
export const hazardsOf = (action: ActionName, dag: Dag): readonly string[] => [...own(action, dag), ...belonging(dag)];
