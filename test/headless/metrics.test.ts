// `--serve-metrics` as Prometheus sees it.

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect, type AddressInfo, createServer, type Socket} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {metricsText} from '../../source/headless/metrics.js';
import {type AgentEntry} from '../../source/store/state.js';
import {reduce} from '../../source/store/store.js';
import {runProgram, type Run} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {after, makeDag, ten} from '../helpers/tasks.js';
import {runToEnd, startAgent} from './helpers/agents.js';
import {failing, lost, partlyFailed, stateOf, waitingTask, withTask} from './helpers/states.js';

const serve = async (...args: readonly string[]): Promise<{readonly run: Run; readonly url: string}> => {
	const run = runProgram(['--accept-keys', ...args]);
	onTestFinished(() => {
		run.kill('SIGKILL');
	});
	await until(() => run.stderr().includes('/metrics'), 'its address', {describe: run.stderr});
	return {run, url: /http:\/\/\S+/.exec(run.stderr())?.[0] ?? ''};
};

test('an agent, its task and its latency can be scraped, until SIGTERM', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const {run, url} = await serve('--serve-metrics', '0', agent.label, '127.0.0.1:1');
	let text = '';
	const scrape = async (): Promise<void> => {
		const response = await fetch(url);
		expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
		text = await response.text();
	};

	// Both agents are asked, and the task comes after its agent responds.
	const awaited = ['outcome="failed"', 'obwatch_agent_connection{agent="127.0.0.1:1",connection="unreachable"} 1', 'obwatch_agent_poll_seconds{'];
	const isWhole = (): boolean => awaited.every(part => text.includes(part));
	const deadline = Date.now() + 120_000;
	while (!isWhole() && Date.now() < deadline) {
		await scrape();
	}

	expect(text).toContain(`obwatch_agent_up{agent="${agent.label}"} 1\n`);
	expect(text).toContain('obwatch_agent_up{agent="127.0.0.1:1"} 0\n');
	expect(text).toContain('obwatch_agent_connection{agent="127.0.0.1:1",connection="unreachable"} 1\n');
	expect(text).toMatch(/^obwatch_task_outcome\{owner="127\.0\.0\.1:\d+",id="\d+",task="Upgrade OceanBase",main="",outcome="failed"\} 1$/m);
	expect(text).toMatch(/^obwatch_task_stage\{.*\} 3$/m);
	expect(text).toMatch(/^obwatch_task_max_stage\{.*\} 7$/m);
	expect(text).toMatch(/^obwatch_agent_poll_seconds\{.*\} [\d.e-]+$/m);
	run.kill('SIGTERM');
	expect(await run.exit()).toBe(143);
	await expect(fetch(url)).rejects.toThrow();
});

test('without an agent, all groups of the config file are watched, as by the service', async () => {
	const [one, other] = await Promise.all([startAgent({scenario: 'succeeded'}), startAgent({scenario: 'succeeded'})]);
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-metrics-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const config = path.join(folder, 'config.yaml');
	writeFileSync(config, `groups:\n  one: {agents: [${one.label}]}\n  other: {agents: [${other.label}]}\n`, {mode: 0o644});
	const {run, url} = await serve('--config', config, '--serve-metrics', '0');
	expect(run.stderr()).toContain('obwatch: no agent is named: all groups of the config file are watched (@one, @other)\n');
	const response = await fetch(url);
	const text = await response.text();
	expect(new Set([...text.matchAll(/^obwatch_agent_up\{agent="([^"]+)"\}/gm)].map(([, agent]) => agent))).toEqual(new Set([one.label, other.label]));
	const named = await serve('--config', config, '--serve-metrics', '0', '@other');
	expect(named.run.stderr()).not.toContain('no agent is named');
	const ofNamed = await fetch(named.url);
	expect(await ofNamed.text()).not.toContain(`"${one.label}"`);
});

test('other paths, other methods', async () => {
	const {url} = await serve('--serve-metrics', '0', '127.0.0.1:1');
	const elsewhere = await fetch(new URL('/', url));
	expect(elsewhere.status).toBe(404);
	const posted = await fetch(url, {method: 'POST'});
	expect(posted.status).toBe(405);
	const head = await fetch(url, {method: 'HEAD'});
	expect([head.status, await head.text()]).toEqual([200, '']);
});

test('a reader that sends half a request, none, or reads no response keeps no other from the metrics and is dropped', async () => {
	const {url} = await serve('--serve-metrics', '0', '127.0.0.1:1');
	const open = new Set<Socket>();
	const hold = async (bytes: string): Promise<void> => new Promise(resolve => {
		const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
			socket.write(bytes);
			open.add(socket);
			resolve();
		});
		socket.on('error', () => undefined).on('close', () => {
			open.delete(socket);
		});
		onTestFinished(() => {
			socket.destroy();
		});
		// Hears of the end, but of no answer where it is not to be read.
		if (bytes !== unread) {
			socket.resume();
		}
	});
	const unread = 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50);
	for (const bytes of ['', 'GET /metr', 'GET /metrics HTTP/1.1\r\nx-slow: ', unread]) {
		await Promise.all(Array.from({length: 20}, async () => hold(bytes)));
	}

	const response = await fetch(url);
	expect(await response.text()).toContain('obwatch_build_info');
	for (const socket of open) {
		socket.resume();
	}

	await until(() => open.size === 0, 'the connections to be closed', {describe: () => `${open.size} open`});
});

