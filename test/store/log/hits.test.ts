import {describe, expect, it} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {topScreen} from '../../../source/store/lookup.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {type State} from '../../../source/store/state.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, makeDag, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {numbered, play, settled, view} from './helpers/open-log.js';

const agent = '10.0.0.1:2886';
const at = {agent, at: ten};
const next: Action = {type: 'match-jumped-to', by: 1};
const previous: Action = {type: 'match-jumped-to', by: -1};
const back: Action = {type: 'went-back'};

/** A stage on three agents, and one after it. */
const task = makeDag({nodes: [
	makeNode({key: 'n1', name: 'Start observer', subTasks: [1, 2, 3].map(number => makeSubTask({id: `22130706433028864${number}`, key: `k${number}`, agent: `10.0.0.${number}:2886`, state: 'SUCCEED', logs: ['start']}))}),
	makeNode({key: 'n2', name: 'Bootstrap', subTasks: [makeSubTask({id: '221307064330288644', key: 'k4', agent, state: 'RUNNING', logs: ['boot']})]}),
]});

const lines = (number: number, ...texts: readonly string[]): Action => ({
	...at, type: 'logs-received', subTask: `22130706433028864${number}`, lines: linesOf(texts.map((text, index) => ({id: index, executeTimes: 1, text, time: ten + (index * 1000)}))),
});

const typed = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'logs'}, {type: 'input-changed', text}, {type: 'input-submitted'}];

const fetched: readonly Action[] = [lines(1, 'a', 'needle one', 'b', 'needle two'), lines(2, 'nothing'), lines(3, ...numbered(50), 'needle three'), lines(4, 'the last needle')];

const opened = (...actions: readonly Action[]): State => settled(play(initialState([addressOf(agent)], {columns: 80, rows: 20}), {...at, type: 'task-received', task}, ...actions));

const hits = (state: State) => {
	const screen = selectScreen(state, ten);
	if (screen.type !== 'hits') {
		throw new Error(`the screen is ${screen.type}`);
	}

	return screen;
};

const found = (state: State) => hits(state).list.rows.map(({agent: name, stage, line, text}) => [name, stage, line, text]);

const cursor = (state: State): string | undefined => view(state).rows.find(({hasCursor}) => hasCursor)?.text;

describe('a search of all logs of a task', () => {
	it('shows of a line whose match is far from its beginning what is around it, from a word on', () => {
		const line = 'remote task 221307064334146715 Start observer: the needle is here';
		const state = settled(play(opened(...typed('needle')), lines(1, line, 'starting the needle', 'x'.repeat(40) + 'needle')));
		expect(hits(state).list.rows.map(({text}) => text)).toEqual(['…the needle is here', 'starting the needle', `…${'x'.repeat(12)}needle`]);
	});

	it('fetches them, says how many are missing, and lists what it finds, log by log', () => {
		const begun = opened(...typed('needle'));
		expect(hits(begun)).toMatchObject({source: 'needle', waiting: 4, list: {total: 0}});
		expect(selectFocus(begun).logs).toHaveLength(4);
		const some = settled(play(begun, fetched[0]!, fetched[3]!));
		expect(hits(some)).toMatchObject({waiting: 2, logs: 2});
		const all = settled(play(some, fetched[1]!, fetched[2]!));
		expect(hits(all)).toMatchObject({waiting: 0, logs: 3, isSearching: false, list: {total: 4}});
		expect(found(all)).toEqual([
			['.1', 'Start observer', 2, 'needle one'], ['.1', 'Start observer', 4, 'needle two'], ['.3', 'Start observer', 51, 'needle three'], ['.1', 'Bootstrap', 1, 'the last needle'],
		]);
	});

	it('of a stage searches only its logs', () => {
		const stage = opened({type: 'selection-moved', by: 'start'}, {type: 'entered'}, ...typed('needle'), ...fetched);
		expect(hits(stage).breadcrumb).toEqual([agent, task.name, 'Start observer', 'found lines']);
		expect(hits(stage)).toMatchObject({logs: 2, list: {total: 3}});
	});

	it('opens the line in its log, and n and N go on from log to log', () => {
		const list = opened(...typed('needle'), ...fetched);
		const first = settled(play(list, {type: 'entered'}));
		expect(view(first)).toMatchObject({breadcrumb: [agent, task.name, 'Start observer', agent], status: {search: {source: 'needle', rank: 1, matches: 2}}});
		expect(cursor(first)).toBe('needle one');
		const second = settled(play(first, next));
		expect(cursor(second)).toBe('needle two');
		const third = settled(play(second, next));
		expect(cursor(third)).toBe('needle three');
		expect(third.view.notice?.text).toBe('In the log of 10.0.0.3:2886');
		const turned = settled(play(third, next, next));
		expect(cursor(turned)).toBe('needle one');
		expect(turned.view.notice?.text).toBe('No match below: continued from the top');
		expect(cursor(settled(play(turned, previous)))).toBe('the last needle');
		expect(hits(settled(play(third, back))).list.rows.find(({isSelected}) => isSelected)?.text).toBe('needle three');
		expect(topScreen(play(third, back, back)).type).toBe('task');
	});

	it('goes on from where the cursor is, also between two lines', () => {
		const first = play(opened(...typed('needle'), ...fetched), {type: 'entered'}, {type: 'selection-moved', by: 1});
		expect(cursor(first)).toBe('b');
		expect(cursor(settled(play(first, next)))).toBe('needle two');
		expect(cursor(settled(play(first, previous)))).toBe('needle one');
	});

	it('of a log with another search stays in that log', () => {
		const other = play(opened(...typed('needle'), ...fetched), {type: 'entered'}, {type: 'input-opened', purpose: 'search'}, {type: 'input-changed', text: '^b$'}, {type: 'input-submitted'});
		expect(cursor(settled(play(other, next)))).toBe('b');
	});

	it('says what is wrong with an expression, that nothing was found, and takes another one', () => {
		const wrong = play(opened(), {type: 'input-opened', purpose: 'logs'}, {type: 'input-changed', text: '('});
		expect(wrong.view.overlay).toMatchObject({problem: 'missing closing )'});
		expect(play(wrong, {type: 'input-submitted'}).view.overlay).toBeDefined();
		expect(topScreen(play(wrong, {type: 'overlay-closed'})).type).toBe('task');
		const none = opened(...typed('no such line'), ...fetched);
		expect(hits(none)).toMatchObject({isSearching: false, waiting: 0, list: {total: 0}});
		expect(hits(settled(play(none, ...typed('boot|needle t'))))).toMatchObject({list: {total: 2}});
	});
});
