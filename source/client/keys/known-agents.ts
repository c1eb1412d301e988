// One line of `known_agents`, as in ssh's known_hosts: an optional mark, the agent, the kind of key, the key, "v2" if the agent accepted v2 authentication, and a comment for people.

import {Buffer} from 'node:buffer';
import path from 'node:path';
import {errorCode} from '../../lib/errno.js';
import {closeStateFile, makeStateFolder, openPrivateFile} from '../../lib/private-files.js';
import {isSameKey, type KnownKey} from '../types.js';

/** `isAccepted`: a person reviewed and accepted the key, so it replaces those on earlier lines. */
type Pin = KnownKey & {readonly agent: string; readonly isAccepted: boolean};

type ReadLine = {readonly type: 'pin'; readonly pin: Pin} | {readonly type: 'empty'} | {readonly type: 'damaged'};

const acceptedMark = '@accepted';

const kind = 'obshell-rsa';

const v2 = 'v2';

const agentPattern = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\]):\d{1,5}$/;

const base64Pattern = /^(?:[a-z\d+/]{4})+(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i;

const shortLength = 0x80;

/** Whether the bytes are one whole ASN.1 sequence: a truncated line must not pass for another key (X.690, section 8.1.3). */
const isWholeSequence = (bytes: Uint8Array): boolean => {
	const [tag, first = 0] = bytes;
	if (tag !== 0x30) {
		return false;
	}

	if (first < shortLength) {
		return bytes.length === 2 + first;
	}

	const count = first - shortLength;
	const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => (sum * 256) + byte, 0);
	return count > 0 && count < 5 && bytes.length === 2 + count + length;
};

const isKey = (text: string): boolean => base64Pattern.test(text) && isWholeSequence(Buffer.from(text, 'base64'));

/** What a line says; a line that cannot be parsed is damaged and gives no key. */
export const readLine = (line: string): ReadLine => {
	const words = line.trim().split(/\s+/);
	if (words[0] === '' || words[0]?.startsWith('#')) {
		return {type: 'empty'};
	}

	const isAccepted = words[0] === acceptedMark;
	const [agent = '', type, publicKey = '', auth] = isAccepted ? words.slice(1) : words;
	return agentPattern.test(agent) && type === kind && isKey(publicKey)
		? {type: 'pin', pin: {agent, publicKey, isV2: auth === v2, isAccepted}}
		: {type: 'damaged'};
};

/** The agents that a damaged line may be about. */
const namesIn = (line: string): readonly string[] => line.trim().split(/\s+/).filter(word => agentPattern.test(word));

/** The line for a pin, with its line break. `date` is when, ISO 8601. */
export const writeLine = ({agent, publicKey, isV2, isAccepted}: Pin, bits: number, date: string): string =>
	`${isAccepted ? `${acceptedMark} ` : ''}${agent} ${kind} ${publicKey} ${isV2 ? `${v2} ` : ''}${bits} bit, ${isAccepted ? 'accepted' : 'first seen'} ${date}\n`;

/**
What the file says.

- keys: the key that counts for each agent
- damaged: the numbers of unreadable lines
- unreadable: agents named only on such lines, whose keys are therefore unknown
- wasOpen: others could write the file, or replace it, until it was closed to them just now
*/
export type KnownAgents = {readonly keys: ReadonlyMap<string, KnownKey>; readonly damaged: readonly number[]; readonly unreadable: ReadonlySet<string>; readonly wasOpen: boolean};

/** The file that keeps keys. Both functions reject with the system's error. A missing file is no error; a file that is, or may be, another user's is not read (see `isOfOthers`). */
export type KnownAgentsFile = {
	readonly path: string;
	readonly read: () => Promise<KnownAgents>;
	readonly append: (lines: string) => Promise<void>;
};

const fileName = 'known_agents';

const lineBreak = 0x0A;

const textOf = async (file: string): Promise<{readonly text: string; readonly wasOpen: boolean}> => {
	try {
		const handle = await openPrivateFile(file, 'read');
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

/**
Of several lines for an agent the last accepted one counts, otherwise the first: a later line cannot replace a key unnoticed. A
later line with the same key can only add that the agent accepted v2 authentication.
*/
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
`known_agents` in a folder. The file only grows, by whole lines in single appending writes (open(2), O_APPEND), so several
processes need no lock and lose nothing; a crash leaves at worst one truncated last line.
*/
export const knownAgentsFile = (folder: string): KnownAgentsFile => {
	const file = path.join(folder, fileName);
	return {
		path: file,
		read: async () => parse(await textOf(file)),
		async append(lines) {
			await makeStateFolder(folder);
			const handle = await openPrivateFile(file, 'append');
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
