import {describe, expect, it} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {copyText} from '../../../source/store/log/cursor.js';
import {hasLogWork} from '../../../source/store/log/search.js';
import {topScreen} from '../../../source/store/lookup.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {type State} from '../../../source/store/state.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {filter, play, search, settled, texts, view} from './helpers/open-log.js';

const one = '10.0.0.1:2886';
const two = '10.0.0.2:2886';
const at = {agent: one, at: ten};
const all: Action = {type: 'all-logs-opened'};
const start: Action = {type: 'selection-moved', by: 'start'};
const end: Action = {type: 'selection-moved', by: 'end'};
const alone: Action = {type: 'agent-singled-out'};

/** Two stages, the first on two agents. */
const task = (change: Partial<Dag> = {}): Dag => makeDag({
	name: 'Initialize cluster',
	nodes: [
		makeNode({key: 'n1', name: 'Start observer', state: 'SUCCEED', subTasks: [
			makeSubTask({id: '221307064330288641', key: 'a', agent: one, state: 'SUCCEED', logs: ['start']}), makeSubTask({id: '221307064330288642', key: 'b', agent: two, state: 'SUCCEED', logs: ['start']}),
		]}),
		makeNode({key: 'n2', name: 'Bootstrap', state: 'RUNNING', subTasks: [makeSubTask({id: '221307064330288643', key: 'c', agent: one, state: 'RUNNING', logs: ['boot']})]}),
		makeNode({key: 'n3', name: 'Later', state: 'PENDING', subTasks: [makeSubTask({id: '221307064330288644', key: 'd', agent: one, state: 'PENDING', executeTimes: 0, logs: undefined})]}),
	],
	...change,
});

const answered = (id: string, ...lines: ReadonlyArray<readonly [seconds: number, text: string]>): Action => ({
	...at, type: 'logs-received', subTask: `22130706433028864${id}`, lines: linesOf(lines.map(([seconds, text], index) => ({id: index, executeTimes: 1, text, time: ten + (seconds * 1000)}))),
});

const opened = (...actions: readonly Action[]): State => play(initialState([addressOf(one)], {columns: 80, rows: 20}), {...at, type: 'task-received', task: task()}, ...actions);

const fetched: readonly Action[] = [answered('1', [1, 'start'], [4, 'started']), answered('2', [2, 'start'], [3, 'ERROR: no memory']), answered('3', [5, 'boot'])];

const cursor = (state: State): string | undefined => view(state).rows.find(({hasCursor}) => hasCursor)?.text;

describe('all logs of a task', () => {
	it('are fetched from the agent that has them, and are shown as they come', () => {
		const state = opened(all);
		expect(view(state)).toMatchObject({note: 'fetching logs', status: {waiting: 3}, breadcrumb: [one, 'Initialize cluster', 'all logs']});
		expect(selectFocus(state).logs.map(({subTask, isActive}) => [subTask.at(-1), isActive])).toEqual([['1', false], ['2', false], ['3', true]]);
		const first = play(state, fetched[0]!);
		expect(texts(first)).toEqual(['start', 'started']);
		expect(view(first).status.waiting).toBe(2);
	});

	it('are in the order of their times behind the names of their agents, with the stages between them', () => {
		const state = opened(all, ...fetched);
		expect(texts(state)).toEqual(['1 Start observer', 'start', 'start', 'ERROR: no memory', 'started', '2 Bootstrap', 'boot']);
		expect(view(state).rows.filter(({type}) => type === 'text').map(({agent}) => agent?.name)).toEqual(['.1', '.2', '.2', '.1', '.1']);
		expect(view(state)).toMatchObject({hasTimes: true, nameWidth: 2, status: {waiting: 0, agents: 2, isFollowing: true}});
	});

	it('of many lines are put together one after the other, between which keys are heard', () => {
		const lines = (name: string): readonly string[] => Array.from({length: 40_000}, (_, index) => `${name} ${index}`);
		const long = task({nodes: [makeNode({key: 'n1', state: 'RUNNING', subTasks: ['a', 'b', 'c'].map((key, index) => makeSubTask({id: `22130706433028864${index + 1}`, key, agent: one, state: 'RUNNING', startTime: after(index), logs: lines(key)}))})]});
		// In a replay all that is known is there at once.
		const replay: Action = {type: 'replay-moved', replay: {speed: 1, phase: 'paused', percent: 0, damaged: 0, lost: 0, disordered: 0}};
		const counts: number[] = [];
		let state = opened(replay, {...at, type: 'task-received', task: long}, all);
		for (; hasLogWork(state); state = play(state, {type: 'log-work-advanced', steps: 1})) {
			counts.push(view(state).status.waiting ?? 0);
			// Keys, and what comes meanwhile, wait for no more of them.
			expect(view(play(state, start)).status.waiting).toBe(counts.at(-1));
		}

		expect(counts).toEqual([2, 1]);
		expect(view(state).status).toMatchObject({waiting: 0, isFollowing: true});
		expect(texts(state).at(-1)).toBe('c 39999');
		expect(copyText(play(state, start), 'line')).toBe('a 0');
	});

	it('of an agent that cannot give them are those of the task itself', () => {
		const failed: Action = {...at, type: 'logs-failed', subTask: '221307064330288642', error: {type: 'refused', status: 404, code: '', message: 'not found', traceId: ''}};
		const state = opened(all, fetched[0]!, failed, fetched[2]!);
		expect(texts(state).filter(text => text === 'start')).toHaveLength(2);
		expect(view(state).status.waiting).toBe(0);
	});

	it('are searched, filtered and limited to severe ones like a single log', () => {
		const state = opened(all, ...fetched);
		expect(cursor(settled(play(state, start, ...search('memory'))))).toBe('ERROR: no memory');
		expect(texts(settled(play(state, ...filter('start'))))).toEqual(['1 Start observer', 'start', 'start', 'started']);
		expect(texts(play(state, {type: 'severity-cycled'}))).toEqual(['ERROR: no memory']);
		expect(cursor(play(state, {type: 'error-jumped-to'}))).toBe('ERROR: no memory');
	});

	it('can be limited to the agent of a line, until Enter or Esc', () => {
		const single = play(opened(all, ...fetched), start, {type: 'selection-moved', by: 1}, alone);
		expect(texts(single)).toEqual(['start', 'ERROR: no memory']);
		expect(view(single).status.agent).toBe(two);
		expect(texts(play(single, alone))).toHaveLength(7);
		const escaped = play(single, {type: 'escaped'});
		expect(texts(escaped)).toHaveLength(7);
		expect(topScreen(escaped).type).toBe('log');
	});

	it('are copied with the names of their agents, if they are several', () => {
		const state = play(opened(all, ...fetched), {type: 'error-jumped-to'});
		expect(copyText(state, 'line')).toBe('ERROR: no memory');
		expect(copyText(play(state, {type: 'range-toggled'}, {type: 'selection-moved', by: 1}), 'line')).toBe('.2 ERROR: no memory\n.1 started');
	});

	it('keep the cursor on its line when earlier ones arrive', () => {
		const on = play(opened(all, fetched[0]!, fetched[2]!), {type: 'selection-moved', by: -1});
		expect(cursor(on)).toBe('started');
		expect(cursor(play(on, fetched[1]!))).toBe('started');
		const found = settled(play(on, ...search('start')));
		const grown = settled(play(found, fetched[1]!));
		expect(view(grown).status.search).toMatchObject({matches: 3});
	});
});

