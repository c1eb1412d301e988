// Which agents a cluster's agents name, queried once and with a password, for `obwatch trust --discover`.

import {createAgentClient} from '../client/client.js';
import {fingerprintOf} from '../client/keys/fingerprint.js';
import {type KnownAgents} from '../client/keys/known-agents.js';
import {shortestKey} from '../client/keys/pinning.js';
import {fetchOfferedKey} from '../client/public-endpoints.js';
import {createKnownIds} from '../client/task-rules.js';
import {fits, isSameKey, type KeyPins, type KnownKey, type OfferedKey, type PasswordVault, pinName, type TlsSettings} from '../client/types.js';
import {type Clock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentError} from '../protocol/errors.js';
import {memberAddress} from '../protocol/member-address.js';
import {parseSealingKey, type RandomBytes} from '../protocol/seal.js';
import {errorText} from '../store/selectors/error-text.js';

export type FindDeps = {
	readonly vault: PasswordVault;
	readonly pins: KeyPins;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	readonly signal: AbortSignal;
};

/** `name`: the agent's own name. `members`: the other agents of its cluster, as far as they have an address. */
type Members = {readonly type: 'members'; readonly name: string; readonly members: readonly AgentAddress[]} | {readonly type: 'error'; readonly error: AgentError};

// In ms.
const findTimeout = 15_000;

/** The other agents of an agent's cluster, as it names them. Its own key must be known: no password is sent otherwise. */
export const findMembers = async (address: AgentAddress, tls: TlsSettings, {vault, pins, clock, randomBytes, signal}: FindDeps): Promise<Members> => {
	const client = createAgentClient({address, vault, pins, trustsNew: false, tls, knownIds: createKnownIds(), clock, random: randomBytes});
	const deps = {signal, timeout: findTimeout};
	try {
		const info = await client.fetchInfo(deps);
		if (info.type !== 'data') {
			return {type: 'error', error: info.type === 'error' ? info.error : {type: 'protocol', problem: 'nameless'}};
		}

		const {agent: name, identity} = info.data;
		if (identity === 'SINGLE') {
			return {type: 'members', name, members: []};
		}

		const cluster = await client.fetchClusterInfo(deps);
		if (cluster.type !== 'data') {
			return {type: 'error', error: cluster.type === 'error' ? cluster.error : {type: 'protocol', problem: 'no-cluster'}};
		}

		// A list without the agent itself is about another cluster.
		const names = new Set(cluster.data.members.map(({agent}) => agent));
		const others = names.delete(name) ? [...names] : [];
		return {type: 'members', name, members: others.flatMap(other => memberAddress(other, {address, name}) ?? [])};
	} finally {
		client.dispose();
	}
};

// Compares the key that an agent offers with the known one, and words the result and the question.

/**
The result of checking an agent's key. `lines` describe it.

- known: it is the known one
- new: none was known
- changed: another one was known, or the same one with v2 authentication, which the agent no longer accepts
*/
export type Look =
	| {readonly type: 'unreachable'; readonly words: string}
	| {readonly type: 'known'; readonly lines: string}
	| {readonly type: 'new' | 'changed'; readonly lines: string; readonly question: string; readonly offered: OfferedKey};

type LookDeps = {readonly tls: TlsSettings; readonly clock: Clock; readonly signal: AbortSignal};

// In ms.
const lookTimeout = 10_000;

const bitsOf = (publicKey: string): number => {
	const parsed = parseSealingKey(publicKey);
	return parsed.ok ? parsed.key.bits : 0;
};

const keyLine = (when: 'now' | 'before' | 'known', {publicKey, bits}: Pick<OfferedKey, 'publicKey' | 'bits'>): string => {
	const {trust} = messages().agents;
	return `  ${trust[when]}  ${fingerprintOf(publicKey)}  ${(bits < shortestKey ? trust.shortBits : trust.bits)(bits)}`;
};

const compare = ({label}: AgentAddress, known: KnownKey | undefined, offered: OfferedKey, wasDamaged: boolean): Look => {
	const {trust} = messages().agents;
	if (known === undefined) {
		const what = (wasDamaged ? trust.unreadableLine : trust.noKeyYet)(label);
		return {type: 'new', lines: `${what}\n${keyLine('now', offered)}`, question: trust.askNew, offered};
	}

	if (fits(known, offered)) {
		return {type: 'known', lines: `${trust.same(label)}\n${keyLine('known', offered)}`};
	}

	return isSameKey(known.publicKey, offered.publicKey)
		? {type: 'changed', lines: `${trust.downgraded(label)}\n${keyLine('known', offered)}`, question: trust.askDowngraded, offered}
		: {type: 'changed', lines: `${trust.changed(label)}\n${keyLine('before', {publicKey: known.publicKey, bits: bitsOf(known.publicKey)})}\n${keyLine('now', offered)}`, question: trust.askChanged, offered};
};

/** Fetches the key that an agent offers now; no password is sent for it. */
export const lookAtKey = async (address: AgentAddress, {keys, unreadable}: KnownAgents, deps: LookDeps): Promise<Look> => {
	const reply = await fetchOfferedKey({...deps, address}, {signal: deps.signal, timeout: lookTimeout});
	if (reply.type !== 'data') {
		return {type: 'unreachable', words: reply.type === 'error' ? errorText(reply.error) : messages().faults.response['no-key']};
	}

	const name = pinName(address);
	return compare(address, keys.get(name), reply.data, unreadable.has(name));
};
