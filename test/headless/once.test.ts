// `--once` and `--json` as a script sees them: the built program as a child, agents over real HTTP.

import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer, type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {type FleetDocument, fleetSchema} from '../../source/headless/json-schema.js';
import {fleetDocument} from '../../source/headless/json.js';
import {createColorize, fleetLines, taskLines} from '../../source/headless/text.js';
import {runCause} from '../../source/headless/cause.js';
import {runOnce} from '../../source/headless/once.js';
import {systemClock} from '../../source/lib/clock.js';
import {type State} from '../../source/store/state.js';
import {formatInstant, localOffset} from '../../source/lib/time.js';
import {createStore, reduce} from '../../source/store/store.js';
import {columnsOf} from '../../source/lib/columns.js';
import {runProgram} from '../helpers/run-program.js';
import {after, makeDag, makeInfo, makeNode, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {runToEnd, startAgent} from './helpers/agents.js';
import {failing, lost, partlyFailed, stateOf, withTask} from './helpers/states.js';

/** A port without a listener. */
const freePort = async (): Promise<string> => {
	const server = createServer();
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => {
		server.close(resolve);
	});
	return `127.0.0.1:${port}`;
};

/** Takes connections and never says anything. */
const startSilent = async (): Promise<{readonly label: string; readonly asked: () => boolean}> => {
	let isAsked = false;
	const server = createServer(() => {
		isAsked = true;
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	return {label: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => isAsked};
};

const documentOf = (text: string): FleetDocument => {
	const document: unknown = JSON.parse(text);
	const parsed = fleetSchema.parse(document);
	// Nothing is printed that the schema does not name.
	expect(document).toEqual(parsed);
	return parsed;
};

describe('--once', () => {
	test('a key is pinned on first sight, which is said once; a changed one ends it with 4, and how to accept it', async () => {
		const state = await mkdtemp(path.join(tmpdir(), 'obwatch-state-'));
		onTestFinished(async () => rm(state, {recursive: true}));
		const env = {XDG_STATE_HOME: state};
		const agent = await startAgent({scenario: 'succeeded'});
		const first = await runToEnd(['--once', agent.label], {env});
		expect(first).toMatchObject({code: 0, stderr: expect.stringMatching(/^obwatch: \S+: key has only 512 bits: [^;]+; trusting new key of \S+ \(SHA256:\S{43}\)\n$/) as string});
		expect(await runToEnd(['--once', agent.label], {env})).toMatchObject({code: 0, stderr: ''});
		await agent.rotateKey(await generateDemoKey(512));
		const changed = await runToEnd(['--once', agent.label], {env});
		expect(changed).toMatchObject({code: 4, stderr: ''});
		expect(changed.stdout).toContain(`its encryption key changed, no password sent: obwatch trust ${agent.label}`);
		expect(await runToEnd(['trust', '--yes', agent.label], {env})).toMatchObject({code: 0});
		const stranger = await startAgent({scenario: 'succeeded'});
		const strict = await runToEnd(['--once', '--strict-keys', stranger.label], {env});
		expect(strict).toMatchObject({code: 4, stdout: expect.stringContaining('key not trusted') as string});
		expect(strict.stdout).not.toContain('key changed');
		expect(await runToEnd(['--once', agent.label], {env})).toMatchObject({code: 0, stderr: ''});
	});

	test.each([
		['succeeded', 0, 'succeeded'],
		['none', 0, 'no task yet'],
		['waiting', 0, 'waiting'],
		['passed', 0, 'passed'],
		['failing', 1, 'failed'],
		['cancelled', 1, 'cancelled'],
		['rolled-back', 6, 'rolled back'],
	] as const)('an agent in the scenario "%s" ends it with %i', async (scenario, code, words) => {
		const agent = await startAgent({scenario});
		const ended = await runToEnd(['--once', '--accept-keys', agent.label]);
		expect(ended).toMatchObject({code, stderr: ''});
		expect(ended.stdout).toContain(words);
		expect(ended.stdout.split('\n', 1)[0]).toMatch(/^AGENT +ROLE +TASK +OUTCOME +STAGE +TIME +WHY$/);
		expect(ended.stdout).not.toContain('\u001B');
	});

	test('stages that had not had their turn when a task was rolled back were not run', async () => {
		const agent = await startAgent({scenario: 'rolled-back'});
		const {stdout} = await runToEnd(['--once', '--stages', agent.label]);
		expect(stdout).toMatch(/ 4 +Add server to zone +rolled back.*\n.* rolled back.*\n +5 +Balance replicas +not run\n.* not run$/m);
		const json = await runToEnd(['--json', '--stages', agent.label]);
		expect(documentOf(json.stdout).agents[0]?.task?.stages?.map(({outcome, subTasks}) => [outcome, ...subTasks.map(subTask => subTask.outcome)])).toEqual([
			...Array.from({length: 4}, () => ['rolled back', 'rolled back']), ['not run', 'not run'],
		]);
	});

	test('an unreachable agent ends it with 3, beside one that is fine', async () => {
		const agent = await startAgent({scenario: 'succeeded'});
		const ended = await runToEnd(['--once', agent.label, await freePort()]);
		expect(ended.code).toBe(3);
		expect(ended.stdout).toMatch(/ unreachable +unreachable since \d\d:\d\d local: connection refused$/m);
		expect(ended.stdout).toMatch(/ succeeded /);
	});

	test('a silent agent holds it up no longer than its own deadline', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const {label} = await startSilent();
		// Without that, it would wait for the silent one for a day.
		const ended = await runToEnd(['--json', '--timeout', '1d', label, agent.label]);
		expect(ended.code).toBe(1);
		const {agents, complete} = documentOf(ended.stdout);
		const [silent, other] = agents;
		expect(complete).toBe(true);
		expect(silent).toMatchObject({connection: 'unreachable', task: null, taskState: 'unknown'});
		expect(other?.task?.outcome).toBe('failed');
	});

	test.each([
		['a missing password', {}, 4, /root@sys password: use --password-file or OBWATCH_PASSWORD$/m],
		['a wrong password', {OBWATCH_PASSWORD: 'wrong'}, 4, /root@sys password refused, not sent again$/m],
		['the right password', {OBWATCH_PASSWORD: 'right'}, 0, / succeeded /],
	])('%s ends it as it should', async (_, env, code, words) => {
		const agent = await startAgent({scenario: 'succeeded', identity: 'MASTER', rootPassword: 'right'});
		const ended = await runToEnd(['--once', agent.label], {env});
		expect(ended.code).toBe(code);
		expect(ended.stdout).toMatch(words);
	});

	test('a signal ends it without a word', async () => {
		const {label, asked} = await startSilent();
		const run = runProgram(['--once', label]);
		await until(() => asked(), 'its question');
		run.kill('SIGTERM');
		expect(await run.exit()).toBe(143);
		expect(run.stdout() + run.stderr()).toBe('');
	});

	test('--stages shows stages and their sub-tasks, --logs the lines below', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const stages = await runToEnd(['--once', '--stages', agent.label]);
		expect(stages.stdout).toMatch(/^ {2}3 {2}Unpack packages +failed +\d+s$/m);
		expect(stages.stdout).toMatch(/^ {7}127\.0\.0\.1:\d+ +failed +\d+s$/m);
		expect(stages.stdout).not.toContain('| ');
		const logs = await runToEnd(['--once', '--logs', agent.label]);
		expect(logs.stdout).toMatch(/^ {8}\| ERROR: .*no space left on device/m);
	});

	test('a whole fleet stays aligned, its clusters\' tasks above their agents', async () => {
		const ended = await runToEnd(['--demo', '--once']);
		expect(ended.code).toBe(1);
		const lines = ended.stdout.trimEnd().split('\n');
		const place = lines[0]!.indexOf('OUTCOME');
		expect(lines.slice(1).every(line => line.length <= place - 2 || line.slice(place - 2, place) === '  ')).toBe(true);
		expect(lines.filter(line => /^ob(?:demo|prod) /.test(line))).toHaveLength(2);
		expect(lines[lines.findIndex(line => line.startsWith('obprod')) + 1]).toMatch(/^ {2}127/);
	});

	test('hostile text can neither move the cursor nor break the table', async () => {
		const agent = await startAgent({scenario: 'hostile'});
		const {stdout} = await runToEnd(['--once', '--logs', agent.label]);
		expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
		const [head = '', row = ''] = stdout.split('\n', 2);
		expect(columnsOf(row.slice(0, row.search(/running|succeeded|failed/)))).toBe(head.indexOf('OUTCOME'));
	});
});

