import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {memberAddress} from '../../source/protocol/member-address.js';
import {addressOf} from '../helpers/tasks.js';

const keyFor = (member: string, askedAt: string, name: string): string | undefined => memberAddress(member, {address: addressOf(askedAt), name})?.key;

describe('the address of a found agent', () => {
	it.each([
		['at its own address', '10.0.0.2:2886', '10.0.0.1', '10.0.0.1:2886', '10.0.0.2:2886'],
		['at its own port', '10.0.0.2:3886', '10.0.0.1', '10.0.0.1:2886', '10.0.0.2:3886'],
		['at an IPv6 address, however it is spelled', '[fd00:0::2]:2886', 'db1.example', '10.0.0.1:2886', '[fd00::2]:2886'],
		['over TLS, where the other one is asked so', '10.0.0.2:2886', 'https://10.0.0.1', '10.0.0.1:2886', 'https://10.0.0.2:2886'],
		['at the port of the other one, where that is not the one it knows of itself', '10.0.0.2:2886', 'https://10.0.0.1:3443', '10.0.0.1:2886', 'https://10.0.0.2:3443'],
		['at its own port, where the other one is asked through a tunnel', '10.0.0.2:2886', '127.0.0.1:12886', '10.0.0.1:2886', '10.0.0.2:2886'],
		['on this machine, where the other one is on it', '127.0.0.2:2887', 'unix:/run/obshell.sock', '127.0.0.1:2886', '127.0.0.2:2887'],
	])('is queried %s', (_, ...[member, askedAt, name, expected]) => {
		expect(keyFor(member, askedAt, name)).toBe(expected);
	});

	it.each([
		['this machine, which an agent elsewhere has no business with', '127.0.0.1:2886'],
		['this machine by its IPv6 name', '[::1]:2886'],
		['this machine in other clothes', '[::ffff:127.0.0.1]:2886'],
		['no host', '0.0.0.0:2886'],
		['no host in IPv6', '[::]:2886'],
		['a cloud\'s metadata', '169.254.169.254:80'],
		['a link without its zone', '[fe80::1]:2886'],
		['every host', '255.255.255.255:2886'],
		['a group', '239.1.2.3:2886'],
		['a name, which no agent has', 'evil.example:2886'],
		['a port that does not exist', '10.0.0.2:99999'],
		['no port', '10.0.0.2:0'],
		['a path', '10.0.0.2:2886/x'],
		['a socket', 'unix:/var/run/docker.sock'],
		['nothing', ''],
	])('is not queried if it is %s', (_, member) => {
		expect(keyFor(member, '10.0.0.1', '10.0.0.1:2886')).toBeUndefined();
	});

	it('is never anything but an address and a port, whatever is said', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.webAuthority(), fc.ipV4Extended(), fc.ipV6().map(ip => `[${ip}]:2886`)), member => {
			const address = memberAddress(member, {address: addressOf('10.0.0.1'), name: '10.0.0.1:2886'});
			expect(address === undefined || (address.type === 'tcp' && /^[\d.]+$|^[\da-f:]+$/.test(address.host) && !address.host.startsWith('127.'))).toBe(true);
		}));
	});
});
