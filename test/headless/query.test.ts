// `obwatch logs`, `cause`, `history`, `compare` and `bundle` as a script sees them.

import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {startDemoAgents} from '../../source/demo/demo-agent.js';
import {storyOf} from '../../source/demo/engine/model.js';
import {type Scenario} from '../../source/demo/scenarios.js';
import {alone, work} from '../../source/demo/tasks.js';
import {comparisonSchema, historySchema} from '../../source/headless/json-schema.js';
import {systemClock} from '../../source/lib/clock.js';
import {runToEnd, startAgent} from './helpers/agents.js';

const slow: Scenario = ([agent]) => ({
	begin: -1000,
	story: storyOf([{type: 'create', at: 0, owner: agent, task: {name: 'Slow task', nodes: [alone('One', agent, work(1.5, 'first', 'second', 'third')), alone('Two', agent, work(0.5, 'fourth'))]}}]),
});

describe('logs', () => {
	test('prints every log whole, with times, below a line that says whose it is', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const {code, stdout, stderr} = await runToEnd(['logs', '--accept-keys', agent.label]);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toMatch(/^== 127\.0\.0\.1:\d+ > Upgrade OceanBase > 3 Unpack packages > 127\.0\.0\.1:\d+ ==$/m);
		expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ERROR: .*no space left on device$/m);
		expect(stdout.match(/^== /gm)).toHaveLength(3);
	});

	test('of one stage, by a part of its name or its number', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const byName = await runToEnd(['logs', '--accept-keys', agent.label, '--node', 'unpack']);
		expect(byName.stdout.match(/^== /gm)).toHaveLength(1);
		expect(await runToEnd(['logs', '--accept-keys', agent.label, '--node', '3'])).toEqual(byName);
	});

	test('from an execution on', async () => {
		const agent = await startAgent({scenario: 'rolled-back'});
		const {stdout: whole} = await runToEnd(['logs', '--accept-keys', agent.label]);
		expect(whole).toMatch(/-- attempt 1/);
		const {stdout} = await runToEnd(['logs', '--accept-keys', agent.label, '--since-execution', '2']);
		expect(stdout).not.toMatch(/execution 1/);
		expect(stdout.length).toBeGreaterThan(0);
		expect(stdout.length).toBeLessThan(whole.length);
	});

	test.each([
		[['--node', 'nonsense'], /^obwatch: no stage "nonsense"; known: Check versions, /],
		[['--task', '123'], /^obwatch: no task 123; known: \d+ \(Upgrade OceanBase\)\n$/],
		[['--since-execution', '0'], /^obwatch: --since-execution "0": expected a whole number from 1 to 65535\n$/],
	])('%j is a mistake', async (args, words) => {
		const agent = await startAgent({scenario: 'failing'});
		const {code, stdout, stderr} = await runToEnd(['logs', '--accept-keys', agent.label, ...args]);
		expect({code, stdout}).toEqual({code: 2, stdout: ''});
		expect(stderr).toMatch(words);
	});

	test('--merged prints all logs of a task as one, by time, each line once and behind the name of its agent', async () => {
		const {code, stdout, stderr} = await runToEnd(['logs', '--demo', '--merged', '--no-color']);
		// One of the agents is down.
		expect(code).toBe(3);
		expect(stderr).toMatch(/^obwatch: \S+: unreachable since .*\n$/);
		const start = stdout.split(/\n(?=== )/).find(part => part.includes('> Start OB ==')) ?? '';
		const lines = [...start.matchAll(/^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?<agent>[.:]\S+) +(?<text>\S.*)$/gm)].map(({groups}) => groups!);
		expect(new Set(lines.map(({agent}) => agent)).size).toBe(2);
		const times = lines.map(({time = ''}) => time);
		expect(times).toEqual(times.toSorted());
		expect(start).toContain('-- 4 Wait for all agents to execute tasks successfully --');
		// The main task copies the lines of its sub-tasks.
		expect(lines.filter(({text}) => text!.endsWith('generate start cmd')).map(({text}) => text)).toEqual(['generate start cmd']);
	});

	test('--merged --follow prints what comes, and --stage is --node', async () => {
		const agent = await startAgent({scenario: slow});
		const {code, stdout} = await runToEnd(['logs', '--accept-keys', agent.label, '--merged', '--follow', '--stage', 'one']);
		expect(code).toBe(0);
		const words = [...stdout.matchAll(/(?:first|second|third|fourth)$/gm)].map(([word]) => word);
		expect(words).toEqual(['first', 'second', 'third']);
	});

	test('--follow prints each line once, until the task has finished', async () => {
		const agent = await startAgent({scenario: slow});
		const {code, stdout} = await runToEnd(['logs', '--accept-keys', agent.label, '--follow']);
		expect(code).toBe(0);
		const words = [...stdout.matchAll(/(?:first|second|third|fourth)$/gm)].map(([word]) => word);
		expect(words).toEqual(['first', 'second', 'third', 'fourth']);
	});
});

