import {afterEach, describe, expect, test} from 'vitest';
import {speak} from '../../../source/lib/messages/messages.js';
import {type AppView} from '../../../source/ui/frame.js';
import {createAnnouncer} from '../../../source/ui/terminal/announcer.js';

afterEach(async () => speak('en'));

/** What is written after each frame. */
const open = () => {
	const written: string[] = [];
	const at = {screen: 'agents', panel: undefined as string | undefined};
	const {write, drawOnBlank, writeBetween} = createAnnouncer({
		write(text) {
			written.push(text);
			return true;
		},
		finish(done) {
			done();
			return true;
		},
		view: () => ({screen: {type: at.screen}, overlay: at.panel && {type: at.panel}, language: 'en'}) as unknown as AppView,
	});
	return {
		at, written, drawOnBlank, writeBetween, write,
		draw(...lines: readonly string[]): readonly string[] {
			written.length = 0;
			write(lines.join('\n'));
			return written.join('').split('\n').filter(line => line !== '');
		},
	};
};

const rows = ['2 agents', 'a, running, 5s, selected', 'b, failed, 41s', 'Keys: q quit'];

describe('a screen that is read', () => {
	test('is read as a whole once', () => {
		const {draw} = open();
		expect(draw(...rows)).toEqual(rows);
		expect(draw(...rows)).toEqual([]);
	});

	test('is not read again because time goes on', () => {
		const {draw} = open();
		draw(...rows, 'last seen at 10:41:59', '34 % replayed');
		expect(draw('2 agents', 'a, running, 1m02s, selected', 'b, failed, 41s', 'Keys: q quit', 'last seen at 10:42:00', '35 % replayed')).toEqual([]);
	});

	test('says what changed, with the time it takes now', () => {
		const {draw} = open();
		draw(...rows);
		expect(draw('2 agents, 2 failed', 'a, failed, 7s, selected', 'b, failed, 41s', 'Keys: q quit')).toEqual(['2 agents, 2 failed', 'a, failed, 7s, selected']);
	});

	test('says which row is selected, not which one no longer is', () => {
		const {draw} = open();
		draw(...rows);
		expect(draw('2 agents', 'a, running, 6s', 'b, failed, 41s, selected', 'Keys: r retry')).toEqual(['b, failed, 41s, selected']);
	});

	test('reads the next screen as a whole, and a panel alone, with its keys', () => {
		const {draw, at} = open();
		draw(...rows);
		at.panel = 'actions';
		expect(draw(...rows.slice(0, -1), 'r, retry, selected', 'Keys: Esc close')).toEqual(['r, retry, selected', 'Keys: Esc close']);
		at.panel = undefined;
		expect(draw(...rows)).toEqual([rows[1], rows[3]]);
		at.screen = 'task';
		expect(draw(...rows)).toEqual(rows);
	});

	test('is read again on demand', () => {
		const {draw, drawOnBlank, write, written} = open();
		draw(...rows);
		written.length = 0;
		drawOnBlank(() => undefined, () => {
			write(rows.join('\n'));
		});
		expect(written.join('')).toBe(`\n${rows.join('\n')}\n`);
	});

	test('reads each line of a log, also if only its time is another', () => {
		const {draw, at} = open();
		at.screen = 'log';
		draw('log', '10:41:59.123, check', '10:42:00.123, check');
		expect(draw('log', '10:42:00.123, check', '10:42:01.123, check')).toEqual(['10:42:01.123, check']);
		expect(draw('log', '10:42:01.123, check', '10:42:01.123, check')).toEqual(['10:42:01.123, check']);
	});

	test('does not read the lines of a log again when their times are known', () => {
		const {draw, at} = open();
		at.screen = 'log';
		draw('log', 'check', 'start');
		expect(draw('log', '10:41:59.123, check', '10:42:00.123, start', '10:42:01.123, start')).toEqual(['10:42:01.123, start']);
	});

	test('speaks Chinese', async () => {
		await speak('zh');
		const {draw} = open();
		draw('甲，运行中，5s，已选中', '乙', '按键：q 退出');
		expect(draw('甲，运行中，6s', '乙，已选中', '按键：r 重试')).toEqual(['乙，已选中']);
	});

	test('passes on what switches modes of the terminal, and sequences that draw nothing', () => {
		const {write, writeBetween, written} = open();
		write('\u001B[?2004h');
		writeBetween('\u0007');
		write('\n');
		expect(written).toEqual(['\u001B[?2004h', '\u0007']);
	});
});
