import {Buffer} from 'node:buffer';
import {describe, expect, test} from 'vitest';
import {storyOf} from '../../source/demo/engine/model.js';
import {alone} from '../../source/demo/tasks.js';
import {startHeldAgent} from '../headless/helpers/agents.js';
import {type Terminal} from '../helpers/pty.js';
import {lineWith, open, openRow, pressFor, startAgent} from './helpers/stage.js';

/** The one agent's log that explains its failure. */
const openFailure = async (columns = 100): Promise<Terminal> => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label], {columns, rows: 24});
	await terminal.until(text => text.includes('failed in stage'), 'the failed task');
	await pressFor(terminal, 'e', text => /^▸.*ERROR: /m.test(text), 'the line that says why, marked');
	await terminal.until(text => /^▸\d\d:\d\d:\d\d\.\d{3} ERROR: /m.test(text), 'its time');
	return terminal;
};

const body = (terminal: Terminal): readonly string[] => terminal.screen().slice(1, -2).filter(line => line.trim() !== '');

const typeLine = async (terminal: Terminal, key: string, text: string): Promise<void> => {
	await pressFor(terminal, key, shown => shown.includes('Enter apply'), 'the line to type on');
	terminal.type(text);
	await terminal.until(shown => shown.includes(` ${key}${text}`), 'what was typed');
};

describe('the log of what failed', () => {
	test('opens at the reason, with times, searched as one types', async () => {
		const terminal = await openFailure();
		await typeLine(terminal, '/', 'unpack');
		await pressFor(terminal, 'enter', text => /\/unpack (?:\d+\/)?\d+ line/.test(text), 'how many matches there are');
		expect(terminal.find('unpacking to')).toMatchObject({isInverse: true});

		await typeLine(terminal, '/', '(');
		await terminal.until(text => text.includes('missing closing )'), 'what is wrong with the expression');
		await pressFor(terminal, 'escape', text => /\/unpack (?:\d+\/)?\d+ line/.test(text), 'the search as it was');
	});

	test('shows only what matches, says how much is hidden, and all again', async () => {
		const terminal = await openFailure();
		await pressFor(terminal, 'w', text => /ERROR: .*›$/m.test(text), 'a line for each entry, cut at the edge');
		await typeLine(terminal, '&', 'no space');
		await pressFor(terminal, 'enter', text => text.includes('&no space (6 hidden)'), 'how many lines are hidden');
		expect(body(terminal)).toHaveLength(1);

		await pressFor(terminal, '&', text => text.includes('&no space'), 'the filter to change');
		terminal.press('ctrl-u');
		await terminal.until(text => text.includes('empty shows all'), 'the emptied filter');
		await pressFor(terminal, 'enter', () => body(terminal).length === 7, 'all lines');

		await pressFor(terminal, 'L', text => text.includes('warnings and errors'), 'warnings and errors');
		await pressFor(terminal, 'L', text => text.includes('errors only'), 'errors only');
		expect(body(terminal).every(line => line.includes('ERROR'))).toBe(true);
	});

	test('hides times and wraps long lines at a key', async () => {
		const terminal = await openFailure(60);
		const wrapped = body(terminal).length;
		await pressFor(terminal, 'w', () => body(terminal).length < wrapped, 'a line for each entry');
		await pressFor(terminal, 't', text => /^▸ERROR: /m.test(text), 'lines without times');
		terminal.press('l');
		await terminal.until(text => text.includes('+8'), 'the lines further right');
	});
});

