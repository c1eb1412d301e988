// The composition root of a replay: on the screen, or without one.

import process from 'node:process';
import {exitCodes} from '../headless/exit-codes.js';
import {createOutput} from '../headless/output.js';
import {recordedLines, runRecorded} from '../headless/replay.js';
import {createColorize} from '../headless/text.js';
import {systemClock} from '../lib/clock.js';
import {leaveRemovedFolder} from '../lib/folders.js';
import {printable} from '../lib/printable.js';
import {openRecording} from '../recording/reader.js';
import {type ReplayOptions} from './commands/replay.js';
import {fail, problemOfTerminal, usageLine} from './fail.js';
import {version} from './version.js';

/** Replays until the user quits, the recording ends or the signal comes. Resolves to the exit code. */
export const runReplay = async ({place, mode, ...options}: ReplayOptions, signal: AbortSignal): Promise<number> => {
	const opened = await openRecording(place);
	if (!opened.ok) {
		return fail(usageLine(`${printable(place)}: ${opened.problem}`), exitCodes.usage.code);
	}

	const {recording} = opened;
	try {
		// What is wrong with the file is so with and without a terminal.
		const problem = mode.type === 'screen' ? problemOfTerminal('--watch prints what happened, --once how it ended') : undefined;
		if (problem !== undefined) {
			return fail(problem, exitCodes.usage.code);
		}

		// Ink is for the screen only.
		if (mode.type === 'screen') {
			leaveRemovedFolder();
			const {runReplayScreen} = await import('./run-replay-screen.js');
			return await runReplayScreen({...options, recording, version, signal});
		}

		const {stdout, stderr} = process;
		const {code, recorded} = await runRecorded(recording.read(0), mode, {
			clock: systemClock, output: createOutput(stdout), colorize: createColorize(options.isColored && stdout.isTTY), version, signal,
		});
		await createOutput(stderr).write(recordedLines(recorded).map(line => `${usageLine(line)}\n`).join(''));
		return code;
	} finally {
		await recording.close();
	}
};
