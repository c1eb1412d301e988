import {type Clock} from '../../lib/clock.js';

/** Stops and continues the program as the shell's job control does. */
export type JobControl = {
	/** Stops the whole job, as the terminal does on ^z for programs without raw mode. */
	readonly stop: () => void;
	/** Calls back each time the job continues. Returns what ends that. */
	readonly onContinued: (listener: () => void) => () => void;
	/** Makes Node read the terminal's size again: while the job was in the background, only the shell was told of a change. */
	readonly measureAgain: () => void;
	/** Calls back, instead of stopping, on a signal to stop from outside. Returns what ends that; until then, `stop` stops nothing. */
	readonly onStopAsked: (listener: () => void) => () => void;
	/**
	Calls back when the window changed. Streams report only a new size, not a burst of sizes that ends where it began, though the terminal then
	has rewrapped every line. Returns what ends that.
	*/
	readonly onWindowChanged: (listener: () => void) => () => void;
	/**
	Ignores the keyboard's signals to end (^c, ^\): they are meant for the program that has the terminal, and come to the whole job. Returns
	what handles them again.
	*/
	readonly ignoreKeyboard: () => () => void;
};

type Listener = (signal: NodeJS.Signals) => void;

type Signals = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid'> & {readonly rawListeners: (signal: NodeJS.Signals) => readonly unknown[]};

const isListener = (value: unknown): value is Listener => typeof value === 'function';

const listen = (process: Signals, signal: NodeJS.Signals, listener: () => void): (() => void) => {
	process.on(signal, listener);
	return () => {
		process.off(signal, listener);
	};
};

/** Removes all handlers of a signal. Returns what restores them. */
const ignore = (process: Signals, signal: NodeJS.Signals): (() => void) => {
	const nothing = (): void => undefined;
	const listeners = process.rawListeners(signal).filter(listener => isListener(listener));
	// First, because a signal without any listener ends the process.
	process.on(signal, nothing);
	for (const listener of listeners) {
		process.off(signal, listener);
	}

	return () => {
		for (const listener of listeners) {
			process.on(signal, listener);
		}

		process.off(signal, nothing);
	};
};

/** Job control of a real process. */
export const createJobControl = (process: Signals): JobControl => ({
	stop() {
		// 0 is the whole job: npm and the like, which wait for this process, stop with it.
		process.kill(0, 'SIGTSTP');
	},
	measureAgain() {
		// Node reads it on this signal, and reports a change.
		process.kill(process.pid, 'SIGWINCH');
	},
	onContinued: listener => listen(process, 'SIGCONT', listener),
	onStopAsked: listener => listen(process, 'SIGTSTP', listener),
	onWindowChanged: listener => listen(process, 'SIGWINCH', listener),
	ignoreKeyboard() {
		const restore = [ignore(process, 'SIGINT'), ignore(process, 'SIGQUIT')];
		return () => {
			for (const run of restore) {
				run();
			}
		};
	},
});

/** Gives the terminal away while `run` runs, then takes it back. */
export type SuspendTerminal = (run: () => Promise<void>) => Promise<void>;

type Suspension = {
	/** Stops the job and settles once it continues. A second call meanwhile does nothing. */
	readonly suspend: (suspendTerminal: SuspendTerminal) => Promise<void>;
	/** Gives the terminal to another program while `run` runs. Does nothing while it is given away already. */
	readonly lend: (suspendTerminal: SuspendTerminal, run: () => Promise<void>) => Promise<void>;
	readonly isSuspended: () => boolean;
	/** Stops handling signals. */
	readonly dispose: () => void;
};

// Without job control nothing stops, and no signal to continue comes. While stopped, no time passes here.
const stopsWithin = 500;

/** Suspends as ^z does. `onStopAsked` is called on a signal from outside, which would otherwise leave the screen up and the keyboard dead. */
export const createSuspension = ({jobControl, clock, onStopAsked}: {readonly jobControl: JobControl; readonly clock: Clock; readonly onStopAsked: () => void}): Suspension => {
	let isSuspended = false;
	let stopListening = jobControl.onStopAsked(onStopAsked);

	const stopUntilContinued = async (): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<undefined>();
		const goOn = (): void => {
			resolve(undefined);
		};

		const unsubscribe = jobControl.onContinued(goOn);
		// This timer also keeps the process alive while it has nothing else to wait for.
		const cancel = clock.schedule(goOn, stopsWithin);
		stopListening();
		try {
			jobControl.stop();
			await promise;
		} finally {
			unsubscribe();
			cancel();
			stopListening = jobControl.onStopAsked(onStopAsked);
		}
	};

	const giveAway = async (suspendTerminal: SuspendTerminal, run: () => Promise<void>): Promise<void> => {
		if (isSuspended) {
			return;
		}

		isSuspended = true;
		try {
			await suspendTerminal(run);
		} finally {
			isSuspended = false;
		}
	};

	return {
		suspend: async suspendTerminal => giveAway(suspendTerminal, stopUntilContinued),
		lend: async (suspendTerminal, run) => giveAway(suspendTerminal, async () => {
			const handleAgain = jobControl.ignoreKeyboard();
			// ^z in the other program stops the whole job, this process with it, because otherwise the shell would wait for both forever.
			stopListening();
			try {
				await run();
			} finally {
				stopListening = jobControl.onStopAsked(onStopAsked);
				handleAgain();
			}
		}),
		isSuspended: () => isSuspended,
		dispose() {
			stopListening();
		},
	};
};
