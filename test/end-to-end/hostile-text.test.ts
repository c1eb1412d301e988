import {expect, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {open, pressFor, startAgent} from './helpers/stage.js';

/** What is left of the bytes once every sequence that the program itself may write is taken out: moving, erasing, the 16 colours, the selected row, and the modes of screen, cursor, focus, paste and frames. */
const withoutOwnSequences = (bytes: string): string => bytes
	// The questions how wide the terminal draws and what its background is, once each.
	.replace('●\u001B[6n\r', '')
	.replace('\u001B]11;?\u001B\\', '')
	.replaceAll(/\u001B\[\d*(?:;\d+)?[A-HJK]/g, '')
	.replaceAll(/\u001B\[(?:[0127]|2[2-9]|3[0-79]|4[0-79]|9[0-7]|10[0-7])?m/g, '')
	.replaceAll(/\u001B\[\?(?:25|1004|1049|2004|2026)[hl]/g, '');

const harmful = /[^\P{C}\r\n]|[\u{2028}\u{2029}]/u;

const expectHarmless = (terminal: Terminal): void => {
	const found = harmful.exec(withoutOwnSequences(terminal.raw()));
	expect(found && JSON.stringify(found.input.slice(Math.max(0, found.index - 30), found.index + 30))).toBeNull();
};

const columnOf = (terminal: Terminal, text: string): number | undefined => terminal.find(text)?.column;

test('what agents call their tasks and write into their logs never reaches the terminal as anything but text', async () => {
	const agent = await startAgent({scenario: 'hostile'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage 3 of 4'), 'the task');
	expect(terminal.screen()[0]).toContain('Grüße ␛]0;owned␇ 升级集群');
	expect(terminal.isAlternate()).toBe(true);

	await pressFor(terminal, 'g', text => /▸ +1 /.test(text), 'the first stage');
	await pressFor(terminal, 'enter', text => text.includes('the screen was cleared') && text.includes('follow'), 'its log');
	for (const shown of ['␛[2J␛[Hthe screen was cleared', '␛]52;c;', '(OSC 8)', '␛cthe terminal was reset', String.raw`\u202etxt.exe`, String.raw`one\u2028two`]) {
		expect(terminal.text()).toContain(shown);
	}

	// Only colours are drawn, and a line that overwrote itself is marked.
	expect(terminal.find('red, ␛[?1049l')).toMatchObject({color: 1});
	expect(terminal.text()).toContain('⇤ ERROR: [Fake.Code]: overwritten');

	await pressFor(terminal, 'escape', text => text.includes('failed in stage 3 of 4'), 'the task again');
	await pressFor(terminal, 'G', text => /▸ +4 /.test(text), 'the last stage');
	await pressFor(terminal, 'k', text => /▸ +3 /.test(text), 'the stage with the long line');
	await pressFor(terminal, 'enter', text => text.includes('磁盘') && text.includes('follow'), 'its log');
	await pressFor(terminal, 'escape', text => text.includes('failed in stage 3 of 4'), 'the task again');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 130, signal: undefined});
	expectHarmless(terminal);
});

test('errors, HTML and headers of any server in place of an agent are text as well', async () => {
	const agent = await startAgent();
	const error = {successful: false, status: 500, traceId: '\u001B[31mtrace', error: {errCode: 'X.\u001B]52;c;eA==\u0007', message: '\u202Ebad\u001B[2J news 坏消息'}};
	agent.setReply({status: 500, contentType: 'application/json', body: JSON.stringify(error)});
	const terminal = open([agent.label, '127.0.0.1:1']);
	await terminal.until(text => text.includes('坏消息'), 'the error');
	// The row cuts it off, and it is complete below.
	expect(terminal.text().replaceAll(/\s+/g, ' ')).toContain(String.raw`\u202ebad␛[2J news 坏消息 (trace ␛[31mtrace)`);
	agent.setReply({status: 200, contentType: 'text/html\u0009', body: '<html>\u001B]0;owned\u0007\u001B[2J</html>'});
	await terminal.until(text => text.includes('HTML'), 'the other error');
	expectHarmless(terminal);
});

test.each([[80, 24], [200, 50]])('wide characters do not move the text to their right, at %ix%i', async (columns, height) => {
	const agents = [await startAgent({scenario: 'hostile'}), await startAgent({scenario: 'rolled-back'})];
	const terminal = open(agents.map(({label}) => label), {columns, rows: height});
	await terminal.until(text => text.includes('1 failed') && text.includes('⟲ rolled back'), 'both tasks');
	const rows = agents.map(({label}) => terminal.screen().findIndex(line => line.slice(3).startsWith(label)));
	expect(rows.map(row => terminal.cell(row, columnOf(terminal, 'OUTCOME') ?? 0).text).toSorted()).toEqual(['✖', '⟲'].toSorted());

	await pressFor(terminal, 'enter', text => text.startsWith(' obwatch › ') && text.includes('failed in stage 3 of 4'), 'the task');
	const outcome = columnOf(terminal, 'OUTCOME');
	const head = terminal.screen().findIndex(line => line.includes('OUTCOME'));
	for (const row of [1, 2, 3, 4]) {
		expect(['✔', '✖', '·']).toContain(terminal.cell(head + row, outcome ?? 0).text);
	}
});
