// What a preview lacks is asked for once the cursor rests, one task at a time; what is known already is not.

import {randomBytes} from 'node:crypto';
import {expect, onTestFinished, test} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {watchFleet} from '../../source/fleet/fleet.js';
import {systemClock} from '../../source/lib/clock.js';
import {initialState} from '../../source/store/initial-state.js';
import {topScreen} from '../../source/store/lookup.js';
import {createStore, type Store} from '../../source/store/store.js';
import {noteRests} from '../../source/ui/effects/timers.js';
import {createFrameScheduler} from '../../source/ui/frame.js';
import {selectScreen} from '../../source/ui/parts.js';
import {paths, type ScriptedAgent, startScriptedAgent, wireInfo, wireStatus, wireTask} from '../client/helpers/scripted-agent.js';
import {type Script, success} from '../helpers/scripted-server.js';
import {addressOf, ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';

const idOf = (number: number): string => `2213070643302886${number}`;

const wire = (number: number, change: object = {}): object => wireTask({id: idOf(number), dag_id: number, name: `task ${number}`, state: 'SUCCEED', end_time: '2026-03-01T10:00:05Z', ...change});

const count = 30;

type Watched = {readonly agent: ScriptedAgent; readonly store: Store; readonly clock: VirtualClock; readonly asked: () => number};

/** The history of an agent that is asked over HTTP. For the cursor, time stands still unless the test moves it. */
const openHistory = async (columns: number, scripts: Readonly<Record<string, Script>> = {}): Promise<Watched> => {
	const agent = await startScriptedAgent({
		[paths.info]: success(wireInfo({identity: 'SINGLE'})),
		[paths.status]: success(wireStatus({agent: {ip: '127.0.0.1', port: 2886, identity: 'SINGLE'}, obState: 0})),
		[paths.task]: success(wire(count)),
		[paths.unfinished]: success({contents: []}),
		[paths.history]: success({contents: Array.from({length: count}, (_, index) => wire(count - index, {nodes: null}))}),
		...Object.fromEntries(Array.from({length: count}, (_, index) => [`/api/v1/task/dag/${idOf(index)}`, success(wire(index))])),
		...scripts,
	});
	onTestFinished(agent.stop);
	const address = addressOf(agent.address);
	const store = createStore(initialState([address], {columns, rows: 35}), systemClock.now);
	const clock = createVirtualClock(ten);
	onTestFinished(createFrameScheduler(store, systemClock).subscribe(() => undefined));
	onTestFinished(noteRests(store, clock));
	const fleet = watchFleet({addresses: [address], vault: createPasswordVault(), pins: createMemoryPins(), tls: plainTls, store, clock: systemClock, randomBytes, random: Math.random});
	onTestFinished(fleet.stop);
	store.dispatch({type: 'went-back'});
	store.dispatch({type: 'history-opened', owner: address.key});
	await until(() => store.getState().histories.get(address.key)?.tasks.length === count, 'its history');
	await until(() => store.getState().view.hasPreview === (columns > 100), 'the frame');
	const asked = (): number => agent.requests.filter(({uri}) => /dag\/\d+$/.test(uri)).length;
	return {agent, store, clock, asked};
};

const isKnown = (store: Store, number: number): boolean => store.getState().kept.has(idOf(number));

const down = (store: Store): void => {
	store.dispatch({type: 'selection-moved', by: 1});
};

test('moving through twenty rows with a key that is held asks nothing, and resting on one asks for it once', async () => {
	const {store, clock, asked} = await openHistory(132);
	// The task of the first row is known.
	await clock.advance(1000);
	expect(store.getState().view.rested).toMatchObject({type: 'task'});
	expect(asked()).toBe(0);
	for (const _ of Array.from({length: 20})) {
		down(store);
		await clock.advance(33);
	}

	expect(store.getState().view.rested).toBeUndefined();
	expect(asked()).toBe(0);
	await clock.advance(250);
	await until(() => isKnown(store, count - 20), 'its stages');
	expect(asked()).toBe(1);
	expect(topScreen(store.getState())).toMatchObject({type: 'history'});
	await clock.advance(10_000);
	down(store);
	await clock.advance(250);
	await until(() => isKnown(store, count - 21), 'the stages of the next one');
	// The one before is known by now.
	store.dispatch({type: 'selection-moved', by: -1});
	await clock.advance(1000);
	expect(asked()).toBe(2);
});

test('the question about a row that the cursor leaves is taken back, so that there is never a second one at a time', async () => {
	const closed = Promise.withResolvers<void>();
	const {store, clock, asked} = await openHistory(132, {
		[`/api/v1/task/dag/${idOf(count - 1)}`](response) {
			response.on('close', () => {
				closed.resolve();
			});
		},
	});
	down(store);
	await clock.advance(250);
	await until(() => asked() === 1, 'the question that nobody answers');
	down(store);
	await closed.promise;
	expect(asked()).toBe(1);
	await clock.advance(250);
	await until(() => isKnown(store, count - 2), 'the stages of the next row');
	expect(store.getState().agents.values().map(({connection}) => connection.type).toArray()).toEqual(['connected']);
});

test('a history that is opened from a task beside its list asks for what its preview lacks, too', async () => {
	const {agent: {address: key}, store, clock, asked} = await openHistory(132);
	store.dispatch({type: 'went-back'});
	await until(() => store.getState().view.hasPreview === true, 'the preview of the only agent');
	store.dispatch({type: 'pane-switched'});
	expect(topScreen(store.getState())).toMatchObject({type: 'task'});
	store.dispatch({type: 'history-opened', owner: key});
	await until(() => (store.getState().histories.get(key)?.tasks.length ?? 0) === count && store.getState().view.hasPreview === true, 'its history with a preview');
	down(store);
	await clock.advance(250);
	await until(() => isKnown(store, count - 1), 'its stages');
	expect(asked()).toBe(1);
});

test('beside a sub-task of before the start, its main task is asked for, once, and named by its outcome', async () => {
	const main = idOf(77);
	const {store, clock, asked} = await openHistory(132, {
		[`/api/v1/task/dag/${idOf(count - 1)}`]: success(wire(count - 1, {operator: 'PASS', additional_data: {main_dag_id: main}})),
		[`/api/v1/task/dag/${main}`]: success(wire(77)),
	});
	down(store);
	await clock.advance(250);
	await until(() => isKnown(store, 77), 'its main task');
	const {rested} = store.getState().view;
	const shown = rested && selectScreen({...store.getState(), view: {...store.getState().view, stack: [rested]}}, ten);
	expect(shown).toMatchObject({type: 'task', header: {main: {outcome: {word: 'succeeded'}, isGone: false}}});
	expect(asked()).toBe(2);
});

/** An old main task, whose log has a copy of the line with which its part at the agent failed; `hold` is called with each response to a query for that part. */
const failedMain = (part: string, hold: (respond: () => void) => void = respond => {
	respond();
}): Readonly<Record<string, Script>> => {
	const name = '127.0.0.1:2886';
	const times = {start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:05Z'};
	const stage = (id: string, change: object, subTask: object): object => ({id, name: 'Start observer', operator: 'RUN', ...times, ...change,
		sub_tasks: [{id: `${id}1`, name: 'Start observer', operator: 'RUN', ...times, execute_times: 1, execute_agent: {ip: '127.0.0.1', port: 2886}, ...change, ...subTask}]});
	return {
		[`/api/v1/task/dag/${idOf(count - 1)}`]: success(wire(count - 1, {
			state: 'FAILED', stage: 2, max_stage: 2, additional_data: {sub_dags: {[name]: part}},
			nodes: [
				stage(idOf(90), {state: 'SUCCEED'}, {task_logs: ['Start observer: ERROR: cannot allocate memory']}),
				stage(idOf(91), {state: 'FAILED'}, {task_logs: [`ERROR: [Task.SubDag.NotAllSucceed]: check sub dag succeed failed: Sub DAG of agents: [${name}] failed, main DAG failed`]}),
			],
		})),
		[`/api/v1/task/dag/${part}`](response, request) {
			hold(() => {
				success(wire(78, {state: 'FAILED', nodes: [stage(idOf(92), {state: 'FAILED'}, {task_logs: ['ERROR: cannot allocate memory']})]}))(response, request);
			});
		},
	};
};

test('an old main task is opened with the sub-task that made it fail, so that the reason is found in its own log', async () => {
	const part = idOf(78);
	const {store, asked} = await openHistory(132, failedMain(part));
	down(store);
	store.dispatch({type: 'entered'});
	await until(() => isKnown(store, 78), 'the sub-task that failed');
	store.dispatch({type: 'error-jumped-to'});
	expect(topScreen(store.getState())).toMatchObject({type: 'log', task: {id: part}});
	expect(asked()).toBe(2);
});

test('the reason of an old main task that was just opened is waited for, instead of its copy in a log that succeeded', async () => {
	const part = idOf(78);
	const held = Promise.withResolvers<() => void>();
	const {store} = await openHistory(132, failedMain(part, respond => {
		held.resolve(respond);
	}));
	down(store);
	store.dispatch({type: 'entered'});
	store.dispatch({type: 'error-jumped-to'});
	expect(store.getState().view.notice?.text).toMatch(/^Reading the reason/);
	const respond = await held.promise;
	expect(topScreen(store.getState())).toMatchObject({type: 'task'});
	respond();
	await until(() => topScreen(store.getState()).type === 'log', 'the log of the part');
	expect(topScreen(store.getState())).toMatchObject({task: {id: part}});
});

test('a second e does not wait: it goes to the copy, says whose line that is, and later leads on from there', async () => {
	const part = idOf(78);
	const held = Promise.withResolvers<() => void>();
	const {store} = await openHistory(132, failedMain(part, respond => {
		held.resolve(respond);
	}));
	down(store);
	store.dispatch({type: 'entered'});
	store.dispatch({type: 'error-jumped-to'});
	const respond = await held.promise;
	store.dispatch({type: 'error-jumped-to'});
	expect(topScreen(store.getState())).toMatchObject({type: 'log', task: {id: idOf(count - 1)}});
	expect(store.getState().view.notice?.text).toBe('Copied from 127.0.0.1:2886, whose log is unknown');
	const {stack} = store.getState().view;
	respond();
	await until(() => isKnown(store, 78), 'the sub-task that failed');
	expect(store.getState().view.stack).toBe(stack);
	store.dispatch({type: 'error-jumped-to'});
	expect(topScreen(store.getState())).toMatchObject({type: 'log', task: {id: part}});
});

test('how long a part ran that failed and was passed since is said by its log, because its own end is that of the pass', async () => {
	const main = idOf(77);
	const times = {start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:11Z'};
	const subTask = idOf(93);
	const held = Promise.withResolvers<() => void>();
	const line = (id: number, second: number, text: string): object => ({id, sub_task_id: subTask, execute_times: 1, log_content: text, create_time: `2026-03-01T10:00:0${second}Z`});
	const {agent, store} = await openHistory(80, {
		[`/api/v1/task/dag/${idOf(count - 1)}`]: success(wire(count - 1, {...times, operator: 'PASS', additional_data: {main_dag_id: main}, nodes: [{
			id: idOf(91), name: 'Start observer', state: 'SUCCEED', operator: 'PASS', ...times,
			sub_tasks: [{id: subTask, name: 'Start observer', state: 'SUCCEED', operator: 'PASS', ...times, execute_times: 1, execute_agent: {ip: '127.0.0.1', port: 2886}, task_logs: ['start observer', 'ERROR: cannot allocate memory']}],
		}]})),
		[`/api/v1/task/dag/${main}`]: success(wire(77)),
		[`/api/v1/task/sub_task/${subTask}/logs`](response, request) {
			held.resolve(() => {
				success({contents: [line(1, 0, 'start observer'), line(2, 5, 'ERROR: cannot allocate memory')]})(response, request);
			});
		},
	});
	down(store);
	store.dispatch({type: 'entered'});
	const shown = (): unknown => selectScreen(store.getState(), ten);
	await until(() => isKnown(store, count - 1), 'the task');
	expect(shown()).toMatchObject({type: 'task', header: {outcome: {word: 'failed'}, duration: undefined}});
	const respond = await held.promise;
	respond();
	await until(() => store.getState().kept.get(idOf(count - 1))?.failedAt !== undefined, 'the time of the failure');
	expect(shown()).toMatchObject({type: 'task', header: {duration: 5000}, list: {rows: [{duration: 5000}]}});
	expect(agent.requests.filter(({uri}) => uri.endsWith('/logs'))).toHaveLength(1);
});

test('where there is no room for a preview, nothing is asked', async () => {
	const {store, clock, asked} = await openHistory(80);
	down(store);
	await clock.advance(10_000);
	expect(store.getState().view.rested).toBeUndefined();
	expect(asked()).toBe(0);
	store.dispatch({type: 'entered'});
	await until(() => isKnown(store, count - 1), 'the task that was opened');
	expect(asked()).toBe(1);
});

test('until everything was read once, and no longer, the screen knows that failures may still turn up', async () => {
	const held = Promise.withResolvers<void>();
	const agent = await startScriptedAgent({
		[paths.info]: success(wireInfo({identity: 'SINGLE'})),
		[paths.status]: success(wireStatus({agent: {ip: '127.0.0.1', port: 2886, identity: 'SINGLE'}, obState: 0})),
		[paths.task](response, request) {
			void held.promise.then(() => {
				success(wire(count))(response, request);
			});
		},
		[paths.unfinished]: success({contents: []}),
	});
	onTestFinished(agent.stop);
	const address = addressOf(agent.address);
	const store = createStore(initialState([address], {columns: 80, rows: 24}), systemClock.now);
	const fleet = watchFleet({addresses: [address], vault: createPasswordVault(), pins: createMemoryPins(), tls: plainTls, store, clock: systemClock, randomBytes, random: Math.random, looksBack: true, saysReading: true});
	onTestFinished(fleet.stop);
	await until(() => agent.requests.some(({uri}) => uri === paths.task), 'the question for its task');
	expect(store.getState().isReading).toBe(true);
	held.resolve();
	await until(() => store.getState().isReading === false, 'the end of the first round');
	expect(store.getState().agents.get(address.key)?.task.type).toBe('known');
});
