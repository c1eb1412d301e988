// The composition root of the modes without a screen: here clocks, randomness and output are real.

import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {type OpenFleet, openFleet} from '../fleet/open.js';
import {exitCodes} from '../headless/exit-codes.js';
import {type OnceDeps, runOnce} from '../headless/once.js';
import {createOutput} from '../headless/output.js';
import {createColorize} from '../headless/text.js';
import {runWait} from '../headless/wait.js';
import {runWatch} from '../headless/watch.js';
import {systemClock} from '../lib/clock.js';
import {leaveRemovedFolder} from '../lib/folders.js';
import {type FileRecorder} from '../recording/recorder.js';
import {sizedTerminal} from '../ui/terminal/terminal-size.js';
import {createTheme} from '../ui/theme.js';
import {type HeadlessOptions, type Mode} from './commands/headless.js';
import {secretsOf} from './credentials.js';
import {fail, isDumb, usageLine} from './fail.js';
import {openScriptPins} from './script-keys.js';
import {version} from './version.js';

// In ms. An agent that says nothing for so long would say nothing for longer, too.
const onceTimeout = 15_000;

type Looks = Pick<HeadlessOptions, 'isAscii' | 'isColored'>;

const progressShower = ({isAscii, isColored}: Looks) => async ({store}: Pick<OpenFleet, 'store'>): Promise<() => Promise<void>> => {
	leaveRemovedFolder();
	const {showProgress} = await import('../headless/wait-progress.js');
	const hide = showProgress({store, clock: systemClock, stream: sizedTerminal(process.stderr, process.env), theme: createTheme({isAscii, isColorful: isColored})});
	return async () => {
		hide();
	};
};

// What few runs need is loaded by those: Ink, and what makes metrics.
const run = async (open: OpenFleet, mode: Mode, looks: Looks, surroundings: OnceDeps): Promise<number> => {
	switch (mode.type) {
		case 'once': {
			return runOnce(open, {timeout: onceTimeout, ...mode}, surroundings);
		}

		case 'watch': {
			return runWatch(open, {isJson: mode.isJson, wait: mode.wait}, surroundings);
		}

		case 'metrics': {
			const {serveMetrics} = await import('../headless/metrics.js');
			const served = await serveMetrics(open, mode, {clock: systemClock, version, signal: surroundings.signal, errors: createOutput(process.stderr)});
			return served.ok ? exitCodes.done.code : fail(usageLine(served.problem), exitCodes.usage.code);
		}

		case 'wait': {
			return runWait(open, mode, surroundings, {show: process.stderr.isTTY && !isDumb(process.env) ? progressShower(looks) : undefined, errors: createOutput(process.stderr)});
		}
	}
};

const runWatching = async ({mode, isColored, isAscii, ...watched}: HeadlessOptions, signal: AbortSignal, recorder?: FileRecorder): Promise<number> => {
	const {stdout} = process;
	const clock = systemClock;
	const {pins, tell} = openScriptPins(watched.keyPolicy);
	const open = await openFleet({...watched, pins, clock, randomBytes, random: Math.random, recorder});
	try {
		return await run(open, mode, {isAscii, isColored}, {
			clock, output: createOutput(stdout), colorize: createColorize(isColored && stdout.isTTY), version, signal,
		});
	} finally {
		await open.stop();
		tell();
	}
};

/** Watches without a screen until the mode has what it wants, or the signal comes. Resolves to the exit code. */
export const runHeadless = async (options: HeadlessOptions, signal: AbortSignal): Promise<number> => {
	if (!options.recording) {
		return runWatching(options, signal);
	}

	const {withRecorder} = await import('./recorder.js');
	return withRecorder(options.recording, {secrets: secretsOf(options), isTold: true, run: async recorder => runWatching(options, signal, recorder)});
};