test('a log of several executions says which is which', async () => {
	const agent = await startAgent({scenario: 'rolled-back'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('rolled back'), 'the rolled back task');
	// The second stage: the first was never undone.
	await pressFor(terminal, 'g', text => /▸ +1 /.test(text), 'the first stage');
	await pressFor(terminal, 'j', text => /▸ +2 /.test(text), 'the second stage');
	await pressFor(terminal, 'enter', text => text.includes('follow'), 'the log');
	await terminal.until(text => text.includes('rollback of attempt 1'), 'where the undo begins');
	await pressFor(terminal, '[', text => /rollback of attempt 1 ─+\n▸/.test(text), 'the first line of the undo');
	await pressFor(terminal, ']', text => text.includes('No later attempt'), 'that there is no further one');
});

test('Esc and [ typed at once are Esc, then [, though an arrow key begins alike', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label]);
	await terminal.until(text => text.includes('failed in stage'), 'the failed task');
	await pressFor(terminal, 'e', text => /^▸.*ERROR: /m.test(text), 'the line that says why, marked');
	terminal.type('\u001B[');
	await terminal.until(text => text.includes('failed in stage'), 'the task, where Esc leads');
	const row = (text: string): string | undefined => /▸ +(\d+) /.exec(text)?.[1];
	const before = row(terminal.text());
	terminal.type('\u001B[A');
	await terminal.until(text => row(text) !== undefined && row(text) !== before, 'the stage above it');
});

test('a log that is read does not move while new lines come, and follows again on G', async () => {
	const agent = await startHeldAgent({scenario: 'initialize', speed: 2});
	const terminal = open([agent.label], {columns: 100, rows: 12});
	// The first stages are over before a busy machine has opened their log.
	await terminal.until(text => text.includes('running stage 3'), 'the stage that takes long');
	await pressFor(terminal, 'enter', text => text.includes('follow'), 'its log');
	// The task itself brings them without times.
	await terminal.until(() => body(terminal).filter(line => /\d\d:\d\d:\d\d\.\d{3} /.test(line)).length > 1, 'some lines with their times');
	await pressFor(terminal, 'k', text => !text.includes('follow ▾'), 'a log that stands still');
	const before = body(terminal);
	// Below the others while there is room, counted where there is none.
	await terminal.until(text => body(terminal).length > before.length || text.includes(' new ▾'), 'that there are new lines');
	expect(terminal.text()).not.toContain('follow ▾');
	expect(body(terminal).slice(0, before.length)).toEqual(before);
	await pressFor(terminal, 'G', text => text.includes('follow ▾'), 'the end again');
});

test('a mark shows what came after it, lines have numbers, and a long one has an end', async () => {
	const lines = [[0, `begin ${'-'.repeat(200)} end`] as const, ...Array.from({length: 200}, (_, index) => [500 + (index * 400), `step ${index + 1}`] as const)];
	const agent = await startAgent({scenario: ([owner]) => ({
		begin: -1000,
		story: storyOf([{type: 'create', at: -500, owner, task: {name: 'Back up', nodes: [alone('Copy data', owner, {duration: 600_000, lines})]}}]),
	})});
	const terminal = open([agent.label], {columns: 80, rows: 20});
	await terminal.until(text => text.includes('running stage'), 'the running task');
	await pressFor(terminal, 'enter', text => text.includes('follow') && text.includes('step 1'), 'the log of its only sub-task');
	await pressFor(terminal, 'm', text => /^── mark \d\d:\d\d:\d\d\.\d{3} ─+$/m.test(text), 'the mark, with its time');
	await terminal.until(text => /── mark [^\n]+\n.*step \d+/.test(text), 'a line below it');
	await pressFor(terminal, '#', text => /^.+ 1 \d\d:\d\d:\d\d\.\d{3} begin/m.test(text), 'the numbers of the lines');
	await pressFor(terminal, 'w', text => /begin -+›$/m.test(text), 'a row for each line');
	await pressFor(terminal, 'g', text => /^▸ +1 /m.test(text), 'the first line');
	await pressFor(terminal, '$', text => /^▸ +1 \S+ ‹-+ end$/m.test(text), 'its end');
	await pressFor(terminal, '0', text => /begin -+›$/m.test(text), 'its beginning');
});

