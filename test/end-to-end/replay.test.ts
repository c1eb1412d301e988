import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {runProgram} from '../helpers/run-program.js';
import {open, pressFor, startAgent} from './helpers/stage.js';

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-recording-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

test('what the screen shows is recorded, without the password, and is replayed as it was', async () => {
	const password = 'marker-of-a-password-4711';
	const agent = await startAgent({scenario: 'initialize', agentPassword: password, speed: 4});
	const file = path.join(makeFolder(), 'night.jsonl');
	const live = open([agent.label, '--record', file], {env: {OBWATCH_AGENT_PASSWORD: password}});
	await live.until(text => text.includes('recording') && /running stage [2-9]/.test(text), 'the task, recorded');
	live.press('q');
	await live.until(text => text.startsWith(' obwatch  1 agent'), 'the agents');
	live.press('q');
	expect(await live.exit).toMatchObject({code: 0});

	const text = readFileSync(file, 'utf8');
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(text).not.toContain(password);
	expect(text).not.toMatch(/x-ocs|public_key/i);
	expect(text.split('\n').at(-2)).toMatch(/^\{"at":"[^"]+","end":true\}$/);
	await agent.stop();

	const replay = open(['replay', file, '--speed', '20']);
	await replay.until(shown => shown.includes('end of recording') && /running stage [2-9]/.test(shown), 'the end of the replay');
	expect(replay.screen()[0]).toMatch(/^ REPLAY \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ×20 end of recording, 100 %$/);
	// Time is stopped there, so no clock runs and nothing grows.
	expect(replay.text()).toContain('Initialize cluster');
	await pressFor(replay, 'x', shown => shown.includes('Not in a replay: no agent is polled'), 'why nothing can be done');
	replay.press('ctrl-c');
	expect(await replay.exit).toMatchObject({code: 130});
});

const moment = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();

const answered = (second: number, question: string, data: unknown): string => JSON.stringify({
	at: moment(second), agent: '10.0.0.1:2886', method: 'GET', path: `/api/v1/${question}`, status: 200, body: {successful: true, data},
});

const task = (second: number, stage: number, state = 'RUNNING', name = 'Upgrade\u001B[2J'): string => answered(second, 'task/dag/maintain/agent', {
	id: '2016777216102886007', dag_id: 7, name, stage, max_stage: 3, state, operator: 'RUN', start_time: moment(0), end_time: moment(second), additional_data: null,
});

/** A night with an upgrade, as other programs would record it: without a beginning line, with a line that was cut off and an unreadable one. */
const night = [
	task(1, 1),
	task(60, 2),
	'{"at":"2026-03-01T10:01:10.000Z","agent":"10.0.0.1:28',
	'\u001B]52;c;aGFybQ==\u0007',
	task(3600, 3),
	JSON.stringify({at: moment(3660), agent: '10.0.0.1:2886', method: 'GET', path: '/api/v1/status', error: {type: 'timeout', after: 10_000}}),
	answered(3700, 'status', {agent: {ip: '10.0.0.1', port: 2886, identity: 'SINGLE'}, pid: 1, obState: 0}),
	task(3701, 3, 'SUCCEED'),
];

test('keys lead through a replay, which says where it is', async () => {
	const file = path.join(makeFolder(), 'night.jsonl');
	writeFileSync(file, night.join('\n'));
	const replay = open(['replay', file], {env: {TZ: 'UTC'}});
	const first = (): string => replay.screen()[0] ?? '';
	await replay.until(text => text.includes('REPLAY 2026-03-01 10:00:0') && text.includes('running stage 1'), 'the beginning');
	await pressFor(replay, 'p', text => text.includes('paused, '), 'the pause');
	await pressFor(replay, ')', () => first().includes('10:01:00 ×1 paused'), 'the next change');
	expect(replay.text()).toContain('running stage 2');
	await pressFor(replay, '.', () => first().includes('1 damaged line'), 'the line after it');
	await pressFor(replay, ')', () => first().includes('11:00:00 ×1 paused') && first().includes('2 damaged lines'), 'the third stage, behind what cannot be read');
	await pressFor(replay, ')', text => text.includes('no answer within') || text.includes('unreachable'), 'the silence');
	await pressFor(replay, '(', () => first().includes('11:00:00'), 'the change before');
	await pressFor(replay, '}', () => first().includes('11:01:00'), 'a minute later');
	await pressFor(replay, '{', () => first().includes('11:00:00'), 'a minute earlier');
	await pressFor(replay, '+', () => first().includes('×2 paused'), 'the faster pace');
	await pressFor(replay, '-', () => first().includes('×1 paused'), 'the slower pace');
	await pressFor(replay, '?', text => text.includes('next change') && text.includes('not in a replay'), 'the help');
	expect(replay.text()).not.toContain('enter a password');
	await pressFor(replay, 'escape', text => text.includes('running stage 3'), 'the task');
	await pressFor(replay, 'escape', text => /^ obwatch {2}1 agent/m.test(text), 'the agents');
	await pressFor(replay, ',', () => first().includes('10:01:00'), 'the line before, on the agents');
	await pressFor(replay, 'J', text => text.includes('stage 2/3'), 'the journal');
	for (const [typed, mark] of [['+30m', '10:31:00'], ['11:00:30', '11:00:30'], ['100%', ' end, 100 %'], ['2026-03-01 10:00:20', '10:00:20 ×1 paused'], ['10:01', '10:01:00']] as const) {
		await pressFor(replay, '@', text => text.includes('Enter go'), 'the question where to go');
		replay.type(typed);
		await replay.until(text => text.includes(`@${typed}`), 'what was typed');
		await pressFor(replay, 'enter', () => first().includes(mark), mark);
	}

	for (const mark of ['11:00:00', '11:01:00', '11:01:41', ' end, 100 %']) {
		await pressFor(replay, ')', () => first().includes(mark), mark);
	}

	expect(replay.raw()).not.toContain('Upgrade\u001B');
	expect(replay.raw()).not.toContain(']52;');
	replay.press('ctrl-c');
	expect(await replay.exit).toMatchObject({code: 130});
});

test.each([
	['of which no line can be read', 'nothing\nhere', 'no recording in it'],
	['that is not there', undefined, 'no such file'],
])('a file %s is refused in a line, before the screen opens', async (_, text, problem) => {
	const file = path.join(makeFolder(), 'night.jsonl');
	if (text !== undefined) {
		writeFileSync(file, text);
	}

	const replay = open(['replay', file]);
	expect(await replay.exit).toMatchObject({code: 2});
	expect(replay.text().replaceAll('\n', '')).toContain(problem);
});

test('without a terminal a recording is not shown, and said why; but first, what is wrong with the file', async () => {
	const file = path.join(makeFolder(), 'night.jsonl');
	const missing = runProgram(['replay', file]);
	expect(await missing.exit()).toBe(2);
	expect(missing.stderr()).toMatch(/^obwatch: .*night\.jsonl: no such file\n$/);
	writeFileSync(file, night.join('\n'));
	const run = runProgram(['replay', file]);
	expect(await run.exit()).toBe(2);
	expect(run.stderr()).toContain('obwatch needs a terminal (stdout is not one). Use --watch to print what happened');
});

test('a file that cannot be written is refused before the first request', async () => {
	const agent = await startAgent();
	const run = runProgram(['--once', agent.label, '--record', path.join(makeFolder(), 'nowhere', 'night.jsonl')]);
	expect(await run.exit()).toBe(2);
	expect(run.stderr()).toMatch(/^obwatch: --record .*night\.jsonl: no such folder\n$/);
	expect(agent.requests().total).toBe(0);
});

test('on the screen, a full disk is shown all the time, and ends nothing', async () => {
	const agent = await startAgent({scenario: 'initialize', speed: 4});
	const file = path.join(makeFolder(), 'night.jsonl');
	const terminal = open(['-c', 'ulimit -f 2; exec "$@"', 'sh', process.execPath, program, '--accept-keys', agent.label, '--record', file], {command: 'sh'});
	await terminal.until(text => text.includes('not recording: ') && /running stage [2-9]/.test(text), 'what is wrong, and the task');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toMatchObject({code: 130});
	expect(terminal.text()).toMatch(/obwatch: \d+ responses are missing in/);
	expect(statSync(file).size).toBeLessThanOrEqual(1024);
});

test('a full disk is reported, and ends nothing', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const file = path.join(makeFolder(), 'night.jsonl');
	const script = 'trap "" XFSZ; ulimit -f 2; exec "$@"';
	const run = runProgram([], {command: ['sh', '-c', script, 'sh', process.execPath, program, '--once', '--accept-keys', agent.label, '--record', file]});
	expect(await run.exit()).toBe(1);
	expect(run.stdout()).toContain('Upgrade OceanBase');
	expect(run.stderr()).toMatch(/obwatch: not recording: .*night\.jsonl: /);
	expect(run.stderr()).toMatch(/obwatch: \d+ responses are missing in .*night\.jsonl: /);
});
