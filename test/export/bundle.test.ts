import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {columnsOf} from '../../source/lib/columns.js';
import {speak} from '../../source/lib/messages/messages.js';
import {linesOf} from '../../source/protocol/logs.js';
import {ten} from '../helpers/tasks.js';
import {filesIn, modeOf, textOf} from './helpers/place.js';
import {agent, openStage, task, wholeLog} from './helpers/stage.js';

test('B saves the incident for people and for programs, without secrets', async () => {
	const {exporter, answer, said, here, notice} = openStage();
	exporter.request({type: 'save-bundle'});
	await said('bundle: 0 of 1 log');
	answer(wholeLog);
	await said('saved ');
	const [json = '', text = ''] = filesIn(here);
	expect(notice()).toBe(`saved ${path.join(here, text)} and .json`);
	expect([json, text]).toEqual([expect.stringMatching(/^obwatch-bundle-\d{8}-\d{6}\.json$/), json.replace(/json$/, 'txt')]);
	expect([modeOf(here, json), modeOf(here, text)]).toEqual([0o600, 0o600]);
	expect(textOf(here, json) + textOf(here, text)).not.toMatch(/hunter22|correct horse/);

	expect(JSON.parse(textOf(here, json))).toMatchObject({
		obwatch: {version: '1.2.3'},
		owner: '127.0.0.1:2886',
		task: {id: task.id, outcome: 'failed', startTime: '2026-03-01T10:00:00.000Z', nodes: [{outcome: 'failed', subTasks: [{outcome: 'failed'}]}, {outcome: 'pending'}]},
		why: 'Start observer @ 127.0.0.1:2886: observer: cannot start, password=***',
		cause: {kind: 'error', nodeName: 'Start observer'},
		agents: [{address: '127.0.0.1:2886', connection: {type: 'connected'}, info: {identity: 'MASTER'}, status: {underMaintenance: false}, lastTask: {id: task.id, outcome: 'failed'}}],
		logs: [
			{stage: 1, node: 'Start observer', hasRun: true, lines: [{time: '2026-03-01T10:00:00.000Z', execution: 1, text: 'start observer'}, {text: 'ERROR: [X.Y]: observer: cannot start, password=***'}, {text: 'sub task timeout, run by ***'}]},
			{stage: 2, node: 'Later', hasRun: false, lines: []},
		],
	});
	expect(textOf(here, text).split('\n')).toEqual(expect.arrayContaining([
		`id       ${task.id}`,
		'outcome  failed (FAILED / RUN)',
		'began    2026-03-01 11:00:00 UTC+01:00',
		'1  Start observer        0/1  failed     1s',
		'127.0.0.1:2886  MASTER    zone1  4.5.0.0-0  4.3.5.0    0         free  connected',
		'══ 1 Start observer › 127.0.0.1:2886 · failed · 1s · 1 attempt · id 22130706433028861',
		'2026-03-01 11:00:02.000 sub task timeout, run by ***',
		'never ran',
	]));
});

test('no control or bidi character of an agent is in a bundle as it is', async () => {
	const {exporter, answer, said, here} = openStage();
	exporter.request({type: 'save-bundle'});
	await said('bundle: 0 of 1 log');
	const hostile = 'a\u001B[2J\rb\u007F\u009B31m\u202Ec\u2066';
	answer({type: 'lines', lines: linesOf([{id: 0, executeTimes: 1, text: hostile, time: ten}])});
	await said('saved ');
	const [json = '', text = ''] = filesIn(here).map(file => textOf(here, file));
	expect(json.replaceAll('\n', '') + text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	expect(JSON.parse(json)).toMatchObject({logs: [{lines: [{text: hostile}]}, {}]});
	expect(text).toContain(String.raw`a␛[2J␍b␡\u009b31m\u202ec\u2066`);
});

test('a bundle names the incomplete logs, and an agent that is gone', async () => {
	const {exporter, answer, said, here} = openStage({}, {type: 'agent-failed', agent: agent.key, at: ten, error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: ten, isAlive: false});
	exporter.request({type: 'save-bundle'});
	answer({type: 'error', error: {type: 'unreachable', code: 'ECONNREFUSED'}});
	await said(' and .json, 1 log only in part');
	const [json = '', text = ''] = filesIn(here);
	expect(textOf(here, text)).toMatch(/^incomplete log: connection refused\nstart observer\n/m);
	expect(JSON.parse(textOf(here, json))).toMatchObject({
		agents: [{connection: {type: 'failing', trouble: 'unreachable', since: '2026-03-01T10:00:00.000Z'}}],
		logs: [{shortfall: 'connection refused', lines: [{text: 'start observer'}, {}]}, {}],
	});
});

test('in Chinese the bundle for people is Chinese and aligned, and the one for programs is the same', async () => {
	onTestFinished(async () => speak('en'));
	const save = async (language: 'en' | 'zh', words: string): Promise<{readonly json: unknown; readonly text: string}> => {
		await speak(language);
		const {exporter, answer, said, here} = openStage();
		exporter.request({type: 'save-bundle'});
		answer({type: 'error', error: {type: 'too-large', limit: 1_048_576}});
		await said(words);
		const [json = '', text = ''] = filesIn(here);
		const document = JSON.parse(textOf(here, json)) as Record<string, unknown>;
		return {json: {...document, madeAt: undefined}, text: textOf(here, text)};
	};

	const english = await save('en', ' and .json, 1 log only in part');
	const chinese = await save('zh', ' 和 .json，1 份日志不完整');
	expect(chinese.json).toEqual(english.json);
	expect(chinese.text.split('\n')).toEqual(expect.arrayContaining([`ID    ${task.id}`, '保存', '阶段', '未执行'].map(line => expect.stringMatching(new RegExp(`^${line}`)) as string)));
	const [head = '', first = ''] = chinese.text.split('\n').filter(line => line.startsWith('#  ') || line.startsWith('2  Later'));
	expect(columnsOf(head.slice(0, head.indexOf('结果')))).toBe(columnsOf(first.slice(0, first.indexOf('0/1') + 5)));
	expect(chinese.text).not.toMatch(/\b(?:outcome|began|saved|STAGE|OUTCOME|TIME|never ran|attempt)\b/);
});

test('where no task is known there is nothing to save', async () => {
	const {exporter, said} = openStage({}, {type: 'went-back'}, {type: 'went-back'}, {type: 'task-absent', agent: agent.key, at: ten});
	exporter.request({type: 'save-bundle'});
	await said('no task here yet');
});
