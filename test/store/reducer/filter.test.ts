// What a filter keeps in each list, and how to get the other rows back.

import {afterEach, describe, expect, test} from 'vitest';
import {messages, speak} from '../../../source/lib/messages/messages.js';
import {type Action} from '../../../source/store/actions.js';
import {type State} from '../../../source/store/state.js';
import {makeDag, makeInfo, makeNode, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, frameOf, play} from '../../ui/helpers/stage.js';

const [one, two, three] = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;

const filter = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'rows'}, {type: 'input-changed', text}, {type: 'input-submitted'}];

const has = (state: State, text: string): boolean => frameOf(state).some(line => line.includes(text));

const ids = {[one]: '22130706433028865', [two]: '22130706434028866', [three]: '22130706435028867'};

/** Two agents of obprod, and one alone; a task of the first is linked with two. */
const fleet = (): State => {
	const links = {subDags: {a: '21017258176228870', b: '21017258176328871'}, mainDagId: undefined};
	return play(
		fleetOf(3),
		...[one, two].map((agent): Action => ({agent, at: ten, type: 'info-received', info: makeInfo({agent})})),
		{agent: one, at: ten, type: 'cluster-info-received', cluster: {name: 'obprod', id: 1, members: [one, two].map((agent, index) => ({agent, zone: `zone${index + 1}`, identity: 'CLUSTER AGENT', version: '4.5.0'}))}},
		...([one, two, three] as const).map((agent): Action => ({agent, at: ten, type: 'task-received', task: makeDag({id: ids[agent], name: agent === three ? 'Upgrade OceanBase' : 'Start observer', nodes: [makeNode({subTasks: [makeSubTask()]})], ...(agent === one && {links})})})),
		...([two, three] as const).map((agent): Action => ({agent, at: ten, type: 'task-received', task: makeDag({id: ids[agent], name: agent === three ? 'Upgrade OceanBase' : 'Start observer', state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED'})]})]})})),
	);
};

const selectAgent = (label: string): readonly Action[] => [...filter(label), {type: 'selection-moved', by: 'start'}];

describe('the agents', () => {
	test('of a cluster stay with it when its name is typed', () => {
		const state = play(fleet(), ...filter('obprod'));
		expect([one, two, three].map(agent => has(state, `  ${agent}`))).toEqual([true, true, false]);
		// Below its heading, as without a filter.
		expect(frameOf(state).find(line => line.includes(one))).toMatch(/^ {5}10/);
		expect(has(state, '1 hidden')).toBe(true);
	});

	test('that only some pass for stand alone', () => {
		expect(frameOf(play(fleet(), ...filter('0.2:'))).find(line => line.includes(two))).toMatch(/^ ▸ 10/);
	});
});

describe('the words that a row shows', () => {
	const failing = makeDag({id: ids[two], name: 'Start observer', state: 'RUNNING', nodes: [makeNode({state: 'RUNNING', subTasks: [makeSubTask({state: 'RUNNING'}), makeSubTask({id: '2', state: 'FAILED', logs: ['disk full']})]})]});
	const state = play(
		fleet(),
		{agent: two, at: ten, type: 'task-received', task: failing},
		{agent: one, at: ten, type: 'info-received', info: makeInfo({agent: one, identity: 'CLUSTER AGENT'})},
		{agent: one, at: ten, type: 'status-received', status: makeStatus({obState: 1, identity: 'CLUSTER AGENT'})},
	);
	const found = (text: string): readonly boolean[] => [one, two, three].map(agent => has(play(state, ...filter(text)), agent));

	afterEach(async () => {
		await speak('en');
	});

	test.each(['en', 'zh'] as const)('are found, for a task with a failed part and for an agent without a database: %s', async language => {
		await speak(language);
		const {failing: partFailed} = messages().tasks.counts;
		const {databaseDown} = messages().screens.agents;
		for (const words of [partFailed, databaseDown]) {
			expect(has(state, words), frameOf(state).join('\n')).toBe(true);
		}

		expect(found(partFailed)).toEqual([false, true, false]);
		expect(found(databaseDown)).toEqual([true, false, false]);
	});
});

const past: Action = {
	agent: three, at: ten, type: 'history-received', owner: three, remaining: 0, isLoading: false,
	tasks: [makeDag({id: ids[three], name: 'Upgrade OceanBase', state: 'FAILED'}), makeDag({id: ids[two], name: 'Restart cluster', state: 'SUCCEED'})],
};

describe('a filter that hides everything says how to get it back', () => {
	const lists: ReadonlyArray<readonly [string, readonly Action[], string, string, string]> = [
		['agents', [], String.raw`0\.3`, three, one],
		['the journal', [{type: 'journal-opened'}], 'upgrade', three, two],
		['a cluster', [...selectAgent('obprod'), {type: 'card-opened'}], 'zone2', two, `▸ ${one}`],
		['linked tasks', [...selectAgent(String.raw`0\.1:`), {type: 'entered'}, {type: 'links-opened'}], '28870', '21017258176228870', '21017258176328871'],
		['a history', [...selectAgent(String.raw`0\.3:`), {type: 'history-opened'}, past], 'failed', 'Upgrade', 'Restart'],
	];

	test.each(lists)('in %s', (_, open, text, kept, hidden) => {
		const opened = play(fleet(), ...open);
		const some = play(opened, ...filter(text));
		expect([has(some, kept), has(some, hidden)], frameOf(some).join('\n')).toEqual([true, false]);
		expect(has(some, 'hidden')).toBe(true);
		const none = play(opened, ...filter('no such row'));
		expect([has(none, kept), has(none, 'No matching rows. Esc clears filters.')]).toEqual([false, true]);
		const all = play(none, {type: opened.view.stack.length === 1 ? 'arrangement-cleared' : 'escaped'});
		expect([has(all, kept), all.view.stack.length]).toEqual([true, opened.view.stack.length]);
	});
});
