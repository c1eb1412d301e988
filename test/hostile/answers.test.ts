// Whatever an agent answers: it becomes data or an error, the store takes it, every screen draws it, and no character of it can do anything to a terminal.

import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseResponse, responseTypes} from '../../source/client/parse-response.js';
import {ResponseCache} from '../../source/client/response-cache.js';
import {idsOfLogs, idsOfTask} from '../../source/client/task-rules.js';
import {columnsOf} from '../../source/lib/columns.js';
import {clusterInfoSchema, infoSchema, statusSchema} from '../../source/protocol/agent.js';
import {type Schema} from '../../source/protocol/envelope.js';
import {dagListSchema, dagSchema} from '../../source/protocol/task.js';
import {type PollEvent} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {topScreen} from '../../source/store/lookup.js';
import {type State} from '../../source/store/state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';
import {type KeyFlags, keystrokesOf, resolveKey} from '../../source/ui/keys/resolve.js';
import {addressOf, ten} from '../helpers/tasks.js';
import {drawFrame} from '../ui/helpers/draw.js';
import {bodyOf, wireCluster, wireInfo, wireLogs, wireStatus, wireTask} from './helpers/hostile-json.js';

const addresses = [addressOf('10.0.0.1'), addressOf('127.0.0.1')];
const agents = addresses.map(({key}) => key);

type Told = (at: {readonly agent: string; readonly at: number}, store: Store) => readonly PollEvent[];

/** What the poller makes of an answer. */
const told = <T>(schema: Schema<T>, events: (data: T, at: {readonly agent: string; readonly at: number}, state: State) => readonly PollEvent[]) => (body: string): Told => (at, store) => {
	const reply = parseResponse({uri: '/', cache: new ResponseCache<T>(), schema}, {type: 'response', status: 200, contentType: '', body: Buffer.from(body)});
	switch (reply.type) {
		case 'data': {
			return events(reply.data, at, store.getState());
		}

		case 'none': {
			return [{...at, type: 'task-absent'}];
		}

		case 'error': {
			return [{...at, type: 'agent-failed', error: reply.error, since: at.at, lastSeenAt: undefined, isAlive: true}];
		}
	}
};

const subTaskOf = (state: State): string => {
	const screen = topScreen(state);
	return (screen.type === 'log' ? screen.subTask : undefined) ?? '';
};

const answers: fc.Arbitrary<Told> = fc.oneof(
	{weight: 6, arbitrary: bodyOf(wireTask).map(told(dagSchema, (task, at) => {
		idsOfTask(task);
		return [{...at, type: 'task-received', task}];
	}))},
	{weight: 2, arbitrary: bodyOf(wireTask).map(told(dagSchema, (task, at) => [{...at, type: 'linked-task-received', id: task.id, task}]))},
	{weight: 2, arbitrary: bodyOf(wireTask).map(told(dagSchema, (task, at) => [{...at, type: 'cluster-task-received', task}]))},
	{weight: 2, arbitrary: bodyOf(fc.record({contents: fc.array(wireTask, {maxLength: 3})})).map(told(dagListSchema, (tasks, at) => [{...at, type: 'unfinished-received', tasks, ended: tasks.slice(1)}]))},
	{weight: 2, arbitrary: bodyOf(wireInfo).map(told(infoSchema, (info, at) => [{...at, type: 'info-received', info}]))},
	{weight: 2, arbitrary: bodyOf(wireStatus).map(told(statusSchema, (status, at) => [{...at, type: 'status-received', status}]))},
	{weight: 2, arbitrary: bodyOf(wireCluster).map(told(clusterInfoSchema, (cluster, at) => [{...at, type: 'cluster-info-received', cluster}]))},
	{weight: 4, arbitrary: bodyOf(wireLogs).map(told(responseTypes.logs.schema, (lines, at, state) => {
		idsOfLogs(lines);
		return [{...at, type: 'logs-received', subTask: subTaskOf(state), lines}];
	}))},
);

