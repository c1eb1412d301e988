import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {MessageChannel, Worker} from 'node:worker_threads';
import {expect, onTestFinished, test} from 'vitest';
import {buildReader} from '../../../source/build/settings.js';
import {readPayload, responseTypes} from '../../../source/client/parse-response.js';
import {decodeLines, decodeTask, type LinesDelta, type TaskDelta} from '../../../source/client/worker/delta.js';
import {createResponseWorker, type ReadInWorker, type ResponseWorker} from '../../../source/client/worker/pool.js';
import {type Sent} from '../../../source/client/worker/worker.js';
import {systemClock} from '../../../source/lib/clock.js';
import {type LogLines} from '../../../source/protocol/logs.js';
import {type Dag} from '../../../source/protocol/task.js';

const program = await buildReader();

const open = (code = program): ResponseWorker => {
	const worker = createResponseWorker(code, systemClock);
	onTestFinished(worker.stop);
	return worker;
};

const answered = (data: unknown, status = 200, time = 'now') => ({
	type: 'response', status, contentType: '', body: Buffer.from(JSON.stringify({timestamp: time, successful: true, data})),
} as const);
const entry = (id: number, text: string) => ({
	id, execute_times: 1, log_content: text, create_time: id % 2 === 0 ? '2026-11-24T02:06:11.270325376Z' : null,
});
const logs = {contents: [entry(2, 'remote task 22130706434028873 Start observer running [1/1]'), entry(1, 'a\u001B数😀')]};
const taskWith = (...taskLogs: readonly string[]) => ({
	id: '22130706433028869', name: 'n', state: 'RUNNING', operator: 'RUN', nodes: [{id: '22130706433028870', sub_tasks: [{id: '22130706433028871', task_logs: taskLogs}, {id: '22130706433028872', task_logs: null}]}],
});

const readOf = <P>(done: ReadInWorker<P> | undefined) => {
	if (done?.type !== 'read') {
		throw new Error('nothing was read');
	}

	return done;
};

const dataOf = <P>(done: ReadInWorker<P> | undefined): P => {
	const {found} = readOf(done);
	if (found.type !== 'data') {
		throw new Error(`there is no data but ${found.type}`);
	}

	return found.data;
};

const textsOf = (done: ReadInWorker<unknown> | undefined): readonly string[] => done?.strings ?? [];

const here = (data: unknown): LogLines => {
	const found = readPayload(responseTypes.logs.schema, answered(data));
	if (found.type !== 'data') {
		throw new Error(found.type);
	}

	return found.data;
};

test('a log and a task that are read in a thread of their own are what they are when read here', async () => {
	const worker = open();
	const log = await worker.read<LinesDelta>('logs', answered(logs), undefined);
	expect(decodeLines(dataOf(log), textsOf(log), undefined)).toEqual(here(logs));
	expect(readOf(log).ids).toEqual(['22130706434028873']);
	const task = taskWith('x', 'y\tz');
	const dag = await worker.read<TaskDelta<Dag>>('task', answered(task), undefined);
	expect({type: 'data', data: decodeTask(dataOf(dag), textsOf(dag), undefined)}).toEqual(readPayload(responseTypes.task.schema, answered(task)));
	expect(new Set(readOf(dag).ids)).toEqual(new Set(['22130706433028869', '22130706433028870', '22130706433028871', '22130706433028872']));
});

test('of a log that grew only the new lines are handed over, and it is whole', async () => {
	const worker = open();
	const first = [entry(1, 'one'), entry(2, 'two')];
	const then = [...first, entry(3, 'three')];
	const before = await worker.read<LinesDelta>('logs', answered({contents: first}), undefined);
	const known = decodeLines(dataOf(before), textsOf(before), undefined);
	const after = await worker.read<LinesDelta>('logs', answered({contents: then}), readOf(before));
	expect(dataOf(after).kept).toBe(2);
	expect(textsOf(after)).toEqual(['three']);
	expect(decodeLines(dataOf(after), textsOf(after), known)).toEqual(here({contents: then}));
});

