// Where an agent is asked that another one named. Whatever an agent says, it must not make this machine talk to itself, to everybody, or to a cloud's metadata.

import {BlockList, isIP} from 'node:net';
import {parseAgentAddress, type AgentAddress} from '../protocol/agent-address.js';
import {formatHostPort} from '../protocol/host-port.js';

/** The agent that names another: where it is asked, and what it calls itself ("ip:port"). */
export type Informant = {readonly address: AgentAddress; readonly name: string};

type Tcp = Extract<AgentAddress, {type: 'tcp'}>;

type Net = readonly [address: string, prefix: number];

const fill = (nets: readonly Net[]): BlockList => {
	const list = new BlockList();
	for (const [address, prefix] of nets) {
		list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
	}

	return list;
};

/** Made with the first use: most fleets never need it, and it takes as long as hundreds of lines. */
const listOf = (nets: readonly Net[]): () => BlockList => {
	let list: BlockList | undefined;
	return () => {
		list ??= fill(nets);
		return list;
	};
};

const loopback = listOf([['127.0.0.0', 8], ['::1', 128]]);

// "This host", link-local, multicast, reserved and broadcast; IPv4 in IPv6 clothes is no way to write an agent's address.
const nowhere = listOf([['0.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 3], ['::', 128], ['fe80::', 10], ['ff00::', 8]]);

const isListed = (list: () => BlockList, host: string): boolean => list().check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');

// "::ffff:…" and "::a:b" (both in canonical spelling): IPv4 addresses in an IPv6 coat.
const embedsIpv4 = (host: string): boolean => /^::(?:ffff:)?[\da-f]{1,4}:[\da-f]{1,4}$/.test(host);

const tcpOf = (text: string): Tcp | undefined => {
	const parsed = parseAgentAddress(text);
	return parsed.ok && parsed.address.type === 'tcp' ? parsed.address : undefined;
};

const isHere = (address: AgentAddress): boolean => address.type === 'unix' || address.host === 'localhost' || (isIP(address.host) !== 0 && isListed(loopback, address.host));

/** Agents of a cluster stand behind the same kind of door: where the informant is asked at another port than its own, so are those that have its own port. */
const portFor = (member: Tcp, {address, name}: Informant): number => {
	const own = tcpOf(name);
	const isMoved = own?.port === member.port && (!isHere(address) || isHere(own));
	return isMoved && address.type === 'tcp' ? address.port : member.port;
};

/**
Where to ask the agent that calls itself `member` ("10.0.0.2:2886"), as an agent of its cluster says: over TLS where that one is asked so. Undefined for what is no agent's address; one of this machine only an agent of this machine can name.
*/
export const memberAddress = (member: string, informant: Informant): AgentAddress | undefined => {
	const named = tcpOf(member);
	if (!named || isIP(named.host) === 0 || isListed(nowhere, named.host) || embedsIpv4(named.host)) {
		return undefined;
	}

	if (isHere(named) && !isHere(informant.address)) {
		return undefined;
	}

	const isSecure = informant.address.type === 'tcp' && informant.address.secure;
	return tcpOf(`${isSecure ? 'https://' : ''}${formatHostPort(named.host, portFor(named, informant))}`);
};
