// In a replay, "p" pauses: no words on its screens may say that it asks for a password.

import {describe, expect, test} from 'vitest';
import {createApplier} from '../../source/recording/cursor.js';
import {readLine} from '../../source/recording/format.js';
import {type UserAction} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {createStore} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';

const key = '10.0.0.1:2886';
const at = Date.UTC(2026, 2, 1, 10);
const head = (second: number, path: string) => ({at: new Date(at + (second * 1000)).toISOString(), agent: key, method: 'GET', path: `/api/v1/${path}`});
const status = {...head(1, 'status'), status: 200, body: {successful: true, data: {agent: {ip: '10.0.0.1', port: 2886, identity: 'SINGLE'}, pid: 1, obState: 0}}};
const dag = {
	id: '2016777216102886007', dag_id: 7, name: 'Upgrade', stage: 1, max_stage: 3, state: 'RUNNING', operator: 'RUN', start_time: status.at, end_time: status.at, additional_data: null,
};
const task = {...head(2, 'task/dag/maintain/agent'), status: 200, body: {successful: true, data: dag}};
const refused = {...head(3, 'task/dag/maintain/agent'), error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}};
const beginning = {format: 'obwatch recording', version: 1, at: status.at, obwatch: '1', agents: [key]};

const replay = {speed: 1, phase: 'playing', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;

const wordsOn = (actions: readonly UserAction[], isReplay: boolean): string => {
	const store = createStore(initialState([], {columns: 120, rows: 30}, isReplay ? {replay} : {}), () => at);
	const taker = createApplier({store, onTime: () => undefined});
	for (const line of [beginning, status, task, refused]) {
		taker.take(readLine(JSON.stringify(line)));
	}

	for (const action of actions) {
		store.dispatch(action);
	}

	store.dispatch({type: 'history-failed', agent: key, at, owner: key, error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}});
	return JSON.stringify(selectApp(store.getState(), at).screen);
};

describe.each([
	['the agents', []],
	['a task', [{type: 'entered'}]],
	['a card', [{type: 'card-opened'}]],
	['a history', [{type: 'history-opened'}]],
	['the journal', [{type: 'journal-opened'}]],
] satisfies ReadonlyArray<readonly [string, readonly UserAction[]]>)('that a password was missing is said on the screen of %s', (_, actions) => {
	test('live, with the key that asks for it', () => {
		expect(wordsOn(actions, false)).toContain('needs the root@sys password (p)"');
	});

	test('in a replay, without', () => {
		const words = wordsOn(actions, true);
		expect(words).toContain('needs the root@sys password"');
		expect(words).not.toContain(': p"');
	});
});
