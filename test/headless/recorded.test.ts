// A recording without a screen.

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {fleetSchema, eventSchema} from '../../source/headless/json-schema.js';
import {recordedLines, runRecorded} from '../../source/headless/replay.js';
import {readLine} from '../../source/recording/format.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';
import {runToEnd} from './helpers/agents.js';

const folder = process.env['OBWATCH_RECORDINGS'];
const env = {TZ: 'UTC'};

const moment = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
const task = (second: number, stage: number, state = 'RUNNING'): string => JSON.stringify({
	at: moment(second), agent: '10.0.0.1:2886', method: 'GET', path: '/api/v1/task/dag/maintain/agent', status: 200,
	body: {successful: true, data: {id: '2016777216102886007', dag_id: 7, name: 'Upgrade', stage, max_stage: 3, state, operator: 'RUN', start_time: moment(0), end_time: moment(second), additional_data: null}},
});

const write = (...lines: readonly string[]): string => {
	const place = mkdtempSync(path.join(tmpdir(), 'obwatch-recorded-'));
	onTestFinished(() => {
		rmSync(place, {recursive: true, force: true});
	});
	const file = path.join(place, 'night.jsonl');
	writeFileSync(file, `${lines.join('\n')}\n`);
	return file;
};

describe('a recording', () => {
	test('is printed line by line, at the times of then', async () => {
		const {code, stdout, stderr} = await runToEnd(['replay', write(task(1, 1), '{"cut', task(60, 2), task(7200, 3, 'FAILED')), '--watch'], {env});
		expect({code, stderr}).toEqual({code: 0, stderr: 'obwatch: recording of 2026-03-01 10:00:01 to 12:00:00: not live\nobwatch: left out: 1 damaged line\n'});
		expect(stdout).toBe([
			'2026-03-01 10:00:01 +00:00  10.0.0.1:2886          Upgrade #007: running, stage 1/3',
			'2026-03-01 10:01:00 +00:00  10.0.0.1:2886          Upgrade #007: stage 2/3',
			'2026-03-01 12:00:00 +00:00  10.0.0.1:2886          Upgrade #007: failed: stage 3/3: no reason was logged',
			'',
		].join('\n'));
	});

	test('is printed as it ended, with the exit code of the tasks', async () => {
		const file = write(task(1, 1), task(7200, 3, 'FAILED'));
		expect(await runToEnd(['replay', file, '--once'], {env})).toMatchObject({code: 1, stderr: 'obwatch: recording of 2026-03-01 10:00:01 to 12:00:00: not live\n', stdout: expect.stringMatching(/^AGENT .*\n10\.0\.0\.1:2886 .* failed +3\/3 +2h00m/) as string});
		const {code, stdout} = await runToEnd(['replay', file, '--json'], {env});
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({at: '2026-03-01T12:00:00.000Z', replay: true});
		expect(fleetSchema.safeParse(JSON.parse(stdout)).success).toBe(true);
	});

	test('says how long a task usually takes by the runs that are in it, unless it is not to', async () => {
		const run = (number: number, second: number, state: string): string => {
			const times = {start_time: moment(60 * number), end_time: moment((60 * number) + 30)};
			const stage = {id: '2016777216102886008', name: 'Stop', state, operator: 'RUN', ...times};
			return JSON.stringify({
				at: moment((60 * number) + second), agent: '10.0.0.1:2886', method: 'GET', path: '/api/v1/task/dag/maintain/agent', status: 200,
				body: {successful: true, data: {id: `201677721610288600${number}`, dag_id: number, name: 'Upgrade', stage: 1, max_stage: 1, state, operator: 'RUN', ...times, additional_data: null, nodes: [{...stage, sub_tasks: [{...stage, execute_times: 1, task_logs: []}]}]}},
			});
		};

		const clock = JSON.stringify({at: moment(60), agent: '10.0.0.1:2886', method: 'GET', path: '/api/v1/time', status: 200, body: {successful: true, data: moment(60)}});
		const file = write(clock, run(1, 30, 'SUCCEED'), run(2, 30, 'SUCCEED'), run(3, 30, 'SUCCEED'), run(4, 10, 'RUNNING'));
		const taskIn = async (...args: readonly string[]): Promise<unknown> => {
			const {stdout} = await runToEnd(['replay', file, '--json', ...args], {env});
			return fleetSchema.parse(JSON.parse(stdout)).agents[0]?.task;
		};

		expect(await taskIn()).toMatchObject({usual: {runs: 3, durationMs: 30_000}, remainingMs: 20_000});
		expect(await taskIn('--no-usual')).toMatchObject({usual: null, remainingMs: null});
	});

	test('is JSON, a line for each thing that happened', async () => {
		const {stdout} = await runToEnd(['replay', write(task(1, 1), task(60, 2)), '--watch', '--json'], {env});
		expect(stdout.trim().split('\n').map(line => eventSchema.parse(JSON.parse(line))).map(({at, replay}) => ({at, replay}))).toEqual([{at: moment(1), replay: true}, {at: moment(60), replay: true}]);
	});

	test('is said not to be in order where its times lead back, and over which days it goes', async () => {
		const {stdout, stderr} = await runToEnd(['replay', write(task(1, 1), task(100_000, 3), task(60, 2), task(20, 1)), '--once'], {env});
		expect(stdout).toContain('Upgrade');
		expect(stderr).toBe('obwatch: recording of 2026-03-01 10:00:01 to 2026-03-02 13:46:40: not live\nobwatch: 2 lines out of order: the result may be wrong\n');
	});

	test('that is not read to its end is not said to end there', async () => {
		const lines = async function * () {
			for (const [offset, text] of [task(1, 1), task(60, 2)].entries()) {
				yield {line: readLine(text), offset, end: offset + 1};
			}
		};

		const {recorded} = await runRecorded(lines(), {type: 'watch', isJson: false}, {
			clock: createVirtualClock(0), output: {write: async () => undefined}, colorize: text => text, version: '1', signal: AbortSignal.abort(),
		});
		expect(recordedLines(recorded)).toEqual([expect.stringMatching(/^recording of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d and later: not live$/) as string]);
		expect(recordedLines({...recorded, span: undefined, lost: 1, disordered: 1})).toEqual([
			'a recording: not live', 'left out: 1 response not recorded', '1 line out of order: the result may be wrong',
		]);
	});

	test.each([
		[['--once', '--watch'], '--once and --watch cannot be used together'],
		[['--watch', '--logs'], '--logs and --watch cannot be used together'],
		[['--stages'], '--stages needs --once or --json'],
		[['--once', '--ascii'], '--ascii is for the screen only'],
		[['--watch', '--speed', '2'], '--speed is for the screen only'],
	])('with %j is wrong usage', async (args, problem) => {
		expect(await runToEnd(['replay', 'x', ...args])).toMatchObject({code: 2, stderr: expect.stringContaining(problem) as string});
	});
});

describe.skipIf(folder === undefined)('the recordings of real agents', () => {
	test('tell what happened', async () => {
		const {code, stdout, stderr} = await runToEnd(['replay', folder ?? '', '--watch'], {env});
		expect({code, stderr}).toEqual({code: 0, stderr: expect.stringMatching(/^obwatch: recording of [^\n]*: not live\n$/) as string});
		expect(stdout).toMatch(/(Initialize cluster #\d+): cancelled.*\1: failed.*\1: rolled back.*Join to master/s);
	});
});