test('the cursor picks a line of a log that goes on, and several lines, to copy them', async () => {
	const lines = Array.from({length: 400}, (_, index) => [index < 30 ? index : index * 250, `line ${index + 1} of the copy`] as const);
	const agent = await startAgent({scenario: ([owner]) => ({
		begin: -1000,
		story: storyOf([{type: 'create', at: -500, owner, task: {name: 'Back up', nodes: [alone('Copy data', owner, {duration: 600_000, lines})]}}]),
	})});
	const terminal = open([agent.label], {columns: 80, rows: 12});
	await terminal.until(text => text.includes('running stage'), 'the running task');
	await pressFor(terminal, 'enter', text => text.includes('follow') && text.includes('line 30 '), 'its log');
	const picked = (): string => lineWith(terminal, '▸').replace(/^▸(?:[\d:.]+ )?/, '');
	const last = (): string => body(terminal).at(-1) ?? '';
	expect(last()).toMatch(/^▸/);
	await pressFor(terminal, 'k', text => !text.includes('follow ▾') && !last().startsWith('▸'), 'the line before the last');
	const stays = picked();
	await terminal.until(text => text.includes(' new ▾'), 'that there are new lines');
	expect(picked()).toBe(stays);

	await pressFor(terminal, 'V', text => text.includes('1 selected'), 'that a selection begins');
	await pressFor(terminal, 'k', text => text.includes('2 selected'), 'two lines');
	await pressFor(terminal, 'k', text => text.includes('3 selected'), 'three lines');
	expect(terminal.screen().filter(line => line.startsWith('│'))).toHaveLength(2);
	await pressFor(terminal, 'y', text => text.includes('sent 3 lines to the terminal'), 'what was copied');
	const [, encoded = ''] = /\u001B\]52;c;(?<text>[^\u0007]*)\u0007/.exec(terminal.raw()) ?? [];
	const copied = Buffer.from(encoded, 'base64').toString('utf8').split('\n');
	expect(copied).toHaveLength(3);
	expect(copied.at(-1)).toBe(stays);
	await pressFor(terminal, 'V', text => text.includes('1 selected'), 'another selection');
	await pressFor(terminal, 'escape', text => !text.includes('selected') && text.includes('of the copy'), 'the log without it');
	await pressFor(terminal, 'escape', text => text.includes('# STAGE'), 'the task');
});

test('all logs of a task are one log, by time, behind the names of its agents', async () => {
	const terminal = open(['--demo', '--seed', '7'], {columns: 100, rows: 30});
	await terminal.until(text => text.includes('Initialize cluster') && text.includes('obprod'), 'the fleet');
	await openRow(terminal, 'Initialize cluster', text => text.includes('stage 3 of 11'), 'the task of the first agent');
	await pressFor(terminal, 'a', text => text.includes('› all logs') && text.includes('3 agents') && !text.includes('fetching'), 'its logs');
	const named = (): ReadonlyArray<readonly string[]> => body(terminal).flatMap(line => {
		const [, time = '', name = ''] = /^.(\d\d:\d\d:\d\d\.\d{3}) ([.:]\d+) /.exec(line) ?? [];
		return name === '' ? [] : [[time, name]];
	});
	expect(new Set(named().map(([, name]) => name)).size).toBeGreaterThan(1);
	const times = named().map(([time = '']) => time);
	expect(times).toEqual(times.toSorted());
	await pressFor(terminal, 'enter', text => /only 127\.\S+:\d+/.test(text), 'the lines of one agent');
	expect(new Set(named().map(([, name]) => name)).size).toBe(1);
	await pressFor(terminal, 'escape', text => text.includes('3 agents'), 'all lines again');
	await pressFor(terminal, 'o', text => !text.includes('all logs') && text.includes('Start observer ›'), 'the line in its own log');
	await pressFor(terminal, 'escape', text => text.includes('all logs'), 'all logs again');
});

test('a search of all logs of a task lists the lines that it finds, opens them, and goes on from log to log', async () => {
	const terminal = open(['--demo', '--seed', '7'], {columns: 100, rows: 30});
	await terminal.until(text => text.includes('Initialize cluster') && text.includes('obprod'), 'the fleet');
	await openRow(terminal, 'Initialize cluster', text => text.includes('stage 3 of 11'), 'the task of the first agent');
	await pressFor(terminal, '/', text => text.includes('Enter search all logs'), 'the line to type on');
	terminal.type('no observer is');
	await pressFor(terminal, 'enter', text => text.includes('found lines') && /[23] lines in [23] logs/.test(text) && !/fetching|searching/.test(text), 'what was found');
	expect(lineWith(terminal, '▸')).toMatch(/Start observer +\d+ +\d\d:\d\d:\d\d +no observer is running here/);
	const picked = (): string => lineWith(terminal, '▸');
	await pressFor(terminal, 'enter', () => /^▸\d\d:\d\d:\d\d\.\d{3} no observer is/.test(picked()), 'the first line, in its log');
	await pressFor(terminal, 'n', text => /^ In the log of 127\S+/m.test(text) && /^▸\d\d:\d\d:\d\d\.\d{3} no observer is/.test(picked()), 'the next one, in another log');
	await pressFor(terminal, 'escape', text => text.includes('found lines'), 'the list');
});

