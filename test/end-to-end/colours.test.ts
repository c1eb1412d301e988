import {expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {lineWith, open, pressFor, startAgent} from './helpers/stage.js';

const green = 2;
const red = 1;
const yellow = 3;

const openThree = async (setup: {readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[]} = {}): Promise<Terminal> => {
	const agents = await Promise.all((['rolled-back', 'succeeded', 'failing'] as const).map(async scenario => startAgent({scenario})));
	const terminal = open([...agents.map(({label}) => label), ...setup.args ?? []], {env: setup.env ?? {}});
	await terminal.until(text => ['rolled back', 'succeeded', '1 failed'].every(word => text.includes(word)), 'all three tasks');
	return terminal;
};

test('only what went all the way is green', async () => {
	const terminal = await openThree();
	expect(terminal.find('✔ succeeded')).toMatchObject({color: green});
	expect(terminal.find('⟲ rolled back')).toMatchObject({color: yellow});
	// The selected row has no colours on a background that is not known.
	await pressFor(terminal, 'g', () => lineWith(terminal, '▸').includes('rolled back'), 'the selection of the first row');
	expect(terminal.find('✖ failed')).toMatchObject({color: red});
});

test.each([
	['NO_COLOR', {env: {NO_COLOR: '1'}}],
	['--no-color', {args: ['--no-color']}],
	['NO_COLOR in spite of FORCE_COLOR', {env: {NO_COLOR: '1', FORCE_COLOR: '1'}}],
])('with %s no colour is written, and words and glyphs still say all', async (_name, setup) => {
	const terminal = await openThree(setup);
	expect(terminal.raw()).not.toMatch(/\u001B\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/);
	expect(terminal.text()).toContain('✖ failed');
	expect(terminal.text()).toContain('⟲ rolled back');
});

test('an empty NO_COLOR means nothing', async () => {
	const terminal = await openThree({env: {NO_COLOR: ''}});
	expect(terminal.find('✔ succeeded')).toMatchObject({color: green});
});

test('--ascii draws with nothing else', async () => {
	const terminal = await openThree({args: ['--ascii']});
	expect(terminal.text()).not.toMatch(/[^\n\u0020-\u007E]/);
	expect(terminal.text()).toContain('x failed');
});

test.each(['true', '', '1'])('where CI is set to "%s" the screen is drawn all the same', async ci => {
	const terminal = await openThree({env: {CI: ci}});
	expect(terminal.isAlternate()).toBe(true);
	expect(terminal.find('✔ succeeded')).toMatchObject({color: green});
});

const asksForBackground = '\u001B]11;?';

const white = 'rgb:ffff/ffff/ffff';

const black = 'rgb:0000/0000/0000';

/** The row of the selection, from its first column to its last. */
const selectedBackgrounds = (terminal: Terminal, columns = 80): readonly unknown[] => {
	const row = terminal.find('▸')?.row ?? -1;
	return [...new Set(Array.from({length: columns}, (_, column) => terminal.cell(row, column).background))];
};

test.each([
	['a light one', {background: white}, {}, 124, 189],
	['a dark one', {background: black}, {}, 210, 239],
	['a light one in all colours', {background: white}, {COLORTERM: 'truecolor'}, 124, '#c4dcff'],
	['a dark one in all colours', {background: black}, {COLORTERM: 'truecolor'}, 210, '#264f78'],
	['a dark one, by COLORFGBG', {}, {COLORFGBG: '15;0'}, 210, 239],
	['a light one, by COLORFGBG', {}, {COLORFGBG: '0;default;15'}, 124, 189],
	['a light one, whatever COLORFGBG says', {background: white}, {COLORFGBG: '15;0'}, 124, 189],
] as const)('the colours are those for the background: %s', async (_name, setup, env, bad, fill) => {
	const agents = await Promise.all((['failing', 'succeeded'] as const).map(async scenario => startAgent({scenario})));
	const terminal = open(agents.map(({label}) => label), {...setup, env});
	await terminal.until(text => text.includes('✖ failed') && text.includes('✔ succeeded'), 'both tasks');
	await pressFor(terminal, 'G', () => lineWith(terminal, '▸').includes('succeeded'), 'the selection of the other row');
	await terminal.until(() => terminal.find('✖ failed')?.color === bad, 'the colours for the background');
	expect(selectedBackgrounds(terminal)).toEqual([fill]);
	expect(terminal.find('✖ failed')).toMatchObject({color: bad, background: 'default'});
});

test.each([
	['a terminal that does not say what its background is', {env: {}}],
	['a terminal of 16 colours', {env: {FORCE_COLOR: '1'}, background: white}],
	['NO_COLOR', {env: {NO_COLOR: '1'}, background: white}],
	['FORCE_COLOR=0', {env: {FORCE_COLOR: '0'}, background: white}],
	['--no-color', {args: ['--no-color'], background: white}],
])('the selected row is inverse with %s', async (_name, {args = [], ...setup}: {readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly background?: string}) => {
	const agent = await startAgent({scenario: 'failing'});
	const other = await startAgent();
	const terminal = open([agent.label, other.label, ...args], setup);
	await terminal.until(text => text.includes('✖ failed') && text.includes('no task yet'), 'both agents');
	const row = terminal.find('▸')?.row ?? -1;
	expect(terminal.cell(row, 79)).toMatchObject({isInverse: true, color: 'default', background: 'default'});
	expect(terminal.raw().includes(asksForBackground)).toBe(setup.env !== undefined && Object.keys(setup.env).length === 0);
});

test('a bar has its place and its colour in an inverse row too', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label], {env: {}});
	await terminal.until(text => text.includes('failed in stage 3 of 7') && /▸ +3 .*█/.test(text), 'the task, with the cursor on the failed stage');
	const row = terminal.find('▸')?.row ?? -1;
	const cells = Array.from({length: 80}, (_, column) => terminal.cell(row, column));
	const bar = cells.filter(({text}) => text === '█');
	expect(bar).not.toEqual([]);
	expect(bar.every(({isInverse}) => !isInverse)).toBe(true);
	const first = cells.findIndex(({text}) => text === '█');
	expect(cells.slice(0, first).map(({isInverse}) => isInverse).lastIndexOf(true), 'the free columns before the bar are none of it').toBeLessThan(first - 1);
	expect(cells[4]).toMatchObject({isInverse: true});
});