describe('cause', () => {
	test('says why, where, and shows the line', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const {code, stdout} = await runToEnd(['cause', '--accept-keys', agent.label]);
		expect(code).toBe(1);
		expect(stdout).toMatch(/^127\.0\.0\.1:\d+: Upgrade OceanBase, failed, stage 3 of 7\n {2}why {2}Unpack packages @ .*\n {2}at {3}stage 3 Unpack packages, .*\n {7}\| ERROR: /);
	});

	test('of an agent that is not there', async () => {
		expect(await runToEnd(['cause', '127.0.0.1:1'])).toMatchObject({code: 3, stdout: '', stderr: expect.stringMatching(/^obwatch: 127\.0\.0\.1:1: unreachable since/) as string});
	});
});

test('history says only once why an agent cannot be reached', async () => {
	expect(await runToEnd(['history', '127.0.0.1:1'])).toMatchObject({code: 3, stdout: '', stderr: expect.stringMatching(/^obwatch: 127\.0\.0\.1:1: unreachable since [^\n]*\n$/) as string});
});

test('history prints what was done before, newest first', async () => {
	const {code, stdout} = await runToEnd(['history', '--demo']);
	expect(code).toBe(3);
	// A cluster that is being created has no history yet, as in the list of all.
	expect(stdout).not.toMatch(/^obdemo$|history not loaded/m);
	expect(stdout).toMatch(/^obprod\n {2}ID +TASK +OUTCOME +STAGE +STARTED +TIME\n(?: {2}\d+ .*\n){2,}/m);
	const ids = [...stdout.matchAll(/^ {2}22130706453028(\d+) /gm)].map(([, id]) => Number(id));
	expect(ids).toEqual(ids.toSorted((one, other) => other - one));
});

