// Webhooks as the built program uses them: what a service gets, how long the end takes, and what is said.

import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {storyOf} from '../../source/demo/engine/model.js';
import {type Scenario} from '../../source/demo/scenarios.js';
import {alone, errorAfter, failing, work} from '../../source/demo/tasks.js';
import {type Service, startService} from '../export/helpers/services.js';
import {makeFolders} from '../export/helpers/place.js';
import {onlyTimersUpTo, runProgram, type Run} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {startHeldAgent} from './helpers/agents.js';

const token = '3f09c8d1e2';

/** A config file with a webhook for each service. */
const configFor = (...services: readonly Service[]): string => {
	const {folder} = makeFolders('folder');
	const lines = services.map(({url}, index) => {
		writeFileSync(path.join(folder, `url${index}`), `${url}\n`, {mode: 0o600});
		return `    - {format: ${url.includes('access_token') ? 'dingtalk' : (url.includes('/hook/') ? 'feishu' : 'json')}, url_file: url${index}, name: chat${index}}`;
	});
	const file = path.join(folder, 'config.yaml');
	writeFileSync(file, `notifications:\n  webhooks:\n${lines.join('\n')}\n`, {mode: 0o600});
	return file;
};

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Run => {
	const started = runProgram(args, {env});
	onTestFinished(() => {
		started.kill('SIGKILL');
	});
	return started;
};

const run = (...args: readonly string[]): Run => start(args);

/** A task of two stages, of which the second fails after a second. */
const failsSoon: Scenario = ([agent]) => ({
	begin: -1000,
	story: storyOf([{type: 'create', at: 0, owner: agent, task: {name: 'Short task', nodes: [alone('One', agent, work(1, 'a')), alone('Two', agent, failing(work(1, 'b'), errorAfter(0.5, 'ERROR: no space left, password=geheim99')))]}}]),
});

describe('a task that fails', () => {
	test.each([
		[['--wait'], 1], [['--watch', '--wait'], 1], [['--watch'], 130], [['--serve-metrics', '0'], 130],
	] as const)('with %j is one message to each webhook, in the language of the program, and no secret is printed', async (mode, code) => {
		const [chat, card] = [await startService('dingtalk'), await startService('feishu')];
		const agent = await startHeldAgent({scenario: failsSoon});
		const started = run(...mode, '--accept-keys', '--lang', 'zh', '--config', configFor(chat, card), agent.label);
		if (code === 130) {
			await until(() => chat.deliveries.length > 0 && card.deliveries.length > 0, 'the messages', {describe: started.stderr});
			started.kill('SIGINT');
		}

		expect(await started.exit()).toBe(code);
		expect([chat.requests(), card.requests()]).toEqual([1, 1]);
		for (const {deliveries} of [chat, card]) {
			expect(deliveries[0]?.text).toMatch(/^obwatch：失败：Short task #\d+，127\.0\.0\.1:\d+\n\d\d:\d\d:\d\d：Two @ 127\.0\.0\.1:\d+：no space left, password=\*\*\*\n\S+，时间为 UTC/);
		}

		expect(started.stdout() + started.stderr()).not.toContain(token);
	});

	test('is counted in the metrics, also if it could not be sent', async () => {
		const [chat, other] = [await startService('dingtalk'), await startService('json')];
		other.answer = {status: 404};
		const agent = await startHeldAgent({scenario: failsSoon});
		const started = run('--serve-metrics', '0', '--accept-keys', '--config', configFor(chat, other), agent.label);
		await until(() => started.stderr().includes('chat1'), 'the refusal', {describe: started.stderr});
		const response = await fetch(/http:\/\/\S+/.exec(started.stderr())?.[0] ?? '');
		const text = await response.text();
		expect(text).toContain('obwatch_notifications_total{webhook="chat1",result="failed"} 1\n');
		expect(text).toContain('obwatch_notifications_total{webhook="chat1",result="sent"} 0\n');
		await until(() => chat.deliveries.length === 1, 'the message');
		expect(started.stderr()).toMatch(/^obwatch: webhook chat1: 1 change not sent: responded HTTP 404$/m);
		expect(started.stderr()).not.toContain(token);
	});

	test.each([['--once'], ['--once', '--json'], ['--watch', '--demo', '--speed', '40', '--wait', '--timeout', '3s']])('with %j, nothing is sent', async (...mode) => {
		const chat = await startService('dingtalk');
		const agent = await startHeldAgent({scenario: failsSoon});
		const started = run(...mode, ...(mode.includes('--demo') ? [] : ['--accept-keys', agent.label]), '--config', configFor(chat));
		await started.exit();
		expect(chat.requests()).toBe(0);
	});
});

describe('a service that says nothing', () => {
	test('delays the end of a wait less than it would take to give it up, and that is said', async () => {
		const chat = await startService('dingtalk');
		chat.answer = 'nothing';
		const agent = await startHeldAgent({scenario: failsSoon});
		const started = run('--watch', '--wait', '--accept-keys', '--config', configFor(chat), agent.label);
		expect(await started.exit()).toBe(1);
		// Given up, it would be: no response within 10 s.
		expect(started.stderr()).toBe('obwatch: webhook chat0: 1 change not sent: no time was left at the end\n');
	});

	test.each([['less than a second', 'one', 999], ['nothing', 'a second', 0]] as const)('delays the end by %s after %s ctrl-C', async (_delay, which, longest) => {
		const chat = await startService('dingtalk');
		chat.answer = 'nothing';
		const agent = await startHeldAgent({scenario: failsSoon});
		const started = start(['--watch', '--accept-keys', '--config', configFor(chat), agent.label], onlyTimersUpTo(longest, 'SIGINT'));
		await until(() => chat.requests() === 1, 'the attempt');
		started.kill('SIGINT');
		// Two signals that come together are one.
		const keys = setInterval(() => {
			if (which !== 'one') {
				started.kill('SIGINT');
			}
		}, 20);
		onTestFinished(() => {
			clearInterval(keys);
		});
		expect(await started.exit()).toBe(130);
		expect(started.stderr()).toBe('obwatch: webhook chat0: 1 change not sent: no time was left at the end\n');
	});
});

describe('obwatch notify', () => {
	test('sends each webhook a test message, and says what it responded', async () => {
		const [chat, card, other] = [await startService('dingtalk'), await startService('feishu', {secret: 'SECx'}), await startService('json')];
		const config = configFor(chat, card, other);
		const all = run('notify', '--config', config);
		expect(await all.exit()).toBe(7);
		expect(all.stdout()).toBe('chat0: accepted\nchat1: refused, code 19021: sign match fail or timestamp is not within one hour from current time\nchat2: accepted\n');
		expect(chat.deliveries[0]?.text).toMatch(/^obwatch: test message\nThe webhook chat0 works\.\n/);
		expect(other.deliveries[0]?.body).toMatchObject({type: 'test'});
		const one = run('notify', '--config', config, 'chat2');
		expect(await one.exit()).toBe(0);
		expect([chat.requests(), other.requests(), one.stdout()]).toEqual([1, 2, 'chat2: accepted\n']);
	});

	test('says which there are', async () => {
		const unknown = run('notify', '--config', configFor(await startService('json')), 'chat9');
		expect([await unknown.exit(), unknown.stderr()]).toEqual([2, 'obwatch: no webhook chat9; known: chat0\n']);
		const none = run('notify', '--config', configFor(), '--lang', 'en');
		expect([await none.exit(), none.stderr()]).toEqual([2, expect.stringContaining('notifications.webhooks')]);
	});
});
