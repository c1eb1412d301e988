import {describe, expect, it} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {type State} from '../../../source/store/state.js';
import {
	numbered,
	open,
	play,
	received,
	texts,
	up,
	view,
	withLogs,
} from './helpers/open-log.js';

const unwrap: Action = {type: 'wrap-toggled'};
const numbers: Action = {type: 'numbers-toggled'};
const lineStart: Action = {type: 'line-end-shown', end: 'start'};
const lineEnd: Action = {type: 'line-end-shown', end: 'end'};
const mark: Action = {type: 'mark-set'};
const start: Action = {type: 'selection-moved', by: 'start'};

describe('a long line', () => {
	it('is wrapped between words', () => {
		expect(texts(open([`${'word '.repeat(15)}and a longer one behind it`]))).toEqual([`${'word '.repeat(15)}and`.trimEnd(), 'a longer one behind it']);
		expect(texts(open([`${'数据库'.repeat(13)}，已经启动`]))).toEqual(['数据库'.repeat(13), '，已经启动'].map((text, row) => row === 0 ? text.slice(0, -1) : `库${text}`));
	});

	it('shows its end on $ and its beginning on 0, unless it is wrapped', () => {
		const line = `begin ${'-'.repeat(300)} the end`;
		const ended = play(open(['first', line]), unwrap, lineEnd);
		const [, row] = view(ended).rows;
		expect(row).toMatchObject({isCutLeft: true, isCutRight: false});
		expect(row?.text.endsWith('the end')).toBe(true);
		expect(view(play(ended, lineStart))).toMatchObject({scrollColumn: 0});
		expect(view(play(ended, start, lineEnd))).toMatchObject({scrollColumn: 0});
		expect(play(open([line]), lineEnd).view.notice?.text).toBe('Lines are wrapped: all of each is in sight');
	});

	it('of many lines shows the end of the one with the cursor, and one with a count the text before it', () => {
		const stack = play(open([['short', 'x'.repeat(200)].join('\n')]), unwrap, lineEnd);
		expect(view(stack).scrollColumn).toBe(0);
		const twice = play(open([`${'y'.repeat(200)}!`, `${'y'.repeat(200)}!`]), unwrap, lineEnd);
		expect(view(twice).rows[0]).toMatchObject({repeats: 2, isCutRight: false});
		expect(view(twice).rows[0]?.text.endsWith('!')).toBe(true);
	});
});

it('# numbers the lines, each on its first row', () => {
	const state = play(open(['a', 'x'.repeat(100), ...numbered(10)]), start, numbers);
	expect(view(state).numberWidth).toBe(2);
	expect(view(state).rows.slice(0, 4).map(({number}) => number)).toEqual([1, 2, undefined, 3]);
	expect(view(state).rows[1]?.text).toHaveLength(76);
	expect(view(play(state, numbers)).numberWidth).toBe(0);
});

describe('a mark', () => {
	/** Marks are in brackets. */
	const shown = (state: State): readonly string[] => view(state).rows.map(({type, text, time}) => type === 'separator' ? `[${text}${time === undefined ? '' : ' at'}]` : text);

	it('is below the last line, with the time, and what comes later is below it', () => {
		const marked = play(open(['a', 'b']), mark);
		expect(shown(marked)).toEqual(['a', 'b', '[mark at]']);
		const grown = play(marked, received(withLogs(['a', 'b', 'c'])));
		expect(shown(grown)).toEqual(['a', 'b', '[mark at]', 'c']);
		expect(shown(play(grown, mark, received(withLogs(['a', 'b', 'c', 'd']))))).toEqual(['a', 'b', '[mark at]', 'c', '[mark at]', 'd']);
	});

	it('stays in sight while following, and is no line of its own', () => {
		const marked = play(open(numbered(20)), mark);
		expect(shown(marked).at(-1)).toBe('[mark at]');
		expect(view(marked).rows.find(({hasCursor}) => hasCursor)?.text).toBe('line 20');
		expect(view(play(marked, up)).rows.find(({hasCursor}) => hasCursor)?.text).toBe('line 19');
		expect(shown(play(marked, {type: 'resized', columns: 40, rows: 10})).at(-1)).toBe('[mark at]');
	});

	it('separates repeated lines, and is kept when the log is opened again', () => {
		const marked = play(open(['same', 'same']), mark, received(withLogs(['same', 'same', 'same', 'same', 'same'])));
		expect(shown(marked)).toEqual(['same', '[mark at]', 'same']);
		expect(view(marked).rows.map(({repeats}) => repeats)).toEqual([2, 1, 3]);
		expect(shown(play(marked, {type: 'went-back'}, {type: 'entered'}))).toEqual(shown(marked));
	});

	it('needs a line', () => {
		expect(play(open([]), mark).view.notice?.text).toBe('No line yet to set a mark below');
	});
});
