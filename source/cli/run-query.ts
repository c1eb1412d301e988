// The composition root of the subcommands that ask once: here clocks, randomness, output and files are real.

import {randomBytes} from 'node:crypto';
import os from 'node:os';
import process from 'node:process';
import {saveFolders} from '../export/context.js';
import {type OpenFleet, openFleet} from '../fleet/open.js';
import {runBundle} from '../headless/bundle.js';
import {type QueryDeps, runCause} from '../headless/cause.js';
import {runHistory} from '../headless/history.js';
import {runLogs} from '../headless/logs.js';
import {createOutput} from '../headless/output.js';
import {createColorize} from '../headless/text.js';
import {systemClock} from '../lib/clock.js';
import {type AskOptions} from './commands/query.js';
import {openScriptPins} from './script-keys.js';
import {version} from './version.js';

const run = async (open: OpenFleet, {command, logs}: Pick<AskOptions, 'command' | 'logs'>, surroundings: QueryDeps): Promise<number> => {
	switch (command) {
		case 'logs': {
			return runLogs(open, logs, surroundings);
		}

		case 'cause': {
			return runCause(open, surroundings);
		}

		case 'history': {
			return runHistory(open, surroundings);
		}

		case 'bundle': {
			const place = {folders: saveFolders, temporaryFolder: os.tmpdir(), env: process.env, token: () => randomBytes(6).toString('hex')};
			return runBundle(open, place, surroundings);
		}
	}
};

/** Asks, prints what came of it, and resolves to the exit code. */
export const runAsk = async ({command, logs, isColored, ...watched}: AskOptions, signal: AbortSignal): Promise<number> => {
	const {stdout, stderr} = process;
	const clock = systemClock;
	const {pins, tell} = openScriptPins(watched.keyPolicy);
	const open = await openFleet({...watched, pins, clock, randomBytes, random: Math.random});
	try {
		return await run(open, {command, logs}, {
			clock, output: createOutput(stdout), errors: createOutput(stderr), colorize: createColorize(isColored && stdout.isTTY), version, signal,
		});
	} finally {
		await open.stop();
		tell();
	}
};
