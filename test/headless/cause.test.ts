// What `obwatch cause` prints where tasks belong together.

import {expect, test} from 'vitest';
import {causeLines} from '../../source/headless/cause.js';
import {createColorize} from '../../source/headless/text.js';
import {type Dag} from '../../source/protocol/task.js';
import {type AgentEntry} from '../../source/store/state.js';
import {makeDag, makeNode, makeSubTask, ten} from '../helpers/tasks.js';
import {stateOf} from './helpers/states.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'];
const mainId = '20167772161028860';
const ids = {[one]: '20167772161028861', [two]: '20167772162028861'};

const failing = (agent: string, line: string): Dag['nodes'] => [makeNode({name: 'Start observer', state: 'FAILED', subTasks: [makeSubTask({agent, state: 'FAILED', logs: [line]})]})];
const known = (dag: Dag) => ({task: {type: 'known' as const, dag, movedAt: undefined}});
const part = (agent: string, change: Partial<Dag>): Dag => makeDag({id: ids[agent]!, name: 'Start observer', maxStage: 1, links: {subDags: {}, mainDagId: mainId}, ...change});
const main = makeDag({
	id: mainId, name: 'Start OB', state: 'FAILED', maxStage: 1, links: {subDags: ids, mainDagId: undefined}, nodes: failing(one, `ERROR: [Common.Unexpected]: Unexpected error: agent ${two} not succeed`),
});
const broken = part(two, {state: 'FAILED', nodes: failing(two, 'ERROR: no memory')});

const printed = (...changes: ReadonlyArray<Partial<AgentEntry>>): readonly string[] => {
	const state = stateOf(...changes);
	return causeLines({...state, agents: state.agents.with(one, {...state.agents.get(one)!, name: one}).with(two, {...state.agents.get(two)!, name: two})}, ten, createColorize(false));
};

test('a main task and its parts say the same reason once, and every part is listed', () => {
	const fine = part(one, {state: 'SUCCEED', operator: 'RUN', nodes: [makeNode({name: 'Start observer'})]});
	expect(printed({...known(fine), otherTasks: [main]}, known(broken))).toEqual([
		`${one}: Start OB, failed, stage 1 of 1`,
		`  why  Start observer @ ${two}: no memory`,
		`  at   stage 1 Start observer, ${two}, task ${broken.id}, sub-task ${broken.nodes![0]!.subTasks[0]!.key}`,
		'       | ERROR: no memory',
		`  part ${one}: Start observer, succeeded, stage 1 of 1`,
		`  part ${two}: Start observer, failed, stage 1 of 1`,
	]);
});

test('a part says what is its own', () => {
	const other = part(one, {state: 'FAILED', nodes: failing(one, 'ERROR: no route')});
	const lines = printed({...known(other), otherTasks: [main]}, known(broken));
	expect(lines.filter(line => line.includes('why') || line.includes('part'))).toEqual([
		`  why  Start observer @ ${two}: no memory`,
		`  part ${one}: Start observer, failed, stage 1 of 1`,
		`    why  Start observer @ ${one}: no route`,
		`  part ${two}: Start observer, failed, stage 1 of 1`,
	]);
});

test('a part whose main task is not known is printed like any other task', () => {
	expect(printed(known(part(one, {})), known(broken)).filter(line => !line.startsWith(' '))).toEqual([`${one}: Start observer, running, stage 1 of 1`, `${two}: Start observer, failed, stage 1 of 1`]);
});

test('a task that failed only for another one\'s reason refers to it', () => {
	const remote = {...broken, links: {subDags: {}, mainDagId: undefined}};
	const caller = makeDag({id: ids[one]!, name: 'Initialize cluster', state: 'FAILED', maxStage: 1, nodes: failing(two, `ERROR: [Task.RemoteTask.Failed]: Remote task ${remote.id} Start observer failed`)});
	expect(printed(known(caller), known(remote)).slice(-2)).toEqual([`${two}: Start observer, failed, stage 1 of 1`, '  why  the same as above']);
});

test('a task that was rolled back is before its first stage, as in the tables', () => {
	const undone = makeDag({id: mainId, name: 'Scale out cluster', state: 'SUCCEED', operator: 'ROLLBACK', stage: 1, maxStage: 5});
	expect(printed(known(undone), {})[0]).toBe(`${one}: Scale out cluster, rolled back, stage 0 of 5`);
});
