import {describeStateError, isOfOthers, stateFolder} from '../../lib/private-files.js';
import {fits, isSameKey, type KeyPins, type KnownKey, type OfferedKey} from '../types.js';
import {fingerprintOf} from './fingerprint.js';
import {type KnownAgents, type KnownAgentsFile, knownAgentsFile, writeLine} from './known-agents.js';
import {type PinNotice} from './messages.js';

/**
What happens with a key that was never seen before; a changed key is refused except under `any`.

- strict: refused until a person accepts it
- first-use: trusted if the user named the agent, refused if only another agent did
- accept-new: trusted, no matter who named the agent
- any: every key is trusted, even a changed one, and none is stored
*/
export type KeyPolicy = 'strict' | 'first-use' | 'accept-new' | 'any';

/** `own`: agents (keys) with their own policy, which also applies to agents that they name as members of their cluster. */
export type FleetKeyPolicy = {readonly all: KeyPolicy; readonly own: ReadonlyMap<string, KeyPolicy>};

export const usualKeyPolicy: FleetKeyPolicy = {all: 'first-use', own: new Map()};

/** Whether a key that was never seen is trusted. `isFound`: another agent named this one, not the user. */
export const trustsNewKey = (policy: KeyPolicy, isFound: boolean): boolean => {
	switch (policy) {
		case 'strict': {
			return false;
		}

		case 'first-use': {
			return !isFound;
		}

		case 'accept-new':
		case 'any': {
			return true;
		}
	}
};

type PinsDeps = {
	/** Undefined if no folder is known. */
	readonly file: KnownAgentsFile | undefined;
	/** Every key is accepted and none is stored. */
	readonly takesAny: boolean;
	/** ms since 1970. */
	readonly now: () => number;
	readonly onNotice: (news: PinNotice) => void;
};

/** Bits. Shorter keys come from old agents and can be broken. */
export const shortestKey = 1024;

type OfferedKeyCheck = {readonly agent: string; readonly offered: OfferedKey; readonly trustsNew: boolean; readonly settle: (known: KnownKey | undefined) => void};

const nothingKnown: KnownAgents = {keys: new Map(), damaged: [], unreadable: new Set(), wasOpen: false};

