import {lookup} from 'node:dns/promises';
import {realpath} from 'node:fs/promises';
import {networkInterfaces} from 'node:os';
import {type Names} from './left-alone.js';

/** What the system knows of hosts and paths, for composition roots. */
export const systemNames: Names = {
	async lookUp(host) {
		const found = await lookup(host, {all: true});
		return found.map(({address}) => address);
	},
	own: () => Object.values(networkInterfaces()).flatMap(list => list?.map(({address}) => address) ?? []),
	realPath: async path => realpath(path),
};
