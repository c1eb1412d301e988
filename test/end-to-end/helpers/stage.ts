// What most end-to-end tests begin with. Everything that is started ends with the test that started it.

import {setTimeout as pause} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {type DemoAgent, startDemoAgent, type StartDemoAgent} from '../../../source/demo/demo-agent.js';
import {systemClock} from '../../../source/lib/clock.js';
import {openTerminal, type Terminal, type TerminalSetup} from '../../helpers/pty.js';
import {until} from '../../helpers/until.js';

/** The built program, or another command, in a terminal. */
export const open = (args: readonly string[], setup: Omit<TerminalSetup, 'args'> = {}): Terminal => {
	const terminal = openTerminal({args, ...setup});
	onTestFinished(async () => terminal.close());
	return terminal;
};

/** Waits until the program takes keys and signals as it does later, too. */
export const untilInHand = async (terminal: Terminal): Promise<void> => until(() => terminal.raw().includes('\u001B[?2004h'), 'the program to take the keyboard', {describe: terminal.text});

/** A simulated agent of this process, on a free port: without a task and open to all unless told otherwise. */
export const startAgent = async (setup: Partial<StartDemoAgent> = {}): Promise<DemoAgent> => {
	const agent = await startDemoAgent({clock: systemClock, ...setup});
	onTestFinished(async () => agent.stop());
	return agent;
};

/** How often an agent answered something under that path. */
export const countOf = (agent: DemoAgent, path: string): number => agent.requests().by
	.filter(request => request.path.startsWith(`/api/v1/${path}`))
	.reduce((sum, {count}) => sum + count, 0);

/** How many sealed requests an agent got: those that hold a password. */
export const sealedCount = (agent: DemoAgent): number => agent.requests().by
	.filter(({auth}) => auth !== undefined)
	.reduce((sum, {count}) => sum + count, 0);

/** Presses r until the agent was queried again, so that a missing request can be seen. */
export const refresh = async (terminal: Terminal, agent: DemoAgent): Promise<void> => {
	const before = countOf(agent, 'status');
	terminal.press('r');
	await until(() => countOf(agent, 'status') > before, 'another question about its status', {describe: terminal.text});
};

// In ms. What is under way as r is pressed is not asked for once more.
const pressedAgain = 10_000;

/** Presses r until the screen looks as wanted: again each time that the members of the cluster were read since, as a machine that has much other work may never get to them otherwise. */
export const refreshUntil = async (terminal: Terminal, agents: readonly DemoAgent[], condition: (text: string) => boolean, reason: string): Promise<void> => {
	const reads = (): number => agents.reduce((sum, agent) => sum + countOf(agent, 'ob/info'), 0);
	let [before, at] = [reads(), systemClock.now()];
	terminal.press('r');
	const timer = setInterval(() => {
		if (reads() === before && systemClock.now() - at < pressedAgain) {
			return;
		}

		[before, at] = [reads(), systemClock.now()];
		terminal.press('r');
	}, 500);
	try {
		await terminal.until(condition, reason);
	} finally {
		clearInterval(timer);
	}
};

/** The line of the screen in which a text stands; empty when it is nowhere. */
export const lineWith = (terminal: Terminal, text: string): string => terminal.screen().find(line => line.includes(text)) ?? '';

/** The first line of the agents, whether or not everything was read once. */
export const countsOf = (terminal: Terminal): string => (terminal.screen()[0] ?? '').trimEnd().replace(' · reading…', '');

/** Presses a key and waits until the screen shows what it should. */
export const pressFor = async (terminal: Terminal, key: string, condition: (text: string) => boolean, reason: string): Promise<void> => {
	terminal.press(key);
	await terminal.until(condition, reason);
};

/** Moves the cursor to the row of a list with that text. */
export const selectRow = async (terminal: Terminal, wanted: string): Promise<void> => {
	// Not what is previewed beside the list.
	const placeOf = (text: string): number => terminal.screen().findIndex(line => (line.split('│', 1)[0] ?? '').includes(text));
	// One by one, since rows come and go meanwhile.
	while (!lineWith(terminal, '▸').includes(wanted)) {
		const before = lineWith(terminal, '▸');
		terminal.press(placeOf(wanted) > placeOf('▸') ? 'j' : 'k');
		await terminal.until(() => lineWith(terminal, '▸') !== before, `the cursor to go to ${wanted}`);
	}
};

/** Moves to the row of a list with that text, and opens it. */
export const openRow = async (terminal: Terminal, wanted: string, condition: (text: string) => boolean, reason: string): Promise<void> => {
	await selectRow(terminal, wanted);
	// A preview beside the list may show the same already.
	await pressFor(terminal, 'enter', text => (text.split('\n', 1)[0] ?? '').includes('›') && condition(text), reason);
};

/** As long as fingers take at least, in ms: what comes closer together is taken for pasted text where a password is typed. */
const reaction = 15;

/** Lets pass what lies between two keys that a person presses. */
export const byHand = async (): Promise<void> => pause(reaction);

/** Waits until everything that was typed before is done: then the screen is drawn anew. */
export const settled = async (terminal: Terminal, ...keys: readonly string[]): Promise<void> => {
	const before = terminal.repaints();
	terminal.press(...keys, 'ctrl-l');
	await terminal.until(() => terminal.repaints() > before, 'the screen to be drawn anew');
};

/**
Changes the terminal's size, and waits until everything was drawn anew on an empty screen, which follows a little later: no question is answered before that,
and no report of a mouse taken. The first drawing in the new size may erase everything, too, so another is asked for, after which none is left to come.
*/
export const resizeTo = async (terminal: Terminal, columns: number, rows: number): Promise<void> => {
	const before = terminal.repaints();
	terminal.resize(columns, rows);
	await terminal.until(() => terminal.repaints() > before, 'everything to be drawn anew');
	await settled(terminal);
};

/** Types letter by letter, as a person does, where none of them need have an effect that could be waited for. */
export const typeByHand = async (terminal: Terminal, text: string): Promise<void> => {
	for (const letter of text) {
		await byHand();
		terminal.type(letter);
	}

	await byHand();
};

/** Whether the terminal was told last to report its mouse. */
export const reportsMouse = (terminal: Terminal): boolean =>
	[1000, 1006].every(mode => terminal.raw().lastIndexOf(`\u001B[?${mode}h`) > terminal.raw().lastIndexOf(`\u001B[?${mode}l`));
