// What a main task does with its sub-DAGs, like real agents (docs/protocol.md#main-tasks-and-their-sub-tasks): it prepares, continues, follows and passes them.

import {type Dag, type Execution, isActive, linesOf, type Ports, waitingNode, waitLine, type Work} from './model.js';

type MainTaskStep = {readonly dag: Dag; readonly on: string; readonly startAt: number; readonly ports: Ports};

type SubDag = {readonly agent: string; readonly dag: Dag};

const subDagsOf = ({subDags}: Dag, ports: Ports): readonly SubDag[] => Object.entries(subDags).flatMap(([agent, key]) => {
	const dag = ports.read(key);
	return dag ? [{agent, dag}] : [];
});

/** All its stages ran, and the last one waits, or waited before it was marked as passed. */
const hasSucceeded = ({nodes}: Dag, at: number): boolean => nodes.at(-1)?.subTasks.every(subTask => linesOf(subTask, at).at(-1)?.text === waitLine) ?? false;

const ended = (execution: Execution, isSuccess: boolean, at: number, ...texts: readonly string[]): Execution => {
	const lines = texts.map((text, index) => ({at: at + (index * 2.1), text}));
	return {...execution, isSuccess, endAt: at + (texts.length * 2.1), lines: [...execution.lines, ...lines]};
};

/** Ends once every sub-DAG waits for its main task. */
export const checkAgain = (execution: Execution, {dag, at, ports}: {readonly dag: Dag; readonly at: number; readonly ports: Ports}): Execution => {
	const all = subDagsOf(dag, ports);
	const unready = all.filter(({dag: sub}) => !waitingNode(sub, at));
	if (unready.length === 0) {
		return ended(execution, true, at, ...all.map(({agent}) => `${agent} is ready`));
	}

	const missing = unready.find(({dag: sub}) => !isActive(sub));
	return missing ? ended(execution, false, at, `ERROR: [Common.Unexpected]: Unexpected error: agent ${missing.agent} is not ready`) : execution;
};

/** A sub-DAG that has stopped leaves its lines in the main task's log. Its failure is handled by the last stage. */
export const followed = (execution: Execution, sub: Dag | undefined, at: number): Execution => {
	const lines = sub?.nodes.flatMap(node => node.subTasks.flatMap(subTask => linesOf(subTask, at)).map(({text}) => `${node.definition.name}: ${text}`)) ?? [];
	return ended(execution, true, at, ...lines, ...(sub && hasSucceeded(sub, at) ? [`${sub.id} succeed`] : []));
};

/** Passes every sub-DAG in any case, and says whether all of them succeeded. */
const endAll = (begun: Execution, {dag, startAt, ports}: MainTaskStep): Execution => {
	const all = subDagsOf(dag, ports);
	const failed = all.filter(({dag: sub}) => !hasSucceeded(sub, startAt)).map(({agent}) => agent);
	for (const {dag: sub} of all) {
		ports.operate(sub.key, 'pass', startAt);
	}

	const endLines = all.map(({agent}) => `${agent} end the task`);
	if (failed.length === 0) {
		return ended(begun, true, startAt, 'Check the final result: SUCCEED!', 'End all tasks', ...endLines);
	}

	const reasons = failed.map(agent => `ERROR: [Common.Unexpected]: Unexpected error: agent ${agent} not succeed`);
	const verdict = `ERROR: [Task.SubDag.NotAllSucceed]: check sub dag succeed failed: Sub DAG of agents: [${failed.join(' ')}] failed, main DAG failed`;
	return ended(begun, false, startAt, ...reasons, ...endLines, verdict);
};

/** One part of a main task, begun at `startAt`. */
export const runMainTaskStep = (type: Exclude<Work['type'], 'local' | 'remote' | 'spawn'>, step: MainTaskStep): Execution => {
	const {dag, on, startAt, ports} = step;
	const begun: Execution = {operator: 'RUN', startAt, endAt: Infinity, isSuccess: false, lines: []};
	switch (type) {
		case 'check': {
			const lines = ['All agents have created the tasks successfully', 'Check if all agents can be advanced'].map((text, index) => ({at: startAt + index, text}));
			return checkAgain({...begun, lines}, {dag, at: startAt + 2, ports});
		}

		case 'advance': {
			const all = subDagsOf(dag, ports);
			for (const {dag: sub} of all) {
				ports.operate(sub.key, 'retry', startAt);
			}

			return ended(begun, true, startAt, ...all.map(({agent}) => `advance ${agent} to execute the task`));
		}

		case 'follow': {
			const watches = dag.subDags[on];
			return watches === undefined
				? ended(begun, false, startAt, `ERROR: [Task.NotFound]: Task not found: agent ${on} has no sub task`)
				: {...begun, watches, lines: [{at: startAt + 0.4, text: 'Wait for task to succeed'}]};
		}

		case 'end': {
			return endAll(begun, step);
		}
	}
};
