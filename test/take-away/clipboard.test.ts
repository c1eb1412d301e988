import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import {clipboardLimit, copying} from '../../source/take-away/clipboard.js';

const decode = (sequence: string): string => Buffer.from(/52;c;([^\u0007]*)\u0007/.exec(sequence)?.[1] ?? '', 'base64').toString('utf8');

test('a line is copied as it is, and its beginning is said', () => {
	const {sequence, notice} = copying('ERROR: 磁盘\n  caused by', 'line', false);
	expect(sequence).toBe('\u001B]52;c;RVJST1I6IOejgeebmAogIGNhdXNlZCBieQ==\u0007');
	expect(notice).toBe('copied: ERROR: 磁盘');
});

test('several lines are counted, with a word on what the terminal must do', () => {
	expect(copying('a\nb\nc', 'screen', false).notice).toBe('copied 3 lines (the terminal must allow OSC 52)');
	expect(copying('a', 'screen', true).notice).toBe('copied 1 line (tmux must allow passthrough, the terminal OSC 52)');
});

test('tmux hands on what is wrapped for it, with every escape doubled', () => {
	expect(copying('a', 'line', true).sequence).toBe('\u001BPtmux;\u001B\u001B]52;c;YQ==\u0007\u001B\\');
});

test('a text that is too long is cut between characters, and that is said', () => {
	const {sequence, notice} = copying(`x${'汉'.repeat(40_000)}`, 'line', false);
	const copied = decode(sequence);
	expect(Buffer.byteLength(copied)).toBe(clipboardLimit);
	expect(copied).toMatch(/^x汉+$/);
	expect(notice).toMatch(/^copied only the first 100 KB: x汉/);
	expect(Buffer.byteLength(decode(copying(`xy${'汉'.repeat(40_000)}`, 'line', false).sequence))).toBe(clipboardLimit - 2);
});
