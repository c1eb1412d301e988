import {exitCodes} from '../cli/exit-codes.js';
import {type OpenFleet} from '../fleet/open-fleet.js';
import {plainJson} from '../protocol/plain-json.js';
import {type ExitCode} from './exit-code-of.js';
import {type OnceSurroundings} from './run-once.js';
import {waitFor, type WaitOptions} from './wait/wait-for.js';
import {follow} from './watch/follow.js';
import {happeningDocument, happeningLine} from './watch/happening-lines.js';

export type WatchOptions = {
	readonly isJson: boolean;
	/** Ends when that is over; without, only by the signal. */
	readonly wait: WaitOptions | undefined;
};

const untilAborted = async (signal: AbortSignal): Promise<ExitCode> => new Promise(resolve => {
	const stop = (): void => {
		resolve(exitCodes.done.code);
	};

	if (signal.aborted) {
		stop();
	}

	signal.addEventListener('abort', stop, {once: true});
});

/** Prints a line for everything that happens, from what is there at first on. Resolves to the exit code. */
export const runWatch = async (open: Pick<OpenFleet, 'store' | 'begin' | 'firstRound'>, {isJson, wait}: WatchOptions, {clock, output, paint, signal}: OnceSurroundings): Promise<ExitCode> => {
	const end = follow({
		store: open.store,
		begin: open.begin,
		clock,
		async take(happenings) {
			if (signal.aborted) {
				return;
			}

			const lines = happenings.map(happening => isJson ? plainJson(JSON.stringify(happeningDocument(happening))) : happeningLine(happening, paint));
			// Line feeds and all, in one piece: whoever reads it sees whole lines.
			await output.write(lines.map(line => `${line}\n`).join(''));
		},
	});
	try {
		return await (wait ? waitFor(open, wait, {clock, signal}) : untilAborted(signal));
	} finally {
		await end();
	}
};
