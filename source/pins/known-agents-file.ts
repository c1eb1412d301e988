import {Buffer} from 'node:buffer';
import * as files from 'node:fs/promises';
import path from 'node:path';
import {isSameKey, type KnownKey} from '../client/key-pins.js';
import {errorCode} from '../system/errno.js';
import {closeStateFile, makeStateFolder, privateFileMode} from '../system/state-folder.js';
import {namesIn, readLine} from './known-agents-line.js';

/**
What the file says.

- keys: what counts for each agent
- damaged: the numbers of the lines that could not be read
- unreadable: agents that such a line names, and no other: they were met before, and it is not known with which key
- wasOpen: others could write the file, or put another one in its place, until it was closed to them just now
*/
export type KnownAgents = {readonly keys: ReadonlyMap<string, KnownKey>; readonly damaged: readonly number[]; readonly unreadable: ReadonlySet<string>; readonly wasOpen: boolean};

/** The file in which keys are kept. Both functions reject with the system's error; that there is no file yet is none; a file that belongs to somebody else, or cannot be closed to others, is not read (`EFOREIGN`). */
export type KnownAgentsFile = {
	readonly path: string;
	readonly read: () => Promise<KnownAgents>;
	readonly append: (lines: string) => Promise<void>;
};

const fileName = 'known_agents';
const lineBreak = 0x0A;

const textOf = async (file: string): Promise<{readonly text: string; readonly wasOpen: boolean}> => {
	try {
		const handle = await files.open(file, 'r');
		try {
			const wasOpen = await closeStateFile(path.dirname(file), handle);
			return {text: await handle.readFile('utf8'), wasOpen};
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return {text: '', wasOpen: false};
		}

		throw error;
	}
};

/** Of several lines for an agent the last accepted one counts; without one, the first: whoever comes later cannot take its place unseen. A later line with the same key can only add that the agent took v2 authentication. */
const parse = ({text, wasOpen}: {readonly text: string; readonly wasOpen: boolean}): KnownAgents => {
	const keys = new Map<string, KnownKey>();
	const damaged: number[] = [];
	const named: string[] = [];
	for (const [index, line] of text.split('\n').entries()) {
		const read = readLine(line);
		if (read.type === 'damaged') {
			damaged.push(index + 1);
			named.push(...namesIn(line));
		} else if (read.type === 'pin') {
			const {agent, isAccepted, publicKey, isV2} = read.pin;
			const before = keys.get(agent);
			if (isAccepted || !before || (isV2 && isSameKey(before.publicKey, publicKey))) {
				keys.set(agent, {publicKey, isV2});
			}
		}
	}

	return {keys, damaged, unreadable: new Set(named.filter(agent => !keys.has(agent))), wasOpen};
};

/**
`known_agents` in a folder. It only ever grows, by whole lines in one write each, which the system puts one behind the other whoever writes (open(2), O_APPEND): several processes need no lock, nothing that somebody wrote is ever lost, and a process that dies leaves at worst a last line that is cut off.
*/
export const knownAgentsFile = (folder: string): KnownAgentsFile => {
	const file = path.join(folder, fileName);
	return {
		path: file,
		read: async () => parse(await textOf(file)),
		async append(lines) {
			await makeStateFolder(folder);
			const handle = await files.open(file, 'a+', privateFileMode);
			try {
				await closeStateFile(folder, handle);
				const {size} = await handle.stat();
				const last = new Uint8Array(1);
				await handle.read(last, 0, 1, Math.max(0, size - 1));
				const isCutOff = size > 0 && last[0] !== lineBreak;
				const bytes = Buffer.from(isCutOff ? `\n${lines}` : lines);
				const {bytesWritten} = await handle.write(bytes);
				if (bytesWritten < bytes.length) {
					throw Object.assign(new Error('not all of it could be written'), {code: 'ENOSPC'});
				}
			} finally {
				await handle.close();
			}
		},
	};
};
