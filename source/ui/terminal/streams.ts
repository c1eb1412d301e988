import {type WriteStream} from 'node:tty';
import {createFrameWriter, type FrameWriter, type TerminalQuestions, type WriterSink} from './frame-writer.js';

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

export const bound = (target: object, property: string | symbol): unknown => {
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
	/** See `createFrameWriter`. */
	readonly hasMouse: boolean;
	/** Writes what Ink draws in another way. */
	readonly createWriter?: ((sink: WriterSink) => FrameWriter) | undefined;
};

/** The terminal as Ink sees it: unchanged, except for writes and for when it learns of a new size. */
export const createScreenOutput = ({terminal, stderr, onCaughtUp, asks, onAsked, hasMouse, createWriter = createFrameWriter}: ScreenOutputDeps): ScreenOutput => {
	const setAllBlocking = (isBlocking: boolean): void => {
		setBlocking(terminal, isBlocking);
		if (stderr) {
			setBlocking(stderr, isBlocking);
		}
	};

	const resizeListeners = new Set<() => void>();
	const writer = createWriter({
		write: text => terminal.write(text),
		finish: done => terminal.write('', done),
		isBehind: () => terminal.writableLength > 0,
		onCaughtUp,
		asks,
		onAsked,
		hasMouse,
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
