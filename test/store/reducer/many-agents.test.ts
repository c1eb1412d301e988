import {expect, test} from 'vitest';
import {initialState} from '../../../source/store/initial-state.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {cpuTime} from '../../helpers/cpu-time.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeNodes, makeSubTask, ten} from '../../helpers/tasks.js';
import {play} from '../../ui/helpers/stage.js';

const count = 3000;
const partsOf = (index: number): readonly [number, number] => [Math.floor(index / 200), 1 + (index % 200)];
const nameOf = (index: number): string => `10.0.${partsOf(index).join('.')}:2886`;
const idOf = (index: number, task: number): string => {
	const [high, low] = partsOf(index);
	return `2${String((10 * (2 ** 24)) + (high * 256) + low).padStart(10, '0')}02886${task}`;
};

const nodes = [makeNode({
	state: 'SUCCEED', operator: 'PASS', hasMainTask: true, subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, logs: ['wait operator to advance']})],
})];

/** How long it takes (ms) until all agents have told their last tasks, which belong to so many main tasks. */
const timeWith = (mains: number): number => {
	let state = initialState(Array.from({length: count}, (_, index) => addressOf(nameOf(index))), {columns: 80, rows: 24});
	return cpuTime(() => {
		for (let index = 0; index < count; index += 1) {
			const agent = nameOf(index);
			const task = makeDag({
				id: idOf(index, 15), state: 'SUCCEED', operator: 'PASS', links: {subDags: {}, mainDagId: idOf(index % mains, 14)}, nodes,
			});
			state = play(state, {agent, at: ten, type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {agent, at: ten, type: 'task-received', task});
		}
	});
};

test('thousands of agents whose last tasks belong to several main tasks are no slower to take in than those of one', () => {
	timeWith(1);
	expect(timeWith(10) / timeWith(1)).toBeLessThan(5);
});

test('when one of many agents changes, its row and the summary change, and no other task is looked at again', () => {
	let looks = 0;
	/** A running task that counts how often it is looked at. */
	const counted = (index: number) => {
		const {state, ...rest} = makeDag({id: idOf(index, 15), state: 'RUNNING', nodes: makeNodes('RUNNING/RUN')});
		return {...rest, get state() {
			looks += 1;
			return state;
		}};
	};

	let state = initialState(Array.from({length: 50}, (_, index) => addressOf(nameOf(index))), {columns: 80, rows: 24});
	for (let index = 0; index < 50; index += 1) {
		const agent = nameOf(index);
		state = play(state, {agent, at: ten, type: 'info-received', info: makeInfo({agent})}, {agent, at: ten, type: 'task-received', task: counted(index)});
	}

	selectAgents(state, after(1), 0);
	const failed = makeDag({id: idOf(7, 15), state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
	const next = play(state, {agent: nameOf(7), at: after(1), type: 'task-received', task: failed});
	looks = 0;
	expect(selectAgents(next, after(2), 0).summary.parts.map(({count: number, word}) => `${number} ${word}`)).toEqual(['49 running', '1 failed']);
	expect(looks).toBe(0);
});

test('a failing main task with a sub-task at each of many agents is looked through only a few times for a frame', () => {
	const names = Array.from({length: 400}, (_, index) => nameOf(index));
	const subDags = Object.fromEntries(names.map((agent, index) => [agent, idOf(index, 15)]));
	let looks = 0;
	const links = {
		get subDags() {
			looks += 1;
			return subDags;
		},
		mainDagId: undefined,
	};
	const main = makeDag({id: idOf(0, 14), state: 'RUNNING', nodes: makeNodes('RUNNING/RUN'), links});
	let state = initialState(names.map(name => addressOf(name)), {columns: 80, rows: 24});
	for (const [index, agent] of names.entries()) {
		const word = index % 2 === 0 ? 'RUNNING' : 'FAILED';
		const task = makeDag({
			id: idOf(index, 15), state: word, endTime: after(5), links: {subDags: {}, mainDagId: main.id}, nodes: [makeNode({state: word, hasMainTask: true, subTasks: [makeSubTask({state: word, hasMainTask: true, agent, logs: ['ERROR: no memory']})]})],
		});
		state = play(state, {agent, at: ten, type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {agent, at: ten, type: 'task-received', task});
	}

	state = play(state, {agent: nameOf(0), at: ten, type: 'main-task-received', id: main.id, task: main});
	looks = 0;
	expect(selectAgents(state, after(60), 20).summary.parts).toContainEqual(expect.objectContaining({word: 'failing', count: 1}));
	expect(looks).toBeGreaterThan(0);
	expect(looks).toBeLessThan(50);
});

test('when one of many sub-tasks of a main task moves on, no other one is looked at again', () => {
	const names = Array.from({length: 50}, (_, index) => nameOf(index));
	const main = makeDag({id: idOf(0, 14), state: 'RUNNING', nodes: makeNodes('RUNNING/RUN'), links: {subDags: Object.fromEntries(names.map((agent, index) => [agent, idOf(index, 15)])), mainDagId: undefined}});
	let looks = 0;
	/** A running sub-task that counts how often it is looked at. */
	const counted = (index: number) => {
		const {state, ...rest} = makeDag({id: idOf(index, 15), state: 'RUNNING', links: {subDags: {}, mainDagId: main.id}, nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});
		return {...rest, get state() {
			looks += 1;
			return state;
		}};
	};

	let state = initialState(names.map(name => addressOf(name)), {columns: 80, rows: 24});
	for (const [index, agent] of names.entries()) {
		state = play(state, {agent, at: ten, type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})}, {agent, at: ten, type: 'task-received', task: counted(index)});
	}

	state = play(state, {agent: nameOf(0), at: ten, type: 'main-task-received', id: main.id, task: main});
	const before = selectAgents(state, after(1), 0).summary;
	const moved = makeDag({id: idOf(7, 15), state: 'RUNNING', stage: 2, links: {subDags: {}, mainDagId: main.id}, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')});
	const next = play(state, {agent: nameOf(7), at: after(1), type: 'task-received', task: moved});
	looks = 0;
	expect(selectAgents(next, after(2), 0).summary).toEqual(before);
	// At what this one was before.
	expect(looks).toBeLessThan(10);
	const failed = play(next, {agent: nameOf(7), at: after(2), type: 'task-received', task: {...moved, state: 'FAILED', endTime: after(2), nodes: makeNodes('SUCCEED/RUN', 'FAILED/RUN')}});
	expect(selectAgents(failed, after(3), 0).summary.parts.map(({count: number, word}) => `${number} ${word}`)).toEqual(['49 running', '1 failing']);
});
