// `--wait` and `--watch` as a script sees them.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {storyOf} from '../../source/demo/engine/model.js';
import {type Scenario} from '../../source/demo/scenarios.js';
import {alone, work} from '../../source/demo/tasks.js';
import {eventSchema} from '../../source/headless/json-schema.js';
import {systemClock} from '../../source/lib/clock.js';
import {makeFolders} from '../export/helpers/place.js';
import {startFaultyProxy} from '../helpers/faulty-proxy.js';
import {openTerminal} from '../helpers/pty.js';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {runToEnd, startAgent, startHeldAgent} from './helpers/agents.js';

/** A task of two stages that starts so many seconds after the first request for it, each of which takes as many as given. */
const short = (start: number, each = 0.5): Scenario => ([agent]) => ({
	begin: -1000,
	story: storyOf([{type: 'create', at: start * 1000, owner: agent, task: {name: 'Short task', nodes: [alone('One', agent, work(each, 'a')), alone('Two', agent, work(each, 'b'))]}}]),
});

describe('--wait', () => {
	test('ends when the task has, shows progress on stderr and the table at the end', async () => {
		const agent = await startHeldAgent({scenario: short(0)});
		const ended = await runToEnd(['--wait', '--accept-keys', agent.label]);
		expect(ended.code).toBe(0);
		expect(ended.stderr).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d {2}127\.0\.0\.1:\d+ +Short task #\d+: \w+/m);
		expect(ended.stderr).toMatch(/Short task #\d+: succeeded\n$/);
		expect(ended.stdout).toMatch(/^AGENT .*\n.* Short task +succeeded +2\/2/);
	});

	test.each([
		['failing', [], 1],
		['rolled-back', [], 6],
		['failing', ['--for', 'failed'], 0],
		['failing', ['--for', 'finished'], 0],
		['failing', ['--for', 'succeeded'], 1],
		['rolled-back', ['--for', 'rolled-back'], 0],
		['waiting', ['--timeout', '5s'], 5],
		['succeeded', ['--for', 'failed'], 5],
		['passed', ['--for', 'succeeded'], 5],
		['succeeded', ['--wait-for-new', '--accept-keys', '--timeout', '5s'], 5],
	] as const)('in the scenario "%s" with %j it ends with %i', async (scenario, args, code) => {
		const agent = await startAgent({scenario});
		const {code: ended} = await runToEnd(['--wait', '--accept-keys', ...args, agent.label]);
		expect(ended).toBe(code);
	});

	test.each([
		['waiting', ['--wait', '--timeout', '2s'], /^time is up: waited 2s\n127\.0\.0\.1:\d+: .* #\d+ is waiting, not finished\n$/m],
		['passed', ['--wait', '--for', 'succeeded'], /^127\.0\.0\.1:\d+: .* #\d+ is passed, not succeeded\n$/m],
		['failing', ['--watch', '--wait', '--for', 'succeeded'], /^127\.0\.0\.1:\d+: .* #\d+ is failed, not succeeded\n$/],
	] as const)('says on stderr what was not reached: in the scenario "%s" with %j', async (scenario, args, words) => {
		const agent = await startAgent({scenario});
		const {stderr} = await runToEnd([...args, '--accept-keys', agent.label]);
		expect(stderr).toMatch(words);
	});

	test('--wait-for-new waits for a task that starts later, whatever the last one did', async () => {
		const agent = await startHeldAgent({scenario: short(3)});
		const {code, stderr} = await runToEnd(['--wait-for-new', '--accept-keys', agent.label]);
		expect(code).toBe(0);
		expect(stderr).toMatch(/Short task #\d+: succeeded\n$/);
	});

	test('a lost connection is waited out', async () => {
		const agent = await startHeldAgent({scenario: short(0, 3)});
		const proxy = await startFaultyProxy(agent.label, systemClock);
		const run = runProgram(['--watch', '--wait', '--accept-keys', proxy.label]);
		try {
			await until(() => /running|began/.test(run.stdout()), 'the task', {describe: () => run.stdout() + run.stderr()});
			await proxy.fail('refuse');
			await until(() => run.stdout().includes('unreachable since'), 'the loss', {describe: run.stdout});
			await proxy.heal();
			expect(await run.exit()).toBe(0);
			expect(run.stdout()).toMatch(/responds again\n/);
			expect(run.stdout()).toMatch(/Short task #\d+: succeeded\n$/);
			expect(run.stderr()).toBe('');
		} finally {
			run.kill('SIGKILL');
			await proxy.stop();
		}
	});

	test('an agent that stays away until the time is over ends it with 3', async () => {
		expect(await runToEnd(['--wait', '--accept-keys', '--timeout', '1s', '127.0.0.1:1'])).toMatchObject({code: 3});
	});

	test('a wrong password ends it at once', async () => {
		const agent = await startAgent({scenario: 'idle', identity: 'MASTER', rootPassword: 'right'});
		expect(await runToEnd(['--wait', '--accept-keys', agent.label], {env: {OBWATCH_PASSWORD: 'wrong'}})).toMatchObject({code: 4});
	});

	test('at a terminal a moving line shows how far it is, and is gone at the end', async () => {
		const agent = await startHeldAgent({scenario: short(0, 2)});
		const terminal = openTerminal({args: ['--wait', '--accept-keys', agent.label], columns: 80, rows: 10});
		await terminal.until(text => /1 running {2}Short task {2}\S+ \d\/2/.test(text), 'the progress');
		expect(await terminal.exit).toEqual({code: 0, signal: undefined});
		expect(terminal.screen().filter(Boolean)).toEqual([expect.stringContaining('AGENT'), expect.stringContaining('succeeded')]);
		await terminal.close();
	});
});

describe('--watch', () => {
	test('prints what is there, then each change, until it is interrupted', async () => {
		const agent = await startHeldAgent({scenario: short(0, 2)});
		const run = runProgram(['--watch', '--accept-keys', agent.label]);
		await until(() => run.stdout().includes('succeeded'), 'the end of the task', {describe: run.stdout});
		await sleep(50);
		run.kill('SIGINT');
		expect(await run.exit()).toBe(130);
		const words = run.stdout().trimEnd().split('\n').map(line => /Short task #\d+: .*/.exec(line)?.[0].replace(/ #\d+/, ''));
		expect(words[0]).toMatch(/^Short task: (?:running, stage \d\/2|began)$/);
		expect(words).toContain('Short task: stage 2/2: Two');
		expect(words.at(-1)).toBe('Short task: succeeded');
		expect(new Set(words).size).toBe(words.length);
	});

	test('--json makes each a line of JSON of the documented shape', async () => {
		const agent = await startHeldAgent({scenario: short(0)});
		const {code, stdout} = await runToEnd(['--watch', '--wait', '--accept-keys', '--json', agent.label, '127.0.0.1:1', '--timeout', '5s']);
		expect(code).toBe(3);
		const lines = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as unknown);
		for (const line of lines) {
			expect(eventSchema.parse(line)).toEqual(line);
		}

		expect(lines).toContainEqual(expect.objectContaining({type: 'agent-troubled', agent: '127.0.0.1:1', trouble: 'unreachable'}));
		expect(lines.at(-1)).toMatchObject({type: 'outcome-changed', task: {name: 'Short task', outcome: 'succeeded', before: 'running'}});
	});
});

describe('a program at every change', () => {
	test.each([
		['--wait', '--on-change'], ['--wait', 'on_change'], ['--watch', 'on_change'], ['--serve-metrics=0', '--on-change'],
	])('runs with %s and %s, also for the change that ends a wait', async (mode, way) => {
		const {folder} = makeFolders('folder');
		const [told, config] = [path.join(folder, 'told'), path.join(folder, 'config.yaml')];
		writeFileSync(config, way === 'on_change' ? `notifications: {on_change: [sh, -c, 'cat >> ${told}']}\n` : '', {mode: 0o600});
		const agent = await startHeldAgent({scenario: short(0)});
		const run = runProgram([mode, '--accept-keys', '--config', config, ...(way === 'on_change' ? [] : ['--on-change', `sh -c 'cat >> ${told}'`]), agent.label]);
		const isTold = (): boolean => existsSync(told) && readFileSync(told, 'utf8').includes('"outcome":"succeeded"');
		if (mode === '--wait') {
			expect(await run.exit()).toBe(0);
			expect(isTold()).toBe(true);
		} else {
			await until(isTold, 'the change', {describe: run.stderr});
			run.kill('SIGINT');
			await run.exit();
		}
	});
});

describe('on the command line', () => {
	test.each([
		[['--watch', '--once'], '--once and --watch cannot be used together'],
		[['--once', '--wait-for-new'], '--once and --wait-for-new cannot be used together'],
		[['--for', 'failed'], '--for needs --wait'],
		[['--timeout', '5s'], '--timeout needs --once or --wait'],
		[['--watch', '--logs'], '--logs and --watch cannot be used together'],
		[['--wait', '--accept-keys', '--timeout', '5x'], '--timeout "5x": expected a time up to 20d, such as 90s, 30m or 1h30m'],
		[['--wait', '--accept-keys', '--timeout', '0s'], '--timeout "0s": expected a time up to 20d, such as 90s, 30m or 1h30m'],
	])('%j is a mistake', async (args, line) => {
		expect(await runToEnd(args)).toEqual({code: 2, stdout: '', stderr: `obwatch: ${line}\n`});
	});

	test('--for names what it knows', async () => {
		const {stderr} = await runToEnd(['--wait', '--accept-keys', '--for', 'done']);
		expect(stderr).toMatch(/^obwatch: --for "done": expected one of finished, succeeded, failed, rolled-back, /);
	});
});
