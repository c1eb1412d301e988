import process from 'node:process';
import {expect, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type Terminal} from '../helpers/pty.js';
import {descendantsOf} from './helpers/shell.js';
import {open, pressFor, reportsMouse, startAgent, untilInHand} from './helpers/stage.js';

/** The program as a job of a shell that takes over when it stops, and brings it back after Enter. */
const openAsJob = async (): Promise<Terminal> => {
	const agent = await startAgent({scenario: 'initialize'});
	const terminal = open(['-mc', '"$@"; echo "[the shell has it]"; read line; fg; echo "[ended with $?]"', 'sh', process.execPath, program, agent.label, '--mouse'], {command: 'sh'});
	await terminal.until(text => text.includes('● running stage'), 'the task');
	await untilInHand(terminal);
	return terminal;
};

const expectSuspended = async (terminal: Terminal): Promise<void> => {
	await terminal.until(text => text.includes('[the shell has it]'), 'the shell');
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	expect(reportsMouse(terminal)).toBe(false);
};

const expectResumed = async (terminal: Terminal): Promise<void> => {
	terminal.press('enter');
	await terminal.until(text => text.includes('● running stage'), 'the task again');
	expect(terminal.isAlternate()).toBe(true);
	expect(reportsMouse(terminal)).toBe(true);
	expect(terminal.text()).not.toContain('[the shell has it]');
	await pressFor(terminal, '?', text => text.includes('› keys'), 'the help: the keyboard is alive');
	terminal.press('ctrl-c');
	await terminal.until(text => text.includes('[ended with 130]'), 'the end');
	await terminal.exit;
};

test('ctrl-z gives the terminal to the shell, fg takes it back', async () => {
	const terminal = await openAsJob();
	terminal.press('ctrl-z');
	await expectSuspended(terminal);
	await expectResumed(terminal);
});

test('so does a stop signal from outside', async () => {
	const terminal = await openAsJob();
	const [pid] = descendantsOf(terminal.pid);
	process.kill(pid ?? 0, 'SIGTSTP');
	await expectSuspended(terminal);
	await expectResumed(terminal);
});

test('a window that changed meanwhile is drawn in its new size', async () => {
	const terminal = await openAsJob();
	terminal.press('ctrl-z');
	await expectSuspended(terminal);
	terminal.resize(120, 30);
	terminal.press('enter');
	await terminal.until(text => text.includes('● running stage') && text.includes('│') && (terminal.screen()[28]?.includes('help') ?? false), 'the screen in its new width and height');
});
