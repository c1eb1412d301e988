// The recordings of real agents in the folder OBWATCH_RECORDINGS tell their stories to the store.

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {lastTaskOf} from '../../source/store/locate.js';
import {taskOutcome} from '../../source/store/select/task-cells.js';
import {type PollEvent} from '../../source/store/event.js';
import {stories} from '../helpers/recorded-stories.js';
import {fold} from './helpers/fold.js';

const folder = process.env['OBWATCH_RECORDINGS'];
const linesOf = (file: string): readonly string[] => readFileSync(path.join(folder ?? '', file), 'utf8').trim().split('\n');

const wordsOf = (event: PollEvent): string => {
	if (event.type === 'task-received') {
		return `${event.task.name} ${taskOutcome(event.task).word} ${event.task.stage}/${event.task.maxStage}`;
	}

	if (event.type === 'agent-failed') {
		return event.error.type === 'refused' ? event.error.code : event.error.type;
	}

	return event.type === 'task-absent' ? 'none' : '';
};

test('an agent that fails is told with when its task was last known, though that was no news', () => {
	const line = (second: number, answer: object, question = 'task/dag/maintain/agent'): string => JSON.stringify({
		at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, ...answer,
	});
	const none = {status: 404, body: {successful: false, error: {errCode: 'Task.NotFound', message: ''}}};
	const error = {error: {type: 'unreachable', code: 'ECONNREFUSED', message: 'connection refused'}};
	const lastSeenAt = '2026-03-01T10:00:30.000Z';
	const {events} = fold([line(1, none), line(40, {...error, lastSeenAt}, 'status')]);
	expect(events.at(-1)).toMatchObject({type: 'agent-failed', since: Date.UTC(2026, 2, 1, 10, 0, 40), lastSeenAt: Date.parse(lastSeenAt), isAlive: false});
});

describe.skipIf(folder === undefined)('recordings of real agents', () => {
	const files = folder === undefined ? [] : readdirSync(folder).filter(name => name.endsWith('.jsonl'));

	test.each(files)('%s is read whole', file => {
		const {damaged, events, store} = fold(linesOf(file));
		expect(damaged).toBe(0);
		expect(events.length).toBeGreaterThan(5);
		expect(store.getState().agents.keys().every(key => /^127\.0\.0\.[12]:288[67]$/.test(key))).toBe(true);
	});

	const storyOf = (file: string, agent: string): readonly string[] => {
		const told = fold(linesOf(file)).events.filter(({agent: key}) => key === agent).map(event => wordsOf(event)).filter(words => words !== '');
		return told.filter((words, index) => words !== told[index - 1]);
	};

	test('a cluster whose initialization was cancelled, retried, failed and rolled back is seen to go through all that', () => {
		expect(storyOf('one-agent-init-cancel-retry-rollback.jsonl', '127.0.0.1:2886')).toEqual(stories['one-agent-init-cancel-retry-rollback.jsonl']['127.0.0.1:2886']);
	});

	test('a follower that could not be asked for a while is seen to fail, and to work again', () => {
		expect(storyOf('two-agents-init-failed-rollback.jsonl', '127.0.0.2:2887')).toEqual(stories['two-agents-init-failed-rollback.jsonl']['127.0.0.2:2887']);
	});

	test('at the end both agents stand together in their cluster, nobody failing', () => {
		const state = fold(linesOf('two-agents-init-failed-rollback.jsonl')).store.getState();
		expect([...state.agents.values()].map(entry => [entry.address.key, entry.connection.type, lastTaskOf(entry)?.name, taskOutcome(lastTaskOf(entry)!).word])).toEqual([
			['127.0.0.1:2886', 'connected', 'Initialize cluster', 'rolled back'],
			['127.0.0.2:2887', 'connected', 'Destroy observer workdir', 'succeeded'],
		]);
		expect(new Set([...state.agents.values()].map(({cluster}) => cluster)).size).toBe(1);
	});
});
