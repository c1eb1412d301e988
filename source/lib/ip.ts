import {BlockList, isIP} from 'node:net';

const ipv6 = /^[\da-f:.]+$/i;

/** IPv6 addresses have many spellings; the URL parser writes the canonical short one (RFC 5952). Anything else stays as it is. */
export const canonicalHost = (host: string): string => {
	const url = `http://[${host}]`;
	return host.includes(':') && ipv6.test(host) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : host;
};

/** "10.0.0.1:2886", "[fd00::1]:2886": the one spelling of an agent's address, on screen and as a key. */
export const formatHostPort = (host: string, port: number): string => `${host.includes(':') ? `[${canonicalHost(host)}]` : host}:${port}`;

/** An IP address and how many of its first bits count. */
type Net = readonly [address: string, prefix: number];

const familyOf = (address: string): 'ipv4' | 'ipv6' => isIP(address) === 6 ? 'ipv6' : 'ipv4';

const listOf = (nets: readonly Net[]): BlockList => {
	const list = new BlockList();
	for (const [address, prefix] of nets) {
		list.addSubnet(address, prefix, familyOf(address));
	}

	return list;
};

/** Whether an IP address is in one of these nets. The list is built on first use, since it is slow to build and most runs never need it. */
export const withinNets = (nets: readonly Net[]): ((ip: string) => boolean) => {
	let list: BlockList | undefined;
	return ip => {
		list ??= listOf(nets);
		return list.check(ip, familyOf(ip));
	};
};

/** Addresses by which a machine reaches itself. */
export const loopbackNets: readonly Net[] = [['127.0.0.0', 8], ['::1', 128]];
