import {isIPv6} from 'node:net';

const expandIpv6 = (ip: string): bigint => {
	// The URL parser writes an embedded IPv4 address as groups.
	const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::', 2);
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? [] : Array.from({length: 8 - before.length - after.length}, () => '0');
	return BigInt(`0x${[...before, ...zeros, ...after].map(group => group.padStart(4, '0')).join('')}`);
};

/** The generic id of a local row: prefix 2 or 3, the address as digits, the port, the local id (docs/protocol.md#ids). */
export const formatAgentId = (ip: string, port: number, localId: number): string => {
	const portDigits = String(port).padStart(5, '0');
	if (isIPv6(ip)) {
		return `3${String(expandIpv6(ip)).padStart(39, '0')}${portDigits}${localId}`;
	}

	const value = ip.split('.').reduce((sum, part) => (sum * 256) + Number(part), 0);
	return `2${String(value).padStart(10, '0')}${portDigits}${localId}`;
};

/** The generic id of a row of the cluster. */
export const formatClusterId = (localId: number): string => `1${localId}`;