describe('what was not read in time', () => {
	const member = {...withTask('SUCCEED/RUN'), info: makeInfo({identity: 'CLUSTER AGENT'}), isListed: false};
	const run = async (state: State, isJson: boolean) => {
		let text = '';
		const code = await runOnce({store: createStore(state, () => ten), firstRound: Promise.withResolvers<void>().promise}, {isJson, detail: 'tasks', timeout: 1}, {
			clock: systemClock, colorize: createColorize(false), version: '1', signal: new AbortController().signal,
			output: {
				async write(more) {
					text += more;
				},
			},
		});
		return {code, text};
	};

	test('is said of its agent, and makes the end unknown', async () => {
		const {code, text} = await run(stateOf(member), false);
		expect(code).toBe(3);
		expect(text).toMatch(/ succeeded .* not read: its cluster, the list of unfinished tasks$/m);
		const json = await run(stateOf(member), true);
		expect(documentOf(json.text)).toMatchObject({complete: false, exitCode: 3, agents: [{unread: ['cluster', 'unfinished tasks']}]});
	});

	test('makes the end unknown even where no row says what it is', async () => {
		const {code, text} = await run(stateOf({...member, isListed: true}), false);
		expect(code).toBe(3);
		expect(text).toMatch(/^Not everything was read in time\.$/m);
	});

	test('does not hide a failure', async () => {
		expect(await run(stateOf({...member, ...withTask('FAILED/RUN')}), false)).toMatchObject({code: 1, text: expect.stringContaining('not read: its cluster') as string});
	});

	test('is written beside the reasons of failures', async () => {
		let errors = '';
		const silent = {write: async () => undefined};
		const code = await runCause({store: createStore(stateOf(member), () => ten), firstRound: Promise.resolve()}, {
			clock: systemClock, colorize: createColorize(false), version: '1', signal: new AbortController().signal, output: silent,
			errors: {
				async write(more) {
					errors += more;
				},
			},
		});
		expect({code, errors}).toEqual({code: 3, errors: 'obwatch: 10.0.0.1:2886: not read: its cluster, the list of unfinished tasks\n'});
	});
});

