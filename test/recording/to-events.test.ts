// The recordings of real agents in the folder OBWATCH_RECORDINGS tell their stories to the store.

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {type PollEvent} from '../../source/store/actions.js';
import {lastTaskOf} from '../../source/store/lookup.js';
import {taskOutcome} from '../../source/store/selectors/basics.js';
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

test('an agent that fails is reported with the time when its task was last known, though that was unchanged', () => {
	const line = (second: number, answer: object, question = 'task/dag/maintain/agent'): string => JSON.stringify({
		at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, ...answer,
	});
	const none = {status: 404, body: {successful: false, error: {errCode: 'Task.NotFound', message: ''}}};
	const error = {error: {type: 'unreachable', code: 'ECONNREFUSED'}};
	const lastSeenAt = '2026-03-01T10:00:30.000Z';
	const {events} = fold([line(1, none), line(40, {...error, lastSeenAt}, 'status')]);
	expect(events.at(-1)).toMatchObject({type: 'agent-failed', since: Date.UTC(2026, 2, 1, 10, 0, 40), lastSeenAt: Date.parse(lastSeenAt), isAlive: false});
});

test.each([
	['which is the agent\'s trouble only if its head was not read either', false, ['agent-failed']],
	['which is no trouble if its head was read next', true, []],
])('the details of a task were refused, %s', (_, hasHead, troubles) => {
	const line = (second: number, question: string, answer: object): string => JSON.stringify({
		at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, ...answer,
	});
	const dag = {id: '2016777216102886009', dag_id: 9, name: 'Upgrade', state: 'RUNNING', operator: 'RUN', stage: 1, max_stage: 2, start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null, nodes: null};
	const refused = {status: 500, body: {successful: false, error: {errCode: 'Common.Unexpected', message: 'cannot read it now'}}};
	const {events} = fold([
		line(1, 'task/dag/maintain/agent', refused),
		...(hasHead ? [line(1, 'task/dag/maintain/agent?show_details=false', {status: 200, body: {successful: true, data: dag}})] : []),
		line(2, 'time', {status: 200, body: {successful: true, data: '2026-03-01T10:00:02Z'}}),
		line(30, 'task/dag/maintain/agent', refused),
		line(31, 'time', {status: 200, body: {successful: true, data: '2026-03-01T10:00:31Z'}}),
	]);
	expect(events.filter(({type}) => type === 'agent-failed' || type === 'agent-recovered').map(({type}) => type)).toEqual(troubles);
});

test('a failed task that a history lists is shown once its details were read, unless something newer succeeded', () => {
	const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
	const line = (second: number, question: string, data: unknown): string =>
		JSON.stringify({at: at(second), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, status: 200, body: {successful: true, data}});
	const dag = (number: number, state: string): object => ({id: `20167772161028860${number}`, dag_id: number, name: `check ${number}`, state, operator: 'RUN', stage: 1, max_stage: 1, start_time: at(0), end_time: at(0), additional_data: null, nodes: null});
	const story = [
		line(1, 'task/dags/agent?show_details=false', {contents: [dag(4, 'FAILED'), dag(3, 'SUCCEED'), dag(2, 'FAILED')]}),
		line(2, 'task/dag/201677721610288604', {...dag(4, 'FAILED'), nodes: []}),
		line(2, 'task/dag/201677721610288602', {...dag(2, 'FAILED'), nodes: []}),
	];
	expect(fold(story).events.flatMap(event => event.type === 'failures-received' ? [event.scope, ...event.tasks.map(({name}) => name)] : [])).toEqual(['agent', 'check 4']);
	expect(fold(story.slice(1)).events.filter(({type}) => type === 'failures-received')).toEqual([]);
});

test('a listed task was last read with the last list, though that was unchanged', () => {
	const line = (second: number, question: string, answer: object): string => JSON.stringify({
		at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, ...answer,
	});
	const dag = {id: '22130706433028869', dag_id: 9, name: 'Backup', state: 'RUNNING', operator: 'RUN', stage: 1, max_stage: 2, start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null, nodes: null};
	const error = {error: {type: 'unreachable', code: 'ECONNREFUSED'}};
	const listSeenAt = '2026-03-01T10:00:30.000Z';
	const {events} = fold([line(1, 'task/dag/unfinish?show_details=false', {status: 200, body: {successful: true, data: {contents: [dag]}}}), line(40, 'status', {...error, listSeenAt})]);
	expect(events.find(({type}) => type === 'tasks-unread')).toMatchObject({tasks: [{id: dag.id, readAt: Date.parse(listSeenAt)}]});
});

