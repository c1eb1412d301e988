import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type HttpResponse} from '../../source/client/types.js';
import {speak} from '../../source/lib/messages/messages.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {routes} from '../../source/protocol/routes.js';
import {readLine} from '../../source/recording/format.js';
import {createRecorder, type Recorder} from '../../source/recording/recorder.js';
import {errorText} from '../../source/store/selectors/error-text.js';
import {createMemorySink} from './helpers/memory-sink.js';

const agent = '10.0.0.1:2886';
const start = Date.UTC(2026, 2, 1, 10);

const answer = (data: unknown, status = 200): HttpResponse => ({
	type: 'response', status, contentType: 'application/json', body: Buffer.from(JSON.stringify({successful: status < 400, timestamp: String(Math.random()), traceId: 't', data})),
});
const failure = (error: AgentError): HttpResponse => ({type: 'error', error});
const refused: AgentError = {type: 'unreachable', code: 'ECONNREFUSED'};

type Tested = {readonly recorder: Recorder; readonly pass: (ms: number) => void; readonly written: () => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>};

const makeRecorder = (secrets: readonly string[] = []): Tested => {
	let now = start;
	const sink = createMemorySink(secrets);
	const recorder = createRecorder({sink, now: () => now, version: '1'});
	recorder.begin([agent]);
	return {
		recorder,
		pass(ms) {
			now += ms;
		},
		async written() {
			await recorder.close();
			return sink.lines.slice(1, -1).map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
		},
	};
};

const pathsOf = (lines: ReadonlyArray<Readonly<Record<string, unknown>>>): readonly unknown[] => lines.map(({path}) => path);

describe('an answer', () => {
	test('is written when it is news: its time and trace are none', async () => {
		const {recorder, written} = makeRecorder();
		for (const data of [{a: 1}, {a: 1}, {a: 2}, {a: 2}, {a: 1}]) {
			recorder.hear(agent, {path: routes.status, response: answer(data)});
		}

		recorder.hear('10.0.0.2:2886', {path: routes.status, response: answer({a: 1})});
		const lines = await written();
		expect(lines.map(line => [line['agent'], (line['body'] as {data: unknown}).data])).toEqual([[agent, {a: 1}], [agent, {a: 2}], [agent, {a: 1}], ['10.0.0.2:2886', {a: 1}]]);
	});

	test('of a clock is news when it is off by another second', async () => {
		const {recorder, pass, written} = makeRecorder();
		for (let minute = 1; minute <= 5; minute++) {
			pass(60_000);
			recorder.hear(agent, {path: routes.time, response: answer(new Date(start).toISOString())});
		}

		// A stopped clock is off by a minute more each time.
		expect(pathsOf(await written())).toHaveLength(5);
		const going = makeRecorder();
		for (let minute = 1; minute <= 5; minute++) {
			going.pass(60_000);
			going.recorder.hear(agent, {path: routes.time, response: answer(new Date(start + (minute * 60_000) + (minute * 10)).toISOString())});
		}

		expect(pathsOf(await going.written())).toHaveLength(1);
	});

	test('about the last task of an agent that a list makes worth a query is written, changed or not', async () => {
		const {recorder, written} = makeRecorder();
		const hear = (): void => {
			recorder.hear(agent, {path: routes.maintenanceTask(true), response: answer({id: '1'})});
			recorder.hear(agent, {path: routes.status, response: answer({a: 1})});
		};

		hear();
		hear();
		recorder.expect(agent);
		hear();
		hear();
		expect(pathsOf(await written())).toEqual([routes.maintenanceTask(true), routes.status, routes.maintenanceTask(true)]);
	});

	test('with a key is not written, and neither is what was stopped', async () => {
		const {recorder, written} = makeRecorder();
		recorder.hear(agent, {path: routes.secret, response: answer({public_key: 'MIGJ'})});
		recorder.hear(agent, {path: routes.status, response: failure({type: 'aborted'})});
		expect(await written()).toEqual([]);
	});

	test('that is no JSON is kept as the beginning of a text, and one that is on several lines is put on one', async () => {
		const {recorder, written} = makeRecorder();
		recorder.hear(agent, {path: routes.status, response: {type: 'response', status: 502, contentType: '', body: Buffer.from(`<html>\n${'x'.repeat(10_000)}`)}});
		recorder.hear(agent, {path: routes.info, response: {type: 'response', status: 200, contentType: '', body: Buffer.from('{\n"successful": true\n}')}});
		const [page, info] = await written();
		expect((page?.['body'] as string).length).toBe(4096);
		expect(info?.['body']).toEqual({successful: true});
	});
});