test.each(['light', 'dark'])('--theme %s asks for nothing', async mode => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label, '--theme', mode], {background: mode === 'light' ? black : white});
	await terminal.until(text => text.includes('✖ failed'), 'the task');
	expect(terminal.find('✖ failed')).toMatchObject({color: mode === 'light' ? 124 : 210});
	expect(terminal.raw()).not.toContain(asksForBackground);
});

test('high contrast has no colour of the user, and the selected row the other way round', async () => {
	const agents = await Promise.all((['failing', 'succeeded'] as const).map(async scenario => startAgent({scenario})));
	const terminal = open([...agents.map(({label}) => label), '--theme', 'contrast'], {background: white});
	await terminal.until(text => text.includes('✖ failed') && text.includes('✔ succeeded'), 'both tasks');
	await pressFor(terminal, 'G', () => lineWith(terminal, '▸').includes('succeeded'), 'the selection of the other row');
	expect(selectedBackgrounds(terminal)).toEqual([16]);
	expect(terminal.find('✖ failed')).toMatchObject({color: 88});
});

test.each([
	['late', (text: string) => [{text, after: 700}]],
	['in two parts', (text: string) => [{text: text.slice(0, 9), after: 0}, {text: text.slice(9), after: 200}]],
	['letter by letter', (text: string) => [...text].map(letter => ({text: letter, after: 5}))],
])('an answer that comes %s is no key', async (_name, answer) => {
	const agents = await Promise.all((['failing', 'succeeded'] as const).map(async scenario => startAgent({scenario})));
	const terminal = open(agents.map(({label}) => label), {background: white, answer});
	await terminal.until(text => text.includes('✖ failed') && text.includes('✔ succeeded'), 'both tasks');
	const before = terminal.screen();
	await terminal.until(() => selectedBackgrounds(terminal).includes(189), 'the colours for a light background');
	// The first line changes once everything was read.
	expect(terminal.screen().slice(1).map(line => line.trimEnd())).toEqual(before.slice(1).map(line => line.trimEnd()));
	expect(selectedBackgrounds(terminal)).toEqual([189]);
});

test('beside a list, the row is filled where keys act', async () => {
	const agents = await Promise.all((['failing', 'succeeded'] as const).map(async scenario => startAgent({scenario})));
	const terminal = open(agents.map(({label}) => label), {background: black, columns: 132, rows: 43});
	const failing = agents[0]?.label ?? '';
	await terminal.until(text => text.includes('Unpack packages') && text.includes('✔ succeeded'), 'the preview');
	await terminal.until(() => terminal.find(`${failing}  `)?.background === 239, 'the filled row');
	await pressFor(terminal, 'tab', () => terminal.find('Unpack packages  ')?.background === 239, 'the filled stage');
	expect(terminal.find(`${failing}  `)).toMatchObject({background: 'default', isBold: true});
});