test.each([
	['starts again', [entry(1, 'other'), entry(2, 'two'), entry(3, 'three')]],
	['lost its end', [entry(1, 'one')]],
	['has another time somewhere', [entry(1, 'one'), {...entry(2, 'two'), create_time: '2026-11-24T02:06:12Z'}, entry(3, 'three')]],
	['has its lines in another execution', [entry(1, 'one'), {...entry(2, 'two'), execute_times: 2}]],
	['is empty', []],
])('a log that %s is handed over whole', async (_, then) => {
	const worker = open();
	const before = await worker.read<LinesDelta>('logs', answered({contents: [entry(1, 'one'), entry(2, 'two')]}), undefined);
	const after = await worker.read<LinesDelta>('logs', answered({contents: then}), readOf(before));
	expect(dataOf(after).kept).toBe(0);
	expect(decodeLines(dataOf(after), textsOf(after), decodeLines(dataOf(before), textsOf(before), undefined))).toEqual(here({contents: then}));
});

const coloured = (text: string): string => `\u001B[32m${text}\u001B[0m`;

test('what was written otherwise than it is read comes along, also behind lines that are known', async () => {
	const worker = open();
	const first = [entry(1, 'one'), entry(2, coloured('two'))];
	const then = [...first, entry(3, 'three'), entry(4, '1%\r2%')];
	const before = await worker.read<LinesDelta>('logs', answered({contents: first}), undefined);
	const known = decodeLines(dataOf(before), textsOf(before), undefined);
	expect(known).toEqual(here({contents: first}));
	expect(known.raws).toEqual({indexes: [1], texts: [coloured('two')]});
	const after = await worker.read<LinesDelta>('logs', answered({contents: then}), readOf(before));
	expect(dataOf(after).kept).toBe(2);
	expect(textsOf(after)).toEqual(['three', '2%', '1%\r2%']);
	expect(decodeLines(dataOf(after), textsOf(after), known)).toEqual(here({contents: then}));
	expect(here({contents: then}).raws).toEqual({indexes: [1, 3], texts: [coloured('two'), '1%\r2%']});
});

test.each([
	['that reads the same but was written otherwise', [entry(1, 'one'), entry(2, '\u001B[31mtwo')]],
	['that lost what else was written', [entry(1, 'one'), entry(2, 'two')]],
])('a log %s is handed over whole', async (_, then) => {
	const worker = open();
	const before = await worker.read<LinesDelta>('logs', answered({contents: [entry(1, 'one'), entry(2, coloured('two'))]}), undefined);
	const after = await worker.read<LinesDelta>('logs', answered({contents: then}), readOf(before));
	expect(dataOf(after).kept).toBe(0);
	expect(decodeLines(dataOf(after), textsOf(after), decodeLines(dataOf(before), textsOf(before), undefined))).toEqual(here({contents: then}));
});

test('so it is with the long log of a task', async () => {
	const worker = open();
	const lines = Array.from({length: 2000}, (_, index) => index % 2 === 0 ? `line ${index}` : coloured(`line ${index}`));
	const before = await worker.read<TaskDelta<Dag>>('task', answered(taskWith(...lines)), undefined);
	const known = decodeTask(dataOf(before), textsOf(before), undefined);
	expect({type: 'data', data: known}).toEqual(readPayload(responseTypes.task.schema, answered(taskWith(...lines))));
	const grown = taskWith(...lines, 'plain', coloured('one more'));
	const after = await worker.read<TaskDelta<Dag>>('task', answered(grown), readOf(before));
	expect(textsOf(after)).toEqual(['plain', 'one more', coloured('one more')]);
	expect({type: 'data', data: decodeTask(dataOf(after), textsOf(after), known)}).toEqual(readPayload(responseTypes.task.schema, answered(grown)));
});

test('the same again is only said, whatever its envelope says', async () => {
	const worker = open();
	const before = await worker.read<LinesDelta>('logs', answered(logs), undefined);
	expect(await worker.read('logs', answered(logs, 200, 'later'), readOf(before))).toEqual({type: 'same', strings: []});
});

