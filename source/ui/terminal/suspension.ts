import {type Clock} from '../../protocol/clock.js';
import {type JobControl} from './job-control.js';

/** Gives the terminal away while `run` runs, then takes it back. */
export type SuspendTerminal = (run: () => Promise<void>) => Promise<void>;

export type Suspension = {
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