describe('from one log to all, and back', () => {
	it('a leads to all logs of the stage, on the same line, and then to those of the task', () => {
		const log = play(opened(), {type: 'entered'}, {type: 'selection-moved', by: 'start'}, {type: 'entered'}, {type: 'selection-moved', by: 'start'}, {type: 'entered'}, fetched[0]!, end, {type: 'selection-moved', by: -1});
		expect(cursor(log)).toBe('start');
		const stage = play(log, all, fetched[1]!);
		expect(view(stage).breadcrumb).toEqual([one, 'Initialize cluster', 'Start observer', 'all logs']);
		expect(view(stage).rows.find(({hasCursor}) => hasCursor)).toMatchObject({text: 'start', agent: {name: '.1'}});
		const whole = play(stage, all);
		expect(view(whole).breadcrumb).toEqual([one, 'Initialize cluster', 'all logs']);
		expect(cursor(whole)).toBe('start');
	});

	it('o leads to the line in its own log', () => {
		const own = play(opened(all, ...fetched), {type: 'error-jumped-to'}, {type: 'links-opened'});
		expect(view(own).breadcrumb.at(-1)).toBe(two);
		expect(cursor(own)).toBe('ERROR: no memory');
		expect(cursor(play(own, {type: 'went-back'}))).toBe('ERROR: no memory');
	});
});

it('the lines of a main task and those of its sub-tasks on other agents are shown once', () => {
	const subId = '20167772162028867';
	const main = makeDag({
		id: '20167772161028868', name: 'Start OB', links: {subDags: {[two]: subId}, mainDagId: undefined}, nodes: [
			makeNode({key: 'm', name: 'Wait for all agents', subTasks: [makeSubTask({id: '221307064330288641', key: 'a', agent: two, state: 'SUCCEED', logs: ['wait']})]}),
		],
	});
	const part = makeDag({id: subId, name: 'Start observer', links: {subDags: {}, mainDagId: main.id}, nodes: [
		makeNode({key: 's', name: 'Start observer', subTasks: [makeSubTask({id: '221307064330288642', key: 'b', agent: two, state: 'FAILED', logs: ['start']})]}),
	]});
	const other = {agent: two, at: ten};
	const state = play(
		initialState([addressOf(one), addressOf('10.0.0.2')], {columns: 80, rows: 20}),
		{...at, type: 'info-received', info: makeInfo({agent: one})},
		{...other, type: 'info-received', info: makeInfo({agent: two})},
		{...at, type: 'task-received', task: main},
		{...other, type: 'task-received', task: part},
		{type: 'selection-moved', by: 'start'},
		{type: 'entered'},
		all,
		answered('1', [1, 'wait'], [9, 'Start observer: start'], [9, 'Start observer: ERROR: no memory']),
		{...other, type: 'logs-received', subTask: '221307064330288642', lines: linesOf(['start', 'ERROR: no memory'].map((text, index) => ({id: index, executeTimes: 1, text, time: ten + 2000 + index})))},
	);
	expect(selectFocus(state).logs.map(({agent}) => agent)).toEqual([one, two]);
	expect(texts(state)).toEqual(['wait', 'start', 'ERROR: no memory']);
});
