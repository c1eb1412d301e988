import {setImmediate as nextTurn} from 'node:timers/promises';
import {type ReadStream, type WriteStream} from 'node:tty';
import {createFrameWriter, type FrameWriter} from './frame-writer.js';

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
	/** See `FrameWriter`. */
	readonly asksForWidth: boolean;
};

/** The terminal as Ink sees it: unchanged, except for writes and for when it learns of a new size. */
export const createScreenOutput = ({terminal, stderr, onCaughtUp, asksForWidth}: ScreenOutputDeps): ScreenOutput => {
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
		asksForWidth,
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

type ScreenInputListener = {
	readonly onFocus: (isFocused: boolean) => void;
	/** The terminal said whether it draws ambiguous characters in two columns. */
	readonly onWidth: (areWide: boolean) => void;
};

/** The keyboard as Ink sees it, without what the terminal itself reports. */
export const createScreenInput = (terminal: ReadStream, {onFocus, onWidth}: ScreenInputListener): ReadStream => {
	const withoutWidth = (chunk: string): string => chunk.replaceAll(widthReply, (_, column: string) => {
		onWidth(column !== '2');
		return '';
	});

	const read = (): unknown => {
		const given: unknown = terminal.read();
		if (typeof given !== 'string') {
			return given;
		}

		const chunk = withoutWidth(given);
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