test('a port alone is open to this machine only', async () => {
	const outside = Object.values(os.networkInterfaces()).flat().find(one => one?.family === 'IPv4' && !one.internal)?.address;
	const {url} = await serve('--serve-metrics', '0', '127.0.0.1:1');
	expect(new URL(url).hostname).toBe('127.0.0.1');
	const isOpen = outside !== undefined && await new Promise<boolean>(resolve => {
		const socket = connect(Number(new URL(url).port), outside, () => {
			resolve(true);
			socket.destroy();
		}).on('error', () => {
			resolve(false);
		});
	});
	expect(isOpen).toBe(false);
});

test('a port that is taken is said in one line', async () => {
	const server = createServer();
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	onTestFinished(() => {
		server.close();
	});
	expect(await runToEnd(['--accept-keys', '--serve-metrics', String(port), '127.0.0.1:1'])).toEqual({code: 2, stdout: '', stderr: `obwatch: port ${port} on 127.0.0.1 is in use\n`});
});

test.each([
	['x', '--serve-metrics "x": expected HOST:PORT or a port, such as 127.0.0.1:9464'],
	['127.0.0.1:70000', '--serve-metrics "127.0.0.1:70000": expected HOST:PORT or a port, such as 127.0.0.1:9464'],
])('%s is no place to listen', async (place, line) => {
	expect(await runToEnd(['--serve-metrics', place])).toEqual({code: 2, stdout: '', stderr: `obwatch: ${line}\n`});
});

