import {describe, expect, test} from 'vitest';
import {createOperationGuard, type Names} from '../../source/fleet/guard.js';
import {systemClock} from '../../source/lib/clock.js';
import {type AgentAddress, parseAgentAddress} from '../../source/protocol/address.js';

const addressOf = (text: string): AgentAddress => {
	const parsed = parseAgentAddress(text);
	if (!parsed.ok) {
		throw new Error(parsed.problem);
	}

	return parsed.address;
};

const hosts = new Map([['localhost', ['::1', '127.0.0.1']], ['db1', ['10.0.0.1']], ['alias', ['10.0.0.1']], ['db2', ['10.0.0.2']], ['me', ['10.0.0.9']]]);
const names: Names = {
	async lookUp(host) {
		const found = hosts.get(host);
		if (!found) {
			throw new Error('ENOTFOUND');
		}

		return found;
	},
	own: () => ['127.0.0.1', '10.0.0.9'],
	realPath: async path => path.replace('/link/', '/run/'),
};

const judge = async (exempt: string, address: string, name = ''): Promise<string | undefined> =>
	createOperationGuard({exempt: [{address: addressOf(exempt), words: 'c.yaml:4'}], names, clock: systemClock})({address: addressOf(address), name});

describe('an agent that is to be left alone', () => {
	test.each([
		['under its own address', '10.0.0.1', '10.0.0.1'],
		['over TLS', '10.0.0.1', 'https://10.0.0.1'],
		['by a name of this machine', '127.0.0.1:3910', 'localhost:3910'],
		['by an address where the file names it', 'localhost:3910', '127.0.0.1:3910'],
		['by this machine\'s address in its network', '127.0.0.1:3910', 'me:3910'],
		['by the address of all hosts', '127.0.0.1:3910', '0.0.0.0:3910'],
		['in IPv6 clothes', '10.0.0.1', '[::ffff:10.0.0.1]'],
		['by another name of the same address', 'db1', 'alias'],
		['by its address where the file names it', 'db1', '10.0.0.1'],
		['through a tunnel, by what it calls itself', 'db1', 'localhost:9999', '10.0.0.1:2886'],
		['through a tunnel, by what it calls itself in the file', '10.0.0.1', 'localhost:9999', '10.0.0.1:2886'],
		['behind a socket, by what it calls itself', '10.0.0.9', 'unix:/run/a.sock', '10.0.0.9:2886'],
		['behind a link to its socket', 'unix:/run/a.sock', 'unix:/link/a.sock', '10.0.0.9:2886'],
		['by its port, where the file names its socket', 'unix:/run/a.sock', 'localhost:3910', '10.0.0.9:3910'],
	])('is known %s', async (_, exempt, address, name = '') => {
		expect(await judge(exempt, address, name)).toMatch(/^c\.yaml:4(?:, where it is called \S+)?$/);
	});

	test.each([
		['a name that cannot be looked up', 'gone', '10.0.0.1'],
		['an agent that has not said who it is, behind a socket', '10.0.0.9', 'unix:/run/a.sock'],
	])('is not distinguished from others by %s, and they are exempt, too', async (_, exempt, address) => {
		expect(await judge(exempt, address)).toMatch(/where it may be the one called \S+ \(that name cannot be resolved\)$/);
	});

	test.each([
		['another port', '127.0.0.1:3910', 'localhost:3911', '127.0.0.1:3911'],
		['another machine', 'db1', 'db2', '10.0.0.2:2886'],
		['another socket', 'unix:/run/a.sock', 'unix:/run/b.sock', '10.0.0.9:2886'],
		['another machine, where the file names a socket', 'unix:/run/a.sock', 'db2', '10.0.0.2:2886'],
		['another port, where the file\'s name cannot be looked up', 'gone:1', '10.0.0.1', '10.0.0.1:2886'],
	])('is not taken for one at %s', async (_, exempt, address, name) => {
		expect(await judge(exempt, address, name)).toBeUndefined();
	});
});
