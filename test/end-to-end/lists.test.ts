// The lists under a person's hands: what a filter keeps, where the cursor is, and where keys lead.

import {expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {open, pressFor} from './helpers/stage.js';

const openDemo = async (): Promise<Terminal> => {
	const terminal = open(['--demo', '--seed', '7']);
	await terminal.until(text => ['✖ failed', 'obprod', 'Start OB', 'Drop tenant', 'db down'].every(part => text.includes(part)), 'the agents');
	return terminal;
};

test('a cluster\'s name keeps its agents, and a filter without a match says how to get the rows back', async () => {
	const terminal = await openDemo();
	terminal.type('/obprod\r');
	await terminal.until(text => text.includes('/obprod') && !text.includes('obdemo'), 'one cluster');
	expect(terminal.text()).toMatch(/obprod [^]* cluster [^]* db down /);
	terminal.type('/nothing\r');
	await terminal.until(text => text.includes('No matching rows. Esc clears filters.'), 'how to go on');
	await pressFor(terminal, 'escape', text => text.includes('obdemo') && text.includes('obprod'), 'all rows');
	await pressFor(terminal, 'J', text => text.includes('journal'), 'the journal');
	terminal.type('/nothing\r');
	await terminal.until(text => text.includes('No matching rows. Esc clears filters.'), 'the same there');
	await pressFor(terminal, 'escape', text => !text.includes('No matching rows'), 'its rows');
	await pressFor(terminal, 'escape', text => text.includes('obdemo'), 'the agents');
});
