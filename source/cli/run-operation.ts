// The composition root of operations without a screen: here clocks, randomness and the terminal are real.

import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {openAuditFile} from '../fleet/audit.js';
import {openOperationGuard} from '../fleet/guard.js';
import {openFleet} from '../fleet/open.js';
import {createTypist} from '../headless/confirm.js';
import {exitCodes} from '../headless/exit-codes.js';
import {exemptText, runOperation as run} from '../headless/operate.js';
import {systemClock} from '../lib/clock.js';
import {type OperationOptions} from './commands/operate.js';
import {whyNamed} from './config/config.js';
import {usageLine} from './fail.js';
import {openScriptPins} from './script-keys.js';

// In ms. An agent that says nothing for so long would say nothing for longer, too.
const answerTimeout = 15_000;

/** Does one thing with one task, once. Resolves to the exit code. */
export const runOperation = async ({operation, taskId, nodeId, isConfirmed, isWaiting, timeout, leftAlone, ...watched}: OperationOptions, stateFolder: string | undefined, signal: AbortSignal): Promise<number> => {
	// Who is called just as in the file is not even asked.
	const [address] = watched.addresses;
	const forbidden = address && whyNamed(leftAlone, address);
	if (address && forbidden !== undefined) {
		process.stderr.write(`${usageLine(exemptText(address.label, forbidden))}\n`);
		return exitCodes.refused.code;
	}

	const clock = systemClock;
	const {pins, tell} = openScriptPins(watched.keyPolicy);
	const open = await openFleet({
		...watched, pins, clock, randomBytes, random: Math.random, audit: openAuditFile(stateFolder, clock.now), guard: openOperationGuard(leftAlone, clock),
	});
	try {
		return await run(open, {
			operation, taskId, nodeId, isConfirmed, isWaiting, timeout, answerTimeout,
		}, {
			clock, signal,
			write(text) {
				process.stderr.write(text);
			},
			typist: process.stdin.isTTY && process.stderr.isTTY ? createTypist(process) : undefined,
		});
	} finally {
		await open.stop();
		tell();
	}
};
