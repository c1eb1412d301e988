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
