import {type ReadStream, type WriteStream} from 'node:tty';
import chalk from 'chalk';
import {render, useApp} from 'ink';
import {type ReactNode, useLayoutEffect} from 'react';
import {type Clock} from '../../lib/clock.js';
import {areAmbiguousWide, setAmbiguousWide} from '../../lib/graphemes.js';
import {messages, speak, spokenLanguage} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type EnteredPassword, type Request} from '../../store/actions.js';
import {type Overlay} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {App} from '../app.js';
import {type AppView, createFrameScheduler} from '../frame.js';
import {type KeyTable} from '../keys/resolve.js';
import {isTooSmall} from '../screens/empty.js';
import {type Background, createTheme, dependsOnBackground, type Theme} from '../theme.js';
import {createAnnouncer, sizeOf} from './announcer.js';
import {createScreenInput, stopReading, unreadable} from './input.js';
import {createSuspension, type JobControl, type SuspendTerminal} from './job-control.js';
import {createScreenOutput} from './streams.js';

// Loaded with the screen: everything that needs Ink is one import.
export {showProgress} from './wait-progress.js';

/** How the screen ended: by `close`, or because the terminal is gone. */
export type ScreenEnd = 'closed' | 'gone';

export type Screen = {
	/** Settles when the terminal is restored; rejects with an error of rendering, which has not been shown. */
	readonly waitUntilExit: () => Promise<ScreenEnd>;
	/** Restores the terminal. */
	readonly close: () => void;
	/** Redraws everything. */
	readonly redraw: () => void;
	/** Gives the terminal back to the shell until it continues the program. */
	readonly suspend: () => Promise<void>;
	/**
	Gives the terminal to another program while `run` runs, then redraws everything. False, without running it, if the terminal cannot be given
	away now. Rejects as `run` does.
	*/
	readonly lend: (run: () => Promise<void>) => Promise<boolean>;
	/** Sends the terminal a sequence that draws nothing, such as one for its clipboard. Sends nothing while another program has the terminal. */
	readonly writeControl: (sequence: string) => void;
};

export type ScreenDeps = {
	/** Must be a terminal. */
	readonly stdout: WriteStream;
	readonly stdin: ReadStream;
	/** Only if it is the same terminal. */
	readonly stderr?: WriteStream | undefined;
	readonly store: Store;
	readonly clock: Clock;
	readonly theme: Theme;
	/** The key table, possibly with the user's keys. */
	readonly keys?: KeyTable;
	/** Whether the user wants the mouse. */
	readonly hasMouse?: boolean;
	/** The present to show instead of the clock's, in a replay. */
	readonly present?: () => Timestamp;
	readonly jobControl: JobControl;
	/** Real time, which measures the pauses between keys; without it, only keys that are read at once belong together. */
	readonly keyClock?: Pick<Clock, 'now' | 'schedule'> | undefined;
	/**
	Frames a second at most, in real time whatever the clock says; 100 by default, because frames come only for changes, and a key must not wait
	for the frame before it.
	*/
	readonly maxFps?: number | undefined;
	/** All but those that the screen handles itself. */
	readonly onRequest: (request: Exclude<Request, {type: 'redraw' | 'suspend' | 'switch-language'}>) => void;
	readonly onPassword: (entered: EnteredPassword) => void;
};

// Redraws after the last of a burst of sizes, as a dragged window sends them. Ink's diff assumes that the terminal shows what was sent to it, which is
// wrong while its lines are rewrapped.
const repaintAfter = 100;

// Slow lines answer within seconds. As long, the Escape key waits a moment for what could follow it in an answer.
const answerWithin = 10_000;

// During a burst, not every size is worth a frame.
const sizeEvery = 50;

/** Passes on what Ink gives to components only, while they are on the screen. */
const SuspendHandle = ({onChange, children}: {readonly onChange: (suspend: SuspendTerminal | undefined) => void; readonly children: ReactNode}): ReactNode => {
	const {suspendTerminal} = useApp();
	useLayoutEffect(() => {
		onChange(suspendTerminal);
		return () => {
			onChange(undefined);
		};
	}, [onChange, suspendTerminal]);
	return children;
};