describe('agents that could not be queried', () => {
	test('is written once, and what is answered after it again, changed or not', async () => {
		const {recorder, written} = makeRecorder();
		const task = {path: routes.maintenanceTask(true), response: answer({id: '1'})};
		const status = {path: routes.status, response: answer({a: 1})};
		for (const exchange of [status, task, {...task, response: failure(refused)}, status, {...task, response: failure(refused)}, status, task, status]) {
			recorder.hear(agent, exchange);
		}

		const lines = await written();
		expect(lines.map(line => [line['path'], 'error' in line])).toEqual([
			[routes.status, false], [task.path, false], [task.path, true], [routes.status, false], [task.path, false],
		]);
	});

	test.each([
		['a refusal', 500, '{"successful":false,"timestamp":"T","traceId":"T","error":{"errCode":"Agent.NoMaster","message":"no master"}}', true],
		['a proxy\'s page', 200, '<html>T</html>', true],
		['a task that is not there', 404, '{"successful":false,"timestamp":"T","traceId":"T","error":{"errCode":"Task.NotFound","message":"none"}}', false],
	])('with %s, which is written once however often it comes', async (_, status, body, isAskedAgain) => {
		const {recorder, written} = makeRecorder();
		const alive = {path: routes.status, response: answer({a: 1})};
		const refusal = (): {readonly path: string; readonly response: HttpResponse} => ({
			path: routes.maintenanceTask(true),
			response: {type: 'response', status, contentType: '', body: Buffer.from(status === 200 ? body : body.replaceAll('"T"', `"${Math.random()}"`))},
		});
		for (const exchange of [alive, refusal(), alive, refusal(), alive, refusal()]) {
			recorder.hear(agent, exchange);
		}

		expect(pathsOf(await written())).toEqual([routes.status, routes.maintenanceTask(true), ...(isAskedAgain ? [routes.status] : [])]);
	});

	test('is written with when its task was last known, though that was no news', async () => {
		const {recorder, pass, written} = makeRecorder();
		recorder.hear(agent, {path: routes.maintenanceTask(true), response: answer({id: '1'})});
		pass(5000);
		recorder.hear(agent, {path: routes.maintenanceTask(true), response: answer({id: '1'})});
		pass(1000);
		recorder.hear(agent, {path: routes.unfinishedTasks(false), response: answer({contents: []})});
		pass(1000);
		recorder.hear(agent, {path: routes.unfinishedTasks(false), response: answer({contents: []})});
		recorder.hear(agent, {path: routes.status, response: failure(refused)});
		const lines = await written();
		expect(lines.slice(2)).toMatchObject([{at: '2026-03-01T10:00:07.000Z', lastSeenAt: '2026-03-01T10:00:05.000Z', listSeenAt: '2026-03-01T10:00:07.000Z', error: refused}]);
		expect(lines[2]).not.toHaveProperty('clusterSeenAt');
	});
});

describe('a secret', () => {
	test('of ours or of a response is masked wherever it is', async () => {
		const {recorder, written} = makeRecorder(['marker-4711']);
		recorder.hear(agent, {path: routes.status, response: answer({
			task_logs: ['set marker-4711', 'mysql -uroot -phidden-one', 'rootPwd=hidden-two', 'all is well'], rootPwd: 'hidden-three', 'x marker-4711': 1, nested: [{password: 'hidden-four'}],
		})});
		recorder.hear(agent, {path: routes.info, response: failure({type: 'protocol', problem: 'internal', detail: 'marker-4711, password: hidden-five'})});
		const text = JSON.stringify(await written());
		expect(text).not.toMatch(/marker-4711|hidden-/);
		expect(text).toContain('all is well');
	});
});

