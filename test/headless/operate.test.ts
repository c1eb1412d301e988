// `retry`, `rollback`, `cancel` and `pass` as a script and a person without a screen see them.

import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type DemoAgent, type StartDemoAgent, startDemoAgents} from '../../source/demo/demo-agent.js';
import {confirmationStep} from '../../source/headless/confirm.js';
import {systemClock} from '../../source/lib/clock.js';
import {askSealed, fetchData, type WireData} from '../demo/helpers/ask.js';
import {faults} from '../helpers/faults.js';
import {startFaultyProxy} from '../helpers/faulty-proxy.js';
import {openTerminal} from '../helpers/pty.js';
import {runToEnd, startAgent, type Ended} from './helpers/agents.js';

const stateFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-state-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

const taskOf = async (agent: DemoAgent): Promise<WireData> => fetchData(agent.address, 'task/dag/maintain/agent');

type Stage = {readonly agent: DemoAgent; readonly task: WireData; readonly run: (...args: readonly string[]) => Promise<Ended>; readonly state: string};

const stage = async (spec: Partial<StartDemoAgent> = {}): Promise<Stage> => {
	const agent = await startAgent({scenario: 'failing', ...spec});
	const state = stateFolder();
	return {
		agent, state, task: await taskOf(agent),
		run: async (operation = '', ...args) => runToEnd([operation, agent.label, '--accept-keys', ...args], {env: {XDG_STATE_HOME: state}}),
	};
};

