import {Buffer} from 'node:buffer';
import {expect, onTestFinished, test} from 'vitest';
import {buildReader} from '../../../source/build/reader.js';
import {fromColumns, type Columns} from '../../../source/client/aside/parcel.js';
import {createAside, type Aside} from '../../../source/client/aside/read-aside.js';
import {read} from '../../../source/client/interpret.js';
import {kinds} from '../../../source/client/kinds.js';
import {systemClock} from '../../../source/system/clock.js';

const program = await buildReader();

const open = (code = program): Aside => {
	const aside = createAside(code, systemClock);
	onTestFinished(aside.stop);
	return aside;
};

const answered = (data: unknown, status = 200) => ({
	type: 'answer', status, contentType: '', body: Buffer.from(JSON.stringify({successful: true, data})),
} as const);
const entry = (id: number, text: string) => ({
	id, execute_times: 1, log_content: text, create_time: id % 2 === 0 ? '2026-11-24T02:06:11.270325376Z' : null,
});
const logs = {contents: [entry(2, 'remote task 22130706434028873 Start observer running [1/1]'), entry(1, 'a\u001B数😀')]};
const task = {
	id: '22130706433028869', name: 'n', state: 'RUNNING', operator: 'RUN', nodes: [{id: '22130706433028870', sub_tasks: [{id: '22130706433028871', task_logs: ['x', 'y\tz']}]}],
};

test('a log and a task that are read in a thread of their own are what they are when read here', async () => {
	const aside = open();
	const log = await aside.read<Columns>('logs', answered(logs));
	const here = read(kinds.logs.schema, answered(logs));
	expect(log?.found.type === 'data' && fromColumns(log.found.data)).toEqual(here.type === 'data' && here.data);
	expect(log?.ids).toEqual(new Set(['22130706434028873']));
	const dag = await aside.read('task', answered(task));
	expect(dag?.found).toEqual(read(kinds.task.schema, answered(task)));
	expect(dag?.ids).toEqual(new Set(['22130706433028869', '22130706433028870', '22130706433028871']));
});

test('what is no answer is the same error there as here', async () => {
	const aside = open();
	for (const broken of [{...answered(logs), body: Buffer.from('{"successful":true,"data":{"contents":[')}, answered({contents: [{id: 'x'}]}), answered({contents: 7})]) {
		const here = read(kinds.logs.schema, {...broken, body: Buffer.from(broken.body)});
		const there = await aside.read('logs', broken);
		expect(there?.found).toEqual(here);
	}
});

test('the bytes come back, and several questions at once get their own answers', async () => {
	const aside = open();
	const texts = ['one', 'two', 'three'];
	const done = await Promise.all(texts.map(async text => aside.read<Columns>('logs', answered({contents: [entry(1, text)]}))));
	expect(done.map(one => one?.found.type === 'data' ? one.found.data.texts : [])).toEqual(texts.map(text => [text]));
	expect(done.map(one => one?.body.toString())).toEqual(texts.map(text => answered({contents: [entry(1, text)]}).body.toString()));
});

test('a thread that breaks off is told of, and the next question gets a new one', async () => {
	const once = 'require("node:worker_threads").parentPort.on("message", ({port, status}) => { if (status === 500) { process.exit(1); } port.postMessage({found: {type: "none"}, ids: [], body: new Uint8Array(0)}); port.close(); });';
	const aside = open(once);
	expect(await aside.read('logs', answered(logs, 500))).toBeUndefined();
	const next = await aside.read('logs', answered(logs));
	expect(next?.found).toEqual({type: 'none'});
});

test('only what is large is worth a thread', () => {
	const aside = open();
	expect(aside.isFor(answered(logs))).toBe(false);
	expect(aside.isFor(answered('x'.repeat(300_000)))).toBe(true);
});
