// Cards, histories, the journal, and what tells of changes without looking.

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {systemClock} from '../../source/lib/clock.js';
import {onlyTimersUpTo} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {makeFolders} from '../export/helpers/place.js';
import {startService} from '../export/helpers/services.js';
import {startHeldAgent} from '../headless/helpers/agents.js';
import {countOf, lineWith, open, openRow, pressFor, startAgent} from './helpers/stage.js';

test('from an agent to its card, its history, a task of the past and its log, and back', async () => {
	const terminal = open(['--demo', '--seed', '7']);
	await terminal.until(text => text.includes('9 agents') && text.includes('✖ failed'), 'the agents');
	await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
	await pressFor(terminal, 'i', text => / fingerprint +SHA256:\S{43}/.test(text), 'its card');
	expect(lineWith(terminal, ' obshell ')).toMatch(/ obshell +4\.5\.0\.0-0/);
	await terminal.until(() => lineWith(terminal, ' lock ').includes('locked'), 'its lock');
	await pressFor(terminal, 'H', text => text.includes('4 tasks'), 'its history');
	expect(terminal.screen().filter(line => line.includes('Upgrade OceanBase'))).toEqual([expect.stringContaining('✖ failed'), expect.stringContaining('⟲ rolled back'), expect.stringContaining('✔ succeeded')]);
	await pressFor(terminal, 'G', () => lineWith(terminal, '▸').includes('✔ succeeded    7/7'), 'the oldest');
	await pressFor(terminal, 'enter', text => text.includes('✔ succeeded, 7 stages'), 'that task, asked for now');
	await pressFor(terminal, 'enter', text => text.includes('follow'), 'its log');
	for (const text of ['✔ succeeded, 7 stages', '4 tasks', 'SHA256:', 'failed in stage 3 of 7', '9 agents']) {
		await pressFor(terminal, 'escape', screen => screen.includes(text), text);
	}
});

test('a follower\'s history is walked down', async () => {
	const terminal = open(['--demo', '--seed', '7']);
	await terminal.until(text => / follower +\S.*● running/.test(text), 'a follower at work');
	await openRow(terminal, 'follower', text => text.includes('› Start observer'), 'its task');
	await pressFor(terminal, 'H', text => text.includes('· complete') && text.includes('Join to master'), 'its history, down to its first task');
});

test('a task that ends rings, gives the terminal a title and takes it back, is in the journal, and a program hears of it', async () => {
	const {folder} = makeFolders('folder');
	const out = path.join(folder, 'out');
	let ahead = 0;
	const agent = await startAgent({scenario: 'initialize', clock: {...systemClock, now: () => systemClock.now() + ahead}});
	const terminal = open(['--on-change', `sh -c 'cat >> "${out}"'`, agent.label]);
	const stage = (text: string): string | undefined => /running stage (\d+) of 11/.exec(text)?.[1];
	await terminal.until(text => stage(text) !== undefined, 'the task at work');
	const first = stage(terminal.text());
	await terminal.until(text => stage(text) !== undefined && stage(text) !== first, 'a later stage');
	// To see how long it usually takes.
	await until(() => countOf(agent, 'task/dags') > 0, 'the question for its past', {describe: terminal.text});
	// At its end now, once all that was seen, however slow that was.
	ahead = 120_000;
	await until(() => terminal.raw().includes('\u001B]2;succeeded: Initialize cluster'), 'the title', {describe: terminal.text});
	expect(terminal.raw()).toContain('\u0007\u001B[22;2t\u001B]2;succeeded: Initialize cluster (');
	await pressFor(terminal, 'J', text => /✔ succeeded +Initialize cluster/.test(text), 'its entry in the journal');
	expect(terminal.screen().some(line => /stage \d+\/11 +Initialize cluster/.test(line))).toBe(true);
	await pressFor(terminal, 'enter', text => text.includes('✔ succeeded, 11 stages'), 'the task');
	await until(() => readFileSync(out, 'utf8').includes('"outcome":"succeeded","before":"running"'), 'the program to hear of it');
	expect(countOf(agent, 'task/dags')).toBe(1);
	terminal.press('ctrl-c');
	await terminal.exit;
	expect(terminal.raw()).toContain('\u001B[23;2t');
});

test('a webhook that does not work is said once, stays in the last line until it works, and holds up neither keys nor the end', async () => {
	const {folder} = makeFolders('folder');
	const chat = await startService('dingtalk');
	chat.answer = 'nothing';
	writeFileSync(path.join(folder, 'url'), chat.url, {mode: 0o600});
	writeFileSync(path.join(folder, 'config.yaml'), 'notifications: {webhooks: [{format: dingtalk, url_file: url, name: ops, on: [started, finished]}]}', {mode: 0o600});
	const agent = await startHeldAgent({scenario: 'initialize', speed: 20});
	const terminal = open(['--config', path.join(folder, 'config.yaml'), agent.label], {env: onlyTimersUpTo(999, 'SIGUSR2')});
	await terminal.until(text => text.includes('● running'), 'the task at work');
	await pressFor(terminal, '?', text => text.includes('all keys'), 'the keys');
	await pressFor(terminal, 'escape', text => text.includes('Initialize cluster'), 'the task again');
	await until(() => chat.requests() > 0, 'the first attempt');
	chat.answer = {status: 404, body: 'no such robot'};
	await terminal.until(text => text.includes('webhook ops: ') && text.includes('HTTP 404: no such robot'), 'the notice');
	await terminal.until(text => text.includes(' webhook ops fails'), 'the last line');
	// What would wait for longer than a second now waits for ever.
	terminal.signal('SIGUSR2');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toMatchObject({code: 130});
	expect(terminal.raw()).not.toContain('3f09c8d1e2');
});

test('with --no-bell and --no-title nothing of the kind is written', async () => {
	const agent = await startAgent({scenario: 'initialize', speed: 20});
	const terminal = open(['--no-bell', '--no-title', agent.label]);
	await terminal.until(text => text.includes('✔ succeeded, 11 stages'), 'the end of the task');
	terminal.press('ctrl-c');
	await terminal.exit;
	expect(terminal.raw()).not.toMatch(/\u0007|\u001B\]2;|\u001B\[2[23];2t/);
});
