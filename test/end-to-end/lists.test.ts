// The lists under a person's hands: what a filter keeps, where the cursor is, and where keys lead.

import {describe, expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {byHand, lineWith, open, openRow, pressFor, startAgent} from './helpers/stage.js';

const openDemo = async (): Promise<Terminal> => {
	const terminal = open(['--demo', '--seed', '7']);
	await terminal.until(text => ['✖ failed', 'obprod', 'Start OB', 'Drop tenant', 'db down'].every(part => text.includes(part)), 'the agents');
	return terminal;
};

test('a cluster\'s name keeps its agents, and a filter without a match says how to get the rows back', async () => {
	const terminal = await openDemo();
	terminal.type('/obprod\r');
	await terminal.until(text => text.includes('/obprod') && !text.includes('obdemo'), 'one cluster');
	expect(terminal.text()).toMatch(/obprod [\s\S]* cluster [\s\S]* db down /);
	terminal.type('/nothing\r');
	await terminal.until(text => text.includes('No matching rows. Esc clears filters.'), 'how to go on');
	await pressFor(terminal, 'escape', text => text.includes('obdemo') && text.includes('obprod'), 'all rows');
	await pressFor(terminal, 'J', text => text.includes('journal'), 'the journal');
	terminal.type('/nothing\r');
	await terminal.until(text => text.includes('No matching rows. Esc clears filters.'), 'the same there');
	await pressFor(terminal, 'escape', text => !text.includes('No matching rows'), 'its rows');
	await pressFor(terminal, 'escape', text => text.includes('obdemo'), 'the agents');
});

test('the cursor starts on the worst agent, and two keys lead to the log of its failed stage and back', async () => {
	const terminal = await openDemo();
	expect(lineWith(terminal, '▸')).toMatch(/Upgrade OceanBase +✖ failed/);
	await pressFor(terminal, 'enter', text => text.includes('failed in stage 3 of 7'), 'its task');
	await pressFor(terminal, 'enter', text => text.includes('unpacking to /home/admin'), 'the log of the only sub-task');
	await pressFor(terminal, 'escape', text => text.includes('failed in stage 3 of 7'), 'the task again');
	await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents again');
	// A user who has moved stays where he is.
	terminal.type('gj');
	await terminal.until(() => lineWith(terminal, '▸').includes('Initialize cluster'), 'the master');
	await pressFor(terminal, 'r', () => lineWith(terminal, '▸').includes('Initialize cluster'), 'the same row');
});

test('a cluster without a task of its own opens its worst agent, and a task with one stage shows what its sub-task does', async () => {
	const terminal = await openDemo();
	await openRow(terminal, 'obdemo', text => text.includes('Initialize cluster') && text.includes('# STAGE'), 'the task at work');
	await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents');
	expect(lineWith(terminal, '▸')).toContain('obdemo');
	await openRow(terminal, 'follower  Start observer', text => text.includes('# STAGE'), 'the task of a follower');
	await terminal.until(text => text.includes('no observer is running here'), 'its lines below the stage');
	await pressFor(terminal, 'enter', text => text.includes('follow'), 'its log');
	await pressFor(terminal, 'escape', text => text.includes('# STAGE'), 'the task');
});

test('o leads from a sub-task to the task at its own agent, whose log is one key further, and from a follower up to its master', async () => {
	const terminal = await openDemo();
	await openRow(terminal, 'Initialize cluster', text => text.includes('# STAGE'), 'the task of the master');
	await pressFor(terminal, 'enter', text => text.includes('sub-tasks'), 'the stage at work');
	terminal.type('gj');
	await terminal.until(() => /▸ 127\.\S+ +● running/.test(lineWith(terminal, '▸')), 'the second sub-task');
	await pressFor(terminal, 'o', text => text.includes('› Start observer') && text.includes('# STAGE'), 'the task of the follower');
	await pressFor(terminal, 'enter', text => text.includes('no observer is running here'), 'its own log');
	for (const shown of ['# STAGE', 'sub-tasks', '# STAGE', '9 agents']) {
		await pressFor(terminal, 'escape', text => text.includes(shown), shown);
	}
});

describe('the palette', () => {
	test('finds an agent and an action by some of their letters, and does what the key beside it does', async () => {
		const terminal = await openDemo();
		await pressFor(terminal, ':', text => text.includes('actions and agents'), 'the palette');
		terminal.type('upgOB');
		await terminal.until(() => lineWith(terminal, '▸ 127.').includes('Upgrade OceanBase'), 'the agent with that task');
		await pressFor(terminal, 'enter', text => text.includes('failed in stage 3 of 7'), 'its task');
		// Typed ahead: what needs no key of its own is done at once.
		terminal.type(':journal\r');
		await terminal.until(text => text.includes('› journal'), 'the journal');
		await pressFor(terminal, 'escape', text => text.includes('failed in stage 3 of 7'), 'the task');
		await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents');
	});

	test('leads an operation to its confirmation, which must be confirmed as always', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		terminal.type(':retry\r');
		await terminal.until(text => text.includes('Enter was ignored: press it by itself'), 'that it was not done together with its name');
		await byHand();
		await pressFor(terminal, 'enter', text => text.includes('Press y'), 'the confirmation');
		expect(agent.requests().posts).toBe(0);
		await byHand();
		await pressFor(terminal, 'y', text => text.includes('retry accepted'), 'the answer');
		expect(agent.requests().posts).toBe(1);
	});
});