const keys = [...'jkgGhlnNefrzwtci?!/<>=[]&LoB12 ', 'return', 'escape', 'tab', 'downArrow', 'pageDown'];

/** Presses a key as the keyboard does, as far as the store is concerned. */
const press = (store: Store, key: string): void => {
	const flags = (key.length > 1 ? {[key]: true} : {}) as KeyFlags;
	for (const keystroke of keystrokesOf(key.length > 1 ? '' : key, flags)) {
		const {view} = store.getState();
		const effect = resolveKey(topScreen(store.getState()).type, view.overlay, keystroke);
		if (effect?.type === 'action') {
			store.dispatch(effect.action);
		} else if (effect === undefined && view.overlay?.type === 'input') {
			store.dispatch({type: 'input-changed', text: view.overlay.text + keystroke});
		}
	}
};

/** All texts of a value, however deep. */
const textsOf = (value: unknown): readonly string[] => typeof value === 'string'
	? [value]
	: (typeof value === 'object' && value !== null ? Object.values(value).flatMap(part => textsOf(part)) : []);

// Neither controls nor what turns text around.
const harmful = /[\p{Cc}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{D800}-\u{DFFF}]/u;

// Most steps change nothing in sight, and a frame is a function of its values: equal ones are drawn once.
const drawn = new Set<string>();

const expectDrawn = (store: Store, now: number): void => {
	const {size} = store.getState().view;
	const view = selectApp(store.getState(), now);
	const key = JSON.stringify(view);
	if (drawn.has(key)) {
		return;
	}

	drawn.add(key);
	const lines = drawFrame(view);
	expect(lines.length).toBeLessThan(size.rows);
	for (const text of lines) {
		expect(columnsOf(text)).toBeLessThanOrEqual(size.columns);
		// Here no sequence is ours: tests draw without colours.
		expect(text).not.toMatch(harmful);
	}

	// Nor does Ink get any of them to draw.
	expect(textsOf(view).filter(text => harmful.test(text))).toEqual([]);
};

type Step = {readonly type: 'answer'; readonly agent: string; readonly told: Told} | {readonly type: 'key'; readonly key: string} | {readonly type: 'size'; readonly columns: number; readonly rows: number};

const step: fc.Arbitrary<Step> = fc.oneof(
	{weight: 4, arbitrary: fc.record({type: fc.constant('answer' as const), agent: fc.constantFrom(...agents), told: answers})},
	{weight: 4, arbitrary: fc.record({type: fc.constant('key' as const), key: fc.constantFrom(...keys)})},
	{weight: 1, arbitrary: fc.record({type: fc.constant('size' as const), columns: fc.integer({min: 40, max: 200}), rows: fc.integer({min: 10, max: 50})})},
);

const take = (store: Store, taken: Step, at: number): void => {
	switch (taken.type) {
		case 'answer': {
			for (const event of taken.told({agent: taken.agent, at}, store)) {
				store.dispatch(event);
			}

			break;
		}

		case 'key': {
			press(store, taken.key);
			break;
		}

		case 'size': {
			store.dispatch({...taken, type: 'resized'});
			break;
		}
	}
};

test('whatever agents respond and whichever keys are pressed, each screen is drawn within its size and without control characters', () => {
	fc.assert(fc.property(fc.array(step, {minLength: 5, maxLength: 40}), steps => {
		let now = ten;
		const store = createStore(initialState(addresses, {columns: 80, rows: 24}), () => now);
		for (const taken of steps) {
			now += 1000;
			take(store, taken, now);
			store.dispatch({type: 'log-work-advanced', steps: 100_000});
			expectDrawn(store, now);
		}

		// Nothing of it got into what all objects share.
		expect(Object.keys(Object.prototype)).toEqual([]);
		expect({}).not.toHaveProperty('isAdmin');
		expect({}).not.toHaveProperty('nodes');
	}), {numRuns: 120});
// It draws about two thousand frames: some seconds, on a busy machine many.
});
