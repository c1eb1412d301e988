import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {systemClock} from '../../source/lib/clock.js';
import {faults} from '../helpers/faults.js';
import {type FaultyProxy, startFaultyProxy} from '../helpers/faulty-proxy.js';
import {type Terminal} from '../helpers/pty.js';
import {onlyTimersUpTo} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {descendantsOf, stillAlive} from './helpers/shell.js';
import {open, startAgent, untilInHand} from './helpers/stage.js';

/** The program inside a shell that tells its exit code, and how it left the terminal. */
const openInShell = async (env: Readonly<Record<string, string>> = {}): Promise<{readonly terminal: Terminal; readonly agent: FaultyProxy; readonly pid: number}> => {
	const {label} = await startAgent({scenario: 'initialize'});
	const agent = await startFaultyProxy(label, systemClock);
	onTestFinished(agent.stop);
	const script = String.raw`trap "" HUP; echo before; "$@"; echo "[ended with $?]"; stty -a | tr " ;" "\n\n" | grep -x -e icanon -e -icanon -e echo -e -echo | xargs; echo "[end]"`;
	const terminal = open(['-c', script, 'sh', process.execPath, program, agent.label, '--mouse'], {command: 'sh', env, rows: 40});
	await terminal.until(text => text.includes('● running stage'), 'the task');
	await untilInHand(terminal);
	const [pid] = descendantsOf(terminal.pid);
	expect(pid).toBeDefined();
	return {terminal, agent, pid: pid ?? 0};
};

const expectRestored = async (terminal: Terminal, code: number): Promise<void> => {
	await terminal.until(text => text.includes('[end]'), 'the shell to go on');
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	expect(terminal.isStyled()).toBe(false);
	// What stood there before, the exit code, and a terminal that reads lines and shows what is typed.
	expect(terminal.screen()[0]).toBe('before');
	expect(terminal.text()).toContain(`[ended with ${code}]`);
	expect(terminal.text().split('\n').map(line => line.split(' ').toSorted().join(' '))).toContain('echo icanon');
	// Reports of focus and mouse, and marks around pasted text, would end up in the shell's next line.
	for (const mode of [1000, 1004, 1006, 2004]) {
		expect(terminal.raw().lastIndexOf(`\u001B[?${mode}h`)).toBeLessThan(terminal.raw().lastIndexOf(`\u001B[?${mode}l`));
	}

	await terminal.exit;
};

test.each([['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const)('%s ends it with %i and leaves the terminal as it was', async (signal, code) => {
	const {terminal, pid} = await openInShell();
	process.kill(pid, signal);
	await expectRestored(terminal, code);
});

test.each([['q', 0], ['ctrl-c', 130]] as const)('%s quits with %i, at once', async (key, code) => {
	const {terminal, agent, pid} = await openInShell(onlyTimersUpTo(999, 'SIGUSR2'));
	// A request is under way that would be for ten seconds, which are counted one by one: for ever now.
	await agent.fail(faults.blackHole);
	await until(() => agent.held() > 0, 'a request');
	process.kill(pid, 'SIGUSR2');
	if (key === 'q') {
		terminal.press('q');
		await terminal.until(text => text.startsWith(' obwatch  1 agent'), 'the agents');
	}

	terminal.press(key);
	await expectRestored(terminal, code);
});

// Loaded before the program: a way to break it from outside.
const saboteur = (code: string): Readonly<Record<string, string>> => ({NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`});

test('an uncaught error leaves the terminal as it was, and its message', async () => {
	const {terminal, pid} = await openInShell(saboteur('process.on("SIGUSR2", () => { throw new Error("broken on purpose"); });'));
	process.kill(pid, 'SIGUSR2');
	await expectRestored(terminal, 70);
	expect(terminal.text()).toMatch(/obwatch \S+ failed because of a fault of its own. Please report it:\nError: broken on purpose\n/);
});

test('a fault while drawing leaves the terminal as it was, and its message', async () => {
	const {terminal, pid} = await openInShell(saboteur('process.on("SIGUSR2", () => { Map.groupBy = () => { throw new Error("broken on purpose"); }; });'));
	process.kill(pid, 'SIGUSR2');
	terminal.press('?');
	await expectRestored(terminal, 70);
	expect(terminal.text()).toContain('Error: broken on purpose');
});

test('a terminal that goes away takes the program with it', async () => {
	const agent = await startAgent({scenario: 'initialize'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('● running stage'), 'the task');
	terminal.hangUp();
	await terminal.exit;
	expect(stillAlive([terminal.pid])).toEqual([]);
});

test('the end of the input ends the program, even without a signal', async () => {
	const agent = await startAgent({scenario: 'initialize'});
	// In a session of its own it has no controlling terminal, and gets no SIGHUP.
	const launcher = 'require("node:child_process").spawn(process.execPath, process.argv.slice(1), {detached: true, stdio: "inherit"})';
	const terminal = open(['-e', launcher, program, agent.label], {command: process.execPath});
	await terminal.until(text => text.includes('● running stage'), 'the task');
	const pids = descendantsOf(terminal.pid);
	expect(pids).toHaveLength(1);
	terminal.hangUp();
	await until(() => stillAlive(pids).length === 0, 'the program to end');
});

test('npm start ends with its terminal and leaves nothing behind', async () => {
	const terminal = open(['start'], {command: 'npm'});
	await terminal.until(text => text.includes('9 agents'), 'the demo fleet');
	const pids = descendantsOf(terminal.pid);
	terminal.hangUp();
	await terminal.exit;
	await until(() => stillAlive(pids).length === 0, 'its processes to end');
});

test('npm start passes keys and the exit code on', async () => {
	const terminal = open(['-c', 'npm start --silent -- --agents ,; echo "[ended with $?]"'], {command: 'sh'});
	await terminal.until(text => /\[ended with \d+\]/.test(text), 'the shell to go on');
	expect(terminal.screen().filter(Boolean)).toEqual(['obwatch: --agents: contains no agent', '[ended with 2]']);
});
