import fc from 'fast-check';
import {describe, expect, it, test} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Action, type UserAction} from '../../../source/store/actions.js';
import {topScreen} from '../../../source/store/lookup.js';
import {type State} from '../../../source/store/state.js';
import {makeSubTask, ten} from '../../helpers/tasks.js';
import {
	agent,
	filter,
	numbered,
	open,
	play,
	received,
	search,
	settled,
	texts,
	up,
	view,
	withLogs,
} from './helpers/open-log.js';

const down: Action = {type: 'selection-moved', by: 1};
const start: Action = {type: 'selection-moved', by: 'start'};
const end: Action = {type: 'selection-moved', by: 'end'};
const select: Action = {type: 'range-toggled'};

/** The line with the cursor. */
const cursor = (state: State): string | undefined => view(state).rows.find(({hasCursor}) => hasCursor)?.text;

const selected = (state: State): readonly string[] => view(state).rows.filter(({isSelected}) => isSelected).map(({text}) => text);

describe('the cursor of a log', () => {
	it('is on the last line while following, also when more arrive', () => {
		const opened = open(numbered(20));
		expect(cursor(opened)).toBe('line 20');
		expect(cursor(play(opened, received(withLogs(numbered(25)))))).toBe('line 25');
	});

	it('moves up from there, which stops following, and stays on its line when others arrive', () => {
		const frozen = play(open(numbered(20)), up, up);
		expect(cursor(frozen)).toBe('line 18');
		const grown = play(frozen, received(withLogs(numbered(40))));
		expect(cursor(grown)).toBe('line 18');
		expect(texts(grown)).toEqual(texts(frozen));
		expect(cursor(play(grown, end))).toBe('line 40');
	});

	it('moves within the window first, and then takes it along, by one row at a time', () => {
		const top = play(open(numbered(20)), start);
		expect(cursor(top)).toBe('line 1');
		const last = play(top, ...Array.from({length: 7}, () => down));
		expect(cursor(last)).toBe('line 8');
		expect(texts(last)).toEqual(texts(top));
		expect(texts(play(last, down))).toEqual(numbered(8, 2));
		expect(texts(play(last, down, ...Array.from({length: 8}, () => up)))).toEqual(numbered(8));
	});

	it('goes by pages and half pages with the window, and to the ends', () => {
		const page = play(open(numbered(100)), start, {type: 'selection-moved', by: 'page'});
		expect(texts(page)).toEqual(numbered(8, 9));
		expect(cursor(page)).toBe('line 9');
		expect(cursor(play(page, {type: 'selection-moved', by: 'half-page'}))).toBe('line 13');
		expect(cursor(play(page, {type: 'selection-moved', by: '-page'}, {type: 'selection-moved', by: '-page'}))).toBe('line 1');
		expect(cursor(play(open(numbered(100)), {type: 'selection-moved', by: '-page'}))).toBe('line 92');
		expect(cursor(play(page, {type: 'selection-moved', by: 5}))).toBe('line 14');
	});

	it('takes a wrapped line as one, as long as it fits', () => {
		const wrapped = play(open(['a', 'x'.repeat(200), 'b', ...numbered(10)]), start, down);
		expect(selected(wrapped)).toEqual(['x'.repeat(79), 'x'.repeat(79), 'x'.repeat(42)]);
		expect(view(wrapped).rows.filter(({hasCursor}) => hasCursor)).toHaveLength(1);
		expect(cursor(play(wrapped, down))).toBe('b');
	});

	it('shows every row of a line that does not fit, one after the other, down and up', () => {
		const long = open(['a', numbered(30, 1001).join('\n'), 'b']);
		let state = play(long, start);
		const seen = new Set<string | undefined>();
		for (let steps = 0; cursor(state) !== 'b' && steps < 100; steps++) {
			state = play(state, down);
			for (const text of texts(state)) {
				seen.add(text);
			}
		}

		expect(seen.size).toBe(32);
		seen.clear();
		for (let steps = 0; cursor(state) !== 'a' && steps < 100; steps++) {
			state = play(state, up);
			for (const text of texts(state)) {
				seen.add(text);
			}
		}

		expect(seen.size).toBe(32);
	});

	it('leaves out what is hidden, and is back on its line when that is shown again', () => {
		const on = play(open(numbered(50)), start, down, down);
		expect(cursor(on)).toBe('line 3');
		const filtered = settled(play(on, ...filter('[05]$')));
		expect(cursor(filtered)).toBe('line 5');
		expect(cursor(settled(play(filtered, ...filter(''))))).toBe('line 3');
		const shown = settled(play(filtered, {type: 'escaped'}));
		expect([topScreen(shown).type, cursor(shown)]).toEqual(['log', 'line 3']);
		expect(topScreen(play(shown, {type: 'escaped'})).type).not.toBe('log');
		expect(cursor(play(filtered, down))).toBe('line 10');
		const repeats = play(open(['a', 'same', 'same', 'same', 'b']), start, down, down);
		expect(cursor(repeats)).toBe('b');
	});

	it('stays where it is when lines arrive, also after a first line was chosen among errors only', () => {
		const cycle: Action = {type: 'severity-cycled'};
		const all = play(open(['a', 'a', ...numbered(5), 'ERROR: no']), cycle, cycle, start, {type: 'repeats-toggled'}, cycle);
		expect(texts(all)).toHaveLength(8);
		expect(texts(play(all, received(withLogs(['a', 'a', ...numbered(5), 'ERROR: no', 'a new line']))))).toEqual(texts(all));
	});

	it('is where a search, a jump to an error or to an attempt leads, and goes on from there', () => {
		const found = settled(play(open([...numbered(30), 'ERROR: no', ...numbered(30)]), start, ...search('line 12')));
		expect(cursor(found)).toBe('line 12');
		expect(cursor(play(found, down))).toBe('line 13');
		expect(cursor(settled(play(found, down, down, {type: 'match-jumped-to', by: 1})))).toBe('line 12');
		expect(cursor(play(found, {type: 'error-jumped-to'}))).toBe('ERROR: no');
	});

	it('stays on its line, as far below the top, when lines with times replace those of the task', () => {
		const on = play(open([...numbered(30), 'here', ...numbered(4)]), up, up, up, up);
		expect(cursor(on)).toBe('here');
		const row = view(on).rows.findIndex(({hasCursor}) => hasCursor);
		const entries = ['more', 'more still', ...numbered(30), 'here', ...numbered(4)].map((text, index) => ({id: index, executeTimes: 1, text, time: ten + index}));
		const timed = play(on, {type: 'logs-received', agent, at: ten, subTask: makeSubTask().id, lines: linesOf(entries)});
		expect(cursor(timed)).toBe('here');
		expect(view(timed).rows.findIndex(({hasCursor}) => hasCursor)).toBe(row);
	});

	it('is in sight in a window of any size', () => {
		const on = play(open(numbered(50)), ...Array.from({length: 7}, () => up));
		expect(cursor(play(on, {type: 'resized', columns: 40, rows: 10}))).toBe('line 43');
		expect(cursor(play(on, {type: 'resized', columns: 40, rows: 10}, {type: 'resized', columns: 200, rows: 50}))).toBe('line 43');
	});
});

