import process from 'node:process';
import {afterEach, expect, test} from 'vitest';
import {openTerminal, type Terminal, type TerminalSetup} from './pty.js';

const opened: Terminal[] = [];

afterEach(async () => {
	await Promise.all(opened.splice(0).map(async terminal => terminal.close()));
});

const openScript = (script: string, setup: TerminalSetup = {}): Terminal => {
	const terminal = openTerminal({command: process.execPath, args: ['-e', script], ...setup});
	opened.push(terminal);
	return terminal;
};

const echoKeys = `
	process.stdin.setRawMode(true);
	process.stdin.on('data', data => process.stdout.write(JSON.stringify(String(data))));
	process.stdout.write('ready');
`;

test('the screen is what a person sees, not what was written', async () => {
	const terminal = openScript(String.raw`process.stdout.write('wrong\rright\n\u001B[31;1mred\u001B[0m 界 end')`);
	await terminal.exit;
	expect(terminal.screen().slice(0, 3)).toEqual(['right', 'red 界 end', '']);
	expect(terminal.find('red')).toMatchObject({color: 1, isBold: true, row: 1, column: 0});
	expect(terminal.find('end')).toMatchObject({color: 'default', isBold: false, column: 7});
	expect(terminal.find('green')).toBeUndefined();
	expect(terminal.isStyled()).toBe(true);
	expect(terminal.raw()).toContain('wrong');
});

test('what has scrolled off is not on the screen', async () => {
	const terminal = openScript('for (let line = 1; line <= 40; line++) console.log("line " + line)');
	await terminal.exit;
	expect(terminal.screen()[0]).toBe('line 18');
	expect(terminal.find('line 40')).toMatchObject({row: 22, column: 0});
	expect(terminal.find('line 9')).toBeUndefined();
});

test('keys arrive as a terminal sends them', async () => {
	const terminal = openScript(echoKeys);
	await terminal.until(text => text.includes('ready'), 'the script');
	for (const [key, echoed] of [['enter', '\r'], ['up', '\u001B[A'], ['ctrl-c', '\u0003'], ['x', 'x']] as const) {
		terminal.press(key);
		await terminal.until(text => text.includes(JSON.stringify(echoed)), `the echo of ${key}`);
	}

	expect(() => {
		terminal.press('entre');
	}).toThrow('no such key: entre');
});

test('a resize reaches the program', async () => {
	const terminal = openScript(`
		process.stdout.on('resize', () => console.log(process.stdout.columns + 'x' + process.stdout.rows));
		setInterval(() => {}, 1000);
		console.log('ready');
	`);
	await terminal.until(text => text.includes('ready'), 'the script');
	terminal.resize(100, 30);
	await terminal.until(text => text.includes('100x30'), 'the new size');
	expect(terminal.screen()).toHaveLength(30);
});

test('the alternate screen and the cursor are followed', async () => {
	const terminal = openScript(String.raw`
		process.stdout.write('\u001B[?1049h\u001B[?25linside');
		process.stdin.on('data', () => process.stdout.write('\u001B[?25h\u001B[?1049l', () => process.exit(3)));
	`);
	await terminal.until(text => text.includes('inside'), 'the alternate screen');
	expect([terminal.isAlternate(), terminal.isCursorHidden()]).toEqual([true, true]);
	terminal.press('enter');
	expect(await terminal.exit).toEqual({code: 3, signal: undefined});
	expect([terminal.isAlternate(), terminal.isCursorHidden()]).toEqual([false, false]);
});

test('a wait that fails shows the screen and says for what it waited', async () => {
	const terminal = openScript('console.log("something else"); setInterval(() => {}, 1000)');
	await terminal.until(text => text.includes('else'), 'the script');
	await expect(terminal.until(() => false, 'a miracle', 20)).rejects.toThrow(/waited in vain for a miracle \(20 ms\)\n┌─ screen\n│something else/);
	terminal.signal('SIGTERM');
	expect(await terminal.exit).toEqual({code: 0, signal: 15});
	await expect(terminal.until(() => false, 'a miracle')).rejects.toThrow('the program ended with 0 by signal 15 before a miracle');
});

test('a terminal that goes away hangs its program up', async () => {
	const terminal = openScript('setInterval(() => {}, 1000); console.log("ready")');
	await terminal.until(text => text.includes('ready'), 'the script');
	terminal.hangUp();
	expect(await terminal.exit).toMatchObject({signal: 1});
});
