import process from 'node:process';
import {expect, test} from 'vitest';
import {happeningsBetween} from '../../source/headless/watch/happenings.js';
import {readLine} from '../../source/recording/line.js';
import {createTaker} from '../../source/replay/create-taker.js';
import {createStore} from '../../source/store/create-store.js';
import {initialState} from '../../source/store/initial-state.js';

const count = 3000;

const succeeded = {state: 'SUCCEED', operator: 'RUN', start_time: '2026-03-01T09:00:00Z', end_time: '2026-03-01T09:01:00Z', additional_data: null};

/** What one agent says of itself, its task and what else is unfinished, as others write it down: nothing names the agents beforehand. */
const linesOf = (number: number): readonly string[] => {
	const ip = `10.0.${Math.floor(number / 250)}.${number % 250}`;
	const write = (path: string, data: unknown): string =>
		JSON.stringify({at: new Date(Date.UTC(2026, 2, 1, 10) + number).toISOString(), ip, port: 2886, method: 'GET', path: `/api/v1/${path}`, status: 200, body: {successful: true, data}});
	return [
		write('info', {pid: 1, version: '4.5.0.0-0', ip, port: 2886, zone: 'zone1', identity: 'SINGLE', homePath: '/', obVersion: '4.3.5.0', architecture: 'x86_64', security: false, supportedAuth: ['v2']}),
		write('status', {agent: {ip, port: 2886, identity: 'SINGLE'}, state: 2, version: '4.5.0.0-0', pid: 1, startAt: 1, port: 2886, obState: 0, underMaintenance: false}),
		write('task/dag/maintain/agent', {
			...succeeded, id: `2${number}28867`, dag_id: 7, name: 'Upgrade', stage: 1, max_stage: 1, nodes: [{...succeeded, id: `2${number}288671`, name: 'Check', sub_tasks: []}],
		}),
		write('task/dag/unfinish?show_details=false', {contents: []}),
	];
};

test('what happened in a recording of thousands of agents is told in proportion to its lines', () => {
	const store = createStore(initialState([], {columns: 80, rows: 24}, {isGrowing: true}));
	const taker = createTaker({store, onTime: () => undefined});
	const began = process.cpuUsage();
	let told = 0;
	for (let number = 0; number < count; number++) {
		for (const line of linesOf(number)) {
			const before = store.getState();
			taker.take(readLine(line));
			told += happeningsBetween(before, store.getState(), number).length;
		}
	}

	const {user} = process.cpuUsage(began);
	expect(told).toBe(count);
	// A few seconds; where everybody's tasks are gone through for each line, half a minute.
	expect(user).toBeLessThan(20_000_000);
});

test('a recording of thousands of agents costs in proportion to its lines', () => {
	const store = createStore(initialState([], {columns: 80, rows: 24}, {isGrowing: true}));
	const taker = createTaker({store, onTime: () => undefined});
	const began = process.cpuUsage();
	for (let number = 0; number < count; number++) {
		for (const line of linesOf(number)) {
			taker.take(readLine(line));
		}
	}

	const {user} = process.cpuUsage(began);
	expect(store.getState().agents.size).toBe(count);
	expect(taker.knowledge()).toMatchObject({damaged: 0, disordered: 0});
	// A few seconds; where each line goes through all agents, half a minute.
	expect(user).toBeLessThan(20_000_000);
});
