import {describe, expect, it, vi} from 'vitest';
import {happeningsBetween} from '../../source/headless/watch/happenings.js';
import {readLine} from '../../source/recording/line.js';
import {createTaker} from '../../source/replay/create-taker.js';
import {createStore, type Store} from '../../source/store/create-store.js';
import {initialState} from '../../source/store/initial-state.js';

// Before what it counts is loaded.
const countSteps = await vi.hoisted(async () => {
	const {newStepCounter} = await import('../helpers/step-counter.js');
	return newStepCounter();
});

type Kind = 'agents alone' | 'agents with failed tasks' | 'clusters of three' | 'clusters of three with main tasks';

const ipOf = (number: number): string => `10.0.${Math.floor(number / 250)}.${number % 250}`;
const idOf = (number: number, task: number): string => `2${ipOf(number).split('.').reduce((sum, part) => (sum * 256) + Number(part), 0)}02886${task}`;

const taskOf = (number: number, task: number, change: Readonly<Record<string, unknown>> = {}): unknown => {
	const common = {state: 'SUCCEED', operator: 'RUN', start_time: '2026-03-01T09:00:00Z', end_time: '2026-03-01T09:01:00Z', additional_data: null, ...change};
	return {...common, id: idOf(number, task), dag_id: task, name: 'Upgrade', stage: 1, max_stage: 1, nodes: [{...common, id: `${idOf(number, task)}1`, name: 'Check', sub_tasks: []}]};
};

/** What each agent says of itself, its cluster and its tasks, one after the other, twice, as others write it down: nothing names the agents beforehand. */
const linesOf = (kind: Kind, count: number): readonly string[] => {
	const isClustered = kind.startsWith('clusters');
	const identity = isClustered ? 'CLUSTER AGENT' : 'SINGLE';
	const lines: string[] = [];
	const write = (number: number, path: string, data: unknown): void => {
		const at = new Date(Date.UTC(2026, 2, 1, 10) + lines.length).toISOString();
		lines.push(JSON.stringify({at, ip: ipOf(number), port: 2886, method: 'GET', path: `/api/v1/${path}`, status: 200, body: {successful: true, data}}));
	};

	const introduce = (number: number): void => {
		const [ip, port] = [ipOf(number), 2886];
		write(number, 'info', {pid: 1, version: '4.5.0.0-0', ip, port, zone: 'zone1', identity, homePath: '/', obVersion: '4.3.5.0', architecture: 'x86_64', security: false, supportedAuth: ['v2']});
		write(number, 'status', {agent: {ip, port, identity}, state: 2, version: '4.5.0.0-0', pid: 1, startAt: 1, port, obState: isClustered ? 3 : 0, underMaintenance: false});
		if (!isClustered) {
			return;
		}

		const first = number - (number % 3);
		const members = [first, first + 1, first + 2].map(member => ({ip: ipOf(member), port, zone: 'zone1', identity, version: '4.5.0.0-0'}));
		write(number, 'ob/info', {agent_info: members, obcluster_info: {id: first + 1, name: `cluster${first}`, version: '4.3.5.1', topology: {}}});
	};

	const tell = (number: number, round: number): void => {
		const first = number - (number % 3);
		const main = kind === 'clusters of three with main tasks' ? idOf(first, 100 + round) : undefined;
		write(number, 'task/dag/maintain/agent', taskOf(number, 7 + round, main === undefined ? {} : {operator: 'PASS', additional_data: {main_dag_id: main}}));
		if (main !== undefined && number === first) {
			write(number, `task/dag/${main}?show_details=true`, taskOf(first, 100 + round));
		}

		const failed = kind === 'agents with failed tasks' ? [taskOf(number, 50 + round, {state: 'FAILED'})] : [];
		// Agents of a cluster take turns to speak for it.
		write(number, 'task/dag/unfinish?show_details=false', {contents: failed});
		if (failed.length === 0) {
			return;
		}

		write(number, 'task/dag/unfinish?show_details=false', {contents: []});
		write(number, `task/dag/${idOf(number, 50 + round)}?show_details=true`, failed[0]);
	};

	const numbers = Array.from({length: count}, (_, number) => number);
	for (const number of numbers) {
		introduce(number);
	}

	for (const round of [0, 1]) {
		for (const number of numbers) {
			tell(number, round);
		}
	}

	return lines;
};

/** Takes in all lines; resolves to how many steps that took. */
const replayed = (kind: Kind, count: number): {readonly steps: number; readonly store: Store; readonly told: number} => {
	const store = createStore(initialState([], {columns: 80, rows: 24}, {isGrowing: true}));
	const taker = createTaker({store, onTime: () => undefined});
	const lines = linesOf(kind, count).map(line => readLine(line));
	let told = 0;
	const steps = countSteps(() => {
		for (const line of lines) {
			const before = store.getState();
			taker.take(line);
			told += happeningsBetween(before, store.getState(), taker.knowledge().at).length;
		}
	});
	expect(taker.knowledge()).toMatchObject({damaged: 0, disordered: 0});
	return {steps, store, told};
};

describe('a recording of many agents', () => {
	it.each<Kind>(['agents alone', 'agents with failed tasks', 'clusters of three', 'clusters of three with main tasks'])('costs and tells twice as much with twice as many: %s', kind => {
		const [one, two] = [replayed(kind, 150), replayed(kind, 300)];
		expect([one.store.getState().agents.size, two.store.getState().agents.size]).toEqual([150, 300]);
		expect(two.store.getState().clusters.size).toBe(kind.startsWith('clusters') ? 100 : 0);
		expect(two.told).toBe(one.told * 2);
		expect(one.told).toBeGreaterThanOrEqual(150);
		// Where each line goes through all agents or all clusters, far more.
		expect(two.steps / one.steps).toBeLessThan(2.2);
	});
});
