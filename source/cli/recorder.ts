import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {systemClock} from '../lib/clock.js';
import {printable} from '../lib/printable.js';
import {type FileRecorder, openRecorder} from '../recording/recorder.js';
import {fail, usageLine} from './fail.js';
import {type RecordingOptions} from './recording-options.js';
import {version} from './version.js';

const ignore = (): void => undefined;

const tell = (problem: string): void => {
	process.stderr.write(`${usageLine(problem)}\n`);
};

type Recorded = {
	/** What must not get into the file. */
	readonly secrets: readonly string[];
	/** Says at once on stderr when lines cannot be written any more. */
	readonly isTold: boolean;
	readonly run: (recorder: FileRecorder) => Promise<number>;
};

/** Runs something that is recorded, and says at the end when not all of it could be. Resolves to its exit code, or to that of a file that cannot be written, in which case nothing was run. */
export const withRecorder = async ({file, limit}: RecordingOptions, {secrets, isTold, run}: Recorded): Promise<number> => {
	const shown = printable(file);
	const opened = await openRecorder({file, limit, clock: systemClock, secrets, version});
	if (!opened.ok) {
		return fail(usageLine(`--record ${shown}: ${opened.problem}`), exitCodes.usage.code);
	}

	const {recorder} = opened;
	if (isTold) {
		recorder.follow(problem => {
			tell(problem === undefined ? 'recording goes on' : `not recording: ${shown}: ${problem}`);
		});
	}

	// A limit on the size of files is told like a full disk; what draws the screen would end the program by it. For good: the last lines come at the very end.
	process.on('SIGXFSZ', ignore);
	try {
		return await run(recorder);
	} finally {
		const {lost, problem} = await recorder.close();
		if (lost > 0) {
			tell(`${lost} answers are not in ${shown}${problem === undefined ? '' : `: ${problem}`}`);
		}
	}
};
