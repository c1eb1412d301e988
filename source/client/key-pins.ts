import {type AgentAddress} from '../protocol/agent-address.js';
import {formatHostPort} from '../protocol/host-port.js';
import {fingerprintOf} from './fingerprint.js';

/** An encryption key as an agent hands it out: base64, and its size. */
export type OfferedKey = {readonly publicKey: string; readonly bits: number};

/** The keys by which agents are known from before. Agents are called "host:port" here, however they are reached. */
export type KeyPins = {
	/**
	An agent offers a key. Resolves with the one that counts for it (base64): the one that is known, or that very key where it is taken on trust. Undefined: none is known, and none is trusted unseen. Never rejects.
	*/
	readonly meet: (agent: string, offered: OfferedKey) => Promise<string | undefined>;
	/** Somebody looked at that key and accepted it; from now on it is the known one. */
	readonly accept: (agent: string, key: OfferedKey) => void;
};

/** What an agent is called among the keys. Its key is the same whether it is asked with or without TLS; behind a socket none is needed. */
export const pinName = (address: AgentAddress): string => address.type === 'tcp' ? formatHostPort(address.host, address.port) : address.key;

export const isSameKey = (one: string, other: string): boolean => fingerprintOf(one) === fingerprintOf(other);

/** Pins that last as long as the program, the first key of each agent taken on trust: for agents that end with it too. */
export const createMemoryPins = (known: ReadonlyMap<string, string> = new Map()): KeyPins => {
	const pins = new Map(known);
	return {
		async meet(agent, {publicKey}) {
			const pinned = pins.get(agent) ?? publicKey;
			pins.set(agent, pinned);
			return pinned;
		},
		accept(agent, {publicKey}) {
			pins.set(agent, publicKey);
		},
	};
};
