import {BlockList, isIP} from 'node:net';

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
