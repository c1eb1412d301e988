import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {ownKnownAgents} from '../pins/open-pins.js';
import {systemClock} from '../system/clock.js';
import {exitCodes} from './exit-codes.js';
import {fail} from './fail.js';
import {type TrustOptions} from './read-trust.js';
import {usageLine} from './usage-line.js';

const yes = /^(?:y|yes)$/i;

const askPerson = async (question: string, signal: AbortSignal): Promise<boolean | undefined> => {
	const {stdin, stdout} = process;
	if (!stdin.isTTY || !stdout.isTTY) {
		return undefined;
	}

	const prompt = createInterface({input: stdin, output: stdout});
	try {
		return yes.test(await prompt.question(`${question} [y/N] `, {signal}));
	} catch {
		// An end of the input, or of the program, is no yes.
		return false;
	} finally {
		prompt.close();
	}
};

const codes = {
	done: exitCodes.done.code,
	declined: exitCodes.unauthorized.code,
	unreachable: exitCodes.unreachable.code,
	unwritable: exitCodes.usage.code,
} as const;

/** Shows the agents' keys and remembers those that are accepted. */
export const runTrust = async ({addresses, language, tls, isForced}: TrustOptions, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<number> => {
	const file = ownKnownAgents(env);
	if (!file) {
		return fail(usageLine('there is no place to remember keys in: HOME is not set'), exitCodes.usage.code);
	}

	const {trustAgents} = await import('../trust/trust-agents.js');
	return codes[await trustAgents({
		addresses, language, tls, file, signal, clock: systemClock,
		write(line) {
			process.stdout.write(`${line}\n`);
		},
		warn(line) {
			process.stderr.write(`${line}\n`);
		},
		confirm: async question => isForced || askPerson(question, signal),
	})];
};
