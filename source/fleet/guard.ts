// Which agents are exempt from operations, by identity and not by name: an entry in the config file must not depend on how an agent is spelled.

import {lookup} from 'node:dns/promises';
import {realpath} from 'node:fs/promises';
import {isIP} from 'node:net';
import {networkInterfaces} from 'node:os';
import {type Clock} from '../lib/clock.js';
import {loopbackNets, withinNets} from '../lib/ip.js';
import {messages} from '../lib/messages/messages.js';
import {type AgentAddress, type TcpAddress, tcpOf} from '../protocol/address.js';

/** An agent that is exempt, and the place in the config file that says so. */
export type ExemptAgent = {readonly address: AgentAddress; readonly words: string};

/** The address that an agent is reached at, and the name that it gives itself ("ip:port"; empty if unknown). */
export type Candidate = {readonly address: AgentAddress; readonly name: string};

/** Why an agent is exempt: a sentence without its end. Undefined if it is not. Never rejects. */
export type OperationGuard = (agent: Candidate) => Promise<string | undefined>;

/** How this machine resolves names. The functions that return promises may reject. */
export type Names = {
	/** The IP addresses of a host name. */
	readonly lookUp: (host: string) => Promise<readonly string[]>;
	/** This machine's own IP addresses. */
	readonly own: () => readonly string[];
	/** A path with its links resolved. */
	readonly realPath: (path: string) => Promise<string>;
};

type GuardDeps = {readonly exempt: readonly ExemptAgent[]; readonly names: Names; readonly clock: Clock};

type Unix = Extract<AgentAddress, {type: 'unix'}>;

/** Where an agent listens: "here" for every address that leads to this machine. */
type Endpoint = {readonly machines: ReadonlySet<string>; readonly port: number};

const here = 'here';

/** ms. A name that takes longer counts as unknown. */
const lookupTimeout = 5000;

/** ms. How long a resolved name is kept. */
const nameLifetime = 30_000;

const unmapIpv4 = (ip: string): string => {
	// IPv4-mapped IPv6, as the URL parser writes it.
	const [, high, low] = /^::(?:ffff:)?([\da-f]{1,4}):([\da-f]{1,4})$/.exec(ip) ?? [];
	const bits = high === undefined || low === undefined ? undefined : [Number.parseInt(high, 16), Number.parseInt(low, 16)].flatMap(part => [Math.floor(part / 256), part % 256]);
	return bits?.join('.') ?? ip.replace(/^::ffff:(?=\d+\.)/, '');
};

// The addresses for "any of mine" lead here too.
const isOwn = withinNets([...loopbackNets, ['0.0.0.0', 32], ['::', 128]]);

const meets = (one: Endpoint, other: Endpoint): boolean => one.port === other.port && !one.machines.isDisjointFrom(other.machines);

/** Decides whether an agent is exempt: by the addresses behind names, by the name that it gives itself, and by the socket's real path. If that cannot be decided, it is exempt. */
export const createOperationGuard = ({exempt, names, clock}: GuardDeps): OperationGuard => {
	const known = new Map<string, {readonly at: number; readonly addresses: Promise<readonly string[]>}>();

	const lookUp = async (host: string): Promise<readonly string[]> => {
		const last = known.get(host);
		if (last && clock.now() - last.at < nameLifetime) {
			return last.addresses;
		}

		const {promise, reject} = Promise.withResolvers<never>();
		const cancel = clock.schedule(() => {
			reject(new Error('it took too long'));
		}, lookupTimeout);
		const addresses = Promise.race([names.lookUp(host), promise]).finally(cancel);
		known.set(host, {at: clock.now(), addresses});
		return addresses;
	};

	const machineOf = (ip: string): string => {
		const bare = unmapIpv4(ip);
		return isOwn(bare) || names.own().includes(bare) ? here : bare;
	};

	const endpointOf = async ({host, port}: TcpAddress): Promise<Endpoint> => {
		const addresses = isIP(host) === 0 ? await lookUp(host) : [host];
		return {machines: new Set(addresses.map(address => machineOf(address))), port};
	};

	const isSameSocket = async (one: Unix, other: Unix): Promise<boolean> => {
		const [path, otherPath] = await Promise.all([one, other].map(async ({socketPath}) => names.realPath(socketPath)));
		return path === otherPath;
	};

	/** Whether it is that agent; rejects if that cannot be decided. */
	const isIt = async ({address, name}: Candidate, {address: wanted}: ExemptAgent): Promise<boolean> => {
		const named = tcpOf(name);
		if (address.key === wanted.key) {
			return true;
		}

		if (address.type === 'unix' && wanted.type === 'unix') {
			return isSameSocket(address, wanted);
		}

		const endpointAddresses = [...(address.type === 'tcp' ? [address] : []), ...(named ? [named] : [])];
		if (wanted.type === 'unix') {
			// A socket of this machine may belong to any of its agents.
			const endpoints = await Promise.all(endpointAddresses.map(async way => endpointOf(way)));
			return endpoints.some(({machines}) => machines.has(here));
		}

		if (endpointAddresses.length === 0) {
			throw new Error('it has not said who it is');
		}

		// At another port is another agent, so no name needs to be resolved.
		const able = endpointAddresses.filter(({port}) => port === wanted.port);
		if (able.some(({host}) => host === wanted.host)) {
			return true;
		}

		if (able.length === 0) {
			return false;
		}

		const [endpoint, ...endpoints] = await Promise.all([wanted, ...able].map(async way => endpointOf(way)));
		// For a socket of this machine, a loopback address means the agent at its port.
		return endpoint !== undefined && (endpoints.some(other => meets(endpoint, other)) || (address.type === 'unix' && endpoint.machines.has(here)));
	};

	return async candidate => {
		const found = await Promise.all(exempt.map(async one => {
			try {
				return await isIt(candidate, one) ? {isSure: true, one} : undefined;
			} catch {
				return {isSure: false, one};
			}
		}));
		const sure = found.find(item => item?.isSure);
		const first = sure ?? found.find(item => item !== undefined);
		if (!first) {
			return undefined;
		}

		const {address: {label}, words} = first.one;
		const {exempt: texts} = messages().agents;
		return label === candidate.address.label ? words : (sure ? texts.calledOtherwise : texts.perhaps)(words, label);
	};
};

/** How the system resolves hosts and paths; for composition roots. */
const systemNames: Names = {
	async lookUp(host) {
		const found = await lookup(host, {all: true});
		return found.map(({address}) => address);
	},
	own: () => Object.values(networkInterfaces()).flatMap(list => list?.map(({address}) => address) ?? []),
	realPath: async path => realpath(path),
};

/** The guard for exempt agents on this machine; for composition roots. Undefined if there are none. */
export const openOperationGuard = (exempt: readonly ExemptAgent[], clock: Clock): OperationGuard | undefined =>
	exempt.length === 0 ? undefined : createOperationGuard({exempt, names: systemNames, clock});
