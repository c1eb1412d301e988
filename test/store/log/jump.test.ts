import {describe, expect, it, test} from 'vitest';
import {linesOf} from '../../../source/protocol/logs.js';
import {type Action} from '../../../source/store/actions.js';
import {type State} from '../../../source/store/state.js';
import {makeSubTask, ten} from '../../helpers/tasks.js';
import {
	agent,
	numbered,
	open,
	play,
	search,
	settled,
	texts,
	up,
	view,
} from './helpers/open-log.js';

const next: Action = {type: 'match-jumped-to', by: 1};
const previous: Action = {type: 'match-jumped-to', by: -1};
const start: Action = {type: 'selection-moved', by: 'start'};
const unwrap: Action = {type: 'wrap-toggled'};
const go = (state: State, ...actions: readonly Action[]): State => {
	let now = state;
	for (const action of actions) {
		now = settled(play(now, action));
	}

	return now;
};

/** What is highlighted on the screen, row by row. */
const highlighted = (state: State): readonly string[] => view(state).rows.flatMap(({text, matches}) => matches.map(([from, to]) => text.slice(from, to)));
const rank = (state: State): number | undefined => view(state).status.search?.rank;

describe('a jump has the match itself in sight', () => {
	it('beyond the right edge, and back where that is not needed any more', () => {
		const log = ['needle', `${'-'.repeat(300)}needle${'-'.repeat(50)}`, ...numbered(20)];
		const first = go(open(log), start, unwrap, ...search('needle'));
		expect(view(first)).toMatchObject({scrollColumn: 0});
		const second = go(first, next);
		expect(view(second).scrollColumn).toBeGreaterThan(230);
		expect(highlighted(second)).toEqual(['needle']);
		expect(view(second).rows.find(row => row.isSelected)).toMatchObject({isCutLeft: true, isCutRight: true});
		expect(view(go(second, next))).toMatchObject({scrollColumn: 0});
	});

	it('far down a long wrapped entry, and in one of many lines', () => {
		const wrapped = go(open([...numbered(3), `${'x'.repeat(5000)}needle`, 'end']), start, ...search('needle'));
		expect(highlighted(wrapped)).toEqual(['needle']);
		const stack = go(open([...numbered(3), [...numbered(100), 'a needle', ...numbered(100)].join('\n')]), start, ...search('needle'));
		expect(highlighted(stack)).toEqual(['needle']);
	});

	it('after wide characters', () => {
		const state = go(open([`${'数据库'.repeat(100)}失败${'数据'.repeat(100)}`]), unwrap, ...search('失败'));
		expect(highlighted(state)).toEqual(['失败']);
	});

	it('in a line of 5 MB, of which the first million characters count', () => {
		const long = `${'ab c/d.e '.repeat(110_000)}needle ${'ab c/d.e '.repeat(440_000)}needle`;
		for (const actions of [[], [unwrap]]) {
			const state = go(open([...numbered(3), long]), start, ...actions, ...search(String.raw`n\w+dle`));
			expect(highlighted(state)).toEqual(['needle']);
		}
	});

	it('from place to place of one entry, where they are not in sight together', () => {
		const first = go(open([['needle', ...numbered(100), 'needle needle'].join('\n'), 'needle']), start, ...search('needle'));
		const second = go(first, next);
		expect(texts(second)).toContain('needle needle');
		expect(rank(second)).toBe(1);
		const third = go(second, next);
		expect(rank(third)).toBe(2);
		expect(highlighted(go(third, previous))).toContain('needle');
		expect(rank(go(third, previous))).toBe(1);
	});

	it('also if it begins or ends on another row, or must be at the start of a line', () => {
		const width = view(open(['x'.repeat(500)])).rows[0]?.text.length ?? 0;
		const state = go(open([`${'-'.repeat(width - 3)}needle`, 'x needle']), start, ...search('needle'));
		expect(highlighted(state)).toEqual(['nee', 'dle', 'needle']);
		expect(highlighted(go(open([`${'-'.repeat(width)}needle\nneedle`]), start, ...search('^needle')))).toEqual(['needle']);
	});
});

describe('from match to match', () => {
	const log = [...numbered(30), 'hit 1', ...numbered(30), 'hit 2', ...numbered(30), 'hit 3', ...numbered(30)];

	it('says which of how many, and goes on from the other end', () => {
		const first = go(open(log), start, ...search('hit'));
		expect(view(first).status.search).toMatchObject({rank: 1, matches: 3});
		const third = go(first, next, next);
		expect(rank(third)).toBe(3);
		expect(third.view.notice).toBeUndefined();
		const turned = go(third, next);
		expect(rank(turned)).toBe(1);
		expect(turned.view.notice?.text).toBe('No match below: continued from the top');
		expect(go(turned, previous).view.notice?.text).toBe('No match above: continued from the bottom');
		expect(rank(go(turned, previous))).toBe(3);
	});

	it('goes on from the cursor after moving away', () => {
		const away = go(open(log), start, ...search('hit'), ...Array.from({length: 7}, (): Action => ({type: 'selection-moved', by: 'page'})));
		expect(rank(go(away, next))).toBe(3);
	});

	it('says that there is no other, or none', () => {
		const only = go(open(log), start, ...search('hit 2'));
		expect(go(only, next).view.notice?.text).toBe('No other match');
		expect(go(open(log), ...search('nothing').slice(0, 2)).view.notice?.text).toBe('No match');
	});

	it('leaves out what is hidden', () => {
		const state = go(open(['hit a', 'ERROR: hit b', 'hit c']), {type: 'severity-cycled'}, {type: 'severity-cycled'}, ...search('hit'), next, next);
		expect(texts(state)).toEqual(['ERROR: hit b']);
		expect(view(state).rows.find(row => row.isSelected)?.text).toBe('ERROR: hit b');
	});
});

describe('where something is cut off', () => {
	it('it is said, on either side', () => {
		const [row] = view(play(open(['x'.repeat(200)]), unwrap, {type: 'scrolled-sideways', by: 8})).rows;
		expect(row).toMatchObject({isCutLeft: true, isCutRight: true, text: 'x'.repeat(77)});
		expect(view(play(open(['short']), unwrap)).rows[0]).toMatchObject({isCutLeft: false, isCutRight: false});
	});

	it('wrapped lines take the whole width, but for those with a count', () => {
		expect(texts(open(['x'.repeat(100)]))).toEqual(['x'.repeat(79), 'x'.repeat(21)]);
		expect(texts(open(['x'.repeat(100), 'x'.repeat(100)]))).toEqual(['x'.repeat(72), 'x'.repeat(28)]);
	});
});

test('[ leads to earlier executions also from the end of a short log that is followed', () => {
	const entries = ['start', 'ERROR: no', 'undo', 'undone'].map((text, index) => ({
		id: index, executeTimes: index < 2 ? 1 : 2, text, time: ten + index,
	}));
	const back: Action = {type: 'execution-jumped-to', by: -1};
	const followed = play(open(['start']), {type: 'logs-received', agent, at: ten, subTask: makeSubTask().id, lines: linesOf(entries)});
	const marked = (state: State) => view(state).rows.find(row => row.isSelected && row.type === 'text')?.text;
	expect(marked(play(followed, back))).toBe('undo');
	expect(marked(play(followed, back, back))).toBe('start');
	expect(play(followed, back, back, back).view.notice?.text).toBe('No earlier attempt');
	expect(marked(play(followed, up, back))).toBe('start');
});
