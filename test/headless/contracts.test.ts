// Contract with real agents: what each recording in the folder OBWATCH_RECORDINGS shows is what happened. How each task ended was written down by hand.

import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {clusterInfoSchema, infoSchema, statusSchema} from '../../source/protocol/agent.js';
import {parseEnvelope} from '../../source/protocol/envelope.js';
import {dagListSchema} from '../../source/protocol/task.js';
import {runToEnd} from './helpers/agents.js';

const folder = process.env['OBWATCH_RECORDINGS'];
const env = {TZ: 'UTC'};
const fileOf = (name: string): string => path.join(folder ?? '', `${name}.jsonl`);

const outcomes = ['succeeded', 'ended', 'failed', 'cancelled', 'rolled back', 'passed', 'gone', 'unknown'] as const;
const reasons = ['cannot allocate memory', 'port has not been initialized', 'record not found', 'doesn\'t exist'] as const;

/** The ends that a replay tells of, as "time agent task: outcome", and why where it failed. */
const endsIn = async (name: string): Promise<readonly string[]> => {
	const {code, stdout} = await runToEnd(['replay', fileOf(name), '--watch'], {env});
	expect(code).toBe(0);
	return stdout.split('\n').flatMap(line => {
		const [, time = '', , owner = '', ...rest] = line.split(/ +/);
		const text = rest.join(' ');
		const [task = '', told = ''] = text.split(': ', 2);
		const outcome = outcomes.find(word => told.startsWith(word));
		const why = reasons.find(reason => text.includes(reason));
		return outcome === undefined ? [] : [`${time} ${owner.replace('127.0.0.', '.')} ${task}: ${outcome}${why === undefined ? '' : `, ${why}`}`];
	});
};

const contracts: Readonly<Record<string, readonly string[]>> = {
	'cluster-init-succeeds': [
		'21:14:28 .11:4886 Join self #1: succeeded',
		'21:14:34 .12:4887 Join to master #1: succeeded',
		'21:14:45 .12:4887 Create observer workdir #2: succeeded',
		'21:14:54 .12:4887 Start observer #3: succeeded',
		'21:15:17 .11:4886 Initialize cluster #5: succeeded',
	],
	'cluster-stop-start-failed-start': [
		// The first start is not in the recording: how its share had ended is.
		'21:11:29 .12:4887 Start observer #7: failed, cannot allocate memory',
		'21:11:52 .11:4886 Start observer #11: ended',
		'21:11:52 .12:4887 Start observer #8: ended',
		'21:11:53 .11:4886 Start OB #10: succeeded',
		'21:12:11 .11:4886 Stop observer #13: ended',
		'21:12:11 .12:4887 Stop observer #9: ended',
		'21:12:12 .11:4886 Stop OB #12: succeeded',
		'21:12:28 .12:4887 Start observer #10: failed, cannot allocate memory',
		'21:12:33 .11:4886 Start observer #15: ended',
		'21:12:34 .11:4886 Start OB #14: failed, cannot allocate memory',
		'21:12:56 .11:4886 Start observer #17: ended',
		'21:12:56 .12:4887 Start observer #11: ended',
		'21:12:58 .11:4886 Start OB #16: succeeded',
		'21:13:03 realob Upgrade check obshell 4.6.0.0-101000042025031818.el7 #1: failed, record not found',
		'21:13:11 realob Drop tenant #2: failed, doesn\'t exist',
		'21:13:18 realob Drop tenant #2: failed, doesn\'t exist',
	],
	'two-agents-staggered-failure-retry': [
		'21:11:33 .2:2887 Create observer workdir #2: succeeded',
		'21:11:42 .2:2887 Start observer #3: failed, cannot allocate memory',
		'21:11:56 .1:2886 Initialize cluster #5: failed, cannot allocate memory',
		'21:11:59 .2:2887 Start observer #3: rolled back',
		'21:12:07 .2:2887 Start observer #4: failed, cannot allocate memory',
		'21:12:19 .1:2886 Initialize cluster #5: failed, cannot allocate memory',
	],
	'two-agents-nodepass-next-stage-fails': [
		'21:12:19 .1:2886 Initialize cluster #5: failed, cannot allocate memory',
		'21:12:23 .1:2886 Initialize cluster #5: failed, port has not been initialized',
	],
};

/** Recordings whose contract is tested elsewhere. */
const elsewhere = ['endpoints-and-errors', 'one-agent-init-cancel-retry-rollback', 'two-agents-init-failed-rollback', 'old-and-seekdb-endpoints'];

