import {type AgentAddress} from '../protocol/agent-address.js';
import {formatHostPort} from '../protocol/host-port.js';
import {fingerprintOf} from './fingerprint.js';

/** What an agent is known by: its encryption key (base64), and whether it was seen to take v2 authentication. One that did and no longer does is not trusted as the same. */
export type KnownKey = {readonly publicKey: string; readonly isV2: boolean};

/** The same as an agent offers it, with the key's size. */
export type OfferedKey = KnownKey & {readonly bits: number};

/** The keys by which agents are known from before. Agents are called "host:port" here, however they are reached. */
export type KeyPins = {
	/**
	An agent offers a key. Resolves with what counts for it: what is known, or that very offer where it is trusted unseen (`trustsNew`: such that were never seen may be). Undefined: none is known, and none is trusted unseen. Never rejects.
	*/
	readonly meet: (agent: string, offered: OfferedKey, trustsNew: boolean) => Promise<KnownKey | undefined>;
	/** Somebody looked at that offer and accepted it; from now on it is the known one. */
	readonly accept: (agent: string, key: OfferedKey) => void;
};

/** What an agent is called among the keys. Its key is the same whether it is asked with or without TLS; behind a socket none is needed. */
export const pinName = (address: AgentAddress): string => address.type === 'tcp' ? formatHostPort(address.host, address.port) : address.key;

export const isSameKey = (one: string, other: string): boolean => fingerprintOf(one) === fingerprintOf(other);

/** Whether an agent that offers that may be the one that is known. */
export const fits = (known: KnownKey, offered: KnownKey): boolean => isSameKey(known.publicKey, offered.publicKey) && (offered.isV2 || !known.isV2);

/** Pins that last as long as the program, the first key of each agent taken on trust: for agents that end with it too. */
export const createMemoryPins = (known: ReadonlyMap<string, KnownKey> = new Map()): KeyPins => {
	const pins = new Map(known);
	return {
		async meet(agent, offered) {
			const before = pins.get(agent) ?? offered;
			const pinned = fits(before, offered) ? offered : before;
			pins.set(agent, pinned);
			return pinned;
		},
		accept(agent, key) {
			pins.set(agent, key);
		},
	};
};
