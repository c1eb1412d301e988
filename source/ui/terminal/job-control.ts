import {type Clock} from '../../lib/clock.js';

/** Stopping and going on at the shell's command. */
export type JobControl = {
	/** Stops the whole job, as the terminal does on ^z in a program that leaves it to it. */
	readonly stop: () => void;
	/** Calls back each time that the job goes on. Returns what ends that. */
	readonly onContinued: (listener: () => void) => () => void;
	/** Makes the terminal's size be read again: one that changed while the job was in the background was told to the shell only. */
	readonly measureAgain: () => void;
	/** Calls back, instead of stopping, when somebody sends the signal to stop. Returns what ends that; before it, `stop` stops nothing. */
	readonly onStopAsked: (listener: () => void) => () => void;
	/** Calls back when the window changed. Streams tell only of another size, not of a burst of sizes that ends with the one it began with, after which the terminal has rewrapped every line nonetheless. Returns what ends that. */
	readonly onWindowChanged: (listener: () => void) => () => void;
	/** Lets the keyboard's signals to end (^c, ^\) pass without an effect: they are meant for the program that has the terminal, and come to the whole job. Returns what gives them their effect back. */
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

/** Puts nothing in the place of all that a signal does. Returns what puts everything back. */
const ignore = (process: Signals, signal: NodeJS.Signals): (() => void) => {
	const nothing = (): void => undefined;
	const listeners = process.rawListeners(signal).filter(listener => isListener(listener));
	// First, since a signal without any listener ends the process.
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
		// Node reads it on this signal, and tells if it changed.
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
	/** Stops the job and settles once it goes on. A second call meanwhile does nothing. */
	readonly suspend: (suspendTerminal: SuspendTerminal) => Promise<void>;
	/** Gives the terminal to another program, as long as `run` runs. Nothing is done while it is given away already. */
	readonly lend: (suspendTerminal: SuspendTerminal, run: () => Promise<void>) => Promise<void>;
	readonly isSuspended: () => boolean;
	/** No longer answers to signals. */
	readonly dispose: () => void;
};

// Without job control nothing stops, and nobody ever tells it to go on. While stopped, no time passes here.
const stopsWithin = 500;

/** Suspending as ^z does it. `onStopAsked` is called when it is a signal from outside that wants it, which would leave the screen up and the keyboard dead. */
export const createSuspension = ({jobControl, clock, onStopAsked}: {readonly jobControl: JobControl; readonly clock: Clock; readonly onStopAsked: () => void}): Suspension => {
	let isSuspended = false;
	let stopListening = jobControl.onStopAsked(onStopAsked);

	const stopUntilContinued = async (): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<undefined>();
		const goOn = (): void => {
			resolve(undefined);
		};

		const unsubscribe = jobControl.onContinued(goOn);
		// This timer also keeps the process from ending for want of anything to wait for.
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
			const attend = jobControl.ignoreKeyboard();
			// ^z in the other program stops the whole job, this process with it, or the shell would wait for both for ever.
			stopListening();
			try {
				await run();
			} finally {
				stopListening = jobControl.onStopAsked(onStopAsked);
				attend();
			}
		}),
		isSuspended: () => isSuspended,
		dispose() {
			stopListening();
		},
	};
};
