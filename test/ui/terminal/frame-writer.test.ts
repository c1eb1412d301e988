import {describe, expect, test} from 'vitest';
import {createFrameWriter, type FrameWriter} from '../../../source/ui/terminal/frame-writer.js';

const begin = '\u001B[?2026h';
const end = '\u001B[?2026l';

const recorded = (): {readonly writer: FrameWriter; readonly writes: readonly string[]} => {
	const writes: string[] = [];
	const writer = createFrameWriter({
		write(text) {
			writes.push(text);
			return true;
		},
		finish(done) {
			writes.push('(finished)');
			done();
			return true;
		},
		isBehind: () => false,
		onCaughtUp() {
			throw new Error('it was never behind');
		},
		asks: {width: false, background: false}, hasMouse: false,
	});
	return {writer, writes};
};

describe('what goes to the terminal', () => {
	test('is one write for each frame', () => {
		const {writer, writes} = recorded();
		for (const text of [begin, 'first', ' second', end, 'between', begin, 'next', end]) {
			writer.write(text);
		}

		expect(writes).toEqual([`${begin}first second${end}`, 'between', `${begin}next${end}`]);
	});

	test('is nothing for an empty frame', () => {
		const {writer, writes} = recorded();
		writer.write(begin);
		writer.write(end);
		writer.write('');
		expect(writes).toEqual([]);
	});

	test.each([
		['a\u001B[Eb', 'a\u001B[Eb'],
		['a\u001B[E\u001B[E\u001B[Eb', 'a\u001B[3Eb'],
		['\u001B[E\u001B[Ea\u001B[E\u001B[E', '\u001B[2Ea\u001B[2E'],
		['\u001B[E', '\u001B[E'],
		['nothing', 'nothing'],
	])('skips rows that did not change at once: %j', (frame, expected) => {
		const {writer, writes} = recorded();
		writer.write(begin);
		writer.write(frame);
		writer.write(end);
		expect(writes).toEqual([begin + expected + end]);
	});

	test('begins at the top when the alternate screen is entered, and watches the focus until it is left', () => {
		const {writer, writes} = recorded();
		writer.write('\u001B[?1049h');
		writer.write('\u001B[?1049l');
		expect(writes).toEqual(['\u001B[?1049h\u001B[H\u001B[?1004h', '\u001B[?1004l\u001B[?1049l']);
	});

	test('is written before its callback runs', () => {
		const {writer, writes} = recorded();
		let isDone = false;
		writer.write(begin);
		writer.write('half a frame');
		writer.write('', () => {
			isDone = true;
		});
		expect(isDone).toBe(true);
		expect(writes).toEqual([`${begin}half a frame`, '(finished)']);
	});

	test('can be bytes too', () => {
		const {writer, writes} = recorded();
		writer.write(new TextEncoder().encode('héllo'));
		expect(writes).toEqual(['héllo']);
	});

	test('empties and redraws the screen in one write', () => {
		const {writer, writes} = recorded();
		writer.drawOnBlank(() => {
			writer.write('(forget)');
		}, () => {
			writer.write(begin);
			writer.write('frame');
			writer.write(end);
		});
		expect(writes).toEqual([`${begin}(forget)\u001B[H\u001B[Jframe${end}`]);
		writer.write('later');
		expect(writes.at(-1)).toBe('later');
	});

	test('goes on after drawing failed', () => {
		const {writer, writes} = recorded();
		expect(() => {
			writer.drawOnBlank(() => undefined, () => {
				throw new Error('cannot draw');
			});
		}).toThrow('cannot draw');
		writer.write('later');
		expect(writes.at(-1)).toBe('later');
	});
});

describe('a sequence for the terminal itself', () => {
	test('goes out at once where no frame is under way', () => {
		const {writer, writes} = recorded();
		writer.writeBetween('copy');
		expect(writes).toEqual(['copy']);
	});

	test('waits for the end of a frame, even of an empty one', () => {
		const {writer, writes} = recorded();
		writer.write(begin);
		writer.writeBetween('one');
		writer.write('frame');
		writer.write(end);
		writer.write(begin);
		writer.writeBetween('two');
		writer.write(end);
		expect(writes).toEqual([`${begin}frame${end}`, 'one', 'two']);
	});

	test('waits for a redrawn screen', () => {
		const {writer, writes} = recorded();
		writer.drawOnBlank(() => undefined, () => {
			writer.writeBetween('copy');
			writer.write('frame');
		});
		expect(writes).toHaveLength(2);
		expect(writes[1]).toBe('copy');
	});
});

describe('a terminal that is behind', () => {
	const slow = () => {
		const writes: string[] = [];
		let isBehind = false;
		let caughtUp = 0;
		const waiting: Array<(error?: Error | null) => void> = [];
		const writer = createFrameWriter({
			write(text) {
				writes.push(text);
				return true;
			},
			finish(done) {
				waiting.push(done);
				return true;
			},
			isBehind: () => isBehind,
			onCaughtUp() {
				caughtUp += 1;
			},
			asks: {width: false, background: false}, hasMouse: false,
		});
		return {
			writer, writes,
			caughtUp: () => caughtUp,
			stop() {
				isBehind = true;
			},
			goOn(error?: Error) {
				isBehind = false;
				for (const done of waiting.splice(0)) {
					done(error);
				}
			},
		};
	};

	const draw = (writer: FrameWriter, text: string): void => {
		for (const part of [begin, text, end]) {
			writer.write(part);
		}
	};

	test('gets no frames until it has caught up, and then is redrawn once', () => {
		const {writer, writes, stop, goOn, caughtUp} = slow();
		draw(writer, 'one');
		stop();
		for (let count = 0; count < 1000; count += 1) {
			draw(writer, `frame ${count}`);
			writer.write('beside a frame');
		}

		expect(writes).toEqual([`${begin}one${end}`]);
		goOn();
		expect(caughtUp()).toBe(1);
		draw(writer, 'two');
		expect(writes).toEqual([`${begin}one${end}`, `${begin}two${end}`]);
	});

	test('gets switches of its modes all the same: it must be left as it was', () => {
		const {writer, writes, stop} = slow();
		stop();
		draw(writer, 'a\u001B[?25lb');
		writer.write('\u001B[?1049l');
		expect(writes).toEqual(['\u001B[?25l', '\u001B[?1004l\u001B[?1049l']);
	});

	test('gets what was between frames once it has caught up, up to a limit', () => {
		const {writer, writes, stop, goOn} = slow();
		stop();
		for (let count = 0; count < 1000; count += 1) {
			writer.writeBetween('x'.repeat(1000));
		}

		writer.writeBetween('last');
		expect(writes).toEqual([]);
		goOn();
		const [text = ''] = writes;
		expect(text.endsWith('xlast')).toBe(true);
		expect(text.length).toBeLessThan(256 * 1024);
	});

	test('that is gone is not drawn on any more', () => {
		const {writer, stop, goOn, caughtUp} = slow();
		stop();
		draw(writer, 'one');
		goOn(new Error('gone'));
		expect(caughtUp()).toBe(0);
	});
});
