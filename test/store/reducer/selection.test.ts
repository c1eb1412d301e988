// The cursor of the agents' table stays on what a person had under it.

import {expect, it} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, makeDag, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';

const [one, two, three] = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;
const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = reduce(next, action, ten);
	}

	return next;
};

const fleet = initialState([one, two, three].map(text => addressOf(text)), {columns: 80, rows: 24});
const members = [one, two].map(agent => ({agent, zone: '', identity: '', version: ''}));
/** The first two are known to be one cluster from now on: its heading is above them. */
const heading: readonly Action[] = [
	...[one, two].map((agent): Action => ({agent, at: ten, type: 'info-received', info: makeInfo({agent})})),
	{agent: one, at: ten, type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members}},
];

const selected = (state: State): string | undefined => {
	const view = selectScreen(state, ten);
	return view.type === 'agents' ? view.list.rows.find(({isSelected}) => isSelected)?.label : view.type;
};

it('stays on the agent that was moved to when rows appear above it', () => {
	const state = play(fleet, {type: 'selection-moved', by: 'end'});
	expect([selected(state), selected(play(state, ...heading))]).toEqual([three, three]);
});

it('stays on the first agent when its cluster\'s heading appears above it, once a person has been there', () => {
	const state = play(fleet, {type: 'selection-moved', by: 1}, {type: 'selection-moved', by: 'start'});
	expect([selected(state), selected(play(state, ...heading))]).toEqual([one, one]);
});

it.each<Action>([{type: 'card-opened'}, {type: 'history-opened'}, {type: 'entered'}])('comes back from %j to the row that it was about', action => {
	expect(selected(play(fleet, action, ...heading, {type: 'went-back'}))).toBe(one);
});

it.each<Action>([{type: 'password-asked-for'}, {type: 'actions-opened'}, {type: 'error-jumped-to'}])('stays on the row that %j was about', action => {
	expect(selected(play(fleet, action, {type: 'overlay-closed'}, ...heading))).toBe(one);
});

it('is on the first row, whichever that is, until a person does something with a row', () => {
	expect([selected(fleet), selected(play(fleet, ...heading)), selected(play(fleet, {type: 'help-toggled'}, {type: 'help-toggled'}, ...heading))]).toEqual([one, 'demo', 'demo']);
});

/** Its second stage failed at the second agent; then all was undone. */
const rolledBack = makeDag({state: 'SUCCEED', operator: 'ROLLBACK', stage: 1, nodes: [
	makeNode({key: 'first', operator: 'ROLLBACK', subTasks: [makeSubTask({operator: 'ROLLBACK', executeTimes: 2})]}),
	makeNode({key: 'second', operator: 'ROLLBACK', subTasks: [[one, 'stop observer'], [two, 'ERROR: no memory']].map(([agent = '', line = '']) =>
		makeSubTask({key: agent, agent, operator: 'ROLLBACK', executeTimes: 2, logs: [line, 'undone']}))}),
	makeNode({key: 'third', state: 'PENDING', subTasks: [makeSubTask({state: 'PENDING', executeTimes: 0})]}),
]});

it('begins on a task that was rolled back, at the stage and the sub-task that failed before', () => {
	const done: Action = {agent: one, at: ten, type: 'task-received', task: makeDag({state: 'SUCCEED'})};
	const state = play(fleet, done, {agent: two, at: ten, type: 'task-received', task: rolledBack});
	expect([selected(state), selected(play(state, {agent: three, at: ten, type: 'task-received', task: makeDag()}))]).toEqual([two, three]);

	const task = play(state, {type: 'entered'});
	const stage = play(task, {type: 'entered'});
	expect([task, stage].map(({view}) => view.stack.at(-1))).toMatchObject([{type: 'task'}, {type: 'node', node: 'second'}]);
	expect(selectScreen(stage, ten)).toMatchObject({list: {rows: [{agent: one, isSelected: false}, {agent: two, isSelected: true}]}});
	expect(selectScreen(task, ten)).toMatchObject({side: {lastLines: ['ERROR: no memory', 'undone']}});
});
