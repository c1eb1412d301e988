// What was asked for beside the routine is shown when it is opened, as it was last told before.

import {describe, expect, test} from 'vitest';
import {createApplier} from '../../source/recording/cursor.js';
import {type Line, readLine} from '../../source/recording/format.js';
import {createOnDemandResponses} from '../../source/recording/on-demand.js';
import {type Recording} from '../../source/recording/reader.js';
import {initialState} from '../../source/store/initial-state.js';
import {logOf} from '../../source/store/log/open-logs.js';
import {topScreen} from '../../source/store/lookup.js';
import {comparison} from '../../source/store/selectors/compare.js';
import {createStore, type Store} from '../../source/store/store.js';

const key = '10.0.0.1:2886';
const id = '2016777216102886007';

const exchange = (second: number, path: string, data: unknown): string => JSON.stringify({
	at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: key, method: 'GET', path: `/api/v1/${path}`, status: 200, body: {successful: true, data},
});

const part = {state: 'RUNNING', operator: 'RUN', start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null};
const subTask = {...part, id, task_id: 7, name: 'Start', execute_times: 1, execute_agent: {ip: '10.0.0.1', port: 2886}, task_logs: ['from the task']};
const task = {...part, id, dag_id: 7, name: 'Start', stage: 1, max_stage: 1, nodes: [{...part, id, node_id: 7, name: 'Start', sub_tasks: [subTask]}]};

const logs = (second: number, ...lines: readonly string[]): string => exchange(second, `task/sub_task/${id}/logs`, {contents: lines.map((line, index) => ({
	id: index + 1, sub_task_id: 7, execute_times: 1, log_content: line, is_sync: true, create_time: '2026-03-01T10:00:00Z', update_time: '2026-03-01T10:00:00Z',
}))});

const status = exchange(0, 'status', {agent: {ip: '10.0.0.1', port: 2886, identity: 'SINGLE'}, pid: 1, obState: 0});

const recordingOf = (lines: ReadonlyArray<Line | undefined>): Recording => ({
	size: lines.length,
	async * read(from) {
		for (const [offset, line] of lines.entries()) {
			if (offset >= from) {
				yield {line, offset, end: offset + 1};
			}
		}
	},
	close: async () => undefined,
});

/** Everything was played; then the user opens things. Offsets are numbers of lines. */
const playAll = (texts: readonly string[]) => {
	const lines = texts.map(text => readLine(text));
	let now = 0;
	const store = createStore(initialState([], {columns: 80, rows: 24}, {isGrowing: true}), () => now);
	const taker = createApplier({
		store,
		onTime(at) {
			now = at;
		},
	});
	const asides = createOnDemandResponses({recording: recordingOf(lines), store, now: () => now});
	for (const [offset, line] of lines.entries()) {
		taker.take(line);
		if (line?.type === 'exchange') {
			asides.note(line, offset);
		}
	}

	return {store, asides};
};

const openLog = (store: Store): void => {
	for (let level = 0; level < 3; level++) {
		store.dispatch({type: 'entered'});
	}
};

const linesOf = (store: Store): readonly string[] => {
	const screen = topScreen(store.getState());
	return screen.type === 'log' ? logOf(store.getState(), screen).texts : [`no log but ${screen.type}`];
};

describe('a log', () => {
	test('that the user had opened is shown as it was last recorded before', async () => {
		const {store, asides} = playAll([status, exchange(1, 'task/dag/maintain/agent', task), logs(2, 'one'), logs(3, 'one', 'two')]);
		openLog(store);
		await asides.show(4);
		expect(linesOf(store)).toEqual(['one', 'two']);
		await asides.show(3, true);
		expect(linesOf(store)).toEqual(['one']);
		await asides.show(3);
		expect(linesOf(store)).toEqual(['one']);
	});

	test('that the user had not opened, or not yet, has the lines of its task', async () => {
		const {store, asides} = playAll([status, exchange(1, 'task/dag/maintain/agent', task), logs(2, 'one')]);
		openLog(store);
		await asides.show(2);
		expect(linesOf(store)).toEqual(['from the task']);
	});
});

describe('a history', () => {
	const history = exchange(2, 'task/dags/agent?show_details=false', {contents: [{...task, dag_id: 3, id: '2016777216102886003', name: 'First', nodes: undefined}, {...task, nodes: undefined}]});

	test('that the user had opened is shown, newest first', async () => {
		const {store, asides} = playAll([status, exchange(1, 'task/dag/maintain/agent', task), history]);
		store.dispatch({type: 'history-opened', owner: key});
		await asides.show(3);
		expect(store.getState().histories.get(key)?.tasks.map(({name}) => name)).toEqual(['Start', 'First']);
	});

	test('that the user had not opened says so', async () => {
		const {store, asides} = playAll([status, exchange(1, 'task/dag/maintain/agent', task)]);
		store.dispatch({type: 'history-opened', owner: key});
		await asides.show(2);
		expect(store.getState().histories.get(key)).toMatchObject({isLoading: false, problem: {type: 'request', error: {type: 'protocol', problem: 'not-recorded'}}});
	});
});

test('a comparison is shown with the run that its history names', async () => {
	const earlier = {...task, id: '2016777216102886003', dag_id: 3, state: 'SUCCEED'};
	const {store, asides} = playAll([
		status,
		exchange(1, 'task/dag/maintain/agent', task),
		exchange(2, 'task/dags/agent?show_details=false', {contents: [{...earlier, nodes: undefined}, {...task, nodes: undefined}]}),
		exchange(3, 'task/dag/2016777216102886003', earlier),
	]);
	// Of many runs that were opened, only the last ones are kept.
	store.dispatch({type: 'replay-restored', state: {...store.getState(), kept: new Map()}});
	store.dispatch({type: 'comparison-opened', task: {owner: key, id}});
	await asides.show(4);
	expect(comparison(store.getState(), {task: {owner: key, id}, other: undefined}).other).toMatchObject({id: earlier.id});
});
