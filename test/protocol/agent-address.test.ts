import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseAgentAddress} from '../../source/protocol/address.js';

const tcp = (key: string, host: string, port: number, secure = false) => ({ok: true, address: {type: 'tcp', key, label: key, secure, host, port}});

describe('where agents are', () => {
	it.each([
		['10.0.0.1', tcp('10.0.0.1:2886', '10.0.0.1', 2886)],
		['10.0.0.1:1', tcp('10.0.0.1:1', '10.0.0.1', 1)],
		['10.0.0.1:65535', tcp('10.0.0.1:65535', '10.0.0.1', 65_535)],
		['DB-1.Example', tcp('db-1.example:2886', 'db-1.example', 2886)],
		['db_1', tcp('db_1:2886', 'db_1', 2886)],
		['[::1]', tcp('[::1]:2886', '::1', 2886)],
		['[FD00:0:0::1]:12886', tcp('[fd00::1]:12886', 'fd00::1', 12_886)],
		['http://10.0.0.1', tcp('10.0.0.1:2886', '10.0.0.1', 2886)],
		['HTTP://10.0.0.1:80/', tcp('10.0.0.1:80', '10.0.0.1', 80)],
		['https://10.0.0.1:2886', tcp('https://10.0.0.1:2886', '10.0.0.1', 2886, true)],
		['https://[::1]', tcp('https://[::1]:2886', '::1', 2886, true)],
		['unix:/home/admin/run/obshell.sock', {ok: true, address: {type: 'unix', key: 'unix:/home/admin/run/obshell.sock', label: 'unix:/home/admin/run/obshell.sock', socketPath: '/home/admin/run/obshell.sock'}}],
	])('%s', (text, expected) => {
		expect(parseAgentAddress(text)).toEqual(expected);
	});

	it('different spellings of one address are one agent', () => {
		const keys = ['[fd00::1]', '[FD00::1]:2886', '[fd00:0:0:0:0:0:0:1]', 'http://[fd00::0:1]:02886/'].map(text => {
			const parsed = parseAgentAddress(text);
			return parsed.ok ? parsed.address.key : parsed.problem;
		});
		expect(new Set(keys)).toEqual(new Set(['[fd00::1]:2886']));
	});

	const path = 'expected HOST[:PORT], without path, user or password';
	it.each([
		['', 'the host is missing'],
		[':2886', 'the host is missing'],
		['http://', 'the host is missing'],
		['10.0.0.256', '"10.0.0.256" is not an IPv4 address'],
		['10.0.0', '"10.0.0" is not an IPv4 address'],
		['10.0.0.1.', '"10.0.0.1." is not an IPv4 address'],
		['0x7f000001', '"0x7f000001" is not a host name'],
		['db.5', '"db.5" is not a host name'],
		['-db', '"-db" is not a host name'],
		['db..example', '"db..example" is not a host name'],
		['datenbänk', '"datenbänk" is not a host name'],
		['a\u001Bb', '"a␛b" is not a host name'],
		['[::g]', '"::g" is not an IPv6 address'],
		['[]', '"" is not an IPv6 address'],
		['[1.2.3.4]', '"1.2.3.4" is not an IPv6 address'],
		['[fe80::1%eth0]', 'an IPv6 address with a zone (%) is not supported'],
		['::1', 'an IPv6 address needs brackets: [::1]:2886'],
		['[::1', 'an IPv6 address needs brackets: [::1]:2886'],
		['db:0', '"0" is not a port (1 to 65535)'],
		['db:65536', '"65536" is not a port (1 to 65535)'],
		['db:', '"" is not a port (1 to 65535)'],
		['db:+5', '"+5" is not a port (1 to 65535)'],
		['db:28x', '"28x" is not a port (1 to 65535)'],
		['db/api', path],
		['user:password@db', path],
		['db?x', path],
		['db#x', path],
		['d b', path],
		['ftp://db', '"ftp" is not a protocol of agents. Use http, https or unix'],
		['unix:run/obshell.sock', 'a socket needs an absolute path: unix:/path/to/obshell.sock'],
		['unix:', 'a socket needs an absolute path: unix:/path/to/obshell.sock'],
	])('"%s" is none, in one line', (text, problem) => {
		expect(parseAgentAddress(text)).toEqual({ok: false, problem});
	});

	it('never throws, and an accepted one makes a URL that names the very same host', () => {
		const part = fc.constantFrom('[', ']', ':', '/', '@', '.', '%', 'a', '0', '1', 'x', 'unix:', 'http://', 'https://', '::', 'ff', '-', ' ', '\u001B');
		fc.assert(fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.webUrl(), fc.ipV4(), fc.ipV6().map(ip => `[${ip}]`), fc.domain(), fc.array(part, {maxLength: 12}).map(parts => parts.join(''))), text => {
			const parsed = parseAgentAddress(text);
			if (!parsed.ok) {
				expect(parsed.problem).not.toMatch(/[\p{Cc}\p{Cf}]/u);
				return;
			}

			const {address} = parsed;
			if (address.type === 'unix') {
				return;
			}

			const host = address.host.includes(':') ? `[${address.host}]` : address.host;
			expect(new URL(`http://${host}:${address.port}`).hostname).toBe(host);
		}), {numRuns: 500});
	});
});
