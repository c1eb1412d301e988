// Control sequences (xterm's, and mode 2026 for frames).

const enterScreen = '\u001B[?1049h';

const leaveScreen = '\u001B[?1049l';

const beginFrame = '\u001B[?2026h';

const endFrame = '\u001B[?2026l';

const watchFocus = '\u001B[?1004h';

const ignoreFocus = '\u001B[?1004l';

/** Buttons and the wheel, not movements, in a way that has no limit of columns (SGR). */
const watchMouse = '\u001B[?1000h\u001B[?1006h';

const ignoreMouse = '\u001B[?1006l\u001B[?1000l';

const home = '\u001B[H';

// An ambiguous character, then the question where the cursor is, and an empty line again. The reply is in the input.
const askForWidth = '●\u001B[6n\r\u001B[2K';

// What the background is (xterm's OSC 11). The reply is in the input, too. It does not end in BEL, which would ring where it is not understood.
const askForBackground = '\u001B]11;?\u001B\\';

/** Moves home and erases everything below: unlike clearing the screen, this leaves no copy in the scrollback. */
const blank = `${home}\u001B[J`;

// Sits between Ink and the terminal and adds what Ink lacks.

const nextLine = '\u001B[E';

type Write = (text: string) => boolean;

type Done = (error?: Error | null) => void;

/** Sequences that switch the terminal's modes, except the marks of frames: the alternate screen, the cursor, reports of focus and pastes. */
const modeSwitches = /\p{Cc}\[\?(?!2026)\d+[hl]/gu;

// How much may wait between frames, in characters: more than the largest text for a clipboard.
const waitingLimit = 256 * 1024;

export type WriterSink = {
	/** Passes a text to the terminal. */
	readonly write: Write;
	/** Waits until everything before it is out. */
	readonly finish: (done: Done) => boolean;
	/** Whether the terminal has not yet taken all that was passed to it. */
	readonly isBehind: () => boolean;
	/** Called once the terminal has taken everything after frames were left out: it must be redrawn. */
	readonly onCaughtUp: () => void;
	/** What to ask the terminal each time when the screen is entered. */
	readonly asks: TerminalQuestions;
	/** Called whenever it was asked for its background. */
	readonly onAsked?: (() => void) | undefined;
	/** Asks for reports of the mouse while the screen is up. */
	readonly hasMouse: boolean;
};

/** `width`: how wide it draws ambiguous characters. `background`: its background's colour. */
export type TerminalQuestions = {readonly width: boolean; readonly background: boolean};

export type FrameWriter = {
	/** Takes what Ink writes, with the signatures of a stream's `write`. */
	readonly write: (chunk: string | Uint8Array, encodingOrDone?: BufferEncoding | Done, done?: Done) => boolean;
	/** Empties the screen between `prepare` and `draw`, and sends all that they write at once. */
	readonly drawOnBlank: (prepare: () => void, draw: () => void) => void;
	/** Sends a sequence that draws nothing: at once, or after the current frame, never inside it. */
	readonly writeBetween: (sequence: string) => void;
};

// Reports of focus and mouse are switched on and off together with the alternate screen, so that every way out of it (quit, crash, signal, suspension)
// also ends them.
const atScreen = (text: string, {asks: {width, background}, hasMouse}: Pick<WriterSink, 'asks' | 'hasMouse'>): string => text
	// Entering does not move the cursor: without this a first frame can begin in the middle of the screen.
	.replaceAll(enterScreen, enterScreen + home + (width ? askForWidth : '') + (background ? askForBackground : '') + watchFocus + (hasMouse ? watchMouse : ''))
	.replaceAll(leaveScreen, (hasMouse ? ignoreMouse : '') + ignoreFocus + leaveScreen);

/** A frame in few bytes: one sequence over a run of unchanged rows. */
const shorten = (text: string): string => {
	const [first = '', ...rest] = text.split(nextLine);
	let short = first;
	let count = 0;
	for (const [index, part] of rest.entries()) {
		count += 1;
		if (part === '' && index !== rest.length - 1) {
			continue;
		}

		short += (count === 1 ? nextLine : `\u001B[${count}E`) + part;
		count = 0;
	}

	return short;
};

/**
Merges the writes between the marks of a frame into one, so that no half frame is ever sent, and drops the marks of an empty one.
A terminal that is slower than the frames (a slow line, a stopped terminal) never gets a queue of old frames: while it is behind, only
switches of its modes are passed on.
*/
export const createFrameWriter = ({write: pass, finish, isBehind, onCaughtUp, asks, onAsked, hasMouse}: WriterSink): FrameWriter => {
	let frame: string | undefined;
	let isWithheld = false;
	let isHeld = false;
	let waiting = '';

	const withhold = (): void => {
		if (isWithheld) {
			return;
		}

		isWithheld = true;
		finish(error => {
			isWithheld = false;
			if (error) {
				return;
			}

			writeWaiting();
			onCaughtUp();
		});
	};

	const write = (text: string): boolean => {
		if (!isWithheld && !isBehind()) {
			return pass(text);
		}

		withhold();
		const switches = text.match(modeSwitches);
		return switches === null || pass(switches.join(''));
	};

	const writeWaiting = (): void => {
		if (waiting === '') {
			return;
		}

		if (isWithheld || isBehind()) {
			withhold();
			return;
		}

		const text = waiting;
		waiting = '';
		pass(text);
	};

	const flush = (): boolean => {
		const text = frame;
		frame = undefined;
		const isTaken = text === undefined || text === beginFrame || write(shorten(text));
		writeWaiting();
		return isTaken;
	};

	const prepared = (text: string): string => {
		if (asks.background && text.includes(enterScreen)) {
			onAsked?.();
		}

		return atScreen(text, {asks, hasMouse});
	};

	const take = (text: string): boolean => {
		if (isHeld) {
			frame += text === beginFrame || text === endFrame ? '' : prepared(text);
			return true;
		}

		if (text === beginFrame && frame === undefined) {
			frame = text;
			return true;
		}

		if (frame === undefined) {
			return text === '' || write(prepared(text));
		}

		frame += prepared(text);
		if (text !== endFrame) {
			return true;
		}

		if (frame === beginFrame + endFrame) {
			frame = undefined;
			writeWaiting();
			return true;
		}

		return flush();
	};

	return {
		write(chunk, encodingOrDone, done) {
			const whenDone = typeof encodingOrDone === 'function' ? encodingOrDone : done;
			const isTaken = take(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
			if (!whenDone) {
				return isTaken;
			}

			if (!isHeld) {
				flush();
			}

			return finish(whenDone);
		},
		drawOnBlank(prepare, draw) {
			flush();
			isHeld = true;
			frame = beginFrame;
			try {
				prepare();
				frame += blank;
				draw();
			} finally {
				isHeld = false;
				frame += endFrame;
				flush();
			}
		},
		writeBetween(sequence) {
			// What was withheld for long was meant for an earlier moment.
			waiting = waiting.length + sequence.length > waitingLimit ? sequence : waiting + sequence;
			if (frame === undefined) {
				writeWaiting();
			}
		},
	};
};
