// `obwatch trust`: shows the keys of agents, known and new, and remembers those that somebody accepts.

import {fetchOfferedKey} from '../client/fetch-offered-key.js';
import {fingerprintOf} from '../client/fingerprint.js';
import {isSameKey, pinName, type OfferedKey} from '../client/key-pins.js';
import {type TlsSettings} from '../client/tls-settings.js';
import {shortestKey} from '../pins/create-pins.js';
import {fileProblem} from '../pins/file-problem.js';
import {type KnownAgentsFile} from '../pins/known-agents-file.js';
import {writeLine} from '../pins/known-agents-line.js';
import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {parseSealingKey} from '../protocol/seal.js';
import {errorWords} from '../store/select/problem-words.js';

export type TrustOptions = {
	readonly addresses: readonly AgentAddress[];
	readonly file: KnownAgentsFile;
	readonly language: string;
	readonly tls: TlsSettings;
	readonly clock: Clock;
	/** Ends everything under way. */
	readonly signal: AbortSignal;
	readonly write: (line: string) => void;
	/** For what went wrong. */
	readonly warn: (line: string) => void;
	/** Whether somebody says yes; undefined where nobody can be asked. */
	readonly confirm: (question: string) => Promise<boolean | undefined>;
};

/** How it ended, the worst of all agents: `declined` also where nobody could be asked, `unwritable` where the file cannot be used. */
export type TrustEnd = 'done' | 'declined' | 'unreachable' | 'unwritable';

const timeout = 10_000;
const severity: readonly TrustEnd[] = ['done', 'declined', 'unreachable', 'unwritable'];

const bitsOf = (publicKey: string): number => {
	const parsed = parseSealingKey(publicKey);
	return parsed.ok ? parsed.key.bits : 0;
};

const keyLine = (when: string, {publicKey, bits}: OfferedKey): string =>
	`  ${when.padEnd(6)}  ${fingerprintOf(publicKey)}  ${bits} bit${bits < shortestKey ? ': short, who listens in could work out the password' : ''}`;

const trustOne = async (address: AgentAddress, options: TrustOptions): Promise<TrustEnd> => {
	const {file, clock, signal, write, warn, confirm} = options;
	const name = pinName(address);
	if (address.type === 'unix') {
		write(`${address.label}: nothing to trust: behind a socket nothing is encrypted`);
		return 'done';
	}

	const reply = await fetchOfferedKey({...options, address}, {signal, timeout});
	if (reply.type !== 'data') {
		warn(`${address.label}: ${reply.type === 'error' ? errorWords(reply.error) : 'has no encryption key'}`);
		return 'unreachable';
	}

	const offered = reply.data;
	const {keys, unreadable} = await file.read();
	const known = keys.get(name);
	if (known !== undefined && isSameKey(known, offered.publicKey)) {
		write(`${address.label}: its key is the known one\n${keyLine('known', offered)}`);
		return 'done';
	}

	const lines = known === undefined
		? [`${address.label}: ${unreadable.has(name) ? 'it was met before, but the line with its key cannot be read' : 'no key is known yet'}`, keyLine('now', offered)]
		: [`${address.label}: its key changed`, keyLine('before', {publicKey: known, bits: bitsOf(known)}), keyLine('now', offered)];
	write(lines.join('\n'));
	const answer = await confirm(known === undefined ? 'Accept this key?' : 'Accept the new key?');
	if (answer !== true) {
		warn(`${address.label}: not accepted${answer === undefined ? ': nobody can be asked here; --yes accepts without asking' : ''}`);
		return 'declined';
	}

	const date = new Date(clock.now()).toISOString();
	await file.append(writeLine({agent: name, publicKey: offered.publicKey, isAccepted: true}, offered.bits, date));
	write(`${address.label}: accepted`);
	return 'done';
};

/** Goes through the agents, one after the other. */
export const trustAgents = async (options: TrustOptions): Promise<TrustEnd> => {
	const {addresses, file, signal, warn} = options;
	let worst: TrustEnd = 'done';
	try {
		const {damaged, wasOpen} = await file.read();
		if (wasOpen) {
			warn(`${file.path}: other users could write it or its folder until now (closed): look through its lines`);
		}

		if (damaged.length > 0) {
			warn(`${file.path}: cannot read, and leave out: line ${damaged.join(', ')}`);
		}

		for (const address of addresses) {
			if (signal.aborted) {
				break;
			}

			const end = await trustOne(address, options);
			worst = severity.indexOf(end) > severity.indexOf(worst) ? end : worst;
		}

		return worst;
	} catch (error) {
		warn(`${file.path}: ${fileProblem(error)}`);
		return 'unwritable';
	}
};
