import {setImmediate as nextTurn} from 'node:timers/promises';
import {type ReadStream, type WriteStream} from 'node:tty';
import {type Clock} from '../../lib/clock.js';
import {type Background} from '../theme.js';
import {createFrameWriter, type FrameWriter, type TerminalQuestions} from './frame-writer.js';

const lastStandardStream = 2;

type Handle = {readonly fd: number; readonly setBlocking: (isBlocking: boolean) => unknown};

const handleOf = (terminal: WriteStream): Handle | undefined => {
	const handle: unknown = Reflect.get(terminal, '_handle');
	return isHandle(handle) ? handle : undefined;
};

const isHandle = (value: unknown): value is Handle =>
	typeof value === 'object' && value !== null && 'fd' in value && typeof value.fd === 'number' && 'setBlocking' in value && typeof value.setBlocking === 'function';

/**
Chooses what happens to writes if a terminal takes no more. By default Node blocks the whole process, so that it does not even handle
signals. Without blocking, they wait in the stream, and `writableLength` tells how much.
Node has no public interface for it. If Node did not reopen the terminal for itself (another user's terminal, as after `su`), the setting
would affect the shell as well, and stays as it is.
*/
const setBlocking = (terminal: WriteStream, isBlocking: boolean): void => {
	const handle = handleOf(terminal);
	if (handle && handle.fd > lastStandardStream) {
		handle.setBlocking(isBlocking);
	}
};

const bound = (target: object, property: string | symbol): unknown => {
	const value: unknown = Reflect.get(target, property, target);
	return typeof value === 'function' ? value.bind(target) : value;
};

type ScreenOutput = {
	/** The terminal as Ink gets it. */
	readonly stdout: WriteStream;
	/** See `FrameWriter`. */
	readonly drawOnBlank: FrameWriter['drawOnBlank'];
	/** See `FrameWriter`. */
	readonly writeBetween: FrameWriter['writeBetween'];
	/** Tells Ink of a new size. Ink learns it only from here: React comes first, so that the first frame after it already has the new size. */
	readonly emitResize: () => void;
	/** Runs `run` with the terminal in its normal state, once it has taken everything. */
	readonly withBlocking: (run: () => Promise<void>) => Promise<void>;
};

type ScreenOutputDeps = {
	readonly terminal: WriteStream;
	/** Another stream to it, on which nothing is drawn; at the end the cursor is shown through it. */
	readonly stderr?: WriteStream | undefined;
	/** It was behind, and has to be redrawn. */
	readonly onCaughtUp: () => void;
	/** See `createFrameWriter`. */
	readonly asks: TerminalQuestions;
	readonly onAsked?: (() => void) | undefined;
};

/** The terminal as Ink sees it: unchanged, except for writes and for when it learns of a new size. */
export const createScreenOutput = ({terminal, stderr, onCaughtUp, asks, onAsked}: ScreenOutputDeps): ScreenOutput => {
	const setAllBlocking = (isBlocking: boolean): void => {
		setBlocking(terminal, isBlocking);
		if (stderr) {
			setBlocking(stderr, isBlocking);
		}
	};

	const resizeListeners = new Set<() => void>();
	const writer = createFrameWriter({
		write: text => terminal.write(text),
		finish: done => terminal.write('', done),
		isBehind: () => terminal.writableLength > 0,
		onCaughtUp,
		asks,
		onAsked,
	});
	setAllBlocking(false);

	const stdout: WriteStream = new Proxy(terminal, {
		get(target, property) {
			switch (property) {
				case 'write': {
					return writer.write;
				}

				case 'on':
				case 'addListener': {
					return (name: string, listener: () => void) => {
						if (name === 'resize') {
							resizeListeners.add(listener);
						} else {
							target.on(name, listener);
						}

						return stdout;
					};
				}

				case 'off':
				case 'removeListener': {
					return (name: string, listener: () => void) => {
						if (name === 'resize') {
							resizeListeners.delete(listener);
						} else {
							target.off(name, listener);
						}

						return stdout;
					};
				}

				default: {
					return bound(target, property);
				}
			}
		},
	});

	return {
		stdout,
		drawOnBlank: writer.drawOnBlank,
		writeBetween: writer.writeBetween,
		emitResize() {
			for (const listener of resizeListeners) {
				listener();
			}
		},
		async withBlocking(run) {
			await new Promise<void>(resolve => {
				terminal.write('', () => {
					resolve();
				});
			});
			setAllBlocking(true);
			try {
				await run();
			} finally {
				setAllBlocking(false);
			}
		},
	};
};

const focusIn = '\u001B[I';

const focusOut = '\u001B[O';

/**
Stops reading the keyboard while another program has the terminal: Ink only stops listening, and later keys would still be read and lost. A
new listener reads on.
*/
export const stopReading = async (terminal: ReadStream): Promise<void> => {
	// A stream notices only in a later turn that it has no listeners; only then pausing has an effect.
	await nextTurn();
	terminal.pause();
	await nextTurn();
};