/** Keys stored in a file that other processes use too. A file problem is reported once; keys then last as long as the program runs. */
export const createPins = ({file, takesAny, now, onNotice}: PinsDeps): KeyPins => {
	// Keys that could not be written take precedence over the file.
	const unwritten = new Map<string, KnownKey>();
	const accepted = new Map<string, OfferedKey>();
	const short = new Set<string>();
	let waiting: OfferedKeyCheck[] = [];
	let isBusy = false;
	let isForgetful = false;
	let hasReportedDamage = false;
	/** Others could have written the file, so neither its lines nor the absence of a line counts. */
	let isForeign = false;
	let hasReportedForeign = false;

	const forgetful = (problem: string): void => {
		if (isForgetful) {
			return;
		}

		isForgetful = true;
		onNotice({type: 'forgetful', file: file?.path, problem});
	};

	const foreign = (error: unknown): void => {
		if (hasReportedForeign || !file) {
			return;
		}

		hasReportedForeign = true;
		onNotice({type: 'foreign', file: file.path, problem: describeStateError(error)});
	};

	const noticeLength = (agent: string, {bits}: OfferedKey): void => {
		if (bits >= shortestKey || short.has(agent)) {
			return;
		}

		short.add(agent);
		onNotice({type: 'short-key', agent, bits});
	};

	const read = async (): Promise<KnownAgents | undefined> => {
		if (!file) {
			forgetful('');
			return undefined;
		}

		try {
			const known = await file.read();
			isForeign = false;
			if (known.wasOpen) {
				onNotice({type: 'was-open', file: file.path});
			}

			if (known.damaged.length > 0 && !hasReportedDamage) {
				hasReportedDamage = true;
				onNotice({type: 'damaged', file: file.path, lines: known.damaged, agents: [...known.unreadable]});
			}

			return known;
		} catch (error) {
			isForeign = isOfOthers(error);
			if (isForeign) {
				foreign(error);
			} else {
				forgetful(describeStateError(error));
			}

			return undefined;
		}
	};

	const write = async (lines: string): Promise<boolean> => {
		try {
			await file?.append(lines);
			return file !== undefined;
		} catch (error) {
			if (!isForeign) {
				forgetful(describeStateError(error));
			}

			return false;
		}
	};

	const lineFor = (agent: string, {publicKey, isV2, bits}: OfferedKey, isAccepted: boolean): string =>
		writeLine({agent, publicKey, isV2, isAccepted}, bits, new Date(now()).toISOString());

	/** Writes the keys of new agents, then reads the file again: another process may have written a different key at the same moment. */
	const pin = async (newAgents: readonly OfferedKeyCheck[], isReadable: boolean): Promise<void> => {
		// If one agent offers several keys at once, the first counts.
		const firsts = new Map(newAgents.map(({agent, offered}) => [agent, offered] as const).toReversed());
		const isWritten = isReadable && await write([...firsts].map(([agent, offered]) => lineFor(agent, offered, false)).join(''));
		const after = isWritten ? await read() : undefined;
		for (const [agent, offered] of firsts) {
			const counts = after?.keys.get(agent) ?? offered;
			if (!after) {
				unwritten.set(agent, counts);
			} else if (isSameKey(counts.publicKey, offered.publicKey)) {
				onNotice({type: 'pinned', agent, fingerprint: fingerprintOf(counts.publicKey)});
			}

			for (const check of newAgents) {
				if (check.agent === agent) {
					check.settle(counts);
				}
			}
		}
	};

	/** Stores that agents whose keys are known accept v2 authentication. */
	const addV2 = async (checks: readonly OfferedKeyCheck[]): Promise<void> => {
		const first = new Map(checks.map(({agent, offered}) => [agent, offered] as const));
		const isWritten = await write([...first].map(([agent, offered]) => lineFor(agent, offered, false)).join(''));
		for (const {agent, offered, settle} of checks) {
			if (!isWritten) {
				unwritten.set(agent, offered);
			}

			settle(offered);
		}
	};

	const runCheck = async (checks: readonly OfferedKeyCheck[]): Promise<void> => {
		const known = await read();
		const {keys, unreadable} = known ?? nothingKnown;
		const newAgents: OfferedKeyCheck[] = [];
		const newlyV2: OfferedKeyCheck[] = [];
		for (const check of checks) {
			const {agent, offered, trustsNew, settle} = check;
			const counts = unwritten.get(agent) ?? keys.get(agent);
			if (counts === undefined && trustsNew && !isForeign && !unreadable.has(agent)) {
				newAgents.push(check);
			} else if (counts && !counts.isV2 && offered.isV2 && fits(counts, offered)) {
				newlyV2.push(check);
			} else {
				settle(counts);
			}
		}

		if (newAgents.length > 0) {
			await pin(newAgents, known !== undefined);
		}

		if (newlyV2.length > 0) {
			await addV2(newlyV2);
		}
	};

	/** Handles everything that arrived meanwhile in one go: a thousand agents need only a few reads. */
	const runChecks = async (): Promise<void> => {
		if (isBusy) {
			return;
		}

		isBusy = true;
		while (waiting.length > 0) {
			const checks = waiting;
			waiting = [];
			await runCheck(checks);
		}

		isBusy = false;
	};

	/** The accepted keys that are being written: without them, a program that ends would ask again. */
	let writing: Promise<unknown> = Promise.resolve();

	/** Writes all keys accepted so far in one go. */
	const writeAccepted = async (): Promise<void> => {
		await Promise.resolve();
		const keys = new Map(accepted);
		accepted.clear();
		const isWritten = await write([...keys].map(([agent, key]) => lineFor(agent, key, true)).join(''));
		for (const [agent, key] of isWritten ? keys : []) {
			if (unwritten.get(agent) === key) {
				unwritten.delete(agent);
			}
		}
	};

	return {
		async meet(agent, offered, trustsNew) {
			noticeLength(agent, offered);
			if (takesAny) {
				return offered;
			}

			return new Promise(resolve => {
				waiting.push({agent, offered, trustsNew, settle: resolve});
				void runChecks();
			});
		},
		accept(agent, key) {
			if (takesAny) {
				return;
			}

			unwritten.set(agent, key);
			const isFirst = accepted.size === 0;
			accepted.set(agent, key);
			if (isFirst) {
				writing = Promise.all([writing, writeAccepted()]);
			}
		},
		async stored() {
			await writing;
		},
	};
};

type Env = Readonly<Record<string, string | undefined>>;

/** The user's file of known keys; undefined if the environment names no folder for it. */
export const ownKnownAgents = (env: Env): KnownAgentsFile | undefined => {
	const folder = stateFolder(env);
	return folder === undefined ? undefined : knownAgentsFile(folder);
};

/** The keys that the user's agents are known by; for composition roots. */
export const openPins = ({env, ...options}: Omit<PinsDeps, 'file'> & {readonly env: Env}): KeyPins => createPins({...options, file: ownKnownAgents(env)});
