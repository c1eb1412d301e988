import {expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {open, startAgent} from './helpers/stage.js';

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