describe('an operation without a screen', () => {
	test('is shown, sent once, waited for and written down', async () => {
		const {agent, task, run, state} = await stage({speed: 20});
		const {code, stdout, stderr} = await run('retry', task.id, '--yes', '--wait');
		expect({code, stdout}).toEqual({code: 0, stdout: ''});
		expect(stderr).toMatch(new RegExp(String.raw`^agent +${agent.label}\ntask +Upgrade OceanBase\nnow +failed, stage 3\nid +${task.id}\n[\s\S]*command +obshell task retry -i ${task.id}\nretry accepted\n[\s\S]*succeeded\n$`));
		expect(agent.requests().posts).toBe(1);
		const answers = readFileSync(path.join(state, 'obwatch', 'operations.jsonl'), 'utf8').trim().split('\n').map(line => (JSON.parse(line) as {answer: string}).answer);
		expect(answers).toEqual(['sending', 'accepted']);
	});

	test('is fine when it ends as it was wanted, though the same end is a fault elsewhere', async () => {
		const {task, run} = await stage({speed: 20});
		expect(await run('rollback', task.id, '--yes', '--wait')).toMatchObject({code: 0, stderr: expect.stringMatching(/rolled back\n$/) as string});
	});

	test('on a task that has ended is not sent', async () => {
		const {agent, task, run} = await stage({scenario: 'passed', speed: 20});
		expect(await run('retry', task.id, '--yes', '--wait')).toMatchObject({code: 7, stderr: 'obwatch: not available: it has ended\n'});
		expect(agent.requests().posts).toBe(0);
	});

	test.each([
		['is refused by the agent, in its own words', (task: WireData) => ['pass', task.id, '--yes'], 7, 'pass refused: Failed to pass DAG: node Unpack packages cannot pass', 1],
		['on the stage that failed is refused, too', (task: WireData) => ['pass', task.id, '--node', task.nodes[2]!.id, '--yes'], 7, 'pass of the stage refused: ', 1],
		['on another stage is not sent', (task: WireData) => ['pass', task.id, '--node', `${task.nodes[2]!.id}9`, '--yes'], 7, 'can be marked as passed', 0],
		['that the state does not allow is not sent', (task: WireData) => ['cancel', task.id, '--yes'], 7, 'not available: not running', 0],
		['on a task that the agent does not name is wrong usage', (task: WireData) => ['retry', `${task.id}9`, '--yes'], 2, 'has no task', 0],
		['on another agent\'s task is wrong usage', () => ['retry', '201677721610288612', '--yes'], 2, 'belongs to 10.0.0.1:2886', 0],
		['asks, and sends nothing without a terminal to ask on', (task: WireData) => ['retry', task.id], 2, 'Not sent: no terminal to confirm on. Add --yes to skip the question.', 0],
	] as const)('%s', async (_, args, code, words, posts) => {
		const {agent, task, run} = await stage();
		expect(await run(...args(task))).toMatchObject({code, stderr: expect.stringContaining(words) as string});
		expect(agent.requests().posts).toBe(posts);
	});

	test.each([
		[['retry', '127.0.0.1'], 'expected obwatch retry AGENT TASK_ID'],
		[['retry', '127.0.0.1', 'x'], '"x" is not the id of a task. An id begins with 1 to 5, such as 12 or 22130706433028869; see the history (H on the task\'s screen), or --once --json'],
		[['pass', '127.0.0.1', '22130706433028869', '--node', '9'], '"9" is not the id of a stage. An operation takes no name or number. An id begins with 1 to 5, such as 12 or 22130706433028869; see --once --json --stages'],
		[['retry', '@prod', '22130706433028869'], 'retry needs the address of one agent, but got @prod'],
		[['retry', '127.0.0.1', '22130706433028869', '--timeout', '3s'], '--timeout needs --wait'],
		[['retry', '127.0.0.1', '22130706433028869', '--wait', '--timeout', 'x'], '--timeout "x": expected a time'],
		[['retry', '127.0.0.1', '22130706433028869', '--config', '/nonexistent'], '--config /nonexistent: no such file'],
		[['retry', '127.0.0.1', '22130706433028869', '--node', '22130706433028869'], '--node is an option of obwatch logs, obwatch pass'],
	])('%j is wrong usage', async (args, words) => {
		expect(await runToEnd(args)).toMatchObject({code: 2, stderr: expect.stringContaining(words) as string});
	});

	test('says 4 if the password is wrong, and 3 if no agent responds', async () => {
		const {agent, task, run} = await stage();
		agent.setAgentPassword('a');
		expect(await run('retry', task.id, '--yes')).toMatchObject({code: 4, stderr: expect.stringContaining('--agent-password-file') as string});
		await agent.stop();
		expect(await run('retry', task.id, '--yes')).toMatchObject({code: 3});
		expect(agent.requests().posts).toBe(0);
	});

	test('whose answer is lost is unknown, and watched with --wait', async () => {
		const {agent, task, state} = await stage({speed: 20});
		const proxy = await startFaultyProxy(agent.label, systemClock);
		onTestFinished(proxy.stop);
		await proxy.fail(faults.lost, /^POST/);
		const ended = await runToEnd(['retry', proxy.label, task.id, '--yes', '--wait', '--accept-keys'], {env: {XDG_STATE_HOME: state}});
		expect(ended).toMatchObject({code: 0, stderr: expect.stringMatching(/retry unknown, not sent again: [\s\S]*succeeded\n$/) as string});
		expect(agent.requests().posts).toBe(1);
	});

	test('ends with 5 when its end does not come in time', async () => {
		const {agent, task, run} = await stage();
		const {code, stderr} = await run('retry', task.id, '--yes', '--wait', '--timeout', '4s');
		expect(stderr).toMatch(/retry accepted\nrunning, stage 3 of 7\nnot finished within 4s\n$/);
		expect(code).toBe(5);
		expect(agent.requests().posts).toBe(1);
	});

	test('on an agent whose group is exempt is not sent, and says where that is set and what to do', async () => {
		const {agent, task, run} = await stage();
		const config = path.join(stateFolder(), 'other.yaml');
		writeFileSync(config, `groups:\n  prod:\n    agents: ["${agent.label}"]\n    operate: false\n`);
		expect(await run('retry', task.id, '--yes', '--config', config)).toEqual({
			code: 7, stdout: '', stderr: `obwatch: ${agent.label} is exempt from operations: other.yaml:4 sets operate: false for @prod. Change that file, or choose another one with --config\n`,
		});
		expect(agent.requests().posts).toBe(0);

		// It is the same agent whatever it is called.
		const port = agent.label.split(':').at(-1)!;
		for (const args of [['--yes'], []]) {
			expect(await runToEnd(['retry', `localhost:${port}`, task.id, ...args, '--accept-keys', '--config', config], {env: {XDG_STATE_HOME: stateFolder()}})).toEqual({
				code: 7, stdout: '', stderr: `obwatch: localhost:${port} is exempt from operations: other.yaml:4 sets operate: false for @prod, where it is called ${agent.label}. Change that file, or choose another one with --config\n`,
			});
		}

		expect(agent.requests().posts).toBe(0);

		// The usual file counts as well, and so does another one in its place.
		const usual = stateFolder();
		mkdirSync(path.join(usual, 'obwatch'));
		copyFileSync(config, path.join(usual, 'obwatch', 'config.yaml'));
		expect(await runToEnd(['retry', agent.label, task.id, '--yes', '--accept-keys'], {env: {XDG_STATE_HOME: stateFolder(), XDG_CONFIG_HOME: usual}})).toMatchObject({code: 7, stderr: expect.stringContaining('config.yaml:4') as string});
		writeFileSync(config, '');
		expect(await runToEnd(['retry', agent.label, task.id, '--yes', '--accept-keys', '--config', config], {env: {XDG_STATE_HOME: stateFolder(), XDG_CONFIG_HOME: usual}})).toMatchObject({code: 0});
		expect(agent.requests().posts).toBe(1);
	});

	test('takes the password that the config file names for its agent, and no other\'s', async () => {
		const {agent, task, run} = await stage();
		agent.setAgentPassword('r');
		const folder = stateFolder();
		writeFileSync(path.join(folder, 'right'), 'r\n', {mode: 0o600});
		const config = path.join(folder, 'config.yaml');
		writeFileSync(config, `groups:\n  prod:\n    agents: [{address: 10.0.0.9, agent_password_file: gone}, "${agent.label}"]\n    agent_password_file: right\n`);
		expect(await run('retry', task.id, '--yes', '--config', config)).toMatchObject({code: 0});
		expect(agent.requests().wrongPasswords).toBe(0);
	});

	test('on a cluster\'s task goes to a member', async () => {
		const {upgradeOceanBase} = await import('../../source/demo/tasks.js');
		const [agent] = await startDemoAgents([{identity: 'CLUSTER AGENT', cluster: 'c', rootPassword: 'r'}], ([key]) => ({
			begin: -60_000, story: (from, to) => from < -5000 && to >= -5000 ? [{type: 'create', at: -5000, owner: 'c', task: upgradeOceanBase(key)}] : [],
		}), {clock: systemClock});
		onTestFinished(agent!.stop);
		const {id} = await fetchData(agent!.address, 'task/dag/maintain/ob', {password: 'r'});
		const ended = await runToEnd(['cancel', agent!.label, id, '--yes', '--wait', '--accept-keys'], {env: {XDG_STATE_HOME: stateFolder(), OBWATCH_PASSWORD: 'r'}});
		expect(ended).toMatchObject({code: 0, stderr: expect.stringMatching(/cancel accepted\n[\s\S]*cancelled\n$/) as string});
	});
});