test('of a task whose long log grew only the new lines are handed over, and the old ones are the very same', async () => {
	const worker = open();
	const lines = Array.from({length: 2000}, (_, index) => `line ${index}`);
	const before = await worker.read<TaskDelta<Dag>>('task', answered(taskWith(...lines)), undefined);
	const known = decodeTask(dataOf(before), textsOf(before), undefined);
	const grown = {...taskWith(...lines, 'one more'), stage: 2};
	const after = await worker.read<TaskDelta<Dag>>('task', answered(grown), readOf(before));
	expect(dataOf(after).tails).toMatchObject([{kept: 2000, count: 1}]);
	expect(textsOf(after)).toEqual(['one more']);
	expect({type: 'data', data: decodeTask(dataOf(after), textsOf(after), known)}).toEqual(readPayload(responseTypes.task.schema, answered(grown)));
	const same = await worker.read<TaskDelta<Dag>>('task', answered({...taskWith(...lines), stage: 3}), readOf(before));
	expect(decodeTask(dataOf(same), textsOf(same), known).nodes?.[0]?.subTasks[0]?.logs).toBe(known.nodes?.[0]?.subTasks[0]?.logs);
	const changed = await worker.read<TaskDelta<Dag>>('task', answered(taskWith(...lines.slice(1))), readOf(before));
	expect({type: 'data', data: decodeTask(dataOf(changed), textsOf(changed), known)}).toEqual(readPayload(responseTypes.task.schema, answered(taskWith(...lines.slice(1)))));
});

test('a log of many lines comes in batches, one by one, and is complete', async () => {
	const contents = Array.from({length: 90_000}, (_, index) => entry(index, `line ${index}`));
	const done = await open().read<LinesDelta>('logs', answered({contents}), undefined);
	expect(decodeLines(dataOf(done), textsOf(done), undefined)).toEqual(here({contents}));

	// The same thread, without who asks for more by itself.
	const thread = new Worker(program, {eval: true});
	onTestFinished(async () => {
		await thread.terminate();
	});
	const {port1: answers, port2: port} = new MessageChannel();
	const body = Uint8Array.from(answered({contents}).body);
	thread.postMessage({
		kind: 'logs', status: 200, body, digest: undefined, digests: new Map(), port,
	}, [port]);
	const sizes: number[] = [];
	for (;;) {
		const [sent] = await once(answers, 'message') as [Sent<LinesDelta>];
		if (sent.type !== 'texts') {
			break;
		}

		sizes.push(sent.texts.length);
		answers.postMessage('more');
	}

	expect(sizes).toEqual([20_000, 20_000, 20_000, 20_000, 10_000]);
});

test('what is no answer is the same error there as here', async () => {
	const worker = open();
	for (const broken of [{...answered(logs), body: Buffer.from('{"successful":true,"data":{"contents":[')}, answered({contents: [{id: 'x'}]}), answered({contents: 7})]) {
		const expected = readPayload(responseTypes.logs.schema, {...broken, body: Buffer.from(broken.body)});
		const there = await worker.read('logs', broken, undefined);
		expect(readOf(there).found).toEqual(expected);
	}
});

test('several questions at once get their own answers', async () => {
	const worker = open();
	const texts = ['one', 'two', 'three'];
	const done = await Promise.all(texts.map(async text => worker.read<LinesDelta>('logs', answered({contents: [entry(1, text)]}), undefined)));
	expect(done.map(one => textsOf(one))).toEqual(texts.map(text => [text]));
});

test('a thread that breaks off is reported, and the next request gets a new one', async () => {
	const brittle = 'require("node:worker_threads").parentPort.on("message", ({port, status}) => { if (status === 500) { process.exit(1); } port.postMessage({type: "same"}); port.close(); });';
	const worker = open(brittle);
	expect(await worker.read('logs', answered(logs, 500), undefined)).toBeUndefined();
	expect(await worker.read('logs', answered(logs), undefined)).toEqual({type: 'same', strings: []});
});

test('only what is large is worth a thread', () => {
	const worker = open();
	expect(worker.isFor(answered(logs))).toBe(false);
	expect(worker.isFor(answered('x'.repeat(300_000)))).toBe(true);
});