test('a newer task of a member that does not know it yet is reported once that member has responded, as polling reported it', () => {
	const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
	const line = (second: number, agent: string, question: string, data: unknown): string =>
		JSON.stringify({at: at(second), agent, method: 'GET', path: `/api/v1/${question}`, status: 200, body: {successful: true, data}});
	const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
	const wire = (key: string): {readonly ip: string; readonly port: number} => ({ip: key.slice(0, -5), port: 2886});
	const dag = (number: number, name: string, state: string): object => ({
		id: `2016777216202886${number}`, dag_id: number, name, stage: 1, max_stage: 1, state, operator: 'RUN', start_time: at(0), end_time: at(0), additional_data: null, nodes: [],
	});
	const story = (answered: boolean): readonly string[] => [
		...[one, two].map(agent => line(1, agent, 'info', {...wire(agent), pid: 1, startAt: 1, version: '4.5.0.0', zone: '', identity: 'CLUSTER AGENT', homePath: '', security: false, supportedAuth: ['v2']})),
		...[one, two].map(agent => line(2, agent, 'ob/info', {agent_info: [one, two].map(key => ({...wire(key), zone: '', identity: 'CLUSTER AGENT', version: ''})), obcluster_info: {id: 7, name: 'prod', version: ''}})),
		line(3, two, 'task/dag/maintain/agent', dag(5, 'Stop', 'SUCCEED')),
		line(3, one, 'task/dag/unfinish?show_details=false', {contents: []}),
		line(4, one, 'task/dag/unfinish?show_details=false', {contents: [dag(6, 'Start', 'RUNNING')]}),
		...(answered ? [line(5, two, 'task/dag/maintain/agent', dag(5, 'Stop', 'SUCCEED'))] : []),
	];
	const toldAt = (lines: readonly string[]): readonly number[] => fold(lines).events.flatMap(event => event.type === 'unfinished-received' && event.tasks.length > 0 ? [event.at] : []);
	expect(toldAt(story(false))).toEqual([]);
	expect(toldAt(story(true))).toEqual([Date.parse(at(5))]);
});

test('what a master saw end is not forgotten once its follower, and then itself, speaks for the cluster', () => {
	const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
	const line = (second: number, agent: string, question: string, data: unknown): string =>
		JSON.stringify({at: at(second), agent, method: 'GET', path: `/api/v1/${question}`, status: 200, body: {successful: true, data}});
	const [master, follower] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
	const wire = (key: string): {readonly ip: string; readonly port: number} => ({ip: key.slice(0, -5), port: 2886});
	const info = (second: number, agent: string, identity: string): string => line(second, agent, 'info', {
		...wire(agent), pid: 1, startAt: 1, version: '4.5.0.0', zone: '', identity, homePath: '', security: false, supportedAuth: ['v2'],
	});
	const members = (second: number, agent: string, name: string): string => line(second, agent, 'ob/info', {
		agent_info: [master, follower].map(key => ({...wire(key), zone: '', identity: '', version: ''})), obcluster_info: {id: name === '' ? 0 : 7, name, version: ''},
	});
	const backup = (state: string): object => ({
		id: '2016777216102886007', dag_id: 7, name: 'Back up', stage: 1, max_stage: 1, state, operator: 'RUN', start_time: at(0), end_time: at(0), additional_data: null, nodes: [],
	});
	const list = (second: number, agent: string, ...dags: readonly object[]): string => line(second, agent, 'task/dag/unfinish?show_details=false', {contents: dags});
	const story = [
		info(1, master, 'MASTER'),
		info(1, follower, 'FOLLOWER'),
		members(2, master, ''),
		members(2, follower, ''),
		list(3, master, backup('RUNNING')),
		list(4, master),
		line(5, master, 'task/dag/2016777216102886007', backup('SUCCEED')),
		info(6, follower, 'CLUSTER AGENT'),
		members(6, follower, 'prod'),
		list(6, follower),
		info(8, master, 'CLUSTER AGENT'),
		members(8, master, 'prod'),
	];
	const ended = (...more: readonly string[]): readonly string[] =>
		[...fold([...story, ...more]).store.getState().agents.values()].flatMap(({otherTasks}) => otherTasks.map(({name, state}) => `${name} ${state}`));
	expect([ended(list(9, follower)), ended(list(9, follower), list(10, master)), ended(list(9, master), list(10, follower))]).toEqual(Array.from({length: 3}, () => ['Back up SUCCEED']));
});

