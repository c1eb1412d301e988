import {expect, test} from 'vitest';
import {type Dag} from '../../../source/protocol/task.js';
import {initialState} from '../../../source/store/initial-state.js';
import {attentionLeft, isRunKnown, selectRunWishes} from '../../../source/store/selectors/poll-focus.js';
import {reduce} from '../../../source/store/store.js';
import {type State} from '../../../source/store/state.js';
import {addressOf, after, makeDag, makeInfo, ten} from '../../helpers/tasks.js';

test('the user counts as looking until a minute after the last key, while the terminal has the focus', () => {
	const start = initialState([addressOf('127.0.0.1')], {columns: 80, rows: 24});
	const pressed = reduce(start, {type: 'key-pressed'}, ten);
	const elsewhere = reduce(pressed, {type: 'focus-changed', isFocused: false}, after(10));
	const back = reduce(elsewhere, {type: 'focus-changed', isFocused: true}, after(20));
	expect([start, pressed, elsewhere, back].map(state => attentionLeft(state, after(20)))).toEqual([0, 40_000, 0, 40_000]);
	expect(attentionLeft(pressed, after(60))).toBe(0);
	expect(attentionLeft(reduce(pressed, {type: 'key-pressed'}, after(59)), after(60))).toBe(59_000);
});

const agent = (number: number): string => `127.0.0.${number}:2886`;

const idOf = (owner: number, task: number): string => `2213070643${2 + owner}02886${task}`;

/** Agents of which each has a last task; the first row of the list is in sight. */
const fleetOf = (tasks: readonly Dag[], identity = 'SINGLE'): State => {
	let state = reduce(initialState(tasks.map((_, index) => addressOf(agent(index + 1))), {columns: 80, rows: 24}), {type: 'laid-out', page: 1});
	for (const [index, task] of tasks.entries()) {
		state = reduce(state, {type: 'info-received', agent: agent(index + 1), at: ten, info: makeInfo({agent: agent(index + 1), identity})});
		state = reduce(state, {type: 'task-received', agent: agent(index + 1), at: ten, task});
	}

	return state;
};

const running = (owner: number, name: string): Dag => makeDag({id: idOf(owner, 9), name});

const over = (owner: number, name: string): Dag => makeDag({id: idOf(owner, 9), name, state: 'FAILED'});

test('earlier runs are wanted of the open task, then of those that run, in sight before others, each name of an agent once', () => {
	const state = fleetOf([over(1, 'Stop OB'), over(2, 'Upgrade'), running(3, 'Start OB'), running(4, 'Start OB')]);
	const wishesOf = (other: State) => [...selectRunWishes(other)].map(({agent: key, name, scope}) => [key, name, scope]);
	expect(wishesOf(state)).toEqual([[agent(3), 'Start OB', 'agent'], [agent(4), 'Start OB', 'agent']]);
	const scrolled = reduce(state, {type: 'selection-moved', by: 'end'});
	expect(wishesOf(scrolled)).toEqual([[agent(4), 'Start OB', 'agent'], [agent(3), 'Start OB', 'agent']]);
	const inColumn = {...state, view: {...state.view, arrangement: {...state.view.arrangement, columns: ['agent', 'usual'] as const}}};
	expect(wishesOf(inColumn)[0]).toEqual([agent(1), 'Stop OB', 'agent']);
	const opened = reduce(state, {type: 'agent-opened', key: agent(2)});
	expect(selectRunWishes(opened).next().value).toMatchObject({agent: agent(2), name: 'Upgrade'});
});

test('earlier runs are wanted of no follower, which returns its master\'s, and of no agent in trouble', () => {
	expect([...selectRunWishes(fleetOf([running(1, 'Start OB')], 'FOLLOWER'))]).toEqual([]);
	const lost = reduce(fleetOf([running(1, 'Start OB')]), {type: 'agent-failed', agent: agent(1), at: ten, error: {type: 'timeout', after: 1}, since: ten, lastSeenAt: undefined, isAlive: false});
	expect([...selectRunWishes(lost)]).toEqual([]);
});

test('earlier runs are wanted no more once enough are known', () => {
	let state = fleetOf([running(1, 'Start OB')]);
	for (let number = 1; number <= 12; number++) {
		expect([...selectRunWishes(state)]).toHaveLength(1);
		const task = makeDag({id: idOf(1, 10 + number), name: 'Start OB', state: 'SUCCEED', startTime: after(number), endTime: after(number + 40)});
		expect(isRunKnown(state, task)).toBe(false);
		state = reduce(state, {type: 'past-task-received', agent: agent(1), at: ten, task});
		expect(isRunKnown(state, task)).toBe(true);
	}

	expect([...selectRunWishes(state)]).toEqual([]);
});