describe('the question in a terminal', () => {
	test.each<readonly [string, string, readonly string[], Partial<ReturnType<typeof confirmationStep>>]>([
		['', 'y', [], {verdict: 'confirmed'}],
		['', '\r', [], {verdict: 'declined'}],
		['', 'n', [], {verdict: 'declined'}],
		['', 'q', [], {verdict: 'declined'}],
		['', 'x', [], {verdict: undefined, problem: 'Press y to send, Esc to close'}],
		['', 'nn', [], {verdict: undefined}],
		['', 'n', ['name'], {verdict: undefined, typed: 'n'}],
		['', 'yy', [], {verdict: undefined, typed: ''}],
		['', 'y\r', [], {verdict: undefined}],
		['', '\u001B[200~y\u001B[201~', [], {verdict: undefined, problem: expect.stringContaining('pasted text') as string}],
		['na', '\u001B[200~me\u001B[201~\r', ['name'], {verdict: undefined, typed: 'na', problem: expect.stringContaining('pasted text') as string}],
		['', '\u001B[200~22130706433028869\n\u001B[201~', ['name', '22130706433028869'], {verdict: undefined, typed: '22130706433028869', problem: ''}],
		['', '\u001B[200~22130706433028869\u001B[201~\r', ['name', '22130706433028869'], {verdict: undefined, typed: ''}],
		['', '\u001B[200~2213070643302886\u001B[201~', ['name', '22130706433028869'], {verdict: undefined, typed: '', problem: expect.stringContaining('pasted text') as string}],
		['2', '\u001B[200~22130706433028869\u001B[201~', ['name', '22130706433028869'], {verdict: undefined, typed: '2'}],
		['', '\u0019', [], {verdict: undefined}],
		['', '\u001B', [], {verdict: 'declined'}],
		['', '\u0004', [], {verdict: 'declined'}],
		['', '\u0003', ['name'], {verdict: 'interrupted'}],
		['nam', 'e', ['name'], {typed: 'name', verdict: undefined}],
		['name', '\r', ['name', '1'], {verdict: 'confirmed'}],
		['1', '\r', ['name', '1'], {verdict: 'confirmed'}],
		['name', '\n', ['name'], {verdict: undefined, typed: 'name'}],
		['nam', '\r', ['name'], {verdict: undefined, typed: 'nam'}],
		['', 'name', ['name'], {verdict: undefined, typed: ''}],
		['', 'nam', ['name'], {typed: 'nam'}],
		['nam', 'e\r', ['name'], {verdict: undefined, typed: 'nam'}],
		['名', '\u007F', ['name'], {typed: ''}],
	])('"%s", then %j, where %j is wanted', (typed, chunk, wanted, expected) => {
		expect(confirmationStep(typed, chunk, wanted)).toMatchObject(expected);
	});

	const ask = async (operation: string) => {
		const {agent, task, state} = await stage({speed: 20});
		const terminal = openTerminal({args: [operation, agent.label, task.id, '--accept-keys'], env: {XDG_STATE_HOME: state}});
		onTestFinished(async () => terminal.close());
		await terminal.until(text => /^>/m.test(text), 'the question');
		return {agent, task, terminal};
	};

	test('is answered letter by letter', async () => {
		const {agent, task, terminal} = await ask('rollback');
		terminal.type(`${task.id}\r`);
		await terminal.until(text => text.includes('Ignored: '), 'pasted text to be refused');
		for (const [index, digit] of [...task.id].entries()) {
			terminal.type(digit);
			await terminal.until(text => text.includes(`> ${task.id.slice(0, index + 1)}`), 'the digit');
		}

		expect(agent.requests().posts).toBe(0);
		terminal.press('enter');
		expect(await terminal.exit).toMatchObject({code: 0});
		expect(agent.requests().posts).toBe(1);
	});

	test.each([['y'], ['y\r'], ['yyy']])('takes no %j that was typed before the question', async early => {
		const {agent, task, state} = await stage({speed: 20});
		const terminal = openTerminal({args: ['retry', agent.label, task.id, '--accept-keys'], env: {XDG_STATE_HOME: state}});
		onTestFinished(async () => terminal.close());
		terminal.type(early);
		await terminal.until(text => /^> +Ignored: typed before this question was shown/m.test(text), 'the question, still unanswered');
		expect(agent.requests().posts).toBe(0);
		terminal.type('y\r');
		await terminal.until(text => text.includes('several keys at once'), 'a bunch to be refused');
		expect(agent.requests().posts).toBe(0);
		terminal.type('y');
		expect(await terminal.exit).toMatchObject({code: 0});
		expect(agent.requests().posts).toBe(1);
	});

	test.each(['n', 'q', '\r', '\u001B'])('is declined by %j alone', async key => {
		const {agent, terminal} = await ask('retry');
		terminal.type(key);
		expect(await terminal.exit).toMatchObject({code: 7});
		expect(terminal.text()).toContain('Nothing was sent.');
		expect(agent.requests().posts).toBe(0);
	});

	test('is taken back when the task changes, and by ctrl-c', async () => {
		const {agent, task, terminal} = await ask('retry');
		await askSealed(agent.address, `task/dag/${task.id}`, {body: {operator: 'rollback'}});
		expect(await terminal.exit).toMatchObject({code: 7});
		const again = await ask('retry');
		again.terminal.press('ctrl-c');
		expect(await again.terminal.exit).toMatchObject({code: 130});
		expect(agent.requests().posts + again.agent.requests().posts).toBe(1);
	});
});
