import {Buffer} from 'node:buffer';
import {expect, test} from 'vitest';
import {bufferedText, clipboardLimit, copying} from '../../source/export/clipboard.js';

const decode = (sequence: string): string => Buffer.from(/52;c;([^\u0007]*)\u0007/.exec(sequence)?.[1] ?? '', 'base64').toString('utf8');

test('a line is copied as it is, and its beginning is said', () => {
	const {sequence, notice} = copying('ERROR: 磁盘\n  caused by', 'line', false);
	expect(sequence).toBe('\u001B]52;c;RVJST1I6IOejgeebmAogIGNhdXNlZCBieQ==\u0007');
	expect(notice).toBe('sent to the terminal (OSC 52): ERROR: 磁盘');
});

test('several lines are counted, and only what was done is claimed', () => {
	expect(copying('a\nb\nc', 'screen', false).notice).toBe('sent 3 lines to the terminal (OSC 52)');
	expect(copying('a', 'screen', true).notice).toBe('sent 1 line to the terminal (OSC 52, tmux must pass it on)');
	expect(bufferedText('a\nb', 'screen')).toBe('copied 2 lines to tmux\'s buffer');
});

test('tmux hands on what is wrapped for it, with every escape doubled', () => {
	expect(copying('a', 'line', true).sequence).toBe('\u001BPtmux;\u001B\u001B]52;c;YQ==\u0007\u001B\\');
});

test('a text that is too long is cut between characters, and that is said', () => {
	const {sequence, notice} = copying(`x${'汉'.repeat(40_000)}`, 'line', false);
	const copied = decode(sequence);
	expect(Buffer.byteLength(copied)).toBe(clipboardLimit);
	expect(copied).toMatch(/^x汉+$/);
	expect(notice).toMatch(/^sent the first 100 KB \(OSC 52\): x汉/);
	expect(Buffer.byteLength(decode(copying(`xy${'汉'.repeat(40_000)}`, 'line', false).sequence))).toBe(clipboardLimit - 2);
});