// Where the cursor is after an ambiguous character at the start of the first row. The same keys as f3 with shift or alt, which mean nothing here.
// eslint-disable-next-line no-control-regex, regexp/no-control-character -- it begins with an escape character
const widthReply = /\u001B\[1;([2-4])R/g;

// The background's colour, of which each part has one to four digits.
// eslint-disable-next-line no-control-regex, regexp/no-control-character -- it begins and ends with control characters
const colorReply = /\u001B\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?(?:\u0007|\u001B\\)/gi;

const escape = '\u001B';

/** Whether a text is the beginning of such a reply. */
// eslint-disable-next-line no-control-regex, regexp/no-control-character -- it begins with an escape character
const isBegun = (text: string): boolean => '\u001B]11;rgba:'.startsWith(text) || /^\u001B\]11;rgba?:[\da-f/]{0,19}\u001B?$/i.test(text);

/** The beginning of a reply at the end of what was read; empty if there is none. */
const begunAtEnd = (chunk: string): string => {
	const starts = [chunk.lastIndexOf(`${escape}]`), chunk.endsWith(escape) ? chunk.length - 1 : -1];
	const start = starts.find(index => index !== -1 && isBegun(chunk.slice(index)));
	return start === undefined ? '' : chunk.slice(start);
};

/** Whether a text is a whole reply and what follows it, or the beginning of one. */
const isReply = (text: string): boolean => isBegun(text) || text.search(colorReply) === 0;

// As long, an escape character may be the beginning of a reply; then it is a key. More than a line needs between two packets of one reply.
const replyWithin = 30;

/** Whether nothing but a reply begins so: an escape character alone, and one with a bracket, are keys as well. */
const isSurely = (begun: string): boolean => begun.length > 2;

const luminance = (channels: readonly number[]): number => {
	const [red = 0, green = 0, blue = 0] = channels.map(share => share <= 0.0404 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
	return (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
};

// Black and white text have the same contrast on it (WCAG 2, relative luminance).
const middle = 0.179;

const backgroundOf = (digits: readonly string[]): Background =>
	luminance(digits.map(part => Number.parseInt(part, 16) / ((16 ** part.length) - 1))) > middle ? 'light' : 'dark';

type ScreenInputListener = {
	readonly onFocus: (isFocused: boolean) => void;
	/** The terminal said whether it draws ambiguous characters in two columns. */
	readonly onWidth: (areWide: boolean) => void;
	/** The terminal said what its background is. */
	readonly onBackground: (background: Background) => void;
	/** Whether the terminal was asked for its background and has not answered. */
	readonly isAsked: () => boolean;
	readonly schedule: Clock['schedule'];
};

/**
The keyboard as Ink sees it, without what the terminal itself reports. A reply that came in several parts is held back until it is whole;
its beginning never becomes a key, however late the rest is.
*/
export const createScreenInput = (terminal: ReadStream, {onFocus, onWidth, onBackground, isAsked, schedule}: ScreenInputListener): ReadStream => {
	/** The beginning of a reply. */
	let held = '';
	let cancelRelease: (() => void) | undefined;
	/** What was held for too long: a key after all, to be read before everything else. */
	let released = '';
	/** The end of what was read last, if a reply can begin so. */
	let passed = '';

	const release = (): void => {
		cancelRelease = undefined;
		released = held;
		held = '';
		terminal.emit('readable');
	};

	const withoutReplies = (chunk: string): string => chunk
		.replaceAll(widthReply, (_, column: string) => {
			onWidth(column !== '2');
			return '';
		})
		.replaceAll(colorReply, (_, ...parts: string[]) => {
			onBackground(backgroundOf(parts.slice(0, 3)));
			return '';
		});

	/** What was read with what was held before it. Of a reply, the beginning is dropped if the rest does not follow, and the rest even if the beginning was read as keys. */
	const joinHeld = (given: string): string => {
		cancelRelease?.();
		cancelRelease = undefined;
		const [before, isHeld] = held === '' ? [passed, false] : [held, true];
		held = '';
		passed = '';
		const whole = before + given;
		const goesOn = isHeld ? !isSurely(before) || isReply(whole) : whole.startsWith(`${escape}]11;`) && isReply(whole);
		return goesOn ? whole : given;
	};

	/** Holds back the beginning of a reply. */
	const hold = (chunk: string): string => {
		const begun = begunAtEnd(chunk);
		if (begun === '' || (!isSurely(begun) && !isAsked())) {
			passed = begun;
			return chunk;
		}

		held = begun;
		cancelRelease = isSurely(begun) ? undefined : schedule(release, replyWithin);
		return chunk.slice(0, chunk.length - begun.length);
	};

	const read = (): unknown => {
		if (released !== '') {
			passed = released;
			released = '';
			return passed;
		}

		const given: unknown = terminal.read();
		if (typeof given !== 'string') {
			return given;
		}

		const chunk = hold(withoutReplies(joinHeld(given)));
		const lastIn = chunk.lastIndexOf(focusIn);
		const lastOut = chunk.lastIndexOf(focusOut);
		if (lastIn === lastOut) {
			return chunk;
		}

		onFocus(lastIn > lastOut);
		return chunk.replaceAll(focusIn, '').replaceAll(focusOut, '');
	};

	return new Proxy(terminal, {
		get: (target, property) => property === 'read' ? read : bound(target, property),
	});
};