test('two tasks of one name have their numbers behind it', () => {
	const other = makeDag({id: '221307064330288614', name: 'Start OB', state: 'FAILED', nodes: []});
	const state = stateOf({...withTask('RUNNING/RUN', {id: '22130706433028869', name: 'Start OB'}), otherTasks: [other]}, withTask('RUNNING/RUN', {name: 'Start OB'}));
	const names = fleetLines(state, ten, createColorize(false)).slice(1).map(line => line.replace(/^.*?(Start OB.*?) {2}.*/, '$1'));
	expect(names).toEqual(['Start OB #9', 'Start OB #14', 'Start OB']);
});

test('a running task of which a part failed is failing in the table and above its stages', () => {
	const state = stateOf(partlyFailed);
	expect(fleetLines(state, ten, createColorize(false)).join('\n')).toContain(' running, failing ');
	expect(taskLines(state, ten, 'stages', createColorize(false))[1]).toContain(', running, failing, id ');
});

test('a stage that goes on although its part at an agent failed says so behind its own outcome, and JSON does not say when such a task ends', () => {
	const [id, partId] = ['22130706433028869', '221307064430488710'];
	const links = {subDags: {'127.0.0.1:2887': partId}, mainDagId: undefined};
	const nodes = [
		makeNode({key: '1', name: 'Inform agents', endTime: after(1), subTasks: [makeSubTask({agent: '127.0.0.1:2887', endTime: after(1), logs: [`create task ${partId}`]})]}),
		makeNode({key: '2', name: 'Wait', state: 'RUNNING', startTime: after(1), subTasks: [makeSubTask({key: '2', agent: '127.0.0.1:2886', state: 'RUNNING', startTime: after(1), logs: ['wait']})]}),
	];
	const runs = [1, 2, 3].map(number => ({place: '127.0.0.1:2886', name: 'Start OB', id: `2213070643302886${number}`, startTime: after(-1000 * number), duration: 50_000, stages: []}));
	const stateWith = (state: string) => reduce(stateOf(
		withTask('RUNNING/RUN', {id, name: 'Start OB', links, startTime: ten, stage: 2, maxStage: 2, nodes}),
		withTask('RUNNING/RUN', {id: partId, name: 'Start observer', state, links: {subDags: {}, mainDagId: id}, endTime: after(9), nodes: []}),
	), {type: 'runs-loaded', runs});
	const stages = (state: State) => taskLines(state, after(20), 'stages', createColorize(false)).slice(2, 7);
	const document = (state: State) => fleetDocument({state, now: after(20), detail: 'stages', version: '1', isComplete: true, exitCode: 0}).agents[0]?.task;
	expect(stages(stateWith('FAILED'))).toEqual([
		'  #  STAGE             OUTCOME                 TIME',
		'  1  Inform agents     succeeded, part failed    1s',
		'       127.0.0.1:2887  succeeded, part failed    1s',
		'  2  Wait              running                  19s',
		'       127.0.0.1:2886  running                  19s',
	]);
	expect(document(stateWith('FAILED'))).toMatchObject({failing: true, usual: {durationMs: 50_000}, remainingMs: null});
	expect(document(stateWith('FAILED'))?.stages?.map(({partFailed, subTasks}) => [partFailed, subTasks.map(subTask => subTask.partFailed)])).toEqual([[true, [true]], [false, [false]]]);
	expect(stages(stateWith('RUNNING')).join('\n')).not.toContain('part failed');
	expect(document(stateWith('RUNNING'))).toMatchObject({failing: false, remainingMs: 30_000});
});