test('the end of a task that an agent told before the task left the list, and then again, is known though only the first response was recorded', () => {
	const line = (second: number, question: string, data: unknown): string => JSON.stringify({
		at: new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString(), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, status: 200, body: {successful: true, data},
	});
	const [id, start] = ['2016777216102886007', '2026-03-01T10:00:00Z'] as const;
	const dag = (state: string, nodes: readonly object[] | null): object => ({id, dag_id: 7, name: 'Back up', stage: 1, max_stage: 1, state, operator: 'RUN', start_time: start, end_time: start, additional_data: null, nodes});
	const list = (second: number, ...contents: readonly object[]): string => line(second, 'task/dag/unfinish?show_details=false', {contents});
	const info = line(1, 'info', {ip: '10.0.0.1', port: 2886, pid: 1, startAt: 1, version: '4.5.0.0', zone: '', identity: 'MASTER', homePath: '', security: false, supportedAuth: ['v2']});
	const seen = (...lines: readonly string[]) => fold([info, ...lines]).events.findLast(event => event.type === 'unfinished-received');
	const story = [list(2, dag('RUNNING', null)), line(3, `task/dag/${id}`, dag('RUNNING', [])), line(4, `task/dag/${id}`, dag('SUCCEED', []))];
	expect(seen(...story, list(5))).toMatchObject({tasks: [], ended: [{id, state: 'SUCCEED'}]});
	// One that still ran may have ended otherwise since: that would have been another response.
	expect(seen(...story.slice(0, 2), list(5))).toMatchObject({tasks: [{id, state: 'RUNNING'}], ended: []});
});

