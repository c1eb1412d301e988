import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {countOf, open, settled, startAgent} from './helpers/stage.js';

/** Everything is read, and no word of a new key is beside the keys any more: what is on the screen stays. */
const isSettled = (text: string): boolean => !text.includes('reading…') && /(?:i card|\/ search)$/m.test(text);

const framesOf = (terminal: Terminal): number => terminal.raw().split('\u001B[?2026h').length - 1;

test('a terminal that is too small says so, and is whole again once it is large enough', async () => {
	const failing = await startAgent({scenario: 'failing'});
	const idle = await startAgent({scenario: 'idle'});
	const terminal = open([failing.label, idle.label]);
	await terminal.until(text => text.includes('1 failed') && text.includes('✔ succeeded') && isSettled(text), 'both agents');
	const before = terminal.text();

	terminal.resize(30, 8);
	await terminal.until(text => text.includes('too small: 30x8, needs 40x10'), 'the line that says so');
	expect(terminal.screen().filter(Boolean)).toEqual(['too small: 30x8, needs 40x10']);

	terminal.resize(80, 24);
	await terminal.until(text => text === before, 'the same screen as before');
});

test('after many sizes in a row nothing is left of any of them', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 7') && isSettled(text), 'the task');
	const before = terminal.text();
	for (const [columns, rows] of [[200, 50], [100, 30], [41, 10], [120, 12], [60, 40], [30, 8], [81, 23], [150, 50], [140, 30]] as const) {
		terminal.resize(columns, rows);
	}

	await terminal.until(text => /│ .*✖ failed/.test(text), 'the wide screen');
	terminal.resize(80, 24);
	await terminal.until(text => text === before, 'the same screen as before');
	// Redrawn from nothing, it must be what was already there.
	await settled(terminal);
	await terminal.until(text => text === before, 'still the same screen');
});

test('two sizes right after each other leave nothing of the first', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 7') && isSettled(text), 'the task');
	const before = terminal.text();
	for (const columns of [150, 160, 170]) {
		terminal.resize(columns, 20);
		await terminal.until(text => text.includes('│'), `the screen of ${columns} columns`);
		// Within the time in which only one size is drawn.
		terminal.resize(80, 24);
		await terminal.until(text => text === before, `the same screen as before ${columns} columns`);
	}
});

test('a thousand sizes in ten seconds are survived: agents are polled meanwhile, most sizes are not drawn, and nothing is left of any', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 7') && isSettled(text), 'the task');
	const before = terminal.text();
	const framesBefore = framesOf(terminal);
	const startedAt = performance.now();
	const asked = countOf(agent, 'status');
	// On a busy machine, until the agent was asked twice more.
	for (let count = 0; count < 1000 || countOf(agent, 'status') - asked < 2; count += 1) {
		expect(count, 'the agent to be asked').toBeLessThan(10_000);
		// Sizes from below the smallest to beyond the widest layout, with strides that have no common measure.
		terminal.resize(20 + (count * 37 % 181), 5 + (count * 13 % 56));
		await sleep(10);
	}

	terminal.resize(80, 24);
	const resizedAt = performance.now();
	await terminal.until(text => text === before, 'the same screen as before');
	const frames = framesOf(terminal) - framesBefore;
	await settled(terminal);
	await terminal.until(text => text === before, 'still the same screen');
	// Every 50 ms at most one size is drawn: at once, and as what follows from it.
	expect(frames).toBeLessThan(((resizedAt - startedAt) / 50 * 2) + 20);
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 130, signal: undefined});
});

test('a wide terminal shows the selected stage beside the stages', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
	expect(terminal.text()).not.toContain('│');
	terminal.resize(140, 30);
	await terminal.until(text => /│ .*✖ failed/.test(text), 'the pane beside the stages');
	terminal.resize(80, 24);
	await terminal.until(text => !text.includes('│') && text.includes('failed in stage 3 of 7'), 'the narrow screen');
});
