import {describe, expect, it} from 'vitest';
import {exitCodeOf, ownedTasks} from '../../../source/headless/exit-code.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {rowsOf} from '../../../source/store/selectors/agent-rows.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {type State} from '../../../source/store/state.js';
import {transitionsBetween} from '../../../source/store/transitions.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
const at = (agent: string) => ({agent, at: ten});
const idOf = (agent: 1 | 2, task: number): string => `2016777216${agent}02886${task}`;

const stageOf = (logs: readonly string[]) => makeNode({
	state: 'SUCCEED', operator: 'PASS', hasMainTask: true, subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, logs})],
});
const partOf = (agent: 1 | 2, task: number, main: number, last: string): Dag => makeDag({
	id: idOf(agent, task), name: 'Start observer', state: 'SUCCEED', operator: 'PASS', links: {subDags: {}, mainDagId: idOf(1, main)}, nodes: [stageOf([last])],
});
const wait = 'wait operator to advance';
const failedMain = makeDag({id: idOf(1, 14), name: 'Start OB', state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
const mainOf = (task: number, state: string): Dag => makeDag({id: idOf(1, task), name: 'Start OB', state, nodes: makeNodes(`${state}/RUN`)});

const cluster = {name: 'demo', id: 1, members: [one, two].map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT' as const, version: '4.5.0.0-0'}))};
const hello: readonly Action[] = [one, two].flatMap((agent): readonly Action[] => [
	{...at(agent), type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {...at(agent), type: 'cluster-info-received', cluster},
]);
const list = (tasks: readonly Dag[], ended: readonly Dag[] = []): Action => ({...at(one), type: 'unfinished-received', tasks, ended});
const task = (agent: string, dag: Dag): Action => ({...at(agent), type: 'task-received', task: dag});
const main = (dag: Dag | undefined, id = idOf(1, 14)): Action => ({...at(one), type: 'main-task-received', id, task: dag});

/** A start that failed at the second agent, found by a program that was started after it. */
const found = play(fleetOf(2), ...hello, list([]), task(one, partOf(1, 15, 14, wait)), task(two, partOf(2, 15, 14, 'ERROR: observer: cannot allocate memory')));

const rows = (state: State): readonly string[] => selectAgents(state, after(60), 20).list.rows.map(({label, task: cells}) => `${label}: ${cells ? `${cells.name} ${cells.outcome.word}` : '-'}`);

describe('a failed start of a running cluster', () => {
	const state = play(found, main(failedMain));

	it('is above its sub-tasks, whichever agent owns it, and counts once', () => {
		expect(rows(state)).toEqual(['demo: -', 'main task: Start OB failed', `${one}: Start observer ended`, `${two}: Start observer failed`]);
		expect(selectAgents(state, after(60), 20).summary.parts).toMatchObject([{count: 1, word: 'failed'}]);
		expect(exitCodeOf(state)).toBe(1);
	});

	it('is no news to a program that found it so', () => {
		expect(transitionsBetween(found, state)).toEqual([]);
	});

	it('is not said to run while the agent that owns it cannot be reached', () => {
		const lost: readonly Action[] = [one, two].map(agent => ({...at(agent), type: 'agent-failed', error: {type: 'unreachable', code: 'ECONNREFUSED', message: 'connection refused'}, since: ten, lastSeenAt: after(30), isAlive: false}));
		const running = play(found, main(mainOf(14, 'RUNNING')));
		expect(selectAgents(running, after(60), 20).summary.parts).toContainEqual(expect.objectContaining({word: 'running'}));
		const view = selectAgents(play(running, ...lost), after(60), 20);
		expect(view.list.rows.find(({label}) => label === 'main task')).toMatchObject({problem: 'not checked now', asOf: after(30), task: {name: 'Start OB'}});
		expect(view.summary.parts.map(({word}) => word)).toEqual(['unreachable']);
		// What is over stays so, whoever can be reached.
		expect(rows(play(state, ...lost))).toContain('main task: Start OB failed');
		expect(selectAgents(play(state, ...lost), after(60), 20).list.rows.find(({label}) => label === 'main task')).toMatchObject({problem: undefined});
	});

	it('is unknown, not fine, while its main task is not read', () => {
		const fine = play(fleetOf(1), ...hello.slice(0, 1), list([]), task(one, partOf(1, 15, 14, wait)));
		expect(exitCodeOf(fine)).toBe(3);
		expect(exitCodeOf(play(fine, {...at(one), type: 'main-task-failed', id: idOf(1, 14), error: {type: 'timeout', after: 1000}}))).toBe(3);
		expect(exitCodeOf(play(fine, main(mainOf(14, 'SUCCEED'))))).toBe(0);
		// An old one that no agent knows any more tells nothing.
		expect(exitCodeOf(play(fine, main(undefined)))).toBe(0);
	});

	it('stays in sight when its agents go on to another task, until something newer succeeds', () => {
		const next = play(state, task(one, partOf(1, 17, 16, wait)), task(two, {...partOf(2, 16, 16, wait), state: 'RUNNING', operator: 'RUN'}), list([mainOf(16, 'RUNNING')]));
		expect(rows(next)).toContain(': Start OB #14 failed');
		expect(exitCodeOf(next)).toBe(1);
		const done = play(next, list([], [mainOf(16, 'SUCCEED')]));
		expect(rows(done).filter(row => row.endsWith('failed'))).toEqual([]);
		// Nor does it come back with the next list.
		expect(rows(play(done, list([], [failedMain, mainOf(16, 'SUCCEED')]))).filter(row => row.endsWith('Start OB failed'))).toEqual([]);
	});

	it('goes when it is dismissed, and only then', () => {
		const selected = play(state, {type: 'selection-moved', by: 1});
		const dismissed = play(selected, {type: 'task-dismissed'});
		expect(rows(dismissed)).toEqual(['demo: -', `${one}: Start observer ended`, `${two}: Start observer failed`]);
		expect(dismissed.view.notice?.text).toBe('Dismissed: Start OB. H lists past tasks');
		expect(rows(play(dismissed, list([], [failedMain])))).toEqual(rows(dismissed));
	});
});

describe('what cannot be dismissed', () => {
	it.each<[string, State, string]>([
		['a task that is still unfinished', play(fleetOf(2), ...hello.slice(0, 1), list([mainOf(14, 'FAILED')]), {type: 'selection-moved', by: 1}), 'Still unfinished: it holds its agent until you act (x)'],
		['an agent\'s last task', play(fleetOf(1), ...hello.slice(0, 1), list([]), task(one, makeDag({state: 'FAILED', nodes: makeNodes('FAILED/RUN')}))), 'The last task of an agent or cluster always stays'],
		['an agent without a task', play(fleetOf(1), ...hello.slice(0, 1)), 'Only a failed task can be dismissed'],
	])('%s', (_, state, words) => {
		const next = play(state, {type: 'task-dismissed'});
		expect(next.view.notice).toMatchObject({text: words, isProblem: true});
		expect(rowsOf(next)).toEqual(rowsOf(state));
	});
});

describe('a failed check of a cluster', () => {
	const check = makeDag({id: '111', name: 'Upgrade check', state: 'FAILED', nodes: makeNodes('FAILED/RUN')});

	it('stays in sight after it has left the list of unfinished tasks', () => {
		const state = play(fleetOf(2), ...hello, list([{...check, state: 'RUNNING', nodes: makeNodes('RUNNING/RUN')}]), list([], [check]), list([], []));
		expect(rows(state)).toContain(': Upgrade check failed');
	});
});

describe('a main task that no agent knows any more', () => {
	const running = play(found, main(mainOf(14, 'RUNNING')));

	it('does not go on running: how it ended is not known', () => {
		const gone = play(running, main(undefined));
		expect(rows(running)).toContain('main task: Start OB running');
		expect(rows(gone)).toContain('main task: Start OB unknown');
		expect(transitionsBetween(running, gone)).toMatchObject([{type: 'outcome-changed', id: idOf(1, 14), outcome: {word: 'unknown', reason: 'gone'}}]);
	});

	it('is not queried forever if it was also the cluster\'s last one', () => {
		const last = (dag: Dag): Action => ({...at(one), type: 'cluster-task-received', task: dag});
		const replaced = play(running, last(mainOf(14, 'RUNNING')), last(mainOf(16, 'RUNNING')));
		expect(selectFocus(replaced).unended).toHaveLength(1);
		expect(selectFocus(play(replaced, {...at(one), type: 'linked-task-received', id: idOf(1, 14), task: undefined})).unended).toEqual([]);
	});
});

it('of very many failed tasks that nothing newer made up for, the last ones stay', () => {
	let state = play(fleetOf(2), ...hello, list([]));
	for (let index = 1; index <= 100; index += 1) {
		state = play(state, list([], [makeDag({id: `1${index}`, dagId: index, name: `Backup ${index}`, state: 'FAILED', nodes: makeNodes('FAILED/RUN')})]), list([]));
	}

	const names = ownedTasks(state).map(({dag}) => dag.name);
	expect(names.length).toBeLessThan(30);
	expect(names).toContain('Backup 100');
	expect(names).toContain('Backup 85');
	expect(names).not.toContain('Backup 50');
});

it('a task whose end is unknown can be dismissed', () => {
	const running = mainOf(20, 'RUNNING');
	const gone = play(fleetOf(1), ...hello.slice(0, 1), {type: 'went-back'}, list([running]), list([]), {...at(one), type: 'linked-task-received', id: running.id, task: undefined});
	expect(rows(gone)).toContain(': Start OB unknown');
	const dismissed = play(gone, {type: 'selection-moved', by: 1}, {type: 'task-dismissed'});
	expect(rows(dismissed).filter(row => row.includes('Start OB'))).toEqual([]);
	expect(exitCodeOf(gone)).toBe(3);
});

describe('a failed check that only the history of its cluster lists', () => {
	const check = (id: string, state = 'FAILED'): Dag => makeDag({id, dagId: Number(id), name: 'Upgrade check obshell', state, nodes: makeNodes(`${state}/RUN`)});
	const start = play(fleetOf(2), ...hello, list([]));
	const key = [...start.clusters.keys()][0] ?? '';
	const opened = play(start, {type: 'history-opened', owner: key});
	const history = (...tasks: readonly Dag[]): Action => ({...at(one), type: 'history-received', owner: key, tasks, remaining: 0, isLoading: false});

	it('stays in sight and counts, without being news', () => {
		const state = play(opened, history(check('11')));
		expect(rows(state)).toContain(': Upgrade check obshell failed');
		expect(selectAgents(state, after(60), 20).summary.parts).toMatchObject([{count: 1, word: 'failed'}]);
		expect(transitionsBetween(opened, state)).toEqual([]);
		expect(rows(play(state, {type: 'went-back'}, list([])))).toContain(': Upgrade check obshell failed');
	});

	it('does not come back once something newer has succeeded, or a person dismissed it', () => {
		expect(rows(play(opened, history(check('12', 'SUCCEED'), check('11'))))).not.toContain(': Upgrade check obshell failed');
		const seen = play(opened, history(check('11')), {type: 'went-back'});
		const dismissed = play(seen, {type: 'selection-moved', by: 1}, {type: 'task-dismissed'}, {type: 'history-opened', owner: key}, history(check('11')));
		expect(rows(dismissed)).not.toContain(': Upgrade check obshell failed');
	});

	it('is one of the newest five at most, however often the history is read', () => {
		const many = history(...Array.from({length: 9}, (_, index) => check(String(11 + index))));
		const failed = rows(play(opened, many, many, many)).filter(row => row.endsWith('failed'));
		expect(failed).toHaveLength(5);
	});

	it('is not said to have failed before its details are read', () => {
		expect(rows(play(opened, history({...check('11'), nodes: undefined, isBrief: true})))).not.toContain(': Upgrade check obshell failed');
	});
});
