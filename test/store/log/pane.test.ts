import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type LogBuffer, logFromLines, logFromTask} from '../../../source/store/log/buffer.js';
import {
	clampPosition,
	endPosition,
	executionPosition,
	movedBy,
	type PaneOptions,
	type PaneRow,
	type Position,
	rowsFrom,
	startPosition,
} from '../../../source/store/log/pane.js';
import {advanceScan, compileMatcher, type Matcher, newScan, placeBudget, placesIn, type Scan, smallSlice} from '../../../source/store/log/scan.js';

const options: PaneOptions = {
	width: 20, height: 5, scrollColumn: 0, isWrapped: false, isCollapsed: false, severity: 'all', filter: undefined,
};
const lines = (...texts: readonly string[]): LogBuffer => logFromTask(undefined, {logs: texts});
const numbered = (count: number): LogBuffer => lines(...Array.from({length: count}, (_, index) => `line ${index}`));
const texts = (rows: readonly PaneRow[]): readonly string[] => rows.map(row => row.type === 'separator' ? '──' : row.part.text);
const shown = (buffer: LogBuffer, position: Position, change: Partial<PaneOptions> = {}) => texts(rowsFrom(buffer, position, {...options, ...change}));
const matcherOf = (source: string): Matcher => {
	const compiled = compileMatcher(source);
	if (!compiled.ok) {
		throw new Error(compiled.problem);
	}

	return compiled.matcher;
};

const filterOf = (source: string, buffer: LogBuffer): Scan => advanceScan(newScan(matcherOf(source), 0), buffer, smallSlice);

const executions = logFromLines(undefined, linesOf([
	{id: 1, executeTimes: 1, text: 'start', time: 1000}, {id: 2, executeTimes: 1, text: 'ERROR: no', time: 2000}, {id: 3, executeTimes: 2, text: 'undo', time: 3000}, {id: 4, executeTimes: 3, text: 'start', time: 4000},
]));

describe('what is in sight', () => {
	it('is a window that begins anywhere and ends with the log', () => {
		expect(shown(numbered(10), {entry: 2, row: 0})).toEqual(['line 2', 'line 3', 'line 4', 'line 5', 'line 6']);
		expect(shown(numbered(10), {entry: 8, row: 0})).toEqual(['line 8', 'line 9']);
		expect(shown(lines(), startPosition(lines()))).toEqual([]);
	});

	it('shows an entry of several lines as several rows of that entry', () => {
		expect(rowsFrom(lines('ERROR: a\n: b', 'c'), {entry: 0, row: 0}, options)).toMatchObject([
			{part: {text: 'ERROR: a', start: 0}, severity: 'error', position: {entry: 0, row: 0}}, {part: {text: ': b', start: 9}, severity: 'error', position: {entry: 0, row: 1}}, {part: {text: 'c'}, severity: 'plain'},
		]);
	});

	it('wraps between characters, also wide ones, or scrolls sideways', () => {
		expect(shown(lines('abcdefgh'), {entry: 0, row: 0}, {isWrapped: true, width: 3})).toEqual(['abc', 'def', 'gh']);
		expect(shown(lines('数据库启动'), {entry: 0, row: 0}, {isWrapped: true, width: 5})).toEqual(['数据', '库启', '动']);
		expect(shown(lines('abcdefgh'), {entry: 0, row: 0}, {scrollColumn: 2, width: 5})).toEqual(['def']);
		expect(shown(lines('数据库'), {entry: 0, row: 0}, {scrollColumn: 1, width: 4})).toEqual(['据']);
	});

	it('begins in the middle of a long entry', () => {
		expect(shown(lines('abcdefgh'), {entry: 0, row: 1}, {isWrapped: true, width: 3, height: 1})).toEqual(['def']);
	});

	it('shows one row for equal entries in a row, and counts them', () => {
		const buffer = lines('a', 'running', 'running', 'running', 'b', 'running');
		expect(rowsFrom(buffer, {entry: 0, row: 0}, {...options, isCollapsed: true}).map(row => [row.part.text, row.repeats])).toEqual([['a', 1], ['running', 3], ['b', 1], ['running', 1]]);
	});

	it('separates executions, and does not collapse over them', () => {
		expect(shown(executions, startPosition(executions), {height: 9})).toEqual(['start', 'ERROR: no', '──', 'undo', '──', 'start']);
		expect(executionPosition(executions, {entry: 0, row: 0}, 1)).toEqual({entry: 2, row: -1});
		expect(executionPosition(executions, {entry: 3, row: 0}, -1)).toEqual({entry: 2, row: -1});
		expect(executionPosition(executions, {entry: 3, row: 0}, 1)).toBeUndefined();
	});

	it('keeps only matching entries, or only errors', () => {
		expect(shown(numbered(30), {entry: 0, row: 0}, {filter: filterOf('line .5$', numbered(30))})).toEqual(['line 15', 'line 25']);
		expect(shown(executions, startPosition(executions), {severity: 'errors'})).toEqual(['ERROR: no']);
		expect(shown(lines('a', 'b'), {entry: 0, row: 0}, {filter: filterOf('nothing', lines('a', 'b'))})).toEqual([]);
	});
});