describe('a cluster whose follower refuses what its master answers', () => {
	const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
	const [master, follower] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
	const [ofMaster, ofFollower] = ['20167772161028865', '20167772162028866'] as const;
	const exchange = (second: number, agent: string, question: string, answer: object): string => JSON.stringify({at: at(second), agent, method: 'GET', path: `/api/v1/${question}`, ...answer});
	const line = (second: number, agent: string, question: string, data: unknown): string => exchange(second, agent, question, {status: 200, body: {successful: true, data}});
	const wire = (key: string): {readonly ip: string; readonly port: number} => ({ip: key.slice(0, -5), port: 2886});
	const info = (agent: string, identity: string): string => line(1, agent, 'info', {
		...wire(agent), pid: 1, startAt: 1, version: '4.5.0.0', zone: '', identity, homePath: '', security: false, supportedAuth: ['v2'],
	});
	const step = (state: string): object => ({
		id: '20167772162028869', node_id: 9, name: 'Start', state, operator: 'RUN', start_time: at(0), end_time: at(0), additional_data: null, sub_tasks: [],
	});
	const task = (id: string, name: string, state: string, nodes: readonly object[] | null = []): object => ({
		id, dag_id: 5, name, stage: 1, max_stage: 1, state, operator: 'RUN', start_time: at(0), end_time: at(0), additional_data: null, nodes,
	});
	const refusal = {error: {type: 'refused', status: 500, code: 'Request.Forward.Header.NotExist', message: 'Header not found', traceId: ''}};
	const story = [
		info(master, 'MASTER'),
		info(follower, 'FOLLOWER'),
		line(2, master, 'task/dag/maintain/agent', task(ofMaster, 'Initialize cluster', 'RUNNING')),
		exchange(2, follower, 'task/dag/maintain/agent', refusal),
		exchange(2, follower, 'ob/info', refusal),
		line(2, master, 'ob/info', {agent_info: [master, follower].map(key => ({...wire(key), zone: '', identity: '', version: ''})), obcluster_info: {id: 0, name: '', version: ''}}),
	];
	const all = (second: number, state: string): string => line(second, master, 'task/dag/maintain/agents?show_details=false', {contents: [task(ofMaster, 'Initialize cluster', 'RUNNING', null), task(ofFollower, 'Start observer', state, null)]});
	const details = (second: number, state: string): string => line(second, master, `task/dag/${ofFollower}`, task(ofFollower, 'Start observer', state, [step(state)]));
	const seen = (...more: readonly string[]): ReadonlyArray<readonly [string, string | undefined, string | undefined]> => [...fold([...story, ...more]).store.getState().agents.values()].map(entry => {
		const dag = lastTaskOf(entry);
		return [entry.connection.type, dag?.name, dag && taskOutcome(dag).word];
	});
	const masters = ['connected', 'Initialize cluster', 'running'] as const;

	test('is replayed with the follower shown through its master, from the list to the details', () => {
		expect(seen()).toEqual([masters, ['failing', undefined, undefined]]);
		expect(seen(all(3, 'RUNNING'), details(3, 'RUNNING'))).toEqual([masters, ['connected', 'Start observer', 'running']]);
		const failed = [all(3, 'RUNNING'), details(3, 'RUNNING'), all(9, 'FAILED')];
		// A head alone does not tell a failure from a pause, so that it changes nothing.
		expect(seen(...failed)).toEqual([masters, ['connected', 'Start observer', 'running']]);
		expect(seen(...failed, details(9, 'FAILED'))).toEqual([masters, ['connected', 'Start observer', 'failed']]);
		const {events, store} = fold([...story, ...failed, line(8, master, 'task/node/20167772162028869', step('SUCCEED'))]);
		expect(lastTaskOf(store.getState().agents.get(follower))?.nodes?.map(({state}) => state)).toEqual(['SUCCEED']);
		expect(events.filter(({type}) => type === 'linked-task-received')).toEqual([]);
	});

	test('is replayed with a follower that cannot be reached as lost, whatever its master says of it', () => {
		const lost = exchange(3, follower, 'status', {error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		expect(seen(lost, all(4, 'RUNNING'), details(4, 'RUNNING'))).toEqual([masters, ['failing', undefined, undefined]]);
	});

	test('is replayed with a link of the master, which is no follower\'s last task, as a link', () => {
		const {events} = fold([...story, details(3, 'RUNNING')]);
		expect(events.at(-1)).toMatchObject({type: 'linked-task-received', agent: master, id: ofFollower});
	});

	test('is replayed without a task among the delegate\'s others once it is an agent\'s last one', () => {
		const listed = [...story, line(3, master, 'task/dag/unfinish?show_details=false', {contents: [task('20167772161028867', 'Start observer', 'RUNNING', null)]}), line(3, master, 'task/dag/20167772161028867', task('20167772161028867', 'Start observer', 'RUNNING'))];
		const others = (...more: readonly string[]) => fold([...listed, ...more]).events.findLast(event => event.type === 'unfinished-received')?.tasks.map(({name}) => name);
		expect(others()).toEqual(['Start observer']);
		expect(others(line(4, master, 'task/dag/maintain/agent', task('20167772161028867', 'Start observer', 'RUNNING')))).toEqual([]);
	});
});

describe.skipIf(folder === undefined)('recordings of real agents', () => {
	// The endpoints of other versions are named in words, not as requests: nothing to replay.
	const files = folder === undefined ? [] : readdirSync(folder).filter(name => name.endsWith('.jsonl') && name !== 'old-and-seekdb-endpoints.jsonl');

	test.each(files)('%s is read whole', file => {
		const {damaged, events, store} = fold(linesOf(file));
		expect(damaged).toBe(0);
		expect(events.length).toBeGreaterThan(5);
		expect(store.getState().agents.keys().every(key => /^127\.0\.0\.1?[12]:[24]88[67]$/.test(key))).toBe(true);
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

	test('a cluster that is initialised is one from its first follower on, under its first name and its last, with what was seen to end', () => {
		const lines = linesOf('cluster-init-succeeds.jsonl');
		const named = lines.findIndex(line => line.includes('/ob/info') && line.includes('realob'));
		const clustersAfter = (count: number): ReadonlyArray<readonly [string, string, number]> => {
			const {clusters, agents} = fold(lines.slice(0, count)).store.getState();
			const homes = [...agents.values()].map(({cluster}) => cluster);
			return [...clusters.values()].map(({key, name}) => [key, name, homes.filter(home => home === key).length]);
		};

		const key = 'cluster #0@127.0.0.11:4886';
		expect([named, named + 1, named + 4, lines.length].map(count => clustersAfter(count))).toEqual([[[key, 'cluster', 2]], [[key, 'realob', 2]], [[key, 'realob', 2]], [[key, 'realob', 2]]]);
	});

	test('at the end both agents are together in their cluster, none failing', () => {
		const state = fold(linesOf('two-agents-init-failed-rollback.jsonl')).store.getState();
		expect([...state.agents.values()].map(entry => [entry.address.key, entry.connection.type, lastTaskOf(entry)?.name, taskOutcome(lastTaskOf(entry)!).word])).toEqual([
			['127.0.0.1:2886', 'connected', 'Initialize cluster', 'rolled back'],
			['127.0.0.2:2887', 'connected', 'Destroy observer workdir', 'succeeded'],
		]);
		expect(new Set([...state.agents.values()].map(({cluster}) => cluster)).size).toBe(1);
	});
});
