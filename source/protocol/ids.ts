import {canonicalHost, formatHostPort} from '../lib/host-port.js';
// Generic ids are decimal strings: a prefix, then the owner's address as digits, then the local id. They exceed 2^53, so they are never numbers.
// 1 = a task of the cluster; 2, 3 = local task of an IPv4, IPv6 agent; 4, 5 = the same for obproxy (docs/protocol.md#ids).

export type GenericId =
	| {readonly scope: 'cluster'; readonly localId: string}
	| {readonly scope: 'agent' | 'obproxy'; readonly agent: string; readonly localId: string};

const portDigits = 5;

const addressDigits = {4: 10, 6: 39} as const;

const formatIpv4 = (value: number): string => `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

const formatIpv6 = (value: bigint): string => {
	const groups = Array.from({length: 8}, (_, index) => ((value >> BigInt(112 - (index * 16))) & 0xFF_FFn).toString(16));
	return canonicalHost(groups.join(':'));
};

/** The address in these digits, if there is such a one. Numbers are precise up to 2^53, and quicker. */
const ipOf = (version: 4 | 6, digits: string): string | undefined => {
	if (version === 4) {
		return Number(digits) < 2 ** 32 ? formatIpv4(Number(digits)) : undefined;
	}

	return BigInt(digits) < 1n << 128n ? formatIpv6(BigInt(digits)) : undefined;
};

/** Whether the string has the form of a generic id; only such strings are ever put into a request. */
export const isGenericId = (id: string): boolean => /^[1-5]\d{1,79}$/.test(id);

/** The id of an agent's own row, at a distance from another of its rows of the same kind; undefined if there is none, or if the id is not an agent's own. */
export const earlierId = (id: string, below: number): string | undefined => {
	const generic = parseGenericId(id);
	if (generic?.scope !== 'agent' || !Number.isSafeInteger(below) || below < 1) {
		return undefined;
	}

	const localId = BigInt(generic.localId) - BigInt(below);
	return localId < 1n ? undefined : id.slice(0, -generic.localId.length) + String(localId);
};

/** Whether an id is that of a later task of the same owner. */
export const isLaterId = (id: string, than: string): boolean => {
	const [one, other] = [parseGenericId(id), parseGenericId(than)];
	const ownerOf = (generic: GenericId): string => generic.scope === 'cluster' ? generic.scope : `${generic.scope} ${generic.agent}`;
	return one !== undefined && other !== undefined && ownerOf(one) === ownerOf(other) && BigInt(one.localId) > BigInt(other.localId);
};

/** Whether the id is that of an OBProxy's task, which accepts only the agent password. */
export const isObproxyTask = (id: string | undefined): boolean => id !== undefined && parseGenericId(id)?.scope === 'obproxy';

/** The owner in a generic id: `agent` is "ip:port", IPv6 in brackets. Undefined for any other string. */
export const parseGenericId = (id: string): GenericId | undefined => {
	if (!isGenericId(id)) {
		return undefined;
	}

	const prefix = id[0];
	if (prefix === '1') {
		return {scope: 'cluster', localId: id.slice(1)};
	}

	const version = prefix === '2' || prefix === '4' ? 4 : 6;
	const portStart = 1 + addressDigits[version];
	const localStart = portStart + portDigits;
	if (id.length <= localStart) {
		return undefined;
	}

	const port = Number(id.slice(portStart, localStart));
	const ip = ipOf(version, id.slice(1, portStart));
	if (ip === undefined || port > 65_535) {
		return undefined;
	}

	return {scope: prefix === '2' || prefix === '3' ? 'agent' : 'obproxy', agent: formatHostPort(ip, port), localId: id.slice(localStart)};
};
