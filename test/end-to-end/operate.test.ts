// Operations in a real terminal: what is asked before, what is sent, and that it is sent once.

import {mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type DemoAgent, type StartDemoAgent} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {askSealed, fetchData} from '../demo/helpers/ask.js';
import {faults} from '../helpers/faults.js';
import {startFaultyProxy} from '../helpers/faulty-proxy.js';
import {type Terminal} from '../helpers/pty.js';
import {open, pressFor, resizeTo, startAgent} from './helpers/stage.js';

const temporaryFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-state-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

type Stage = {readonly agent: DemoAgent; readonly terminal: Terminal; readonly state: string};

/** A failed upgrade on screen, of an agent that may be operated on. */
const watchFailure = async ({spec = {}, args = ['--operate'], env = {}, address = (agent: DemoAgent): string | Promise<string> => agent.label}: {
	readonly spec?: Partial<StartDemoAgent>;
	readonly args?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly address?: (agent: DemoAgent) => string | Promise<string>;
} = {}): Promise<Stage> => {
	const agent = await startAgent({scenario: 'failing', ...spec});
	const state = temporaryFolder();
	const terminal = open([await address(agent), ...args], {env: {XDG_STATE_HOME: state, ...env}});
	await terminal.until(text => /failed in stage 3 of 7|阶段 3\/7/.test(text), 'the failed task');
	return {agent, terminal, state};
};

const look = async (terminal: Terminal, letter: string, question: string): Promise<void> => {
	await pressFor(terminal, 'x', text => text.includes('actions on Upgrade OceanBase'), 'the actions');
	await pressFor(terminal, letter, text => text.includes(question), 'the confirmation');
};

const typeName = async (terminal: Terminal, name: string): Promise<void> => {
	// One by one: a bunch is taken for pasted text. The cursor stands behind what was typed, be it a space.
	for (const [index, letter] of [...name].entries()) {
		terminal.type(letter);
		await terminal.until(() => {
			const typed = `▸ ${name.slice(0, index + 1)}`;
			const begin = terminal.find(typed);
			return begin !== undefined && terminal.cell(begin.row, begin.column + typed.length).isInverse;
		}, `"${letter}" to be taken`);
	}
};

const inOneLine = (terminal: Terminal): string => terminal.text().replaceAll(/\s+/g, ' ');

const posts = (agent: DemoAgent): number => agent.requests().posts;

