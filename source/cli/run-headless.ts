// The composition root of the modes without a screen: here clocks, randomness and output are real.

import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {openFleet} from '../fleet/open-fleet.js';
import {createOutput} from '../headless/output.js';
import {runOnce} from '../headless/run-once.js';
import {createPaint} from '../headless/text/paint.js';
import {systemClock} from '../system/clock.js';
import {type HeadlessOptions} from './read-headless.js';
import {openScriptPins} from './script-pins.js';
import {version} from './version.js';

// In ms. An agent that says nothing for so long would say nothing for longer, too.
const onceTimeout = 15_000;

/** Watches without a screen until the mode has what it wants, or the signal comes. Resolves to the exit code. */
export const runHeadless = async ({mode, isColored, keyPolicy, ...watched}: HeadlessOptions, signal: AbortSignal): Promise<number> => {
	const {stdout} = process;
	const clock = systemClock;
	const {pins, tell} = openScriptPins(keyPolicy);
	const open = await openFleet({...watched, pins, clock, randomBytes, random: Math.random});
	try {
		return await runOnce(open, {...mode, timeout: onceTimeout}, {
			clock, output: createOutput(stdout), paint: createPaint(isColored && stdout.isTTY), version, signal,
		});
	} finally {
		await open.stop();
		tell();
	}
};
