// Keys that were meant for a question which is not there: they must do nothing else. Above all none of them may end up in a password, since a wrong one can lock an account out.

import {describe, expect, test} from 'vitest';
import {type DemoAgent} from '../../source/demo/demo-agent.js';
import {fetchData, askSealed} from '../demo/helpers/ask.js';
import {byHand, open, openRow, pressFor, resizeTo, sealedCount, settled, startAgent, typeByHand} from './helpers/stage.js';

const guarded = {scenario: 'failing', identity: 'CLUSTER AGENT', cluster: 'obtest', rootPassword: 'Richtig-1$'} as const;

const wrong = (agent: DemoAgent): number => agent.requests().wrongPasswords;
const posts = (agent: DemoAgent): number => agent.requests().posts;

/** With every letter that does something somewhere: opens, quits, asks for a password. */
const everything = 'pass the quick brown xq?!HJi1K\r';

describe('what is typed to confirm an operation', () => {
	test('is swallowed where there is no task to act on', async () => {
		const agent = await startAgent(guarded);
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('needs the root@sys password (p)'), 'the request for a password');
		const sealed = sealedCount(agent);
		await pressFor(terminal, 'x', text => text.includes('No task to act on'), 'why not');
		await typeByHand(terminal, everything);
		await settled(terminal);
		expect(terminal.text()).toContain('No task to act on');
		expect([wrong(agent), sealedCount(agent) - sealed]).toEqual([0, 0]);
		await pressFor(terminal, 'escape', text => !text.includes('No task to act on') && text.includes('p password'), 'the hints again');
	});

	test('is swallowed where the action is not offered', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await pressFor(terminal, 'c', text => text.includes('cancel: not running. Nothing was sent.'), 'why not');
		await typeByHand(terminal, everything);
		await settled(terminal);
		expect(terminal.text()).toContain('cancel: not running');
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		await typeByHand(terminal, 'quit the hq');
		await settled(terminal);
		expect(terminal.text()).toContain('actions on');
		expect(posts(agent)).toBe(0);
	});

	test('is swallowed once the confirmation was taken back, which stays in sight until Esc', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await pressFor(terminal, 'b', text => text.includes('type the task\'s name'), 'the confirmation');
		await typeByHand(terminal, 'Upgr');
		const {id} = await fetchData(agent.address, 'task/dag/maintain/agent');
		await askSealed(agent.address, `task/dag/${id}`, {body: {operator: 'retry'}});
		await terminal.until(text => text.includes('Nothing was sent: the task has changed'), 'the confirmation to be taken back');
		await typeByHand(terminal, 'ade OceanBase\r');
		await typeByHand(terminal, everything);
		await settled(terminal);
		expect(terminal.text()).toContain('Nothing was sent: the task has changed');
		expect(posts(agent)).toBe(1);
		await pressFor(terminal, 'escape', text => text.includes('# STAGE'), 'the task');
	});

	test('sends nothing while the confirmation cannot be seen', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await pressFor(terminal, 'r', text => text.includes('Press y'), 'the confirmation');
		terminal.resize(20, 5);
		await terminal.until(text => text.includes('needs 40x10'), 'that nothing can be shown');
		await byHand();
		terminal.press('y');
		await byHand();
		await settled(terminal);
		await resizeTo(terminal, 80, 24);
		await terminal.until(text => text.includes('Press y') && text.includes('Ignored: '), 'that it was not taken');
		expect(posts(agent)).toBe(0);
		await pressFor(terminal, 'y', text => text.includes('retry accepted'), 'the answer');
		expect(posts(agent)).toBe(1);
	});
});

describe('text that is pasted by a terminal that does not say so', () => {
	test('opens no prompt and sends no password, whole or in pieces', async () => {
		const agent = await startAgent(guarded);
		const terminal = open([agent.label]);
		await terminal.until(text => text.includes('needs the root@sys password (p)'), 'the request for a password');
		const sealed = sealedCount(agent);
		for (const pieces of [['pass OceanBase\r'], ['jpass OceanBase\r'], ['p', 'ass', ' OceanBase', '\r'], ['pa\r'], ['p\r']]) {
			for (const piece of pieces) {
				terminal.type(piece);
			}

			// On a busy machine the Enter can come so late that it counts alone, and opens the agent: the hint is gone then.
			const answered = /were ignored|was ignored: press it by itself|no password prompt|[Tt]ask unknown/;
			await terminal.until(text => answered.test(text), JSON.stringify(pieces));
			await settled(terminal);
			await pressFor(terminal, 'escape', text => !answered.test(text), 'the hints again');
		}

		expect(terminal.text()).toContain('needs the root@sys password (p)');
		expect([wrong(agent), sealedCount(agent) - sealed]).toEqual([0, 0]);
	});

	test('is not sent by an Enter that came with it', async () => {
		const agent = await startAgent(guarded);
		const terminal = open([agent.label]);
		await terminal.until(text => text.includes('needs the root@sys password (p)'), 'the request for a password');
		await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
		await byHand();
		terminal.type('Richtig-1$\r');
		await terminal.until(text => text.includes('Enter was ignored: press it by itself'), 'that it was not sent');
		expect(wrong(agent)).toBe(0);
		await byHand();
		await pressFor(terminal, 'enter', text => text.includes('failed in stage 3 of 7'), 'the task');
		expect(wrong(agent)).toBe(0);
	});
});