describe.skipIf(folder === undefined)('the recordings of real agents', () => {
	test.each(Object.entries(contracts))('%s tells of every end, and of no failure that was none', async (name, ends) => {
		const told = await endsIn(name);
		expect(told).toEqual(expect.arrayContaining([...ends]));
		expect(told.filter(line => line.includes('failed'))).toEqual(ends.filter(line => line.includes('failed')));
	});

	test.each([
		['cluster-init-succeeds', 0, [/^realob +2\/2/m, /^ {2}127\.0\.0\.11:4886 +cluster +Initialize cluster +succeeded +11\/11 /m]],
		['cluster-stop-start-failed-start', 1, [/Drop tenant +failed +1\/2 /, /Upgrade check obshell \S+ +failed +2\/5 /, /^ {2}127\.0\.0\.12:4887 +cluster +Start observer +ended +5\/5 /m]],
		['two-agents-staggered-failure-retry', 1, [/^realdemo +2\/2/m, /Initialize cluster +running +3\/11/, /Start observer +failed +1\/1 /]],
		['two-agents-nodepass-next-stage-fails', 1, [/Initialize cluster +failed +4\/11 .*Cluster boostrap/]],
	] as const)('%s ends as it ended, with exit code %i', async (name, code, lines) => {
		const ended = await runToEnd(['replay', fileOf(name), '--once'], {env});
		expect(ended.code).toBe(code);
		for (const line of lines) {
			expect(ended.stdout).toMatch(line);
		}
	});

	test('a failed start is failing as soon as one agent cannot go on, whichever agents are watched, and no event says the same as the one before it', async () => {
		const {stdout} = await runToEnd(['replay', fileOf('cluster-stop-start-failed-start'), '--watch', '--json'], {env});
		const events = stdout.trim().split('\n').map(line => JSON.parse(line) as {readonly type: string; readonly task?: {readonly id: string; readonly outcome: string; readonly stageName?: string}});
		expect(events).toContainEqual(expect.objectContaining({type: 'task-failing', task: expect.objectContaining({id: '221307064430488614', outcome: 'running'}) as object}));
		const tasks = events.flatMap(({task}) => task ?? []);
		const repeated = events.filter(({type, task}, index) => {
			const last = tasks.slice(0, tasks.indexOf(task!)).findLast(({id}) => id === task?.id);
			return index > 0 && type === 'outcome-changed' && task?.outcome === last?.outcome;
		});
		expect(repeated).toEqual([]);
		expect(events.filter(({type, task}) => type === 'task-moved' && task?.stageName === undefined)).toEqual([]);
	});

	/** The recording as it would be if only one of its agents had been watched. */
	const recordingOf = (name: string, ip: string): string => {
		const place = mkdtempSync(path.join(tmpdir(), 'obwatch-contracts-'));
		onTestFinished(() => {
			rmSync(place, {recursive: true, force: true});
		});
		const file = path.join(place, 'one.jsonl');
		writeFileSync(file, readFileSync(fileOf(name), 'utf8').trim().split('\n').filter(line => (JSON.parse(line) as {readonly ip: string}).ip === ip).join('\n'));
		return file;
	};

	test('of a cluster of which one agent is watched, the tasks of the other are not said to be that one\'s', async () => {
		const replay = async (ip: string) => runToEnd(['replay', recordingOf('cluster-stop-start-failed-start', ip), '--watch'], {env});
		const told = (text: string): readonly string[] => text.split('\n').flatMap(line => /^\S+ (\S+) \+00:00 +127\.0\.0\.(\d\d):\d+ +(\w+ \w+)(?: #\d+)?: (began|failed|failing|ended|succeeded)/.exec(line)?.slice(1).join(' ') ?? []);
		const {stdout: ofFirst} = await replay('127.0.0.11');
		const first = told(ofFirst);
		expect(first.filter(line => line.includes('Start observer') && line.includes('failed'))).toEqual([]);
		expect(first).toContain('21:12:28 11 Start OB failing');
		expect(first).toContain('21:12:34 11 Start OB failed');
		expect(first.filter(line => line.endsWith('observer began'))).toHaveLength(4);
		// The main tasks are those of the first agent, though the second one tells of them.
		const {stdout: ofSecond} = await replay('127.0.0.12');
		const second = told(ofSecond);
		expect(second).toContain('21:12:28 12 Start observer failed');
		expect(second).toContain('21:12:34 11 Start OB failed');
		expect(second.filter(line => line.endsWith('observer began'))).toHaveLength(4);
	});

	test('old agents and a seekdb: every body is read', () => {
		type Exchange = {readonly request: string; readonly status: number; readonly body: unknown};
		const exchanges = readFileSync(fileOf('old-and-seekdb-endpoints'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Exchange);
		const schemas = [[/\/info /, infoSchema], [/\/api\/v1\/status /, statusSchema], [/\/ob\/info /, clusterInfoSchema], [/\/task\/dags?\//, dagListSchema]] as const;
		for (const {request, status, body} of exchanges) {
			const envelope = parseEnvelope(JSON.stringify(body));
			expect(envelope?.successful, request).toBe(status === 200);
			const schema = schemas.findLast(([pattern]) => pattern.test(request))?.[1];
			expect(envelope?.successful && schema ? schema.safeParse(envelope.data).success : true, request).toBe(true);
		}
	});

	test('each has its contract', () => {
		const recorded = readdirSync(folder ?? '').filter(name => name.endsWith('.jsonl')).map(name => name.replace(/\.jsonl$/, ''));
		expect(recorded.toSorted()).toEqual([...Object.keys(contracts), ...elsewhere].toSorted());
	});
});
