import {describe, expect, onTestFinished, test} from 'vitest';
import {changeKinds, webhookFormats} from '../../source/cli/config/schema.js';
import {type Webhook, type WebhookFormat} from '../../source/export/webhook-formats.js';
import {reportToWebhooks, testWebhook} from '../../source/export/webhooks.js';
import {speak} from '../../source/lib/messages/messages.js';
import {createRedactor} from '../../source/lib/redact.js';
import {createStore} from '../../source/store/store.js';
import {makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';
import {fleetOf} from '../ui/helpers/stage.js';
import {startService} from './helpers/services.js';
import {agent, begin, lines, passing, requested, type Scene} from './helpers/webhook-scene.js';

/** The agent, of a cluster, says that its database is in that state: 3 is connected. */
const databaseIs = ({store, clock}: Scene, obState: number): void => {
	store.dispatch({type: 'status-received', agent, at: clock.now(), status: makeStatus({agent, identity: 'CLUSTER AGENT', obState})});
};

describe.each(webhookFormats.filter(format => format !== 'json'))('%s', format => {
	test('a task that failed is one message, which the service takes', async () => {
		const scene = await begin(format);
		scene.comes(1);
		scene.comes(1, 'FAILED/RUN');
		await requested(scene, 1);
		await until(() => scene.reports.counts()[0]?.sent === 1, 'its acceptance', {describe: () => scene.said.join('\n')});
		await scene.clock.advance(600_000);
		expect(scene.service.requests()).toBe(1);
		expect(lines(scene)).toEqual([
			expect.stringMatching(/^obwatch: failed: task 1 \S*, 10\.0\.0\.1:2886$/),
			expect.stringMatching(/^\d\d:\d\d:\d\d: Start observer @ 10\.0\.0\.1:2886: no memory$/),
			expect.stringMatching(/^db-admin, times UTC[+-]\d\d:\d\d$/),
		]);
		expect(scene.said).toEqual([]);
	});

	test('a database that goes down and comes back is two messages, for a webhook that wants them', async () => {
		const scene = await begin(format, {change: {on: ['database']}});
		databaseIs(scene, 3);
		databaseIs(scene, 1);
		scene.comes(1);
		await requested(scene, 1);
		await until(() => scene.reports.counts()[0]?.sent === 1, 'its acceptance', {describe: () => scene.said.join('\n')});
		databaseIs(scene, 3);
		await requested(scene, 2);
		await until(() => scene.reports.counts()[0]?.sent === 2, 'its acceptance', {describe: () => scene.said.join('\n')});
		expect(lines(scene).filter(line => line.startsWith('obwatch'))).toEqual(['obwatch: database down: 10.0.0.1:2886', 'obwatch: database up again: 10.0.0.1:2886']);
		expect(scene.said).toEqual([]);
	});

	test('text from a log can neither mention people, nor link, nor begin a line of its own', async () => {
		const scene = await begin(format);
		const hostile = '<@all> <!channel> <at user_id="all"></at> [click](https://evil.example/x) <https://evil.example|ok> www.evil.example & @all \u202E\u0007\nobwatch: succeeded';
		scene.comes(1);
		scene.comes(1, 'FAILED/RUN', hostile);
		await requested(scene, 1);
		await until(() => scene.reports.counts()[0]?.sent === 1, 'its acceptance', {describe: () => scene.said.join('\n')});
		const text = lines(scene).join('\n');
		expect(lines(scene)).toHaveLength(3);
		expect(text).not.toMatch(/MENTIONED|LINKED|:\/\/|www\.|[\u202E\u0007]/);
		expect(text).toContain('https[:]//evil.example');
	});

	test('a flood becomes few messages within the rate, none too long, and the last says how many more there were', async () => {
		const scene = await begin(format);
		for (let number = 1; number <= 240; number++) {
			scene.comes(number);
			scene.comes(number, 'FAILED/RUN', `内存不足 ${'很长'.repeat(300)} ${number}`);
			if (number % 40 === 0) {
				await passing(scene, () => scene.service.requests() >= Math.ceil(number / 80), 'a message');
			}
		}

		await passing(scene, () => (scene.reports.counts()[0]?.sent ?? 0) >= 240, 'all of them', 1000);
		expect(scene.reports.counts()).toEqual([{webhook: 'ops', sent: 240, failed: 0}]);
		expect(scene.service.tooFast()).toBe(0);
		expect(scene.service.requests()).toBeLessThan(15);
		expect(lines(scene).some(line => /^and \d+ more$/.test(line))).toBe(true);
		expect(scene.said).toEqual([]);
	});

	test('one change a second becomes few messages within the rate, and none is lost', async () => {
		const scene = await begin(format);
		for (let number = 1; number <= 90; number++) {
			scene.comes(number, 'FAILED/RUN');
			await passing(scene, () => scene.clock.now() >= ten + (number * 1000), 'a second');
		}

		await passing(scene, () => scene.reports.counts()[0]?.sent === 90, 'all of them', 1000);
		expect(scene.service.tooFast()).toBe(0);
		expect(scene.service.requests()).toBeLessThan(12);
		expect(scene.said).toEqual([]);
	});

	test('what a person sees is in the language of the program', async () => {
		await speak('zh');
		onTestFinished(async () => speak('en'));
		const scene = await begin(format);
		scene.comes(1);
		scene.comes(1, 'FAILED/RUN');
		await requested(scene, 1);
		await until(() => scene.service.deliveries.length === 1, 'the message');
		expect(lines(scene)[0]).toMatch(/^obwatch：失败：task 1 \S*，10\.0\.0\.1:2886$/);
	});
});

test('an agent that is back with a task that failed meanwhile is one message with its failure, in its colour, though nothing was known of it before', async () => {
	const scene = await begin('feishu');
	const other = '10.0.0.2:2886';
	const main = makeDag({id: '22130706433038861', name: 'Start OB', state: 'FAILED', nodes: makeNodes('FAILED/RUN'), startTime: ten, endTime: ten + 1000});
	scene.store.dispatch({type: 'agent-failed', agent: other, at: ten, error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false});
	scene.store.dispatch({type: 'info-received', agent: other, at: ten, info: makeInfo({agent: other})});
	const nodes = [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', agent: other, logs: ['ERROR: no memory']})]})];
	const part = makeDag({id: '22130706433038862', name: 'Start observer', state: 'FAILED', nodes, startTime: ten, endTime: ten + 1000, links: {subDags: {}, mainDagId: main.id}});
	scene.store.dispatch({type: 'task-received', agent: other, at: ten, task: part});
	scene.store.dispatch({type: 'unfinished-received', agent: other, at: ten, tasks: [part], ended: [main]});
	await requested(scene, 1);
	await until(() => scene.service.deliveries.length === 1, 'the message');
	expect(lines(scene)).toEqual([
		'obwatch: 1 failed, 1 responds again: 10.0.0.2:2886',
		expect.stringMatching(/ 10\.0\.0\.2:2886: responds again$/),
		expect.stringMatching(/ 10\.0\.0\.2:2886: Start OB #1: failed/),
		expect.stringMatching(/^db-admin, /),
	]);
	expect(scene.service.deliveries[0]?.body).toMatchObject({card: {header: {template: 'red'}}});
});

test('the first line names the task and the place if all changes are of one, and the place if they are of several tasks there', async () => {
	const scene = await begin('slack', {change: {on: changeKinds}});
	scene.comes(1);
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	scene.comes(2);
	scene.comes(2, 'FAILED/RUN');
	scene.comes(3);
	await requested(scene, 2);
	scene.store.dispatch({type: 'agent-failed', agent, at: scene.clock.now(), error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: scene.clock.now(), lastSeenAt: scene.clock.now(), isAlive: false});
	await requested(scene, 3);
	await until(() => scene.service.deliveries.length === 3, 'three messages');
	expect(scene.service.deliveries.map(({text}) => text.split('\n', 1)[0])).toEqual([
		expect.stringMatching(/^obwatch: 1 failed, 1 began: task 1 #\d+, 10\.0\.0\.1:2886$/),
		'obwatch: 1 failed, 2 began: 10.0.0.1:2886',
		'obwatch: unreachable: 10.0.0.1:2886',
	]);
});

test('json gets each change as the object that --json-schema describes, one after the other', async () => {
	const scene = await begin('json', {change: {on: changeKinds}});
	scene.comes(1);
	scene.comes(1, 'FAILED/RUN', 'password=geheim123 is wrong');
	scene.comes(2);
	databaseIs(scene, 3);
	databaseIs(scene, 1);
	await requested(scene, 4);
	await until(() => scene.service.deliveries.length === 4, 'four changes');
	expect(scene.service.deliveries.map(({body}) => body)).toMatchObject([
		{version: 1, type: 'task-begun', agent, task: {name: 'task 1', outcome: 'running'}},
		{version: 1, type: 'outcome-changed', agent, task: {outcome: 'failed', before: 'running', why: expect.stringContaining('password=***') as string}},
		{version: 1, type: 'task-begun', task: {name: 'task 2'}},
		{version: 1, type: 'database-down', agent},
	]);
});

test('a fleet that is lost at once is one message that says how many agents it is, and for a program one request for each', async () => {
	const clock = createVirtualClock(ten);
	const store = createStore(fleetOf(250), clock.now);
	const agents = [...store.getState().agents.keys()];
	for (const key of agents) {
		store.dispatch({type: 'info-received', agent: key, at: clock.now(), info: makeInfo({agent: key})});
		store.dispatch({type: 'task-absent', agent: key, at: clock.now()});
	}

	const [chat, program] = [await startService('wecom', {now: clock.now}), await startService('json', {now: clock.now})];
	const said: string[] = [];
	const webhooks = [chat, program].map(({url}, index): Webhook => ({name: `${index}`, format: index === 0 ? 'wecom' : 'json', on: ['unreachable'], url, secret: undefined, authorities: undefined}));
	const reports = reportToWebhooks(webhooks, {
		store, clock, random: () => 0.5, env: {}, host: 'db-admin', redact: createRedactor([]), report(text) {
			said.push(text);
		},
	});
	onTestFinished(async () => reports.finish({timeout: 0, signal: AbortSignal.abort()}));
	const error = {type: 'unreachable', code: 'ECONNREFUSED'} as const;
	for (const key of agents) {
		store.dispatch({type: 'agent-failed', agent: key, at: clock.now(), error, since: clock.now(), lastSeenAt: clock.now(), isAlive: false});
	}

	const scene = {clock, store, service: program, reports, said} as unknown as Scene;
	await passing(scene, () => program.deliveries.length === 250 && chat.deliveries.length > 0, 'all of them', 50);
	expect(chat.deliveries).toHaveLength(1);
	expect(chat.deliveries[0]?.text).toMatch(/^obwatch: 250 unreachable\n/);
	expect(chat.deliveries[0]?.text).toMatch(/\nand 2\d\d more\n/);
	expect(said).toEqual([]);
});

test.each<[WebhookFormat, string]>([
	['dingtalk', 'webhook ops: 1 change not sent: refused, code 310000: sign not match'],
	['feishu', 'webhook ops: 1 change not sent: refused, code 19021: sign match fail'],
])('%s refuses a wrong secret: that is said once, until it works again', async (format, words) => {
	const scene = await begin(format, {change: {secret: 'SECother'}});
	for (const number of [1, 2]) {
		scene.comes(number, 'FAILED/RUN');
		await requested(scene, number);
		await until(() => scene.reports.counts()[0]?.failed === number, 'its refusal');
	}

	expect(scene.said).toEqual([expect.stringContaining(words)]);
	expect(scene.said.join('')).not.toMatch(/3f09c8d1e2|SEC/);
});

test('a webhook gets only what it is for', async () => {
	const scene = await begin('json', {change: {on: ['finished']}});
	scene.comes(1);
	scene.comes(1, 'FAILED/RUN');
	scene.comes(2);
	scene.comes(2, 'SUCCEED/RUN');
	await requested(scene, 1);
	await scene.clock.advance(60_000);
	expect(scene.service.deliveries.map(({body}) => body)).toMatchObject([{type: 'outcome-changed', task: {name: 'task 2', outcome: 'succeeded'}}]);
});

test('a begin is sent once its details show that it is no sub-task, or after ten seconds', async () => {
	const scene = await begin('json', {change: {on: ['started']}});
	const listed = (id: number, name: string) => makeDag({id: `2213070643302${id}`, name, state: 'RUNNING', nodes: undefined, isBrief: true});
	const [main, part, unread] = [listed(8861, 'Start OB'), listed(8862, 'Start observer'), listed(8863, 'Check')];
	const list = (...tasks: ReadonlyArray<typeof main>): void => {
		scene.store.dispatch({type: 'unfinished-received', agent, at: scene.clock.now(), tasks, ended: []});
	};

	list();
	list(main, part);
	await scene.clock.advance(3000);
	expect(scene.service.requests()).toBe(0);
	list(main, {...part, nodes: makeNodes('RUNNING/RUN'), isBrief: false, links: {subDags: {}, mainDagId: main.id}});
	list({...main, nodes: makeNodes('RUNNING/RUN'), isBrief: false}, part);
	await requested(scene, 1);
	list(main, part, unread);
	await scene.clock.advance(9000);
	expect(scene.service.requests()).toBe(1);
	await requested(scene, 2);
	await scene.clock.advance(60_000);
	expect(scene.service.deliveries.map(({body}) => body)).toMatchObject([{type: 'task-begun', task: {name: 'Start OB'}}, {type: 'task-begun', task: {name: 'Check'}}]);
});

test('a test message is sent at once, and its response is told', async () => {
	const scene = await begin('dingtalk');
	const deps = {clock: scene.clock, env: {}, host: 'db-admin', redact: (text: string) => text, signal: scene.signal.signal};
	expect(await testWebhook(scene.webhook, deps)).toEqual({type: 'sent'});
	expect(lines(scene)).toEqual(['obwatch: test message', 'The webhook ops works.', expect.stringMatching(/^db-admin/)]);
	expect(await testWebhook({...scene.webhook, secret: 'SECother'}, deps)).toMatchObject({type: 'refused', problem: expect.stringContaining('310000') as string});
	expect(await testWebhook({...scene.webhook, url: 'http://127.0.0.1:1/robot/send'}, deps)).toMatchObject({type: 'retry', problem: 'connection refused'});
});
