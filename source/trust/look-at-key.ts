// What an agent offers beside what is known of it: how it is told, and what is asked.

import {fetchOfferedKey} from '../client/fetch-offered-key.js';
import {fingerprintOf} from '../client/fingerprint.js';
import {fits, isSameKey, pinName, type KnownKey, type OfferedKey} from '../client/key-pins.js';
import {type TlsSettings} from '../client/tls-settings.js';
import {shortestKey} from '../pins/create-pins.js';
import {type KnownAgents} from '../pins/known-agents-file.js';
import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {parseSealingKey} from '../protocol/seal.js';
import {errorWords} from '../store/select/problem-words.js';

/**
What came of looking at an agent's key. `lines` tell it.

- known: it is the known one
- new: none was known
- changed: another one was, or it was known with v2 authentication, which it no longer takes
*/
export type Look =
	| {readonly type: 'unreachable'; readonly words: string}
	| {readonly type: 'known'; readonly lines: string}
	| {readonly type: 'new' | 'changed'; readonly lines: string; readonly question: string; readonly offered: OfferedKey};

export type LookOptions = {readonly language: string; readonly tls: TlsSettings; readonly clock: Clock; readonly signal: AbortSignal};

// In ms.
const timeout = 10_000;

const bitsOf = (publicKey: string): number => {
	const parsed = parseSealingKey(publicKey);
	return parsed.ok ? parsed.key.bits : 0;
};

const keyLine = (when: string, {publicKey, bits}: Pick<OfferedKey, 'publicKey' | 'bits'>): string =>
	`  ${when.padEnd(6)}  ${fingerprintOf(publicKey)}  ${bits} bit${bits < shortestKey ? ': short, who listens in could work out the password' : ''}`;

const compare = ({label}: AgentAddress, known: KnownKey | undefined, offered: OfferedKey, wasDamaged: boolean): Look => {
	if (known === undefined) {
		const why = wasDamaged ? 'it was met before, but the line with its key cannot be read' : 'no key is known yet';
		return {type: 'new', lines: `${label}: ${why}\n${keyLine('now', offered)}`, question: 'Accept this key?', offered};
	}

	if (fits(known, offered)) {
		return {type: 'known', lines: `${label}: its key is the known one\n${keyLine('known', offered)}`};
	}

	return isSameKey(known.publicKey, offered.publicKey)
		? {type: 'changed', lines: `${label}: its key is the known one, but it no longer takes v2 authentication, which it took before\n${keyLine('known', offered)}`, question: 'Accept it without v2 authentication?', offered}
		: {type: 'changed', lines: `${label}: its key changed\n${keyLine('before', {publicKey: known.publicKey, bits: bitsOf(known.publicKey)})}\n${keyLine('now', offered)}`, question: 'Accept the new key?', offered};
};

/** Looks at the key that an agent offers now; no password is sent for it. */
export const lookAtKey = async (address: AgentAddress, {keys, unreadable}: KnownAgents, options: LookOptions): Promise<Look> => {
	const reply = await fetchOfferedKey({...options, address}, {signal: options.signal, timeout});
	if (reply.type !== 'data') {
		return {type: 'unreachable', words: reply.type === 'error' ? errorWords(reply.error) : 'has no encryption key'};
	}

	const name = pinName(address);
	return compare(address, keys.get(name), reply.data, unreadable.has(name));
};