describe('moving', () => {
	it('stops at the first row and when the last one is at the bottom', () => {
		const buffer = numbered(10);
		expect(movedBy(buffer, {entry: 3, row: 0}, -100, options)).toEqual({entry: 0, row: 0});
		expect(movedBy(buffer, {entry: 3, row: 0}, 100, options)).toEqual(endPosition(buffer, options));
		expect(shown(buffer, endPosition(buffer, options))).toEqual(['line 5', 'line 6', 'line 7', 'line 8', 'line 9']);
	});

	it('keeps its place when lines are discarded at the start', () => {
		const long = logFromTask(undefined, {logs: numbered(10).texts}, 6);
		expect(shown(long, {entry: 7, row: 0})).toEqual(['line 7', 'line 8', 'line 9']);
		expect(clampPosition(long, {entry: 1, row: 0}, options)).toEqual({entry: 4, row: 0});
	});

	const anyText = fc.oneof(fc.string({unit: 'grapheme', maxLength: 60}), fc.constantFrom('running', 'ERROR: x\n: y', '', '\n\n', '数据库启动失败'));
	const anyOptions = fc.record({
		width: fc.integer({min: 2, max: 30}), height: fc.integer({min: 1, max: 8}), scrollColumn: fc.constant(0), isWrapped: fc.boolean(), isCollapsed: fc.boolean(),
		severity: fc.constantFrom('all' as const, 'errors' as const), isFiltered: fc.boolean(),
	});

	it('reaches every row once, downwards and upwards, whatever the log holds', () => {
		fc.assert(fc.property(fc.array(anyText, {maxLength: 25}), anyOptions, (entries, {isFiltered, ...rest}) => {
			const buffer = lines(...entries);
			const chosen = {...rest, filter: isFiltered ? filterOf('r', buffer) : undefined};
			const all = rowsFrom(buffer, startPosition(buffer), {...chosen, height: 10_000}).map(row => row.position);
			const end = endPosition(buffer, chosen);
			let position = clampPosition(buffer, startPosition(buffer), chosen);
			const down = [position];
			while (JSON.stringify(position) !== JSON.stringify(end) && down.length <= all.length) {
				position = movedBy(buffer, position, 1, chosen);
				down.push(position);
			}

			const expected = all.slice(0, Math.max(1, all.length - chosen.height + 1));
			if (all.length > 0) {
				expect(down).toEqual(expected);
			}

			const up = [position];
			while (up.length < down.length) {
				position = movedBy(buffer, position, -1, chosen);
				up.push(position);
			}

			expect(up.toReversed()).toEqual(down);
		}), {numRuns: 300});
	});
});

describe('what was typed', () => {
	const isFound = (source: string, text: string): unknown => matcherOf(source).test(text);

	it('ignores case unless it has a capital letter', () => {
		expect(isFound('error', 'ERROR: x')).toBe(true);
		expect(isFound('Error', 'ERROR: x')).toBe(false);
		expect(isFound(String.raw`\S+`, 'x')).toBe(true);
	});

	it('says what is wrong with it', () => {
		expect(compileMatcher('(')).toEqual({ok: false, problem: 'missing closing )'});
		expect(compileMatcher(String.raw`(a)\1`)).toEqual({ok: false, problem: 'backreferences are not supported'});
		expect(compileMatcher('a(?!b)')).toEqual({ok: false, problem: 'lookahead and lookbehind are not supported'});
		expect(compileMatcher('(a{20}){40}')).toEqual({ok: false, problem: 'too large: use fewer or smaller repetitions'});
		expect(compileMatcher('a'.repeat(501))).toEqual({ok: false, problem: 'too long'});
	});

	it('finds every place, and is not caught by empty matches', () => {
		expect(placesIn('foo boot', matcherOf('o+'), 0, placeBudget())).toEqual([[1, 3], [5, 7]]);
		expect(placesIn('ab', matcherOf('x*'), 0, placeBudget())).toEqual([]);
	});
});