test('whatever is under the name of a secret is masked, in lists and objects and beside its name', async () => {
	const {recorder, written} = makeRecorder();
	recorder.hear(agent, {path: routes.status, response: answer({
		decryption: ['hidden-one', 'hidden-two'], password: 4711, ssh_credential_property: {user: 'u', passphrase: 'hidden-three'}, token: {value: 'hidden-four'},
		secrets: [['hidden-five']], kms_encrypt_info: 'hidden-six', aes_key: 'hidden-seven', parameters: [{name: 'root_password', value: 'hidden-eight'}, {name: 'devname', value: 'eth0'}],
		private_key: `hidden-nine${'A'.repeat(3000)}`, decryptions: 'hidden-ten',
		public_key: 'MIGJ', is_password_exists: true, is_empty_root_password: false, use_passwordless_ssh: true, maintenance_key: 'k', authorized_keys: ['a'],
	})});
	const [line] = await written();
	expect(JSON.stringify(line)).not.toMatch(/hidden-|4711/);
	expect(line).toMatchObject({body: {data: {
		public_key: 'MIGJ', is_password_exists: true, is_empty_root_password: false, use_passwordless_ssh: true, maintenance_key: 'k', authorized_keys: ['a'], parameters: [{}, {name: 'devname', value: 'eth0'}],
	}}});
});

test('an error is written in English, and read back as what it was, in whatever language the program speaks', async () => {
	onTestFinished(async () => speak('en'));
	await speak('zh');
	const {recorder, written} = makeRecorder();
	const errors: readonly AgentError[] = [{type: 'unreachable', code: 'ECONNRESET', isFirst: true}, {type: 'protocol', problem: 'html', detail: '502'}];
	for (const error of errors) {
		recorder.hear(agent, {path: routes.status, response: failure(error)});
	}

	const lines = await written();
	expect(lines).toMatchObject([
		{error: {message: 'connection reset before any response. If it uses https, write https:// before its address'}},
		{error: {message: 'it sent HTML, not JSON (status 502). Is there a proxy in between?'}},
	]);
	expect(lines.map(line => readLine(JSON.stringify(line)))).toMatchObject(errors.map(error => ({answer: {error}})));
});

test.each<readonly [string, object, AgentError]>([
	['of an older obwatch', {}, {type: 'protocol', problem: 'recorded', detail: 'answered nothing (status 404)'}],
	['of a newer one, with a problem that is not known', {problem: 'new-problem'}, {type: 'protocol', problem: 'recorded', detail: 'answered nothing (status 404)'}],
])('an error %s is shown in the words that were recorded', (_, more, error) => {
	const line = readLine(JSON.stringify({at: '2026-03-01T10:00:00.000Z', agent: '10.0.0.1:2886', method: 'GET', path: '/api/v1/status', error: {type: 'protocol', message: 'answered nothing (status 404)', ...more}}));
	expect(line).toMatchObject({answer: {error}});
	expect(errorText(error)).toBe('answered nothing (status 404)');
});

test('no control, format or bidi character is in a line as it is, and each reads back', async () => {
	const sink = createMemorySink();
	const recorder = createRecorder({sink, now: () => start, version: '1'});
	const hostile = '\u0000\u001B[2J\u007F\u0085\u009B31m\u200E\u202E\u2066\u2028\uFEFF\u{E0041}é中\u{1F600}';
	recorder.hear(agent, {path: routes.status, response: answer({[hostile]: hostile})});
	recorder.hear(agent, {path: routes.info, response: {type: 'response', status: 502, contentType: '', body: Buffer.from(hostile)}});
	recorder.hear(agent, {path: routes.time, response: failure({type: 'protocol', problem: 'internal', detail: hostile})});
	await recorder.close();
	expect(sink.lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
	expect(sink.lines.join('')).toContain('é中\u{1F600}');
	expect(JSON.parse(sink.lines[0] ?? '')).toMatchObject({body: {data: {[hostile]: hostile}}});
});

test('whatever an agent answers, each line can be read again', async () => {
	await fc.assert(fc.asyncProperty(fc.array(fc.oneof(
		fc.uint8Array().map(bytes => Buffer.from(bytes)), fc.json().map(text => Buffer.from(text)), fc.string({unit: 'binary'}).map(text => Buffer.from(JSON.stringify({successful: true, data: text}))),
	), {maxLength: 5}), async bodies => {
		const {recorder, written} = makeRecorder();
		for (const [index, body] of bodies.entries()) {
			recorder.hear(agent, {path: `/api/v1/task/dag/${index}`, response: {type: 'response', status: 200, contentType: '', body}});
		}

		for (const line of await written()) {
			expect(readLine(JSON.stringify(line))).toMatchObject({type: 'exchange'});
		}
	}), {numRuns: 100});
});
