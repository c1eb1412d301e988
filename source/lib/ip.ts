import {BlockList, isIP} from 'node:net';

/** An IP address and how many of its first bits count. */
export type Net = readonly [address: string, prefix: number];

const familyOf = (address: string): 'ipv4' | 'ipv6' => isIP(address) === 6 ? 'ipv6' : 'ipv4';

const listOf = (nets: readonly Net[]): BlockList => {
	const list = new BlockList();
	for (const [address, prefix] of nets) {
		list.addSubnet(address, prefix, familyOf(address));
	}

	return list;
};

/** Tells whether an IP address is in one of these nets. What tells it is made with the first use: most programs never need it, and it takes as long as hundreds of lines. */
export const withinNets = (nets: readonly Net[]): ((ip: string) => boolean) => {
	let list: BlockList | undefined;
	return ip => {
		list ??= listOf(nets);
		return list.check(ip, familyOf(ip));
	};
};

/** Addresses under which a machine reaches itself, whatever it is called elsewhere. */
export const loopbackNets: readonly Net[] = [['127.0.0.0', 8], ['::1', 128]];
