import {outcomeOf} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type Progress} from '../views.js';

const doneWithoutNodes = (dag: Dag): number => {
	const {word} = outcomeOf(dag);
	if (word === 'succeeded') {
		return dag.maxStage;
	}

	return word === 'rolled back' ? 0 : Math.max(0, dag.stage - 1);
};

/** While stages are undone, their own states say nothing of what they did: those below the one at work still stand. */
const isBeingUndone = (dag: Dag): boolean => {
	const {word} = outcomeOf(dag);
	return word === 'rolling back' || word === 'failed to roll back';
};

/**
How far a task is. Only stages that succeeded count as done: undone and passed ones do not, so that a rollback empties the bar stage by stage and a pass leaves it. `stage` is the agent's own number, which counts down in a rollback.
*/
export const progressOf = (dag: Dag): Progress => {
	const done = dag.nodes && !isBeingUndone(dag)
		? dag.nodes.filter(node => outcomeOf(node).word === 'succeeded').length
		: doneWithoutNodes(dag);
	const total = Math.max(dag.maxStage, dag.nodes?.length ?? 0);
	return {stage: dag.stage, done: Math.min(done, total), total};
};