describe('selecting lines', () => {
	it('begins at the cursor, says how many, and ends with Esc, which then leads back', () => {
		const range = play(open(numbered(20)), up, select, up, up);
		expect(selected(range)).toEqual(['line 17', 'line 18', 'line 19']);
		expect(view(range).status.selected).toBe(3);
		const ended = play(range, {type: 'escaped'});
		expect(selected(ended)).toEqual(['line 17']);
		expect(topScreen(ended).type).toBe('log');
		expect(topScreen(play(ended, {type: 'escaped'})).type).toBe('task');
	});

	it('goes to the end without following it, and is over with the log', () => {
		const range = play(open(numbered(20)), start, select, end);
		expect(view(range).status).toMatchObject({selected: 20, isFollowing: false});
		const again = play(range, {type: 'went-back'}, {type: 'entered'});
		expect(view(again).status.selected).toBeUndefined();
		expect(cursor(again)).toBe('line 20');
	});

	it('counts only what is shown', () => {
		expect(view(settled(play(open(numbered(50)), start, ...filter('[05]$'), select, down, down))).status.selected).toBe(3);
	});
});

const actions: ReadonlyArray<readonly UserAction[]> = [
	...([1, -1, 7, -7, 'page', '-page', 'half-page', '-half-page', 'start', 'end'] as const).map(by => [{type: 'selection-moved', by}] as const),
	[{type: 'follow-toggled'}],
	[{type: 'wrap-toggled'}],
	[{type: 'severity-cycled'}],
	[{type: 'repeats-toggled'}],
	[{type: 'range-toggled'}],
	[{type: 'error-jumped-to'}],
	[{type: 'execution-jumped-to', by: -1}],
	[{type: 'resized', columns: 50, rows: 12}],
	[{type: 'resized', columns: 120, rows: 30}],
];

test('whatever is pressed, the cursor is in sight wherever a line is, and what arrives at the end moves nothing', () => {
	const line = fc.oneof(fc.constantFrom('a', 'b', 'ERROR: no', 'WARN: hm'), fc.nat(400).map(length => 'x'.repeat(length)), fc.nat(25).map(count => numbered(count).join('\n')));
	fc.assert(fc.property(fc.array(line, {minLength: 1, maxLength: 40}), fc.array(fc.constantFrom(...actions), {maxLength: 30}), (logs, pressed) => {
		let state = open(logs);
		for (const keys of pressed) {
			state = play(state, ...keys);
			const {rows, status} = view(state);
			expect(rows.filter(({hasCursor}) => hasCursor)).toHaveLength(rows.length === 0 ? 0 : 1);
			if (status.isFollowing) {
				continue;
			}

			const grown = play(state, received(withLogs([...logs, 'a new line'])));
			expect(texts(grown).slice(0, rows.length)).toEqual(texts(state));
			expect(cursor(grown)).toBe(cursor(state));
		}
	}), {numRuns: 100});
});
