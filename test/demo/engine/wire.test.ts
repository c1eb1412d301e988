import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {formatHostPort} from '../../../source/lib/host-port.js';
import {unset} from '../../../source/demo/engine/model.js';
import {dagToWire, formatAgentId, formatClusterId, logsToWire, writeTime} from '../../../source/demo/engine/wire.js';
import {isGenericId, parseGenericId} from '../../../source/protocol/ids.js';
import {ten} from '../helpers/manual-clock.js';
import {dagAt, operate, play, start, threeStages} from '../helpers/play.js';

const broken = threeStages(9);
const wireAt = (now: number) => ({
	now, time: (time: number) => time === unset ? 'epoch' : time.toFixed(1), agent: () => ({ip: '127.0.0.1', port: 2886}), idOf: () => undefined,
});

const endOf = (row: {readonly start_time: string; readonly end_time: string}, created: string): string => {
	if (row.end_time === created) {
		return 'creation';
	}

	return Number(row.end_time) > Number(row.start_time) ? 'after start' : 'stale';
};

describe('a sub-task on its way through a retry', () => {
	const engine = play(start(broken), operate(8000, broken, 'retry'));
	const moments: string[] = [];
	let created = '';
	for (let now = 20; now < 16_000; now += 20) {
		const {nodes} = dagToWire(dagAt(engine, now), true, wireAt(now));
		const row = nodes![1]!.sub_tasks[0]!;
		created ||= row.start_time;
		const text = `${row.state}/${row.operator} x${row.execute_times}, end ${endOf(row, created)}, ${row.task_logs?.length ?? 'no'} lines`;
		if (text !== moments.at(-1)) {
			moments.push(text);
		}
	}

	it('shows the lines of all executions, none between attempts, and ends that lie while it runs', () => {
		expect(moments).toEqual([
			'PENDING/RUN x0, end creation, no lines',
			'READY/RUN x0, end creation, no lines',
			'RUNNING/RUN x1, end creation, 1 lines',
			'FAILED/RUN x1, end after start, 2 lines',
			'READY/ROLLBACK x1, end after start, no lines',
			'RUNNING/ROLLBACK x2, end stale, 3 lines',
			'SUCCEED/ROLLBACK x2, end after start, 3 lines',
			'READY/RUN x2, end after start, no lines',
			'RUNNING/RUN x3, end stale, 4 lines',
			'FAILED/RUN x3, end after start, 5 lines',
		]);
	});

	it('keeps every line with its execution', () => {
		const subTask = dagAt(engine, 16_000).nodes[1]!.subTasks[0]!;
		const lines = logsToWire(subTask, wireAt(16_000)).toSorted((one, other) => one.id - other.id);
		expect(lines.map(line => `${line.execute_times} ${line.log_content}`)).toEqual([
			'1 two runs', '1 ERROR: [Two.Failed]: no', '2 two undone', '3 two runs', '3 ERROR: [Two.Failed]: no',
		]);
	});

	it('has rows whose times are their creation while pending, the epoch after an operation, and equal while running', () => {
		const early = dagToWire(dagAt(play(start(broken)), 20), true, wireAt(20));
		expect(early.nodes!.every(node => node.start_time === node.end_time)).toBe(true);
		expect(new Set(early.nodes!.map(node => node.start_time)).size).toBe(3);
		const again = play(start(broken), operate(8000, broken, 'retry'));
		expect(dagToWire(dagAt(again, 8010), true, wireAt(8010))).toMatchObject({start_time: 'epoch', end_time: 'epoch', nodes: [{}, {start_time: 'epoch', end_time: 'epoch'}, {}]});
		const {nodes} = dagToWire(dagAt(again, 9500), true, wireAt(9500));
		expect(nodes![1]).toMatchObject({state: 'RUNNING', start_time: nodes![1]!.end_time});
	});
});

describe('ids and times', () => {
	it('are ids of the agent they were made for', () => {
		fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({min: 1, max: 65_535}), fc.integer({min: 1, max: 1e9}), (ip, port, localId) => {
			const id = formatAgentId(ip, port, localId);
			const canonical = ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
			expect(isGenericId(id)).toBe(true);
			expect(parseGenericId(id)).toEqual({scope: 'agent', agent: formatHostPort(canonical, port), localId: String(localId)});
		}));
		expect(formatAgentId('127.0.0.1', 2886, 4)).toBe('22130706433028864');
		expect(formatClusterId(7)).toBe('17');
	});

	it.each([
		[ten, 0, '2026-03-01T10:00:00Z'],
		[ten, 1.5, '2026-03-01T10:00:00.0015Z'],
		[ten, 250.123457, '2026-03-01T10:00:00.250123457Z'],
		[ten, -1000, '2026-03-01T09:59:59Z'],
		[ten, unset, '1970-01-01T00:00:00Z'],
	])('%i and %d ms are written as Go does: %s', (base, time, expected) => {
		expect(writeTime(base, time)).toBe(expected);
	});
});
