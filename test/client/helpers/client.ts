import {randomBytes} from 'node:crypto';
import {type AgentClientDeps, createAgentClient} from '../../../source/client/client.js';
import {createPasswordVault} from '../../../source/client/passwords/vault.js';
import {createKnownIds, type KnownIds} from '../../../source/client/task-rules.js';
import {type AgentClient, type AgentOperator, createMemoryPins, type PasswordVault, plainTls, type Reply, type RequestOptions} from '../../../source/client/types.js';
import {type Clock, systemClock} from '../../../source/lib/clock.js';
import {type AgentError, type PasswordKind} from '../../../source/protocol/errors.js';
import {addressOf} from '../../helpers/tasks.js';

export const ask: RequestOptions = {signal: new AbortController().signal, timeout: 10_000};
export const whole = {...ask, details: true} as const;
export const head = {...ask, details: false} as const;

export type Tested = {readonly client: AgentClient & AgentOperator; readonly vault: PasswordVault; readonly handedOut: KnownIds; readonly key: string};

type Settings = Partial<Omit<AgentClientDeps, 'address'>> & {readonly passwords?: Readonly<Partial<Record<PasswordKind, string>>>};

/** A client as the program makes it; `address` as a person writes it. */
export const makeClient = (address: string, {passwords = {}, ...settings}: Settings = {}): Tested => {
	const {vault = createPasswordVault(passwords), knownIds: handedOut = createKnownIds(), clock = systemClock} = settings;
	const client = createAgentClient({
		pins: createMemoryPins(), tls: plainTls, random: count => randomBytes(count), ...settings, address: addressOf(address), vault, knownIds: handedOut, clock,
	});
	return {client, vault, handedOut, key: client.address.key};
};

/** The machine's clock, wrong by an amount that tests change; timers stay real. */
export const createShiftedClock = (): Clock & {readonly shift: (by: number) => void} => {
	let offset = 0;
	return {
		now: () => systemClock.now() + offset,
		schedule: systemClock.schedule,
		shift(by) {
			offset += by;
		},
	};
};

export const dataOf = <T>(reply: Reply<T>): T => {
	if (reply.type !== 'data') {
		throw new Error(`no data: ${JSON.stringify(reply)}`);
	}

	return reply.data;
};

export const errorOf = (reply: Reply<unknown>): AgentError => {
	if (reply.type !== 'error') {
		throw new Error(`no error: ${JSON.stringify(reply)}`);
	}

	return reply.error;
};
