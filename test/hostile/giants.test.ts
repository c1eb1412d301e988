// Responses within the limit of 32 MB that are made to take long: they may cost their own row something, and other agents nothing.

import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {type ProtocolError} from '../../source/protocol/errors.js';
import {initialState} from '../../source/store/initial-state.js';
import {createStore} from '../../source/store/store.js';
import {selectApp} from '../../source/ui/frame.js';
import {makeClient, whole} from '../client/helpers/client.js';
import {paths, startScriptedAgent, taskId} from '../client/helpers/scripted-agent.js';
import {reply as answerWith} from '../helpers/scripted-server.js';
import {addressOf, ten} from '../helpers/tasks.js';
import {drawFrame} from '../ui/helpers/draw.js';

const million = 1_000_000;
const head = `"id":"${taskId}","state":"RUNNING","operator":"RUN"`;

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

const task = (rest: string): string => `{"successful":true,"data":{${head}${rest}}}`;

const nodes = (count: number, node: string): string => `,"nodes":[${Array.from({length: count}, () => node).join(',')}]`;

type Problem = Pick<ProtocolError, 'problem' | 'detail'>;

const tooMuch = (detail: string): Problem => ({problem: 'too-many-entries', detail});

test.each<[string, () => string, Problem | undefined]>([
	['a million stages', () => task(nodes(million, '{"id":"11"}')), tooMuch('nodes')],
	['a hundred thousand sub-tasks for each of three stages', () => task(nodes(3, `{${head},"sub_tasks":[${Array.from({length: million / 10}, () => '{"id":"11"}').join(',')}]}`)), tooMuch('nodes')],
	['ten thousand stages with duplicate ids', () => task(nodes(million / 100, `{${head},"start_time":"2026-03-01T10:00:00Z","end_time":"2026-03-01T10:00:01Z"}`)), undefined],
	['brackets ten million deep', () => task(`,"additional_data":${nested('[', ']', 10 * million)}`), {problem: 'too-many-parts'}],
	['ten million empty records', () => task(`,"additional_data":[${'{},'.repeat(9 * million)}{}]`), {problem: 'too-many-parts'}],
	['objects a hundred thousand deep', () => task(`,"additional_data":${'{"a":'.repeat(million / 10)}1${'}'.repeat(million / 10)}`), undefined],
	['a million links', () => task(`,"additional_data":{"sub_dags":{${Array.from({length: million}, (_, index) => `"${index}":"1${index}1"`).join(',')}}}`), undefined],
	['a line of a million escape sequences', () => task(`,"nodes":[{${head},"sub_tasks":[{"id":"11","state":"FAILED","task_logs":["ERROR: ${String.raw`\u001b[2J`.repeat(million)}"]}]}]`), undefined],
	['a number of a million digits', () => task(`,"stage":${'9'.repeat(million)}`), {problem: 'unknown-shape', detail: 'stage'}],
	['the largest numbers there are', () => task(',"stage":1e308,"max_stage":1.7e308,"dag_id":-1e308'), undefined],
])('%s: an answer or an error within seconds, and a frame', async (_, make, problem) => {
	const agent = await startScriptedAgent({[paths.task]: answerWith(200, make())});
	const {client} = makeClient(agent.address, {passwords: {root: 'marker'}});
	onTestFinished(async () => {
		client.dispose();
		await agent.stop();
	});
	const before = process.cpuUsage();
	const reply = await client.fetchMaintenanceTask({...whole, timeout: 60_000});
	const address = addressOf(agent.address);
	const store = createStore(initialState([address], {columns: 120, rows: 30}), () => ten);
	const at = {agent: address.key, at: ten};
	for (let time = 0; time < 2; time++) {
		store.dispatch(reply.type === 'data'
			? {...at, type: 'task-received', task: {...reply.data, stage: time}}
			: {...at, type: 'agent-failed', error: reply.type === 'error' ? reply.error : {type: 'aborted'}, since: ten, lastSeenAt: undefined, isAlive: true});
		expect(drawFrame(selectApp(store.getState(), ten))).toHaveLength(29);
	}

	expect(reply).toMatchObject(problem === undefined ? {type: 'data'} : {type: 'error', error: {type: 'protocol', ...problem}});
	// About a second, by this process's own time: the machine may have other work.
	const {user, system} = process.cpuUsage(before);
	expect((user + system) / 1000).toBeLessThan(10_000);
});