/**
Draws the store on the alternate screen of a terminal and handles keys, until closed. It restores the terminal at the end, unless it was
killed (SIGKILL).
It never prints outside of frames, and frames hold only text that the protocol made printable. A terminal that stops reading blocks nothing:
frames are left out until it reads again, and then it is redrawn (see `setBlocking` for the exception).
*/
export const openScreen = (options: ScreenDeps): Screen => {
	const {stdout: terminal, stdin, stderr, store, clock, theme, keys, keyClock, hasMouse = false, present, jobControl, maxFps = 100, onRequest, onPassword} = options;
	const output = createScreenOutput({
		terminal, stderr,
		asks: {width: !theme.isAscii && !theme.isRead, background: !theme.isRead && dependsOnBackground(theme, chalk.level)},
		createWriter: theme.isRead ? sink => createAnnouncer({...sink, view: () => source.last()}) : undefined,
		onAsked() {
			askedAt = clock.now();
		},
		hasMouse,
		onCaughtUp() {
			if (isOpen) {
				redraw();
			}
		},
	});
	// Without colours, bold and inverse still mark what is selected.
	chalk.level = theme.isColorful ? chalk.level : 1;
	const source = createFrameScheduler(store, clock, {present, isRead: theme.isRead});
	let suspendTerminal: SuspendTerminal | undefined;
	let end: ScreenEnd = 'closed';
	let cancelRepaint: (() => void) | undefined;
	let sizeTakenAt = -Infinity;
	let isOpen = true;
	/** The terminal's own look, as soon as it is known. */
	let look = theme;
	/** When the terminal was asked for its background, until it answers. */
	let askedAt: number | undefined;
	/** What Ink drew last. */
	let drawn: AppView | undefined;

	/** A terminal that has not taken all frames may still show older ones, and after a change of its size, torn ones: no question is answered then. */
	const isShown = (overlay: Overlay['type']): boolean =>
		drawn?.overlay?.type === overlay && !isTooSmall(drawn.size) && terminal.writableLength === 0 && (cancelRepaint === undefined || overlay === 'password');

	let onReport: ((report: string) => void) | undefined;

	const mouse = {
		isOn: hasMouse,
		clock,
		listen(listener: (report: string) => void) {
			onReport = listener;
			return () => {
				onReport = undefined;
			};
		},
	};

	/** Nobody can know what is under the pointer while the terminal shows something older. */
	const takeReport = (report: string): void => {
		onReport?.(terminal.writableLength === 0 && cancelRepaint === undefined ? report : unreadable);
	};

	/**
	React renders the store's new state in a microtask of its own. Only after that does Ink draw the new size, and not the old frame once more,
	whose lines the terminal would wrap.
	*/
	const takeSize = (then: () => void): void => {
		sizeTakenAt = clock.now();
		store.dispatch({type: 'resized', ...sizeOf(terminal, theme)});
		queueMicrotask(() => {
			if (suspendTerminal && !suspension.isSuspended()) {
				then();
			}
		});
	};

	const resized = (): void => {
		const since = clock.now() - sizeTakenAt;
		// The wall clock may have been set back.
		if (since < 0 || since >= sizeEvery) {
			takeSize(output.emitResize);
		}

		repaintSoon();
	};

	const repaintSoon = (): void => {
		cancelRepaint?.();
		cancelRepaint = clock.schedule(redraw, repaintAfter);
	};

	const redraw = (): void => {
		cancelRepaint?.();
		cancelRepaint = undefined;
		if (suspension.isSuspended()) {
			return;
		}

		takeSize(() => {
			// Ink forgets its last frame, and redraws at once when told of a size.
			output.drawOnBlank(() => {
				instance.clear();
			}, output.emitResize);
		});
	};

	/** The other program gets the terminal in its normal state, with everything on it. */
	const whole = (giveAway: SuspendTerminal): SuspendTerminal => async run => giveAway(async () => output.withBlocking(run));

	const suspend = async (): Promise<void> => {
		if (!suspendTerminal || suspension.isSuspended()) {
			return;
		}

		await suspension.suspend(whole(suspendTerminal));
		jobControl.measureAgain();
		resized();
	};

	const lend = async (run: () => Promise<void>): Promise<boolean> => {
		if (!suspendTerminal || !isOpen || suspension.isSuspended()) {
			return false;
		}

		await suspension.lend(whole(suspendTerminal), async () => {
			await stopReading(stdin);
			await run();
		});
		// The program and the terminal may have ended meanwhile.
		if (isOpen) {
			resized();
		}

		return true;
	};

	// Only giving the terminal away can fail; Ink has taken it back then.
	const suspendSafely = (): void => {
		suspend().catch((error: unknown) => {
			store.dispatch({type: 'notice-shown', text: messages().screens.cannotSuspend(error instanceof Error ? error.message : undefined), isProblem: true});
		});
	};

	/** Every text in sight is made anew; only notices, and others that are kept as text, stay. */
	const switchLanguage = async (): Promise<void> => {
		try {
			await speak(spokenLanguage() === 'en' ? 'zh' : 'en');
		} catch (error) {
			store.dispatch({type: 'notice-shown', text: messages().screens.cannotSwitch(error instanceof Error ? error.message : undefined), isProblem: true});
		}

		source.renew();
	};

	const suspension = createSuspension({jobControl, clock, onStopAsked: suspendSafely});

	const request = (wanted: Request): void => {
		switch (wanted.type) {
			case 'redraw': {
				redraw();
				break;
			}

			case 'suspend': {
				suspendSafely();
				break;
			}

			case 'switch-language': {
				void switchLanguage();
				break;
			}

			case 'quit':
			case 'refresh':
			case 'copy':
			case 'save-log':
			case 'open-pager':
			case 'save-bundle':
			case 'save-report':
			case 'operate':
			case 'replay':
			case 'accept-keys': {
				onRequest(wanted);
				break;
			}
		}
	};

	const hungUp = (): void => {
		end = 'gone';
		instance.unmount();
	};

	/** The lines of a terminal that draws ambiguous characters in two columns stay in place: other characters are drawn instead, and agents' texts measured so. */
	const takeWidth = (areWide: boolean): void => {
		if (areWide === areAmbiguousWide()) {
			return;
		}

		setAmbiguousWide(areWide);
		takeLook({isAscii: areWide || theme.isAscii});
		source.renew();
		redraw();
	};

	const isAsked = (): boolean => askedAt !== undefined && clock.now() - askedAt < answerWithin;

	/** A late answer would change the colours under somebody's eyes. */
	const takeBackground = (background: Background): void => {
		if (isAsked() && background !== look.background) {
			takeLook({background});
		}

		askedAt = undefined;
	};

	const takeLook = (change: Partial<Pick<Theme, 'isAscii' | 'background'>>): void => {
		look = createTheme({...look, ...change});
		instance.rerender(withTheme());
	};

	const keepHandle = (given: SuspendTerminal | undefined): void => {
		suspendTerminal = given;
	};

	const withTheme = (): ReactNode => (
		<SuspendHandle onChange={keepHandle}>
			<App store={store} source={source} theme={look} keys={keys} clock={keyClock} isShown={isShown} mouse={mouse} onRequest={request} onPassword={onPassword}/>
		</SuspendHandle>
	);

	store.dispatch({type: 'resized', ...sizeOf(terminal, theme)});
	const instance = render(
		withTheme(),
		{
			stdout: output.stdout,
			stdin: createScreenInput(stdin, {
				onFocus(isFocused) {
					store.dispatch({type: 'focus-changed', isFocused});
				},
				onWidth: takeWidth,
				onBackground: takeBackground,
				isAsked,
				onMouse: takeReport,
				clock,
			}),
			// For a screen reader the text of the screen only grows, and stays to be read again.
			alternateScreen: !theme.isRead,
			debug: theme.isRead,
			incrementalRendering: true,
			// If CI is set, even to nothing, Ink would draw nothing until the end. That this is a terminal was checked before.
			interactive: true,
			// In raw mode ^c is a key like any other, and is in the key table.
			exitOnCtrlC: false,
			// The program itself never prints while the screen is open; output of a dependency must not tear it.
			patchConsole: true,
			isScreenReaderEnabled: theme.isRead,
			maxFps,
			onRender() {
				drawn = source.last();
			},
		},
	);

	terminal.on('resize', resized);
	const stopWatching = jobControl.onWindowChanged(repaintSoon);
	// The terminal is gone: without this the process would run on.
	stdin.on('end', hungUp);
	stdin.on('close', hungUp);
	stdin.on('error', hungUp);

	const release = (): void => {
		isOpen = false;
		terminal.off('resize', resized);
		stopWatching();
		stdin.off('end', hungUp);
		stdin.off('close', hungUp);
		stdin.off('error', hungUp);
		suspension.dispose();
		cancelRepaint?.();
	};

	return {
		async waitUntilExit() {
			try {
				await instance.waitUntilExit();
			} finally {
				release();
			}

			return end;
		},
		close() {
			instance.unmount();
		},
		redraw,
		suspend,
		lend,
		writeControl(sequence) {
			if (isOpen && !suspension.isSuspended()) {
				output.writeBetween(sequence);
			}
		},
	};
};
