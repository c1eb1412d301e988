import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {ownKnownAgents} from '../../client/keys/pinning.js';
import {createPasswordVault} from '../../client/passwords/vault.js';
import {askToConfirm, createKeyReader, type Verdict} from '../../headless/confirm.js';
import {exitCodes} from '../../headless/exit-codes.js';
import {trustAgents} from '../../headless/trust.js';
import {systemClock} from '../../lib/clock.js';
import {messages} from '../../lib/messages/messages.js';
import {type Command} from '../command.js';
import {warnOfUncheckedCertificates} from '../credentials.js';
import {fail, failure, usageLine} from '../fail.js';
import {isAddressArgument} from '../parse.js';
import {readWatched, type Watched} from '../watched.js';

type TrustOptions = Pick<Watched, 'addresses' | 'tls' | 'passwords' | 'passwordGroups'> & {
	/** Whether other agents of their clusters are found, and their keys checked, too. Only this needs passwords. */
	readonly isDiscovering: boolean;
	/** Accept without asking. */
	readonly isForced: boolean;
};

const askPerson = async (question: string, signal: AbortSignal): Promise<Verdict | undefined> => {
	const {stdin, stdout} = process;
	return stdin.isTTY && stdout.isTTY
		? askToConfirm({
			keyReader: createKeyReader(process), clock: systemClock, question: `${question} [y/N]`, wanted: [], yes: messages().output.trust.yes, signal,
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
	unusable: exitCodes.usage.code,
	full: exitCodes.outputLost.code,
} as const;

/** Shows agents' keys and remembers the accepted ones. There is no default agent: trust is given by name. */
export const trust: Command<TrustOptions> = {
	read(list, values, deps) {
		if (list.every(argument => !isAddressArgument(argument))) {
			return failure(messages().usage.command.trustAgent);
		}

		const isDiscovering = values.has('discover');
		const password = (['password-file', 'agent-password-file'] as const).find(name => values.has(name));
		if (password && !isDiscovering) {
			return failure(messages().usage.command.trustPassword(`--${password}`));
		}

		const read = readWatched('trust', list, values, deps);
		if (!read.ok) {
			return read;
		}

		const {addresses, tls, passwords, passwordGroups} = read.value;
		return {ok: true, value: {addresses, tls, isDiscovering, passwords, passwordGroups, isForced: values.has('yes')}};
	},
	async run({addresses, tls, isDiscovering, passwords, passwordGroups, isForced}, {env, signal}) {
		warnOfUncheckedCertificates({addresses, tls});
		const file = ownKnownAgents(env);
		if (!file) {
			return fail(usageLine(messages().usage.command.trustPlace), exitCodes.usage.code);
		}

		const controller = new AbortController();
		const end = await trustAgents({
			addresses, tls, file, signal: AbortSignal.any([controller.signal, signal]), clock: systemClock,
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
	},
};