test('an agent without its database says so in place of its role', () => {
	const [, line = ''] = fleetLines(stateOf({...withTask('RUNNING/RUN'), status: makeStatus({identity: 'CLUSTER AGENT', obState: 0})}), ten, createColorize(false));
	expect(line).toContain(' database down ');
	const [, unread = ''] = fleetLines(stateOf({...withTask('RUNNING/RUN'), ...failing(lost), status: makeStatus({identity: 'CLUSTER AGENT', obState: 0})}), ten, createColorize(false));
	expect(unread).not.toContain('database down');
});

test('a running task that does not move is stalled in the table and above its stages', () => {
	const state = stateOf({task: {type: 'known', dag: makeDag({state: 'RUNNING', nodes: []}), movedAt: ten}});
	expect(fleetLines(state, after(6000), createColorize(false)).join('\n')).toContain(' running, stalled ');
	expect(taskLines(state, after(6000), 'stages', createColorize(false))[1]).toContain(', running, stalled, id ');
});

test('a stage says how long it usually takes, and JSON how much is left', () => {
	const nodes = [
		makeNode({key: '1', name: 'Stop observer', endTime: after(10)}),
		makeNode({key: '2', name: 'Start observer', state: 'RUNNING', startTime: after(10), subTasks: [makeSubTask({state: 'RUNNING', startTime: after(10)})]}),
		makeNode({key: '3', name: 'Verify', state: 'PENDING', subTasks: [makeSubTask({state: 'PENDING', executeTimes: 0})]}),
	];
	const stages = [{name: 'Stop observer', duration: 3000}, {name: 'Start observer', duration: 40_000}, {name: 'Verify', duration: 5000}];
	const runs = [1, 2, 3].map(number => ({place: '127.0.0.1:2886', name: 'Initialize cluster', id: `2213070643302886${number}`, startTime: after(-1000 * number), duration: 50_000, stages}));
	const state = reduce(stateOf(withTask('RUNNING/RUN', {stage: 2, maxStage: 3, nodes})), {type: 'runs-loaded', runs});
	expect(taskLines(state, after(30), 'stages', createColorize(false)).slice(2).filter(line => !line.includes('127.0.0.1'))).toEqual([
		'  #  STAGE             OUTCOME    TIME   USUALLY',
		'  1  Stop observer     succeeded   10s  slow, 3s',
		'  2  Start observer    running     20s       40s',
		'  3  Verify            pending                5s',
	]);
	const document = (now: number) => fleetDocument({state, now, detail: 'stages', version: '1', isComplete: true, exitCode: 0}).agents[0]?.task;
	expect(document(after(30))).toMatchObject({usual: {runs: 3, durationMs: 50_000}, remainingMs: 25_000});
	expect(document(after(30))?.stages?.map(({usual, slow}) => [usual, slow])).toEqual([[{runs: 3, durationMs: 3000}, true], [{runs: 3, durationMs: 40_000}, false], [{runs: 3, durationMs: 5000}, false]]);
	expect(document(after(90))).toMatchObject({remainingMs: 0});
	expect(fleetDocument({state: stateOf(withTask('RUNNING/RUN', {nodes})), now: ten, detail: 'stages', version: '1', isComplete: true, exitCode: 0}).agents[0]?.task).toMatchObject({usual: null, remainingMs: null});
});

test('what an agent that cannot be asked said last has its time', () => {
	const state = stateOf({...withTask('RUNNING/RUN'), connection: {type: 'failing', error: lost, since: ten, lastSeenAt: ten - 90_000, isAlive: false}});
	const {hour} = state.view;
	const seen = formatInstant(ten - 90_000, localOffset(ten), hour);
	expect(fleetLines(state, ten, createColorize(false)).join('\n')).toContain(`; last seen running at ${seen} local`);
});