describe('the text', () => {
	test('has how long a task usually takes once three runs are known', async () => {
		const runs = [1, 2, 3].map(number => ({place: '127.0.0.1:2886', name: 'Initialize cluster', id: `2213070643302886${number}`, startTime: after(-1000 * number), duration: 50_000 + number, stages: []}));
		const before = stateOf(withTask('RUNNING/RUN'));
		const source = {now: after(90), latencies: new Map(), version: '1'};
		expect(await metricsText({...source, state: reduce(before, {type: 'runs-loaded', runs: runs.slice(1)})})).not.toContain('obwatch_task_expected_seconds{');
		expect(await metricsText({...source, state: reduce(before, {type: 'runs-loaded', runs})})).toContain('obwatch_task_expected_seconds{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main=""} 50.002\n');
	});

	test('shows each agent and task as it is now', async () => {
		const state = stateOf(withTask('RUNNING/RUN', {stage: 2, maxStage: 4}), {...withTask('SUCCEED/ROLLBACK'), ...failing(lost)});
		const text = await metricsText({state, now: after(90), latencies: new Map([['10.0.0.1:2886', 250]]), version: '1'});
		expect(text.split('\n').filter(line => !line.startsWith('#') && line !== '')).toEqual([
			'obwatch_build_info{version="1"} 1',
			'obwatch_agent_up{agent="10.0.0.1:2886"} 1',
			'obwatch_agent_up{agent="10.0.0.2:2886"} 0',
			'obwatch_agent_connection{agent="10.0.0.1:2886",connection="connected"} 1',
			'obwatch_agent_connection{agent="10.0.0.2:2886",connection="unreachable"} 1',
			'obwatch_agent_poll_seconds{agent="10.0.0.1:2886"} 0.25',
			'obwatch_task_outcome{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main="",outcome="running"} 1',
			'obwatch_task_outcome{owner="10.0.0.2:2886",id="22130706433028869",task="Initialize cluster",main="",outcome="rolled back"} 1',
			'obwatch_task_failing{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main=""} 0',
			'obwatch_task_failing{owner="10.0.0.2:2886",id="22130706433028869",task="Initialize cluster",main=""} 0',
			'obwatch_task_stage{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main=""} 2',
			'obwatch_task_stage{owner="10.0.0.2:2886",id="22130706433028869",task="Initialize cluster",main=""} 1',
			'obwatch_task_max_stage{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main=""} 4',
			'obwatch_task_max_stage{owner="10.0.0.2:2886",id="22130706433028869",task="Initialize cluster",main=""} 0',
			'obwatch_task_age_seconds{owner="10.0.0.1:2886",id="22130706433028869",task="Initialize cluster",main=""} 90',
			'obwatch_task_age_seconds{owner="10.0.0.2:2886",id="22130706433028869",task="Initialize cluster",main=""} 0',
		]);
	});

	test('never says of a task that cannot be read now what it did when it was read last', async () => {
		const source = {now: ten, latencies: new Map<string, number>(), version: '1'};
		const tellsOf = async (change: Partial<AgentEntry>): Promise<readonly string[]> => {
			const text = await metricsText({...source, state: stateOf({...change, ...failing(lost)})});
			return text.split('\n').flatMap(line => /^obwatch_task_(?<what>\w+)\{.*?main=""(?:,outcome="(?<outcome>.*)")?\} (?<value>\d)$/.exec(line)?.slice(1).filter(Boolean).join(' ') ?? []);
		};

		expect(await tellsOf(withTask('RUNNING/RUN', {stage: 2, maxStage: 4}))).toEqual(['outcome not checked 1']);
		expect(await tellsOf(waitingTask)).toEqual(['outcome not checked 1']);
		expect(await tellsOf(partlyFailed)).toEqual(['outcome not checked 1', 'failing 1']);
		expect(await tellsOf(withTask('FAILED/RUN'))).toContain('outcome failed 1');
		expect(await tellsOf(withTask('SUCCEED/RUN'))).toContain('outcome succeeded 1');
	});

	test('shows that a task is gone', async () => {
		const gone = {...withTask('SUCCEED/RUN'), otherTasks: [makeDag({id: '22130706433028870', name: 'Backup', unlisted: {seenAt: ten, end: 'gone'}})]};
		const text = await metricsText({state: stateOf(gone), now: ten, latencies: new Map(), version: '1'});
		expect(text).toContain('task="Backup",main="",outcome="gone"} 1');
		expect(text).toMatch(/^# HELP obwatch_task_outcome .*gone.*not checked/m);
	});

	test('shows of a running task that a part of it failed', async () => {
		const text = await metricsText({state: stateOf(partlyFailed), now: ten, latencies: new Map(), version: '1'});
		expect(text).toMatch(/^obwatch_task_failing\{.*\} 1$/m);
		expect(text).toContain('outcome="running"} 1');
	});

	test('keeps what an agent calls a task inside its label', async () => {
		const text = await metricsText({state: stateOf(withTask('RUNNING/RUN', {name: String.raw`a"} 1\ b`})), now: ten, latencies: new Map(), version: '1'});
		expect(text).toContain(String.raw`task="a\"} 1\\ b",main="",outcome="running"} 1`);
	});
});

test('a task that only another password opens has no outcome', async () => {
	const closed = makeDag({id: '42130706433028863', state: 'FAILED', nodes: undefined, isBrief: true, needs: {agent: '10.0.0.1:2886', isRefused: false}});
	const source = {now: ten, latencies: new Map<string, number>(), version: '1'};
	const without = await metricsText({...source, state: stateOf(withTask('SUCCEED/RUN'))});
	expect(await metricsText({...source, state: stateOf({...withTask('SUCCEED/RUN'), otherTasks: [closed]})})).toBe(without);
});
