// Whom agents name as of their clusters, asked once and with a password, for `obwatch trust --discover`.

import {createAgentClient} from '../client/create-agent-client.js';
import {createHandedOutIds} from '../client/handed-out-ids.js';
import {type KeyPins} from '../client/key-pins.js';
import {type PasswordVault} from '../client/password-vault.js';
import {type TlsSettings} from '../client/tls-settings.js';
import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type Clock} from '../protocol/clock.js';
import {memberAddress} from '../protocol/member-address.js';
import {type RandomBytes} from '../protocol/seal.js';

export type FindOptions = {
	readonly vault: PasswordVault;
	readonly pins: KeyPins;
	readonly language: string;
	readonly clock: Clock;
	readonly randomBytes: RandomBytes;
	readonly signal: AbortSignal;
};

/** `name`: what the agent calls itself. `members`: the others of its cluster, where they can be asked. */
export type Members = {readonly type: 'members'; readonly name: string; readonly members: readonly AgentAddress[]} | {readonly type: 'error'; readonly error: AgentError};

// In ms.
const timeout = 15_000;

/** The other agents of an agent's cluster, as it names them. Its own key must be known: no password is sent for one that is not. */
export const findMembers = async (address: AgentAddress, tls: TlsSettings, {vault, pins, language, clock, randomBytes, signal}: FindOptions): Promise<Members> => {
	const client = createAgentClient({address, vault, pins, trustsNew: false, tls, handedOut: createHandedOutIds(), language, clock, random: randomBytes});
	const ask = {signal, timeout};
	try {
		const info = await client.fetchInfo(ask);
		if (info.type !== 'data') {
			return {type: 'error', error: info.type === 'error' ? info.error : {type: 'protocol', message: 'answered without saying who it is'}};
		}

		const {agent: name, identity} = info.data;
		if (identity === 'SINGLE') {
			return {type: 'members', name, members: []};
		}

		const cluster = await client.fetchClusterInfo(ask);
		if (cluster.type !== 'data') {
			return {type: 'error', error: cluster.type === 'error' ? cluster.error : {type: 'protocol', message: 'names no cluster'}};
		}

		// Who does not count itself speaks of something else.
		const names = new Set(cluster.data.members.map(({agent}) => agent));
		const others = names.delete(name) ? [...names] : [];
		return {type: 'members', name, members: others.flatMap(other => memberAddress(other, {address, name}) ?? [])};
	} finally {
		client.dispose();
	}
};