describe('--json', () => {
	test('is one document of the shape that --json-schema documents', async () => {
		const {code, stdout} = await runToEnd(['--demo', '--json', '--logs']);
		const document = documentOf(stdout);
		expect(document).toMatchObject({version: 1, type: 'fleet', complete: true, exitCode: code});
		expect(document.agents).toHaveLength(9);
		expect(document.clusters.map(({name}) => name).toSorted()).toEqual(['obdemo', 'obprod']);
		const tasks = [...document.agents, ...document.clusters].flatMap(({task}) => task ?? []);
		expect(tasks.every(({id}) => typeof id === 'string')).toBe(true);
		expect(tasks.some(({stages}) => stages?.some(({subTasks}) => subTasks.some(({log}) => (log?.length ?? 0) > 0)))).toBe(true);
		expect(document.agents.find(({agent}) => agent === '127.0.0.42:2886' || agent.includes('.42:'))?.connection ?? 'unreachable').toBe('unreachable');
	});

	test('says that a task is gone, and that one cannot be read now', () => {
		const gone = makeDag({id: '22130706433028870', unlisted: {seenAt: ten, end: 'gone'}});
		const state = stateOf({...withTask('SUCCEED/RUN'), otherTasks: [gone]}, {...withTask('RUNNING/RUN'), ...failing(lost)});
		const document = fleetDocument({state, now: ten, detail: 'tasks', version: '1', isComplete: true, exitCode: 3});
		expect(fleetSchema.parse(document)).toEqual(document);
		expect(document.agents.map(({task, otherTasks}) => [task, ...otherTasks].map(one => [one?.outcome, one?.checked]))).toEqual([
			[['succeeded', true], ['gone', true]],
			[['running', false]],
		]);
	});

	test('has the usual time by what is known from earlier, without asking for more; and none with --no-usual', async () => {
		const agent = await startAgent({scenario: 'idle'});
		const state = await mkdtemp(path.join(tmpdir(), 'obwatch-runs-'));
		onTestFinished(async () => rm(state, {recursive: true, force: true}));
		const file = path.join(state, 'obwatch', 'runs.jsonl');
		await mkdir(path.dirname(file), {mode: 0o700});
		const runs = [1, 2, 3].map(number => JSON.stringify({place: agent.label, name: 'Change parameters', id: `2${number}`, start: number, ms: number * 1000, stages: []}));
		await writeFile(file, `${runs.join('\n')}\n{"damaged\n`, {mode: 0o600});
		const usualIn = async (...args: readonly string[]) => {
			const {stdout, stderr} = await runToEnd(['--json', '--accept-keys', ...args, agent.label], {env: {XDG_STATE_HOME: state}});
			return {usual: documentOf(stdout).agents[0]?.task?.usual, stderr};
		};

		expect(await usualIn()).toEqual({usual: {runs: 3, durationMs: 2000}, stderr: `obwatch: ${file}: 1 line is damaged and not used: usual times may be missing\n`});
		expect(await usualIn('--no-usual')).toEqual({usual: null, stderr: ''});
		expect(agent.requests().by.filter(({path: asked}) => asked.includes('/task/dags/'))).toEqual([]);
		expect(await readFile(file, 'utf8')).toContain('{"damaged');
	});

	test('prints stages only on request', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const plain = await runToEnd(['--json', agent.label]);
		const brief = documentOf(plain.stdout);
		expect(brief.agents[0]?.task).not.toHaveProperty('stages');
		const detailed = await runToEnd(['--json', '--stages', agent.label]);
		const staged = documentOf(detailed.stdout);
		expect(staged.agents[0]?.task?.stages).toHaveLength(7);
		expect(staged.agents[0]?.task?.stages?.[0]?.subTasks[0]).not.toHaveProperty('log');
	});

	test('--json-schema queries no agent', async () => {
		const {code, stdout, stderr} = await runToEnd(['--json-schema']);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const schema = JSON.parse(stdout) as {readonly $schema: string; readonly anyOf: readonly unknown[]};
		expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
		expect(schema.anyOf[0]).toMatchObject({properties: {version: {const: 1}, agents: {type: 'array'}}});
	});
});

describe('on the command line', () => {
	test.each([
		[['--stages'], '--stages needs --once, --wait or --json'],
		[['--once', '--ascii'], '--ascii is for the screen only'],
		[['--once', 'a:b'], 'bad agent "a:b" (the command line): "b" is not a port (1 to 65535)'],
	])('%j is a mistake', async (args, line) => {
		expect(await runToEnd(args)).toEqual({code: 2, stdout: '', stderr: `obwatch: ${line}\n`});
	});
});
