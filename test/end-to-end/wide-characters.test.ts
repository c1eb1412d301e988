// Terminals with a Chinese, Japanese or Korean font may draw "ambiguous" characters (● … → █) in two columns; obwatch asks the terminal.

import {expect, test} from 'vitest';
import {type TerminalSetup, type Terminal} from '../helpers/pty.js';
import {open, startAgent} from './helpers/stage.js';

const openWide = (args: readonly string[], setup: TerminalSetup = {}): Terminal => open(args, {...setup, areAmbiguousWide: true});

const columnOf = (terminal: Terminal, text: string): number | undefined => terminal.find(text)?.column;

test.each([
	['en', 'OUTCOME', '* running', 'x failed'],
	['zh', '结果', '* 运行中', 'x 失败'],
])('the columns of a wide terminal stay in place (%s)', async (language, head, running, failed) => {
	const terminal = openWide(['--demo', '--lang', language], {columns: 100, rows: 30});
	await terminal.until(text => text.includes(running) && text.includes(failed), 'the agents, in characters that take one column everywhere');
	expect(columnOf(terminal, running)).toBe(columnOf(terminal, head));
	expect(columnOf(terminal, failed)).toBe(columnOf(terminal, head));
	// Where the counts leave no room, they begin the line.
	expect(terminal.screen()[0]).toMatch(/^ (?:obwatch |\d)/);
});

test('an agent\'s own words are measured as a wide terminal draws them', async () => {
	const agent = await startAgent();
	const error = {successful: false, status: 500, error: {errCode: 'X', message: `“${'α'.repeat(300)}”`}};
	agent.setReply({status: 500, contentType: 'application/json', body: JSON.stringify(error)});
	const terminal = openWide([agent.label], {columns: 60, rows: 16});
	await terminal.until(text => text.includes('αα') && text.includes('? help'), 'the error');
	const lines = terminal.screen().filter(line => line.includes('α'));
	expect(lines.length).toBeGreaterThan(2);
	// A line that is wider than the terminal goes on at the left edge of the next one.
	expect(lines.filter(line => !line.startsWith(' '))).toEqual([]);
});

test('a terminal that draws them in one column keeps its own characters, and the question leaves no trace', async () => {
	const terminal = open(['--demo'], {columns: 100, rows: 30});
	await terminal.until(text => text.includes('● running') && text.includes('✖ failed'), 'the agents');
	expect(terminal.raw()).toContain('\u001B[6n');
	expect(terminal.screen()[0]).toMatch(/^ (?:obwatch |\d)/);
	expect(terminal.screen()[1]).toMatch(/^ {3}AGENT/);
});
