// The key of a simulated agent that is started alone: kept in a file, so that it survives a restart like a real agent's.

import {createPrivateKey, type KeyObject} from 'node:crypto';
import {constants, open, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from '../lib/errno.js';
import {closeStateFile, describeStateError, makeStateFolder, privateFileMode} from '../lib/private-files.js';
import {type DemoKeyPair, generateDemoKey, type KeyBits, pairOf} from './crypto.js';

/** `problem`: a line for the user, about a key that is new although there was a file, or that is only in memory. */
export type KeptKey = {readonly key: DemoKeyPair; readonly problem?: string};

const {O_RDONLY, O_NOFOLLOW, O_NONBLOCK} = constants;

const longestFile = 10_000;

const keyIn = (text: string, bits: KeyBits): KeyObject | undefined => {
	try {
		const key = createPrivateKey(text);
		return key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === bits ? key : undefined;
	} catch {
		// The parser's message describes bytes; for the user it is simply not a key.
		return undefined;
	}
};

/** The key in a file; undefined if it holds no usable one. Rejects with the system's error. */
const readKey = async (file: string, bits: KeyBits): Promise<KeyObject | undefined> => {
	// Does not block on a pipe in its place.
	const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	try {
		const {size} = await handle.stat();
		const wasOpen = await closeStateFile(path.dirname(file), handle);
		return wasOpen || size > longestFile ? undefined : keyIn(await handle.readFile('utf8'), bits);
	} finally {
		await handle.close();
	}
};

/** Atomically replaces whatever is there with a key. */
const writeKey = async (file: string, {privateKey}: DemoKeyPair): Promise<void> => {
	await makeStateFolder(path.dirname(file));
	const draft = `${file}.${process.pid}`;
	try {
		const handle = await open(draft, 'wx', privateFileMode);
		try {
			await handle.writeFile(privateKey.export({type: 'pkcs8', format: 'pem'}));
		} finally {
			await handle.close();
		}

		await rename(draft, file);
	} catch (error) {
		await rm(draft, {force: true}).catch(() => undefined);
		throw error;
	}
};

const notKept = (file: string, error: unknown): string => `${file}: ${describeStateError(error)}. The next start has another key.`;

/** The key of the agent on that port with that seed: `demo-keys/PORT-SEED.pem` in the state folder, created if missing. Rejects only if no key can be made. */
export const keptKey = async (stateFolder: string | undefined, {port, seed, bits = 1024}: {readonly port: number; readonly seed: number; readonly bits?: KeyBits}): Promise<KeptKey> => {
	if (stateFolder === undefined) {
		return {key: await generateDemoKey(bits), problem: 'Neither XDG_STATE_HOME nor HOME names a folder for its key. The next start has another key.'};
	}

	const file = path.join(stateFolder, 'demo-keys', `${port}-${seed}.pem`);
	let problem: string | undefined;
	try {
		const kept = await readKey(file, bits);
		if (kept) {
			return {key: pairOf(bits, kept)};
		}

		problem = `${file}: no key that can be used. A new one takes its place.`;
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') {
			return {key: await generateDemoKey(bits), problem: notKept(file, error)};
		}
	}

	const key = await generateDemoKey(bits);
	try {
		await writeKey(file, key);
		return problem === undefined ? {key} : {key, problem};
	} catch (error) {
		return {key, problem: notKept(file, error)};
	}
};