const auditOf = (state: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
	readFileSync(path.join(state, 'obwatch', 'operations.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);

const idOf = async (agent: DemoAgent): Promise<string> => {
	const {id} = await fetchData(agent.address, 'task/dag/maintain/agent');
	return id;
};

describe('an operation that is confirmed', () => {
	test('a retry takes y, is sent once however often that is pressed, written down, and followed to its end', async () => {
		const {agent, terminal, state} = await watchFailure({spec: {speed: 20, identity: 'MASTER', rootPassword: 'Wurzel-4$'}, env: {OBWATCH_PASSWORD: 'Wurzel-4$'}});
		await look(terminal, 'r', 'Press y');
		expect(terminal.text()).toMatch(/agent +127\.0\.0\.1:\d+\n task +Upgrade OceanBase\n now +✖ failed, stage 3\n id +\d+\n stages +Undoes stage 3 \(Unpack packages\) and runs it again/);
		expect(terminal.text()).toMatch(/command +obshell task retry -i \d+/);
		await pressFor(terminal, 'y', text => text.includes('retry accepted'), 'the answer');
		terminal.press('y');
		await pressFor(terminal, 'enter', text => text.includes('# STAGE'), 'the task again');
		await terminal.until(text => /retry accepted [\d:]+ local, now succeeded/.test(text), 'its end');
		expect(posts(agent)).toBe(1);
		expect(auditOf(state)).toMatchObject([
			{agent: agent.label, task: 'Upgrade OceanBase', operation: 'retry', answer: 'sending', user: expect.any(String) as string},
			{agent: agent.label, task: 'Upgrade OceanBase', operation: 'retry', answer: 'accepted'},
		]);
		const file = path.join(state, 'obwatch', 'operations.jsonl');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readFileSync(file, 'utf8')).not.toContain('Wurzel');
	});

	test('a rollback takes the task\'s name, nothing less', async () => {
		const {agent, terminal} = await watchFailure();
		await look(terminal, 'b', 'type the task\'s name or id');
		await pressFor(terminal, 'enter', text => text.includes('This is neither the name nor the id'), 'that nothing is no name');
		await pressFor(terminal, 'y', text => text.includes('▸ y'), 'the letter');
		await pressFor(terminal, 'enter', text => text.includes('▸ y') && text.includes('This is neither'), 'that y is no name');
		await pressFor(terminal, 'backspace', text => !text.includes('▸ y'), 'it to go');
		await typeName(terminal, 'Upgrade OceanBase');
		expect(posts(agent)).toBe(0);
		terminal.type('\r\r');
		await terminal.until(text => text.includes('Ignored: '), 'two at once to be refused');
		expect(posts(agent)).toBe(0);
		await pressFor(terminal, 'enter', text => text.includes('rollback accepted'), 'the answer');
		terminal.press('enter');
		await terminal.until(text => text.includes('# STAGE') && /rollback accepted [\d:]+ local, rolling back since/.test(text), 'it to roll back');
		expect(posts(agent)).toBe(1);
	});

	test.each([[40, 10], [60, 12]])('cannot be sent at %i x %i before all of it was in sight', async (columns, rows) => {
		const {agent, terminal} = await watchFailure();
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await resizeTo(terminal, columns, rows);
		await pressFor(terminal, 'r', text => text.includes('Press y'), 'the confirmation');
		const seen = new Set(terminal.screen());
		await pressFor(terminal, 'y', text => text.includes('Read to the end first'), 'that it was not read');
		while (!terminal.text().includes('more above')) {
			const before = terminal.text();
			terminal.press('down');
			await terminal.until(text => text !== before, 'the next line');
			for (const line of terminal.screen()) {
				seen.add(line);
			}
		}

		const words = [...seen].join(' ').replaceAll(/\s+/g, ' ');
		expect(words).toContain('command');
		expect(words).toContain('The agent may still refuse');
		expect(posts(agent)).toBe(0);
		await pressFor(terminal, 'y', text => text.includes('retry accepted'), 'the answer');
		expect(posts(agent)).toBe(1);
	});

	test('its id will do too, and is what a stage is passed by', async () => {
		const {agent, terminal} = await watchFailure({spec: {scenario: 'failing'}});
		await look(terminal, 's', 'type the stage\'s name or id');
		const id = /stage id +(\d+)/.exec(terminal.text())?.[1] ?? '';
		await typeName(terminal, id);
		await pressFor(terminal, 'enter', text => text.includes('pass of the stage refused'), 'the refusal');
		expect(inOneLine(terminal)).toContain('Failed to pass node: node Unpack packages cannot pass');
		expect(agent.requests().by).toContainEqual({method: 'POST', path: `/api/v1/task/node/${id}`, auth: 'root', count: 1});
	});

	test('a refusal is shown in the agent\'s own words and language', async () => {
		const {agent, terminal, state} = await watchFailure({args: ['--operate', '--lang', 'zh-CN']});
		await pressFor(terminal, 'x', text => /r {2}重试 +重新执行失败的阶段/.test(text), 'the actions');
		await pressFor(terminal, 'p', text => text.includes('要发送“跳过任务”，请输入任务的名称或 ID，再按 Enter：'), 'the confirmation');
		await typeName(terminal, await idOf(agent));
		await pressFor(terminal, 'enter', text => text.includes('“跳过任务”被拒绝'), 'the refusal');
		// A line may end between any two characters.
		expect(terminal.text().replaceAll(/\s/g, '')).toContain('跳过DAG失败：节点Unpackpackages不能跳过');
		await pressFor(terminal, 'escape', text => /“跳过任务”被拒绝（本地 [\d:]+）：跳过 DAG 失败/.test(text) && text.includes('# 阶段'), 'it above the task');
		expect(posts(agent)).toBe(1);
		expect(auditOf(state).at(-1)).toMatchObject({answer: 'refused', reason: 'Task.Dag.Operator.PassNotAllowed'});
	});

	test('a running task is cancelled', async () => {
		const {agent, terminal} = await watchFailure();
		await askSealed(agent.address, `task/dag/${await idOf(agent)}`, {body: {operator: 'retry'}});
		await pressFor(terminal, 'r', text => text.includes('running stage 3'), 'it to run');
		await look(terminal, 'c', 'type the task\'s name or id');
		await typeName(terminal, 'Upgrade OceanBase');
		await pressFor(terminal, 'enter', text => /cancel accepted [\d:]+ local, now cancelled/.test(text), 'its end');
		expect(posts(agent)).toBe(2);
	});
});

test('a pasted id confirms like a typed one, once Enter is pressed by itself', async () => {
	const {agent, terminal} = await watchFailure();
	const id = await idOf(agent);
	await look(terminal, 'b', 'type the task\'s name or id');
	terminal.type(`\u001B[200~${id}\u001B[201~`);
	await terminal.until(text => text.includes(`▸ ${id}`), 'the pasted id');
	expect(posts(agent)).toBe(0);
	await pressFor(terminal, 'enter', text => text.includes('rollback accepted'), 'that it was sent');
	expect(posts(agent)).toBe(1);
});

describe('nothing is sent', () => {
	test('by pasted text, several keys at once, ctrl keys or Esc', async () => {
		const {agent, terminal} = await watchFailure();
		await look(terminal, 'r', 'Press y');
		for (const text of ['yy', 'y\r', '\u001B[200~y\u001B[201~', '\u001B[Ay', 'yes\n']) {
			terminal.type(text);
			await terminal.until(shown => shown.includes('Ignored: '), `"${JSON.stringify(text)}" to be refused`);
			terminal.type('\r');
			await terminal.until(shown => shown.includes('Press y to send, Esc to close'), 'another word');
		}

		await pressFor(terminal, 'ctrl-y', text => text.includes('Ctrl keys send nothing'), 'that ctrl-y is not y');
		await pressFor(terminal, 'enter', text => text.includes('Press y to send, Esc to close'), 'another word');
		await pressFor(terminal, 'ctrl-j', text => text.includes('Ctrl keys send nothing'), 'that ctrl-j is not enter');
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		// All in one: opens the confirmation, but confirms nothing.
		terminal.type('ry');
		await terminal.until(text => text.includes('r was ignored: press it by itself'), 'both to be refused');

		await pressFor(terminal, 'b', text => text.includes('type the task\'s name'), 'the confirmation');
		terminal.type('Upgrade OceanBase\r');
		await terminal.until(text => text.includes('Ignored: '), 'a bunch to be refused');
		await pressFor(terminal, 'U', text => text.includes('▸ U') && !text.includes('Ignored: '), 'a letter');
		terminal.type('\u001B[200~pgrade OceanBase\u001B[201~');
		await terminal.until(text => text.includes('Ignored: '), 'pasted text to be refused');
		await pressFor(terminal, 'backspace', text => !text.includes('Ignored: '), 'it to be empty');
		await typeName(terminal, 'Upgrade OceanBase');
		await pressFor(terminal, 'ctrl-j', text => text.includes('Ctrl keys send nothing'), 'that ctrl-j is not enter');
		await pressFor(terminal, 'backspace', text => /▸ Upgrade OceanBas$/m.test(text), 'one letter less');
		expect(terminal.text()).toContain('type the task\'s name or id');
		expect(posts(agent)).toBe(0);
	});

	test('when the task changes while it is confirmed', async () => {
		const {agent, terminal} = await watchFailure();
		await look(terminal, 'b', 'type the task\'s name or id');
		await typeName(terminal, 'Upgrade');
		await askSealed(agent.address, `task/dag/${await idOf(agent)}`, {body: {operator: 'retry'}});
		await terminal.until(text => text.includes('Nothing was sent: the task has changed: running, stage 3.'), 'the confirmation to be taken back');
		// Whatever is still being typed goes nowhere.
		terminal.type(' Oc\r');
		await pressFor(terminal, 'escape', text => text.includes('# STAGE'), 'the task');
		expect(posts(agent)).toBe(1);
	});

	test('when it changed between the last look and the sending', async () => {
		const {agent, terminal, state} = await watchFailure();
		await look(terminal, 'r', 'Press y');
		await askSealed(agent.address, `task/dag/${await idOf(agent)}`, {body: {operator: 'rollback'}});
		await pressFor(terminal, 'y', text => text.includes('retry not sent: the task has changed: rolling back, stage 3'), 'that it was not sent');
		expect(posts(agent)).toBe(1);
		expect(auditOf(state).at(-1)).toMatchObject({answer: 'not sent', reason: 'changed'});
	});

	test('without --operate: it is shown what could be done, and how to allow it', async () => {
		const {agent, terminal} = await watchFailure({args: []});
		await look(terminal, 'r', 'Undoes stage 3');
		expect(inOneLine(terminal)).toContain('Restart with --operate');
		terminal.press('y', 'enter');
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		await pressFor(terminal, 'b', text => text.includes('Undoes stage 3'), 'what a rollback would do');
		expect(posts(agent)).toBe(0);
	});

	test('to an agent that the config file leaves alone, under another name: the screen names the place in the file', async () => {
		const folder = temporaryFolder();
		const config = path.join(folder, 'c.yaml');
		const {agent, terminal} = await watchFailure({args: ['--operate', '--config', config], address({label}) {
			writeFileSync(config, `groups:\n  prod:\n    agents: ["${label}"]\n    operate: false\n`);
			return label.replace('127.0.0.1', 'localhost');
		}});
		terminal.press('x');
		await terminal.until(() => inOneLine(terminal).includes(`exempt from operations: c.yaml:4 sets operate: false for @prod, where it is called ${agent.label}. --operate does not change that.`), 'why not');
		await pressFor(terminal, 'r', text => text.includes('Read-only'), 'what a retry would do');
		expect(inOneLine(terminal)).toContain('c.yaml:4 sets operate: false');
		terminal.press('y');
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		expect(posts(agent)).toBe(0);
	});

	test('to an agent that is gone: the actions say why', async () => {
		const {agent, terminal} = await watchFailure();
		await look(terminal, 'r', 'Press y');
		await agent.stop();
		await terminal.until(text => /Nothing was sent: .*unreachable/.test(text), 'the confirmation to be taken back');
		await pressFor(terminal, 'escape', text => text.includes('# STAGE'), 'the task');
		await pressFor(terminal, 'x', text => /r +retry +no: 127.*unreachable/.test(text), 'why not');
		await pressFor(terminal, 'r', text => /retry: 127.*unreachable/.test(text) && text.includes('Nothing was sent.'), 'that it is not offered');
	});

	test('that cannot be written down', async () => {
		const {agent, terminal, state} = await watchFailure();
		mkdirSync(path.join(state, 'obwatch', 'operations.jsonl'), {recursive: true});
		await look(terminal, 'r', 'Press y');
		await pressFor(terminal, 'y', text => text.includes('retry not sent:'), 'that it was not sent');
		expect(inOneLine(terminal)).toContain('something else has this name');
		expect(posts(agent)).toBe(0);
	});
});

test('an operation whose answer is lost is unknown, watched, and not sent again', async () => {
	const proxies: Array<Awaited<ReturnType<typeof startFaultyProxy>>> = [];
	const {agent, terminal, state} = await watchFailure({async address(watched) {
		const proxy = await startFaultyProxy(watched.label, systemClock);
		onTestFinished(proxy.stop);
		proxies.push(proxy);
		return proxy.label;
	}});
	const proxy = proxies[0]!;
	await proxy.fail(faults.lost, /^POST/);
	await look(terminal, 'r', 'Press y');
	await pressFor(terminal, 'y', text => text.includes('retry unknown, watching'), 'the unknown result');
	await pressFor(terminal, 'escape', text => /retry unknown, watching: .*running since/.test(text), 'what is seen of it');
	expect(proxy.posts()).toBe(1);
	expect(posts(agent)).toBe(1);
	expect(auditOf(state).at(-1)).toMatchObject({answer: 'unknown'});
});
