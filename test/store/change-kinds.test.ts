import {expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {type Transition} from '../../source/store/changes.js';
import {type State} from '../../source/store/state.js';
import {kindOf, kindOfMain} from '../../source/store/transitions.js';
import {makeDag, makeInfo, makeNodes, ten} from '../helpers/tasks.js';
import {fleetOf, play} from '../ui/helpers/stage.js';

const [owner, follower] = ['10.0.0.1:2886', '10.0.0.2:2886'];

const part = '22130706433028861';

const of = (agent: string, id = '22130706433028869', stages = 3) => ({owner: agent, id, name: 'task', stage: 1, stages, stageName: undefined});

/** A fleet with a follower, and a sub-task of a main task at the first agent. */
const state = play(
	fleetOf(2),
	{type: 'info-received', agent: follower, at: ten, info: makeInfo({agent: follower, identity: 'FOLLOWER'})},
	{type: 'task-received', agent: owner, at: ten, task: makeDag({id: part, nodes: makeNodes('RUNNING/RUN'), links: {subDags: {}, mainDagId: '11'}})},
);

const ended = (task: ReturnType<typeof of>, word: 'failed' | 'cancelled' | 'succeeded' | 'rolled back' | 'ended' | 'running' | 'waiting'): Transition => ({...task, outcome: {word}, type: 'outcome-changed', from: undefined, why: undefined});

const running = {outcome: {word: 'running'}} as const;

test.each<[string, Transition, string | undefined]>([
	['a failure', ended(of(owner), 'failed'), 'failed'],
	['a cancelled task', ended(of(owner), 'cancelled'), 'failed'],
	['a success', ended(of(owner), 'succeeded'), 'finished'],
	['a rollback that is done', ended(of(owner), 'rolled back'), 'finished'],
	['a task that vanished', {...of(owner), outcome: {word: 'unknown', reason: 'gone', text: 'gone'}, type: 'outcome-changed', from: undefined, why: undefined}, 'finished'],
	['a retry', ended(of(owner), 'running'), 'started'],
	['a pause for the main task', ended(of(owner), 'waiting'), undefined],
	['a beginning', {...of(owner), ...running, type: 'task-begun'}, 'started'],
	['a part that failed while the rest goes on', {...of(owner), ...running, type: 'task-failing', why: undefined}, 'failing'],
	['another stage', {...of(owner), ...running, type: 'task-moved'}, undefined],
	['the beginning of a sub-task', {...of(owner, part), ...running, type: 'task-begun'}, undefined],
	['the end of a sub-task', ended(of(owner, part), 'ended'), undefined],
	['the failure of a sub-task', ended(of(owner, part), 'failed'), 'failed'],
	['the end of a follower\'s share', ended(of(follower, undefined, 1), 'succeeded'), undefined],
	['the failure of a follower\'s share', ended(of(follower, undefined, 1), 'failed'), 'failed'],
	['an agent that is lost', {type: 'agent-troubled', owner, trouble: 'unreachable', problem: {type: 'trouble', trouble: 'unreachable'}}, 'unreachable'],
	['an agent that is back', {type: 'agent-recovered', owner, from: 'no answer'}, 'unreachable'],
	['a refused password', {type: 'agent-troubled', owner, trouble: 'unauthorized', problem: {type: 'trouble', trouble: 'unauthorized'}}, 'access'],
	['a changed key that was trusted', {type: 'agent-recovered', owner, from: 'key changed'}, 'access'],
	['an agent that restarted', {type: 'agent-restarted', owner}, undefined],
	['a database that is down', {type: 'database-down', owner}, 'database'],
	['a database that is up again', {type: 'database-up', owner}, 'database'],
	['an agent that left', {type: 'agent-left', owner}, undefined],
])('%s is news of a kind', (_, transition, kind) => {
	expect(kindOf(state, transition)).toBe(kind);
});

test('the failure of a sub-task is that of its main task, as far as that can be read and fails', () => {
	const id = '22130706433028850';
	const main = (change: Partial<Dag>): State => play(
		state,
		{type: 'main-task-received', agent: owner, at: ten, id, task: makeDag({id, nodes: makeNodes('RUNNING/RUN'), ...change})},
	);
	const failed: Transition = {...of(owner, part), main: id, outcome: {word: 'failed'}, type: 'outcome-changed', from: undefined, why: undefined};
	const linked = (word: string): State => play(main({state: word, operator: 'RUN', nodes: makeNodes(`${word}/RUN`)}), {type: 'task-received', agent: owner, at: ten, task: makeDag({id: part, state: 'FAILED', nodes: makeNodes('FAILED/RUN'), links: {subDags: {}, mainDagId: id}})});
	expect(kindOfMain(state, failed)).toBeUndefined();
	expect(kindOfMain(main({}), failed)).toBeUndefined();
	expect(kindOfMain(linked('FAILED'), failed)).toBe('failed');
	expect(kindOfMain(linked('FAILED'), {...failed, outcome: {word: 'succeeded'}})).toBeUndefined();
});
