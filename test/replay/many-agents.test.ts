import process from 'node:process';
import {expect, test} from 'vitest';
import {readLine} from '../../source/recording/line.js';
import {createTaker} from '../../source/replay/create-taker.js';
import {createStore} from '../../source/store/create-store.js';
import {initialState} from '../../source/store/initial-state.js';

const count = 3000;

/** What one agent says of itself, its task and what else is unfinished, as others write it down: nothing names the agents beforehand. */
const linesOf = (number: number): readonly string[] => {
	const ip = `10.0.${Math.floor(number / 250)}.${number % 250}`;
	const write = (path: string, data: unknown): string =>
		JSON.stringify({at: new Date(Date.UTC(2026, 2, 1, 10) + number).toISOString(), ip, port: 2886, method: 'GET', path: `/api/v1/${path}`, status: 200, body: {successful: true, data}});
	return [
		write('info', {pid: 1, version: '4.5.0.0-0', ip, port: 2886, zone: 'zone1', identity: 'SINGLE', homePath: '/', obVersion: '4.3.5.0', architecture: 'x86_64', security: false, supportedAuth: ['v2']}),
		write('task/dag/maintain/agent', {id: '22130706433028869', name: 'Upgrade', state: 'SUCCEED', operator: 'RUN', stage: 1, max_stage: 1, nodes: []}),
		write('task/dag/unfinish?show_details=false', {contents: []}),
	];
};

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
	// About a second and a half; where each line goes through all agents, half a minute.
	expect(user).toBeLessThan(10_000_000);
});
