// What a client keeps is bounded, since it runs for weeks.

import {Buffer} from 'node:buffer';
import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {parseResponse} from '../../source/client/parse-response.js';
import {ResponseCache} from '../../source/client/response-cache.js';
import {createKnownIds} from '../../source/client/task-rules.js';
import {type HttpResponse} from '../../source/client/types.js';
import {share} from '../../source/lib/structural-share.js';
import {payloadOf} from '../../source/protocol/envelope.js';
import {type Dag, dagSchema} from '../../source/protocol/task.js';
import {dataOf, whole} from './helpers/client.js';
import {agentsForTests, paths, taskId} from './helpers/scripted-agent.js';

const start = agentsForTests();

describe('ids that were handed out', () => {
	it('stay as long as the response that named them is the last one to its request', () => {
		const ids = createKnownIds();
		ids.record('task', new Set(['11', '12']));
		ids.record('task', new Set(['12']));
		expect([ids.has('11'), ids.has('12')]).toEqual([false, true]);
	});

	it('are forgotten after twenty thousand newer requests, unless theirs is repeated', () => {
		const ids = createKnownIds();
		ids.record('still asked', new Set(['11']));
		ids.record('long ago', new Set(['12']));
		ids.keep('still asked');
		ids.keep('never asked');
		for (let index = 0; index < 19_999; index++) {
			ids.record(`request ${index}`, new Set());
		}

		expect([ids.has('11'), ids.has('12')]).toEqual([true, false]);
	});

	it('without end in one answer are cut off, and push out those of the oldest questions only', () => {
		const ids = createKnownIds();
		const flood = (from: number): Set<string> => new Set(Array.from({length: 150_000}, (_, index) => String(from + index)));
		ids.record('of another agent', new Set(['11']));
		ids.record('flood 0', flood(1_000_000));
		expect([ids.has('1099999'), ids.has('1100000')]).toEqual([true, false]);
		for (let index = 1; index < 9; index++) {
			ids.record(`flood ${index}`, new Set(['2']).union(flood(1_000_000 * (index + 1))));
		}

		ids.keep('of another agent');
		ids.record('flood 9', flood(20_000_000));
		expect([ids.has('11'), ids.has('1000000'), ids.has('2000000'), ids.has('20000000')]).toEqual([true, false, true, true]);
	});
});

describe('the last answers', () => {
	it('have what they have in common once', () => {
		const cache = new ResponseCache<Dag>(share);
		const read = (log: string): Dag => {
			const subTask = (id: string, lines: readonly string[]) => ({id, name: 'Copy', state: 'RUNNING', operator: 'RUN', start_time: '2026-01-01T00:00:00+08:00', execute_times: 1, task_logs: lines});
			const nodes = [1, 2].map(number => ({id: `1${number}`, name: 'Copy', state: 'RUNNING', operator: 'RUN', sub_tasks: [subTask(`2${number}`, number === 1 ? ['begin'] : [log])]}));
			const data = {id: '11', name: 'Backup', state: 'RUNNING', operator: 'RUN', dag_id: 1, stage: 1, max_stage: 2, nodes};
			const reply = parseResponse({uri: '/', cache, schema: dagSchema}, {type: 'response', status: 200, contentType: '', body: Buffer.from(JSON.stringify({successful: true, data}))});
			expect(reply).toMatchObject({type: 'data'});
			return reply.type === 'data' ? reply.data : expect.unreachable();
		};

		const [first, second] = [read('10 %'), read('20 %')];
		expect(second.nodes?.[0]).toBe(first.nodes?.[0]);
		expect(second.nodes?.[1]?.subTasks[0]?.logs).toEqual(['20 %']);
		expect(first.nodes?.[1]?.subTasks[0]?.logs).toEqual(['10 %']);
	});

	const text = Buffer.from('{"traceId":"a","data":{"additional_data":1}}');

	it('are compared from their data on', () => {
		expect(payloadOf(text).toString()).toBe('"data":{"additional_data":1}}');
		expect(payloadOf(Buffer.from('<html>')).toString()).toBe('<html>');
	});

	it('are found by request and bytes, the last ones only', () => {
		const cache = new ResponseCache<number>();
		cache.store('0', text, 0);
		for (let index = 1; index < 12; index++) {
			cache.store(String(index), text, index);
		}

		expect(cache.match('0', text)).toEqual({data: 0});
		cache.store('12', text, 12);
		expect(cache.match('0', text)).toEqual({data: 0});
		expect(cache.match('1', text)).toBeUndefined();
		expect(cache.match('2', Buffer.from('other'))).toBeUndefined();
	});

	it('are few where they are large, but always the very last', () => {
		const cache = new ResponseCache<string>();
		const large = Buffer.alloc(3_000_000);
		cache.store('a', large, 'a');
		cache.store('b', large, 'b');
		expect([cache.match('a', large), cache.match('b', large)]).toEqual([undefined, {data: 'b'}]);
		const huge = Buffer.alloc(9_000_000);
		cache.store('c', huge, 'c');
		expect([cache.match('b', large), cache.match('c', huge)]).toEqual([undefined, {data: 'c'}]);
	});

	it('do not change with the body that they came from', () => {
		const cache = new ResponseCache<string>();
		const body = Buffer.from(text);
		cache.store('a', payloadOf(body), 'a');
		body.fill(0);
		expect(cache.match('a', payloadOf(text))).toEqual({data: 'a'});
	});

	it('of a task that says more and more take the memory of those before', () => {
		const cache = new ResponseCache<number>();
		const payloads = Array.from({length: 1000}, (_, index) => Buffer.alloc(10_000 + index, index));
		const before = process.memoryUsage().arrayBuffers;
		for (const [index, payload] of payloads.entries()) {
			cache.store('a', payload, index);
			expect(cache.match('a', payload)).toEqual({data: index});
			expect(cache.match('a', payload.subarray(1))).toBeUndefined();
		}

		expect(cache.match('a', payloads[998] ?? Buffer.alloc(0))).toBeUndefined();
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
	});

	it('keep their bytes where a large one comes before a small one, and a small one before a large one', () => {
		const cache = new ResponseCache<number>();
		const large = Buffer.alloc(70_000, 'l');
		const bodies = [large, text, Buffer.alloc(60_000, 's'), large, Buffer.alloc(40_000, 't')];
		for (const [index, body] of bodies.entries()) {
			cache.store('a', body, index);
			expect(bodies.map(other => cache.match('a', other)?.data)).toEqual(bodies.map(other => other === body ? index : undefined));
		}

		expect(large.equals(Buffer.alloc(70_000, 'l'))).toBe(true);
	});
});

test('the bytes of a response are freed once it has been read, even while something still refers to the response', async () => {
	const heard = new Map<string, {readonly response: HttpResponse; readonly size: number}>();
	const {client} = await start({}, {passwords: {root: 'marker'}, onExchange({path, response}) {
		heard.set(path, {response, size: response.type === 'response' ? response.body.length : 0});
	}});
	expect(dataOf(await client.fetchMaintenanceTask(whole)).id).toBe(taskId);
	const task = heard.get(paths.task);
	expect(task?.size).toBeGreaterThan(100);
	expect(task?.response).toMatchObject({type: 'response', status: 200, body: {length: 0}});
});
