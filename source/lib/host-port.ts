const ipv6 = /^[\da-f:.]+$/i;

/** IPv6 addresses have many spellings; the URL parser writes the canonical short one (RFC 5952). Anything else stays as it is. */
export const canonicalHost = (host: string): string => {
	const url = `http://[${host}]`;
	return host.includes(':') && ipv6.test(host) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : host;
};

/** "10.0.0.1:2886", "[fd00::1]:2886": the one spelling of an agent's address, on screen and as a key. */
export const formatHostPort = (host: string, port: number): string => `${host.includes(':') ? `[${canonicalHost(host)}]` : host}:${port}`;

/** Whether the host of a URL is this machine, so that no network can read what is sent. */
export const isOwnHost = (hostname: string): boolean => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const hostAndPort = (name: string): readonly [host: string, port: string] => {
	const at = name.lastIndexOf(':');
	return at === -1 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
};

/** The part of each host behind what all have in common, from the last dot or colon on. */
const tailsOf = (hosts: readonly string[]): readonly string[] => {
	const [first = ''] = hosts;
	let common = 0;
	for (let place = 0; place < first.length && hosts.every(host => host[place] === first[place]); place++) {
		common = first[place] === '.' || first[place] === ':' ? place : common;
	}

	return common === 0 ? hosts : hosts.map(host => host.slice(common));
};

/** The shortest names that tell agents apart: ".11", ".12" of hosts in one network, ":2886", ":2887" of one host. */
export const shortNames = (agents: readonly string[]): readonly string[] => {
	const split = agents.map(agent => hostAndPort(agent));
	const hosts = [...new Set(split.map(([host]) => host))];
	const ports = new Set(split.map(([, port]) => port));
	if (hosts.length === 1) {
		return split.map(([host, port]) => ports.size === 1 ? host : `:${port}`);
	}

	const tails = tailsOf(hosts);
	const tailOf = (host: string): string => tails[hosts.indexOf(host)] ?? host;
	return hosts.length === agents.length ? split.map(([host]) => tailOf(host)) : split.map(([host, port]) => `${tailOf(host)}:${port}`);
};