describe('history --since', () => {
	test('prints one list of all that was at work since then, the last begun first, and what is missing', async () => {
		const {code, stdout} = await runToEnd(['history', '--demo', '--since', '7d']);
		expect(code).toBe(3);
		const lines = stdout.trimEnd().split('\n');
		expect(lines[0]).toMatch(/^ {2}ID +AGENT +TASK +OUTCOME +STAGE +STARTED +TIME$/);
		const starts = lines.flatMap(line => /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \+00:00/.exec(line)?.[1] ?? []);
		expect(starts.length).toBeGreaterThan(15);
		expect(starts).toEqual(starts.toSorted().toReversed());
		expect(Date.parse(`${starts.at(-1)}Z`)).toBeGreaterThan(Date.now() - (7.1 * 86_400_000));
		expect(lines.slice(-2)).toEqual([expect.stringMatching(/^1 of \d+ histories unreadable$/), expect.stringMatching(/^ {2}127\.0\.0\.\d+:\d+: unreachable since /)]);
		const ids = lines.flatMap(line => /^ {2}(\d+) /.exec(line)?.[1] ?? []);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('as JSON says how far each history was read', async () => {
		const {code, stdout} = await runToEnd(['history', '--demo', '--since', '1h', '--json']);
		const document = historySchema.parse(JSON.parse(stdout));
		expect([document.exitCode, code]).toEqual([3, 3]);
		expect(document.histories.filter(({complete}) => !complete)).toEqual([expect.objectContaining({problem: expect.stringContaining('unreachable') as string})]);
		expect(document.tasks.length).toBeGreaterThan(5);
		const {stdout: whole} = await runToEnd(['history', '--demo', '--json']);
		expect(historySchema.parse(JSON.parse(whole))).toMatchObject({since: null, tasks: expect.arrayContaining([expect.objectContaining({owner: 'obprod', name: 'Drop tenant'})]) as unknown});
	});

	test.each(['30x', '5', '-3d', '2999-01-01', '25:00'])('%j is a mistake', async text => {
		const {code, stderr} = await runToEnd(['history', '--demo', `--since=${text}`]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/^obwatch: --since ".*": expected how long ago, such as 30m/);
	});
});

describe('compare', () => {
	test('prints the stages of a task beside those of its last run that succeeded, and where their logs differ', async () => {
		const {code, stdout} = await runToEnd(['compare', '--demo']);
		// One of the agents is down.
		expect(code).toBe(3);
		const block = stdout.split('\n\n').find(text => text.includes('Upgrade OceanBase')) ?? '';
		expect(block).toMatch(/^ {2}compared with the run of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, id \d+: succeeded$/m);
		expect(block).toMatch(/^ {2}3 {2}Unpack packages +failed +15s +succeeded +21s$/m);
		expect(block).toMatch(/^ {2}Unpack packages @ \S+: first line that differs\n {2}this run:\n {4}\| unpacking lib\n {4}> unpacking lib\/libobcdc\.so \(312M\)\n {2}[\d: -]+:\n {4}> 1,912 files written$/m);
		const running = stdout.split('\n\n').find(text => text.includes('Back up tenant data')) ?? '';
		expect(running).toMatch(/^ {2}Back up data: the logs are alike so far \(.*\)\n {2}other stages \(1\): alike, too$/m);
		expect(stdout).toMatch(/Scale out cluster #\d+\n {2}No other run of Scale out cluster in the history$/m);
	});

	test('as JSON, of one task and any other run, also a later one', async () => {
		const {stdout} = await runToEnd(['compare', '--demo', '--json']);
		const {comparisons} = comparisonSchema.parse(JSON.parse(stdout));
		const upgrade = comparisons.find(({stages}) => stages.some(({name}) => name === 'Unpack packages'));
		expect(upgrade).toMatchObject({task: {outcome: 'failed'}, with: {outcome: 'succeeded'}, problem: null, difference: {stage: 'Unpack packages', with: {line: '1,912 files written'}}});
		expect(comparisons.filter(({problem}) => problem === 'no other run').length).toBeGreaterThan(0);
		const unknown = await runToEnd(['compare', '--demo', '--with', '3']);
		expect(unknown).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('no task has a run 3 in its history') as string});
		expect(await runToEnd(['compare', '--demo', '--task', '5'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('no task 5; known: ') as string});
	});
});

test('compare finds any task of a history that is read task by task', async () => {
	const repeated: Scenario = ([, follower = '']) => ({
		begin: -60_000,
		story: storyOf([-50_000, -40_000, -30_000, -20_000].map(at => ({type: 'create', at, owner: follower, task: {name: 'Repeated task', nodes: [alone('One', follower, work(1, 'first'))]}}))),
	});
	const agents = await startDemoAgents([{identity: 'MASTER', cluster: 'c', keyBits: 512}, {identity: 'FOLLOWER', cluster: 'c', keyBits: 512}], repeated, {clock: systemClock});
	onTestFinished(async () => {
		await Promise.all(agents.map(async agent => agent.stop()));
	});
	const agent = agents[1]!;
	const {stdout: list} = await runToEnd(['history', '--accept-keys', agent.label]);
	const ids = [...list.matchAll(/^ {2}(\d+) +Repeated task/gm)].map(([, id]) => id ?? '');
	expect(ids).toHaveLength(4);
	const {code, stdout} = await runToEnd(['compare', '--accept-keys', agent.label, '--task', ids[2]!]);
	expect({code, stdout}).toEqual({code: 0, stdout: expect.stringContaining(`, id ${ids[3]!}: succeeded`) as string});
});

test('bundle saves two files of each task, without secrets, and prints their paths', async () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const agent = await startAgent({scenario: 'failing', identity: 'MASTER', rootPassword: 'very-secret'});
	const {code, stdout, stderr} = await runToEnd(['bundle', '--accept-keys', agent.label], {cwd: folder, env: {OBWATCH_PASSWORD: 'very-secret'}});
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	const files = stdout.trimEnd().split('\n');
	expect(files.map(file => path.basename(file)).toSorted()).toEqual(readdirSync(folder).toSorted());
	expect(files.map(file => path.extname(file))).toEqual(['.txt', '.json']);
	const [text, json] = files.map(file => readFileSync(file, 'utf8'));
	expect(text).toContain('no space left on device');
	expect(JSON.parse(json!)).toMatchObject({task: {outcome: 'failed'}});
	expect(text! + json!).not.toContain('very-secret');
});

test.each([['html', '<!doctype html>'], ['markdown', '# Upgrade OceanBase'], ['trace', '{"displayTimeUnit"']])('report --format %s saves one file of the task, and prints its path', async (format, begin) => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const agent = await startAgent({scenario: 'failing'});
	const {code, stdout, stderr} = await runToEnd(['report', '--accept-keys', '--format', format, agent.label], {cwd: folder});
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(readdirSync(folder)).toEqual([path.basename(stdout.trimEnd())]);
	// The name of a file says of which task it is.
	expect(path.basename(stdout)).toMatch(/^obwatch-report-\d{8}-\d{6}-127\.0\.0\.1-\d+-Upgrade-OceanBase\.\w/);
	expect(readFileSync(stdout.trimEnd(), 'utf8').startsWith(begin)).toBe(true);
});

test('report of a task that is not there, or in a format that is not there, says what there is', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const unknown = await runToEnd(['report', '--accept-keys', '--task', '5', agent.label]);
	expect(unknown).toMatchObject({code: 2, stdout: ''});
	expect(unknown.stderr).toContain('Upgrade OceanBase');
	const format = await runToEnd(['report', '--format', 'pdf', agent.label]);
	expect(format).toMatchObject({code: 2, stderr: 'obwatch: --format "pdf": expected one of html, markdown, trace\n'});
});

test('report of several tasks says on stderr which task each path on stdout is of', async () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const [one, two] = await Promise.all([startAgent({scenario: 'failing'}), startAgent({scenario: 'rolled-back'})]);
	const {stdout, stderr} = await runToEnd(['report', '--accept-keys', '--format', 'markdown', one.label, two.label], {cwd: folder});
	expect(stdout.trimEnd().split('\n').map(file => path.basename(file)).toSorted()).toEqual(readdirSync(folder).toSorted());
	expect(stderr.split('\n')).toEqual([
		expect.stringContaining(`${one.label}: Upgrade OceanBase, failed, id `),
		expect.stringMatching(new RegExp(String.raw`^${two.label}: .*, rolled back, id \d+$`)),
		'',
	]);
});
