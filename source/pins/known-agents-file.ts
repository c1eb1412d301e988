import {Buffer} from 'node:buffer';
import * as files from 'node:fs/promises';
import path from 'node:path';
import {makeStateFolder, privateFileMode} from '../system/state-folder.js';
import {readLine} from './known-agents-line.js';

/** What the file says: the key that counts for each agent, and the numbers of the lines that could not be read. */
export type KnownAgents = {readonly keys: ReadonlyMap<string, string>; readonly damaged: readonly number[]};

/** The file in which keys are kept. Both functions reject with the system's error; that there is no file yet is none. */
export type KnownAgentsFile = {
	readonly path: string;
	readonly read: () => Promise<KnownAgents>;
	readonly append: (lines: string) => Promise<void>;
};

const fileName = 'known_agents';
const lineBreak = 0x0A;
const permissionsOfOthers = 0o077;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const textOf = async (file: string): Promise<string> => {
	try {
		return await files.readFile(file, 'utf8');
	} catch (error) {
		if (isMissing(error)) {
			return '';
		}

		throw error;
	}
};

/** Of several lines for an agent the last accepted one counts; without one, the first: whoever comes later cannot take its place unseen. */
const parse = (text: string): KnownAgents => {
	const first = new Map<string, string>();
	const accepted = new Map<string, string>();
	const damaged: number[] = [];
	for (const [index, line] of text.split('\n').entries()) {
		const read = readLine(line);
		if (read.type === 'damaged') {
			damaged.push(index + 1);
		} else if (read.type === 'pin') {
			const {agent, publicKey, isAccepted} = read.pin;
			if (isAccepted) {
				accepted.set(agent, publicKey);
			} else if (!first.has(agent)) {
				first.set(agent, publicKey);
			}
		}
	}

	return {keys: new Map([...first, ...accepted]), damaged};
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
				const {size, mode} = await handle.stat();
				if ((mode & permissionsOfOthers) !== 0) {
					await handle.chmod(privateFileMode);
				}

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
