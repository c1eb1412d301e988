// Logs of scripts that write for a terminal: as they are read, searched, filtered, copied and explained.

import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {readTexts} from '../../../source/protocol/raw-texts.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {copyText} from '../../../source/store/log/cursor.js';
import {whyTextIn} from '../../../source/store/selectors/reason.js';
import {type State} from '../../../source/store/state.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {logLine, LogScreen} from '../../../source/ui/screens/log.js';
import {createTheme} from '../../../source/ui/theme.js';
import {addressOf, makeDag, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {draw} from '../../ui/helpers/draw.js';
import {props} from '../../ui/helpers/views.js';
import {agent, filter, play, received, search, settled, texts, view} from './helpers/open-log.js';

const escape = '\u001B';
const failed = {state: 'FAILED', operator: 'RUN'};

const taskWith = (...written: readonly string[]): Dag => {
	const {texts: logs, raws} = readTexts(written);
	return makeDag({...failed, nodes: [makeNode({...failed, subTasks: [makeSubTask({...failed, logs, ...(raws && {rawLogs: raws})})]})]});
};

const openWith = (columns: number, ...written: readonly string[]): State => play(
	initialState([addressOf(agent)], {columns, rows: 20}), received(taskWith(...written)), {type: 'entered'}, {type: 'entered'},
);

const lines = [
	'plain',
	`${escape}[32mINFO${escape}[0m step 1`,
	'download  0%\r9%\r99%',
	`${escape}[31mERROR: ${escape}[1mno ${escape}[0mspace\r\n: left`,
	`${escape}[2Jcleared`,
];

/** What of the rows is styled, as words. */
const styled = (state: State): readonly string[] => view(state).rows.flatMap(({text, styles}) => styles.map(({from, to, colour, isBold}) => `${isBold ? 'bold ' : ''}${colour ?? ''}: ${text.slice(from, to)}`));

test('lines look as in a terminal, what overwrote itself is marked, and other escapes are visible', () => {
	const state = openWith(80, ...lines);
	expect(texts(state)).toEqual(['plain', 'INFO step 1', '99%', 'ERROR: no space', ': left', '␛[2Jcleared']);
	expect(view(state).rows.map(({isRewritten}) => isRewritten)).toEqual([false, false, true, false, false, false]);
	expect(styled(state)).toEqual(['green: INFO', 'red: ERROR: ', 'bold red: no ']);
});

describe('they are searched as they are read', () => {
	test.each([
		['INFO step', 'INFO step 1'],
		['^99%$', '99%'],
		['no space', 'ERROR: no space'],
	])('%s is found', (source, line) => {
		const state = settled(play(openWith(80, ...lines), ...search(source)));
		expect(view(state).rows.filter(({matches}) => matches.length > 0).map(({text}) => text)).toEqual([line]);
	});

	test.each([['32m'], ['download'], [String.raw`\r`]])('%s is not', source => {
		expect(view(settled(play(openWith(80, ...lines), ...search(source)))).status.search).toMatchObject({matches: 0});
	});

	test('a filter and the severity know them, too', () => {
		expect(texts(settled(play(openWith(80, ...lines), ...filter('^(info|9)'))))).toEqual(['INFO step 1', '99%']);
		expect(texts(play(openWith(80, ...lines), {type: 'severity-cycled'}))).toEqual(['ERROR: no space', ': left']);
	});
});

test('what is copied, and why it failed, is what was read', () => {
	const marked = play(openWith(80, ...lines), {type: 'error-jumped-to'});
	expect(copyText(marked, 'line')).toBe('ERROR: no space\n: left');
	expect(whyTextIn(marked, taskWith(...lines), agent)).toBe('Start observer @ 127.0.0.1:2886: no space: left');
	const last = play(initialState([addressOf(agent)], {columns: 80, rows: 20}), received(taskWith('a', `${escape}[1m1%\r2%`)));
	expect(JSON.stringify(selectScreen(play(last, {type: 'entered'}), ten))).not.toContain('u001b');
});

describe('a styled line over several rows', () => {
	const long = `${'a'.repeat(30)}${escape}[31m${'数'.repeat(20)}${escape}[0m${'c'.repeat(30)}`;
	const unwrap: Action = {type: 'wrap-toggled'};

	test('keeps its style where it is wrapped', () => {
		expect(styled(openWith(40, long))).toEqual([`red: ${'数'.repeat(4)}`, `red: ${'数'.repeat(16)}`]);
	});

	test('and where it is scrolled, also into half a character', () => {
		const scrolled = (by: number): readonly string[] => styled(play(openWith(40, long), unwrap, {type: 'scrolled-sideways', by}));
		expect(scrolled(0)).toEqual([`red: ${'数'.repeat(4)}`]);
		expect(scrolled(40)).toEqual([`red: ${'数'.repeat(14)}`]);
		expect(scrolled(41)).toEqual([`red: ${'数'.repeat(14)}`]);
		expect(scrolled(200)).toEqual([]);
	});

	test('one that overwrote itself is marked once, and leaves room for the mark', () => {
		const state = openWith(41, `1%\r${'x'.repeat(60)}\nnext`);
		expect(view(state).rows.map(({text, isRewritten}) => [text.length, isRewritten])).toEqual([[38, true], [22, false], [4, false]]);
		const drawn = (isAscii: boolean): readonly string[] => draw(<LogScreen view={view(state)} {...props(41, 12, {theme: createTheme({isAscii})})}/>, 41).slice(1, 4);
		expect(drawn(false)).toEqual([`▸⇤ ${'x'.repeat(38)}`, ` ${'x'.repeat(22)}`, ' next']);
		expect(drawn(true)[0]).toBe(`>% ${'x'.repeat(38)}`);
	});
});

describe('on the screen', () => {
	const parts = (state: State, isColorful: boolean) => logLine(view(state).rows[0]!, {...view(state), width: 80, timeZone: 'agent', theme: createTheme({isColorful})}).slice(1).map(({text, tone, isBold = false}) => [text, tone, isBold]);

	test('a match is set apart from the colours', () => {
		const state = settled(play(openWith(80, `${escape}[32mall is ${escape}[1mwell${escape}[0m now`), ...search('is we')));
		expect(parts(state, true)).toEqual([
			['all ', 'green', true], ['is we', 'match', false], ['ll', 'green', true], [' now', 'plain', true],
		]);
	});

	test('without colours nothing of them is left, nor of bold and dim', () => {
		const styledLine = (): State => play(openWith(80, `${escape}[1;32mall${escape}[0;2m well`, 'the cursor'), {type: 'selection-moved', by: 'end'});
		expect(parts(styledLine(), true)).toEqual([['all', 'green', true], [' well', 'quiet', false]]);
		expect(parts(styledLine(), false)).toEqual([['all well', 'plain', false]]);
	});

	test('a colour never begins inside a character: halves could be wider than the whole', () => {
		expect(parts(openWith(80, `🇩${escape}[31m🇪 e${escape}[32m\u0301!`), true).map(([text]) => text).join('')).toBe('🇩🇪 e\u0301!');
		expect(parts(openWith(80, `🇩${escape}[31m🇪 e${escape}[32m\u0301!`), true).map(([text]) => text)).toEqual(['🇩🇪 ', 'e\u0301!']);
	});

	test('whatever a line holds, it takes its row and no more', () => {
		const hostile = `${escape}[31m${'数\u0301🇩'.repeat(200)}${escape}[${'1;'.repeat(5000)}m${'x\r'.repeat(500)}${'宽'.repeat(300)}`;
		for (const columns of [40, 41, 80]) {
			for (const text of draw(<LogScreen view={view(openWith(columns, hostile))} {...props(columns, 12)}/>, columns)) {
				expect(text).not.toMatch(/\p{Cc}/u);
				expect(stringWidth(text)).toBeLessThanOrEqual(columns);
			}
		}
	});
});