test('links lead from a main task to its sub-task on another agent, and back', async () => {
	const terminal = open(['--demo', '--seed', '7'], {columns: 120, rows: 40});
	await terminal.until(text => text.includes('Initialize cluster') && text.includes('obprod'), 'the fleet');
	await openRow(terminal, 'Initialize cluster', text => text.includes('running stage 3 of 11'), 'the task of the first agent');
	await pressFor(terminal, 'o', text => /LINK +WHERE +TASK/.test(text), 'the tasks it is linked with');
	expect(lineWith(terminal, '▸')).toMatch(/remote task +127\.\S+:\d+ /);
	await pressFor(terminal, 'enter', text => /(?:succeeded|running).*\n.*\n.*# STAGE/.test(text) && !text.includes('Initialize'), 'the linked task');
	await pressFor(terminal, 'escape', text => /LINK +WHERE/.test(text), 'the links again');
	await pressFor(terminal, 'escape', text => text.includes('Initialize cluster'), 'the main task again');
});

// A backtracking engine would take longer than a lifetime.
const endless = String.raw`(\w+[ /.]?)+!`;

test.each(['/', '&'])('no expression typed after %s blocks the program: keys are handled, and so is SIGTERM', async key => {
	const terminal = await openFailure();
	await typeLine(terminal, key, endless);
	await pressFor(terminal, 'escape', text => !text.includes(endless), 'the log as it was');
	await typeLine(terminal, key, endless);
	terminal.press('enter');
	terminal.signal('SIGTERM');
	expect(await terminal.exit).toMatchObject({code: 143});
});

test('nor one that is typed to filter agents', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open([agent.label, '127.0.0.1:9'], {columns: 100, rows: 24});
	await terminal.until(text => text.includes('Unpack packages') || text.includes('✖ failed'), 'the failed task');
	await typeLine(terminal, '/', endless);
	await pressFor(terminal, 'escape', text => text.includes('✖ failed'), 'all agents again');
	terminal.signal('SIGTERM');
	expect(await terminal.exit).toMatchObject({code: 143});
});

test('a log of many thousand lines is read, and followed', async () => {
	const copied = Array.from({length: 20_000}, (_, index) => [index / 10, `copy part ${index} to /data/backup/part-${index}.tar`] as const);
	const later = Array.from({length: 200}, (_, index) => [4000 + (index * 250), `still copying ${index}`] as const);
	const agent = await startAgent({scenario: ([owner]) => ({
		begin: -5000,
		story: storyOf([{
			type: 'create', at: -4000, owner, task: {name: 'Back up', nodes: [alone('Copy data', owner, {duration: 600_000, lines: [...copied, ...later]})]},
		}]),
	})});
	const terminal = open([agent.label], {columns: 80, rows: 12});
	await terminal.until(text => text.includes('running stage'), 'the running task');
	const last = (text: string): number => Number(text.match(/still copying \d+/g)?.at(-1)?.slice('still copying '.length) ?? -1);
	await pressFor(terminal, 'enter', text => text.includes('follow') && last(text) >= 0, 'the end of its log');
	const before = last(terminal.text());
	await terminal.until(text => last(text) > before, 'what was written since');
	await pressFor(terminal, 'g', text => text.includes('copy part 0 '), 'its beginning');
	await typeLine(terminal, '/', String.raw`part-1999.\.`);
	await pressFor(terminal, 'enter', text => text.includes('copy part 19990 ') && text.includes('1/10 lines'), 'the first of ten matches, far below');
});
