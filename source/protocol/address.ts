import {canonicalHost, formatHostPort} from '../lib/host-port.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';

/** How to reach an agent. `key` identifies it everywhere in the program; `label` is for people. */
export type AgentAddress =
	| {readonly type: 'tcp'; readonly key: string; readonly label: string; readonly secure: boolean; readonly host: string; readonly port: number}
	| {readonly type: 'unix'; readonly key: string; readonly label: string; readonly socketPath: string};

/** The default port of obshell agents. */
const defaultPort = 2886;

type Parsed = {readonly ok: true; readonly address: AgentAddress} | {readonly ok: false; readonly problem: string};

const hostName = /^(?=.{1,253}$)[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]*[a-z\d_])?)*\.?$/i;

const ipv6 = /^[\da-f:.]+$/i;

const looksLikeIpv4 = /^[\d.]+$/;

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Whether a URL keeps the name as it is: "0x7f.1" and "10.1" are other spellings of addresses, "a.5" is invalid. */
const isUrlHost = (host: string): boolean => {
	const url = `http://${host}`;
	return URL.canParse(url) && new URL(url).hostname === host.toLowerCase();
};

const problemOfHost = (host: string, bracketed: boolean): string | undefined => {
	const words = messages().faults.addresses;
	if (bracketed) {
		if (host.includes('%')) {
			return words.zone;
		}

		return ipv6.test(host) && URL.canParse(`http://[${host}]`) ? undefined : words.notIpv6(printable(host));
	}

	if (host === '') {
		return words.noHost;
	}

	if (looksLikeIpv4.test(host)) {
		return ipv4.test(host) ? undefined : words.notIpv4(printable(host));
	}

	return hostName.test(host) && isUrlHost(host) ? undefined : words.notHost(printable(host));
};

const portOf = (text: string | undefined): number | undefined => {
	if (text === undefined) {
		return defaultPort;
	}

	const port = Number(text);
	return /^\d{1,5}$/.test(text) && port > 0 && port < 65_536 ? port : undefined;
};

const splitAuthority = (authority: string): {readonly host: string; readonly port: string | undefined; readonly bracketed: boolean} | undefined => {
	const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(authority);
	if (bracketed) {
		return {host: bracketed[1] ?? '', port: bracketed[2], bracketed: true};
	}

	const plain = /^([^:]*)(?::([^:]*))?$/.exec(authority);
	return plain ? {host: plain[1] ?? '', port: plain[2], bracketed: false} : undefined;
};

/**
Reads `HOST[:PORT]`, `[IPV6][:PORT]`, the same after `http://` or `https://`, or `unix:/path/to/socket`. The problem is one line without the
address itself.
*/
export const parseAgentAddress = (text: string): Parsed => {
	const words = messages().faults.addresses;
	if (text.startsWith('unix:')) {
		const socketPath = text.slice('unix:'.length);
		return socketPath.startsWith('/')
			? {ok: true, address: {type: 'unix', key: text, label: printable(text), socketPath}}
			: {ok: false, problem: words.socketPath};
	}

	const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text);
	const secure = scheme?.[1]?.toLowerCase() === 'https';
	if (scheme && !secure && scheme[1]?.toLowerCase() !== 'http') {
		return {ok: false, problem: words.scheme(scheme[1] ?? '')};
	}

	const authority = text.slice(scheme?.[0].length ?? 0).replace(/\/$/, '');
	if (/[/@?#\s]/.test(authority)) {
		return {ok: false, problem: words.onlyHostPort};
	}

	if (/[,;]/.test(authority)) {
		return {ok: false, problem: words.onlyOne};
	}

	const parts = splitAuthority(authority);
	if (!parts) {
		return {ok: false, problem: words.brackets};
	}

	const problem = problemOfHost(parts.host, parts.bracketed);
	if (problem) {
		return {ok: false, problem};
	}

	const port = portOf(parts.port);
	if (port === undefined) {
		return {ok: false, problem: words.notPort(printable(parts.port ?? ''))};
	}

	const host = canonicalHost(parts.host.toLowerCase());
	const hostPort = formatHostPort(host, port);
	const label = secure ? `https://${hostPort}` : hostPort;
	return {ok: true, address: {type: 'tcp', key: label, label, secure, host, port}};
};

export type TcpAddress = Extract<AgentAddress, {type: 'tcp'}>;

/** The address in "10.0.0.1:2886", as agents write their own; undefined for anything else. */
export const tcpOf = (text: string): TcpAddress | undefined => {
	const parsed = parseAgentAddress(text);
	return parsed.ok && parsed.address.type === 'tcp' ? parsed.address : undefined;
};
