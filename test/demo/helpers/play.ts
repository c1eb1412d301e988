import {createEngine, type Engine} from '../../../source/demo/engine/engine.js';
import {type Dag, type Input, linesOf, storyOf, type TaskDefinition} from '../../../source/demo/engine/model.js';
import {rowOf} from '../../../source/demo/engine/wire.js';
import {errorAfter, failing, local, stage, work} from '../../../source/demo/tasks.js';
import {type Operation} from '../../../source/protocol/operation.js';

export const first = '127.0.0.1:2886';
export const second = '127.0.0.2:2887';

/** A story of two agents and a cluster called "c", played from time 0. */
export const play = (...inputs: readonly Input[]): Engine => createEngine({
	owners: [
		{key: first, address: {ip: '127.0.0.1', port: 2886}},
		{key: second, address: {ip: '127.0.0.2', port: 2887}},
		{key: 'c', address: undefined},
	],
	identities: {[first]: 'MASTER', [second]: 'FOLLOWER'},
	story: storyOf(inputs),
	seed: 1,
	begin: 0,
});

export const start = (task: TaskDefinition, owner: string = first, at = 10): Input => ({type: 'create', at, owner, task});
export const operate = (at: number, task: TaskDefinition, operation: Operation, change: {readonly owner?: string; readonly isForNode?: boolean} = {}): Input =>
	({type: 'operate', at, owner: first, task: task.name, operation, ...change});

/** Three stages of a second or so; the middle one takes `seconds` and fails `times` times after one second. */
export const threeStages = (times: number, seconds = 3): TaskDefinition => ({name: 'Three', nodes: [
	stage('one', local(first, work(0.5, 'one runs'), work(0.1, 'one undone'))),
	stage('two', local(first, times === 0 ? work(seconds, 'two runs') : failing(work(seconds, 'two runs'), {...errorAfter(1, 'ERROR: [Two.Failed]: no'), times}), work(0.1, 'two undone'))),
	stage('three', local(first, work(0.5, 'three runs'), work(0.1, 'three undone'))),
]});

const pair = ({state, operator}: {readonly state: string; readonly operator: string}): string => `${state}/${operator}`;

/** "RUNNING/RUN 2: SUCCEED/RUN RUNNING/RUN PENDING/RUN": the DAG, its stage and its nodes. */
export const summary = (dag: Dag): string => `${pair(dag)} ${dag.stage}: ${dag.nodes.map(node => pair(node)).join(' ')}`;

/** "SUCCEED/RUN x1": the state of a sub-task at that time. */
export const subTaskSummary = (dag: Dag, node: number, now: number): string => {
	const subTask = dag.nodes[node]!.subTasks[0]!;
	return `${pair(rowOf(subTask, now))} x${subTask.executions.filter(execution => execution.startAt <= now).length}`;
};

export const logOf = (dag: Dag, node: number, now: number, index = 0): readonly string[] =>
	linesOf(dag.nodes[node]!.subTasks[index]!, now).map(line => line.text);

/** The owner's newest DAG at that time. */
export const dagAt = (engine: Engine, now: number, owner: string = first): Dag => {
	engine.advance(now);
	return engine.dagsOf(owner).at(-1)!;
};

/** Every different summary of the owner's newest DAG, sampled ten times a second. */
export const history = (engine: Engine, until: number, describe: (dag: Dag, now: number) => string = summary, owner: string = first): readonly string[] => {
	const seen: string[] = [];
	for (let now = 50; now <= until; now += 100) {
		engine.advance(now);
		const dag = engine.dagsOf(owner).at(-1);
		const text = dag ? describe(dag, now) : '';
		if (text !== seen.at(-1)) {
			seen.push(text);
		}
	}

	return seen;
};