describe('Esc that arrives together with another key', () => {
	test('closes the prompt for a password, and the other key does nothing', async () => {
		const agent = await startAgent(guarded);
		const terminal = open([agent.label]);
		await terminal.until(text => text.includes('needs the root@sys password (p)'), 'the request for a password');
		const sealed = sealedCount(agent);
		await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt');
		await byHand();
		terminal.type('\u001Bj');
		await terminal.until(text => !text.includes('it is not shown'), 'the prompt to go');
		await pressFor(terminal, 'p', text => text.includes('it is not shown'), 'the prompt again, with nothing in it');
		await byHand();
		terminal.type('\u001B\r');
		await terminal.until(text => !text.includes('it is not shown'), 'the prompt to go');
		await settled(terminal);
		expect([wrong(agent), sealedCount(agent) - sealed]).toEqual([0, 0]);
	});

	test('leaves a confirmation, which the other key can neither confirm nor fill', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		for (const [letter, question] of [['r', 'Press y'], ['b', 'type the task\'s name']] as const) {
			await pressFor(terminal, letter, text => text.includes(question), 'the confirmation');
			await byHand();
			terminal.type('\u001By');
			await terminal.until(text => text.includes('actions on'), 'the actions again');
			await byHand();
		}

		terminal.type('\u001B\r');
		await terminal.until(text => !text.includes('actions on'), 'the task again');
		await settled(terminal);
		expect(terminal.text()).toContain('failed in stage 3 of 7');
		expect(posts(agent)).toBe(0);
	});

	test('and ctrl-c ends the program, whatever came with it, and confirms nothing', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await pressFor(terminal, 'r', text => text.includes('Press y'), 'the confirmation');
		await byHand();
		terminal.type('y\u0003');
		expect(await terminal.exit).toMatchObject({code: 130});
		expect(posts(agent)).toBe(0);
	});

	test('on a screen goes back, and then the other key counts there', async () => {
		const terminal = open(['--demo', '--seed', '7']);
		await terminal.until(text => text.includes('9 agents') && text.includes('✖ failed'), 'the agents');
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		terminal.type('\u001B?');
		await terminal.until(text => text.includes('keys'), 'the help');
		await pressFor(terminal, 'escape', text => text.includes('9 agents'), 'the agents, not the task');
	});
});

describe('keys that arrive together where nothing can be sent', () => {
	test('work in order: Esc, movements, a search and its Enter', async () => {
		const terminal = open(['--demo', '--seed', '7']);
		await terminal.until(text => text.includes('9 agents') && text.includes('✖ failed'), 'the agents');
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		terminal.type('\u001Bjjkk/upgrade\r');
		await terminal.until(text => text.includes('Upgrade OceanBase') && !text.includes('Initialize cluster'), 'only matching rows');
		expect(terminal.text()).not.toContain('Enter apply');
	});

	test('work in order: a count and its movement, a search in a log', async () => {
		const terminal = open(['--demo', '--seed', '7']);
		await terminal.until(text => text.includes('9 agents') && text.includes('✖ failed'), 'the agents');
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		terminal.type('gjjjjj');
		await terminal.until(text => text.includes('▸  6 '), 'the sixth stage');
		terminal.type('5k');
		await terminal.until(text => text.includes('▸  1 '), 'the first stage');
		terminal.type('3G');
		await terminal.until(text => text.includes('▸  3 '), 'the third stage');
		terminal.type('e/lib\r');
		await terminal.until(text => /\/lib +\d\/\d/.test(text), 'the first place where it says so');
	});

	test.each([['pasted', '\u001B[200~', '\u001B[201~'], ['typed, for all the terminal says', '', '']])('a megabyte that is %s into a filter is cut, and holds nothing up', async (_, before, after) => {
		const terminal = open(['--demo', '--seed', '7']);
		await terminal.until(text => text.includes('9 agents') && text.includes('✖ failed'), 'the agents');
		await pressFor(terminal, '/', text => text.includes('Enter apply'), 'the line for the filter');
		terminal.type(before + 'upgrade '.repeat(131_072) + after);
		await terminal.until(text => text.includes('Cut to 500 characters'), 'what became of it');
		terminal.press('ctrl-u');
		terminal.type('upgrade\r');
		await terminal.until(text => /\/upgrade +\d+ hidden/.test(text), 'the filter');
	});
});
