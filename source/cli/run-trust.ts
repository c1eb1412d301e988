import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {ownKnownAgents} from '../client/keys/pinning.js';
import {createPasswordVault} from '../client/passwords/vault.js';
import {askToConfirm, createTypist, type Verdict} from '../headless/confirm.js';
import {exitCodes} from '../headless/exit-codes.js';
import {trustAgents} from '../headless/trust.js';
import {systemClock} from '../lib/clock.js';
import {type TrustOptions} from './commands/trust.js';
import {fail, usageLine} from './fail.js';

const askPerson = async (question: string, signal: AbortSignal): Promise<Verdict | undefined> => {
	const {stdin, stdout} = process;
	return stdin.isTTY && stdout.isTTY
		? askToConfirm({
			typist: createTypist(process), clock: systemClock, question: `${question} [y/N]`, wanted: [], yes: 'y accepts it, n leaves', signal,
			write(text) {
				stdout.write(text);
			},
		})
		: undefined;
};

const codes = {
	done: exitCodes.done.code,
	declined: exitCodes.unauthorized.code,
	unreachable: exitCodes.unreachable.code,
	unwritable: exitCodes.usage.code,
} as const;

/** Shows the agents' keys and remembers those that are accepted. */
export const runTrust = async ({addresses, language, tls, isDiscovering, passwords, passwordGroups, isForced}: TrustOptions, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<number> => {
	const file = ownKnownAgents(env);
	if (!file) {
		return fail(usageLine('there is no place to remember keys in: HOME is not set'), exitCodes.usage.code);
	}

	const controller = new AbortController();
	const end = await trustAgents({
		addresses, language, tls, file, signal: AbortSignal.any([controller.signal, signal]), clock: systemClock,
		discovery: isDiscovering ? {vault: createPasswordVault(passwords, passwordGroups), randomBytes} : undefined,
		write(line) {
			process.stdout.write(`${line}\n`);
		},
		warn(line) {
			process.stderr.write(`${line}\n`);
		},
		async confirm(question) {
			const verdict = isForced ? 'confirmed' : await askPerson(question, signal);
			if (verdict === 'interrupted') {
				controller.abort();
			}

			return verdict && verdict === 'confirmed';
		},
	});
	return controller.signal.aborted ? exitCodes.interrupted.code : codes[end];
};
