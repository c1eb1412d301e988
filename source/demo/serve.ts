import {createPrivateKey, type KeyObject} from 'node:crypto';
import {rename, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {closeStateFile, describeStateError, makeStateFolder, openPrivateFile} from '../lib/private-files.js';
import {type DemoKeyPair, type KeyBits} from './crypto.js';

// The key of a simulated agent that is started alone: kept in a file, so that it survives a restart like a real agent's.

/** `problem`: a line for the user, about a key that is new although there was a file, or that is only in memory. */
type KeptKey = {readonly key: DemoKeyPair; readonly problem?: string};

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
	const handle = await openPrivateFile(file, 'read');
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
		const handle = await openPrivateFile(draft, 'new');
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

const notKept = (file: string, error: unknown): string => messages().usage.demoAgent.notKept(file, describeStateError(error));

/** The key of the agent on that port with that seed: `demo-keys/PORT-SEED.pem` in the state folder, created if missing. Rejects only if no key can be made. */
export const keptKey = async (stateFolder: string | undefined, {port, seed, bits = 1024}: {readonly port: number; readonly seed: number; readonly bits?: KeyBits}): Promise<KeptKey> => {
	const {generateDemoKey, pairOf} = await import('./demo-fleet.js');
	if (stateFolder === undefined) {
		return {key: await generateDemoKey(bits), problem: messages().usage.demoAgent.noFolder};
	}

	const file = path.join(stateFolder, 'demo-keys', `${port}-${seed}.pem`);
	let problem: string | undefined;
	try {
		const kept = await readKey(file, bits);
		if (kept) {
			return {key: pairOf(bits, kept)};
		}

		problem = messages().usage.demoAgent.unusable(file);
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

type DemoAgentRun = {
	/** A port of 127.0.0.1; 0 takes a free one. */
	readonly port: number;
	/** If given, it is required, which makes the agent a MASTER: a SINGLE one would accept anything. */
	readonly rootPassword?: string | undefined;
	readonly agentPassword?: string | undefined;
	/** One of `scenarioNames`; default `initialize`. */
	readonly scenario?: string | undefined;
	readonly seed?: number | undefined;
	readonly speed?: number | undefined;
};

type DemoAgentDeps = {
	readonly write: (text: string) => void;
	/** Where its key is kept; undefined if there is no such folder. */
	readonly stateFolder: string | undefined;
	/** Ends the agent. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
};

const passwordLine = ({root, agent, isPromoted}: {readonly root: boolean; readonly agent: boolean; readonly isPromoted: boolean}): string => {
	const {demoAgent: words} = messages().usage;
	if (root) {
		return agent ? words.needsEither : words.needsRoot;
	}

	return agent ? words.needsAgent : (isPromoted ? words.acceptsAnyAndJoins : words.acceptsAny);
};

/** Runs one simulated agent until the signal aborts. Rejects with the system's error if it cannot listen on the port, and for an unknown scenario. */
export const serveDemoAgent = async (options: DemoAgentRun, {write, stateFolder, signal, clock}: DemoAgentDeps): Promise<void> => {
	const {port, rootPassword, agentPassword, scenario: name = 'initialize', seed = 1, speed = 1} = options;
	const {findScenario, joinsCluster, startDemoAgent} = await import('./demo-fleet.js');
	const scenario = findScenario(name);
	if (!scenario) {
		throw new Error(`there is no scenario "${name}"`);
	}

	if (signal.aborted) {
		return;
	}

	const isPromoted = joinsCluster(scenario);
	let kept: Promise<KeptKey> | undefined;
	const agent = await startDemoAgent({
		clock, seed, speed, scenario, port,
		async keyPair(own) {
			kept = keptKey(stateFolder, {port: own, seed});
			const {key} = await kept;
			return key;
		},
		...(rootPassword === undefined ? {takesAnyPassword: true} : {rootPassword}),
		...((isPromoted || rootPassword !== undefined) && {identity: 'MASTER'}),
		...(agentPassword !== undefined && {agentPassword}),
	});
	const host = agent.label;
	const problem = await kept?.then(key => key.problem, String);
	const words = messages().usage.demoAgent;
	write(`${words.listens(agent.address, name)}\n`);
	write(`${passwordLine({root: rootPassword !== undefined, agent: agentPassword !== undefined, isPromoted})}\n`);
	if (problem !== undefined) {
		write(`${problem}\n`);
	}

	write(`${words.how(host)}\n`);
	try {
		await new Promise<void>(resolve => {
			if (signal.aborted) {
				resolve();
				return;
			}

			signal.addEventListener('abort', () => {
				resolve();
			}, {once: true});
		});
	} finally {
		await agent.stop();
	}
};
