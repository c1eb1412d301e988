import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {shortNames} from '../../../source/lib/host-port.js';
import {linesOf} from '../../../source/protocol/logs.js';
import {logFromLines, logFromTask, type LogPart} from '../../../source/store/log/buffer.js';
import {type MergedLog, mergeLogs, placeIn} from '../../../source/store/log/merge.js';
import {mergedSeparator} from '../../../source/store/selectors/log.js';

type Line = {readonly text: string; readonly time?: number | undefined; readonly attempt?: number};

const bufferOf = (lines: readonly Line[]) => logFromLines(undefined, linesOf(lines.map(({text, time, attempt = 1}, index) => ({id: index, executeTimes: attempt, text, time}))));

const partOf = (key: string, lines: readonly Line[], change: Partial<LogPart> = {}): LogPart => ({
	key, agent: `10.0.0.${key}:2886`, stage: 1, name: 'Start observer', start: 0, ahead: 0, operator: 'RUN', executeTimes: 1, buffer: bufferOf(lines), ...change,
});

const timed = (...pairs: ReadonlyArray<readonly [time: number | undefined, text: string]>): readonly Line[] => pairs.map(([time, text]) => ({time, text}));

const separators = (log: MergedLog): readonly string[] => log.texts.map((_, index) => mergedSeparator(log, index)).filter(text => text !== '');

describe('the lines of several logs', () => {
	it('are in the order of their times, each with its agent', () => {
		const merged = mergeLogs(undefined, [partOf('1', timed([1000, 'a'], [3000, 'c'])), partOf('2', timed([2000, 'b'], [4000, 'd']))]);
		expect(merged.texts).toEqual(['a', 'b', 'c', 'd']);
		expect([...merged.merged.part].map(part => merged.merged.names[merged.merged.agentOf[part]!])).toEqual(['.1', '.2', '.1', '.2']);
	});

	it('stay behind the line before them if they have no time of their own', () => {
		const merged = mergeLogs(undefined, [partOf('1', timed([1000, 'a'], [undefined, 'a too'], [3000, 'c'], [2500, 'after c'])), partOf('2', timed([2000, 'b'], [2800, 'b2']))]);
		expect(merged.texts).toEqual(['a', 'a too', 'b', 'b2', 'c', 'after c']);
	});

	it('of an agent that gives no times are where its sub-task began', () => {
		const untimed = partOf('2', [], {start: 1500, buffer: logFromTask(undefined, {logs: ['x', 'y']})});
		expect(mergeLogs(undefined, [partOf('1', timed([1000, 'a'], [2000, 'b'])), untimed]).texts).toEqual(['a', 'x', 'y', 'b']);
	});

	it('are compared by one clock', () => {
		const fast = partOf('2', timed([62_000, 'b']), {ahead: 60_000});
		const merged = mergeLogs(undefined, [partOf('1', timed([1000, 'a'], [3000, 'c'])), fast]);
		expect(merged.texts).toEqual(['a', 'b', 'c']);
		expect([...merged.times!]).toEqual([1000, 2000, 3000]);
	});

	it('are separated where an attempt of one of them begins, and where a stage does', () => {
		const attempts = [{text: 'a', time: 1}, {text: 'b', time: 3, attempt: 2}];
		expect(separators(mergeLogs(undefined, [partOf('1', attempts, {executeTimes: 2}), partOf('2', timed([2, 'c']))]))).toEqual(['attempt 2 · .1 · Start observer']);
		const stages = [partOf('1', timed([1, 'a'])), partOf('2', timed([2, 'b']), {stage: 2, name: 'Bootstrap'}), partOf('3', timed([3, 'c']))];
		expect(separators(mergeLogs(undefined, stages))).toEqual(['1 Start observer', '2 Bootstrap']);
	});

	it('that another task copied appear once, whichever of them comes first', () => {
		const original = partOf('2', timed([1000, 'start observer'], [1100, 'ERROR: no memory']), {stage: 0});
		const copies = partOf('main', timed([900, 'wait for task'], [2000, 'Start observer: start observer'], [2000, 'task Start observer: ERROR: no memory'], [2000, 'Start observer: of its own']), {agent: '10.0.0.2:2886', name: 'Wait for all'});
		const wanted = ['wait for task', 'start observer', 'ERROR: no memory', 'Start observer: of its own'];
		expect(mergeLogs(undefined, [copies, original]).texts).toEqual(wanted);
		const first = mergeLogs(undefined, [copies]);
		expect(first.texts).toHaveLength(4);
		expect(mergeLogs(first, [copies, original]).texts).toEqual(wanted);
	});

	it('of a task that is not known any more go, and the copies of them come back', () => {
		const original = partOf('2', timed([1000, 'start observer']), {stage: 0});
		const copies = partOf('main', timed([900, 'wait'], [2000, 'Start observer: start observer']), {agent: '10.0.0.2:2886'});
		const both = mergeLogs(undefined, [copies, original]);
		expect(both.texts).toEqual(['wait', 'start observer']);
		const left = mergeLogs(both, [copies]);
		expect(left.texts).toEqual(['wait', 'Start observer: start observer']);
		expect(mergeLogs(left, [copies])).toBe(left);
		expect(mergeLogs(left, [copies, original]).texts).toEqual(['wait', 'start observer']);
	});

	it('that arrive late move the others down, each of which can be found again', () => {
		const one = partOf('1', timed([1000, 'a'], [3000, 'c'], [4000, 'd']));
		const before = mergeLogs(undefined, [one, partOf('2', timed([1500, 'b']))]);
		const after = mergeLogs(before, [one, partOf('2', timed([1500, 'b'], [3500, 'late']))]);
		expect(after.texts).toEqual(['a', 'b', 'c', 'late', 'd']);
		expect(after.merged.kept).toBe(3);
		expect(before.texts.map((_, entry) => after.texts[placeIn(after, before, entry)])).toEqual([...before.texts]);
		expect(mergeLogs(after, [one, partOf('2', [], {buffer: after.merged.parts[1]!.buffer})])).toBe(after);
	});
});

