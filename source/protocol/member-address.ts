// The address of an agent that another one named. Whatever an agent says, it must not make this machine query itself, broadcast addresses, or a cloud's
// metadata.

import {isIP} from 'node:net';
import {formatHostPort} from '../lib/host-port.js';
import {loopbackNets, withinNets} from '../lib/ip.js';
import {type AgentAddress, type TcpAddress, tcpOf} from './address.js';

/** The number of found agents is limited, whatever agents say: more than the largest clusters have. */
export const foundLimit = 2000;

/** The agent that names another: its address, and its own name ("ip:port"). */
type Informant = {readonly address: AgentAddress; readonly name: string};

const isLoopback = withinNets(loopbackNets);

// "This host", link-local, multicast, reserved and broadcast; IPv4 within IPv6 is not accepted as an agent's address.
const isNowhere = withinNets([['0.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 3], ['::', 128], ['fe80::', 10], ['ff00::', 8]]);

// "::ffff:…" and "::a:b" (both in canonical spelling): IPv4 addresses within IPv6.
const embedsIpv4 = (host: string): boolean => /^::(?:ffff:)?[\da-f]{1,4}:[\da-f]{1,4}$/.test(host);

const isHere = (address: AgentAddress): boolean => address.type === 'unix' || address.host === 'localhost' || (isIP(address.host) !== 0 && isLoopback(address.host));

/** Agents of a cluster are usually reached in the same way: if the informant is reached at another port than its own, so are members with the same port. */
const portFor = (member: TcpAddress, {address, name}: Informant): number => {
	const own = tcpOf(name);
	const isMoved = own?.port === member.port && (!isHere(address) || isHere(own));
	return isMoved && address.type === 'tcp' ? address.port : member.port;
};

/**
The address of the agent that calls itself `member` ("10.0.0.2:2886"), as an agent of its cluster names it: over TLS if that agent is
reached so. Undefined if it is no agent's address; one of this machine can only be named by an agent of this machine.
*/
export const memberAddress = (member: string, informant: Informant): AgentAddress | undefined => {
	const named = tcpOf(member);
	if (!named || isIP(named.host) === 0 || isNowhere(named.host) || embedsIpv4(named.host)) {
		return undefined;
	}

	if (isHere(named) && !isHere(informant.address)) {
		return undefined;
	}

	const isSecure = informant.address.type === 'tcp' && informant.address.secure;
	return tcpOf(`${isSecure ? 'https://' : ''}${formatHostPort(named.host, portFor(named, informant))}`);
};