const line = fc.record({text: fc.constantFrom('a', 'b', 'c'), time: fc.option(fc.nat(50), {nil: undefined}), attempt: fc.constantFrom(1, 1, 1, 2)});

test('in whatever portions they arrive, the result is that of all at once', () => {
	const logs = fc.array(fc.array(line, {maxLength: 12}), {minLength: 1, maxLength: 5});
	fc.assert(fc.property(logs, fc.array(fc.nat(12), {minLength: 5, maxLength: 15}), (lines, cuts) => {
		const parts = (most: (part: number) => number): readonly LogPart[] => lines.map((own, part) => partOf(String(part), own.slice(0, most(part))));
		let grown: MergedLog | undefined;
		for (let step = 1; step <= cuts.length; step++) {
			grown = mergeLogs(grown, parts(part => Math.max(0, ...cuts.slice(0, step).filter((_, index) => index % lines.length === part))));
		}

		const whole = parts(() => Infinity);
		const [all, portions] = [mergeLogs(undefined, whole), mergeLogs(grown, whole)];
		expect(portions.texts).toEqual(all.texts);
		expect([...portions.merged.part]).toEqual([...all.merged.part]);
		expect([...portions.merged.index]).toEqual([...all.merged.index]);
		expect([...portions.merged.head]).toEqual([...all.merged.head]);
		expect(portions.merged.at).toEqual(portions.merged.at.toSorted());
	}), {numRuns: 300});
});

test.each([
	[['10.0.0.11:2886', '10.0.0.12:2886'], ['.11', '.12']],
	[['10.0.1.11:2886', '10.0.2.11:2886'], ['.1.11', '.2.11']],
	[['127.0.0.1:2886', '127.0.0.1:2887'], [':2886', ':2887']],
	[['10.0.0.1:2886', '10.0.0.1:2887', '10.0.0.2:2886'], ['.1:2886', '.1:2887', '.2:2886']],
	[['[fd00::1]:2886', '[fd00::2]:2886'], [':1]', ':2]']],
	[['node-a:2886', 'node-b:2886'], ['node-a', 'node-b']],
	[['10.0.0.1:2886'], ['10.0.0.1']],
])('the short names of %j', (agents, names) => {
	expect(shortNames(agents)).toEqual(names);
});
