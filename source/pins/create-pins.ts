import {fingerprintOf} from '../client/fingerprint.js';
import {isSameKey, type KeyPins, type OfferedKey} from '../client/key-pins.js';
import {fileProblem, isForeignFile} from './file-problem.js';
import {type KnownAgents, type KnownAgentsFile} from './known-agents-file.js';
import {writeLine} from './known-agents-line.js';
import {type PinNews} from './pin-news.js';

/** What becomes of a key that nobody knows: taken on first use, or (`strict`) refused until somebody accepts it. `any`: every key is taken, and nothing is kept. */
export type KeyPolicy = 'first-use' | 'strict' | 'any';

export type PinsOptions = {
	/** Undefined where there is no place for it. */
	readonly file: KnownAgentsFile | undefined;
	readonly policy: KeyPolicy;
	/** Agents for which keys that nobody has accepted are refused, or are not, unlike for the rest. */
	readonly strict?: ReadonlyMap<string, boolean> | undefined;
	/** ms since 1970 */
	readonly now: () => number;
	readonly onNews: (news: PinNews) => void;
};

/** Shorter keys are those of old agents, and no match for who wants to break them. */
export const shortestKey = 1024;

type Meeting = {readonly agent: string; readonly offered: OfferedKey; readonly settle: (key: string | undefined) => void};

const nothingKnown: KnownAgents = {keys: new Map(), damaged: [], unreadable: new Set(), wasOpen: false};

/** Keys that are remembered in a file, beside other processes that do the same. What cannot be read or written is said once, and remembered as long as the program runs. */
export const createPins = ({file, policy, strict = new Map(), now, onNews}: PinsOptions): KeyPins => {
	// What could not be written counts before what is in the file.
	const unwritten = new Map<string, string>();
	const short = new Set<string>();
	let waiting: Meeting[] = [];
	let isBusy = false;
	let isForgetful = false;
	let hasToldOfDamage = false;
	/** The file is there, and others could have written it: what it says counts for nothing, and what it does not say neither. */
	let isForeign = false;
	let hasToldOfForeign = false;

	const forgetful = (problem: string): void => {
		if (isForgetful) {
			return;
		}

		isForgetful = true;
		onNews({type: 'forgetful', file: file?.path, problem});
	};

	const foreign = (): void => {
		if (hasToldOfForeign || !file) {
			return;
		}

		hasToldOfForeign = true;
		onNews({type: 'foreign', file: file.path});
	};

	const noticeLength = (agent: string, {bits}: OfferedKey): void => {
		if (bits >= shortestKey || short.has(agent)) {
			return;
		}

		short.add(agent);
		onNews({type: 'short-key', agent, bits});
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
				onNews({type: 'was-open', file: file.path});
			}

			if (known.damaged.length > 0 && !hasToldOfDamage) {
				hasToldOfDamage = true;
				onNews({type: 'damaged', file: file.path, lines: known.damaged, agents: [...known.unreadable]});
			}

			return known;
		} catch (error) {
			isForeign = isForeignFile(error);
			if (isForeign) {
				foreign();
			} else {
				forgetful(fileProblem(error));
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
				forgetful(fileProblem(error));
			}

			return false;
		}
	};

	const lineFor = (agent: string, {publicKey, bits}: OfferedKey, isAccepted: boolean): string =>
		writeLine({agent, publicKey, isAccepted}, bits, new Date(now()).toISOString());

	/** Writes the keys of agents that nobody knew, then looks who was first: another process may have met them at the same moment. */
	const pin = async (strangers: readonly Meeting[], isReadable: boolean): Promise<void> => {
		// Where one is offered several at once, the first.
		const firsts = new Map(strangers.map(({agent, offered}) => [agent, offered] as const).toReversed());
		const isWritten = isReadable && await write([...firsts].map(([agent, offered]) => lineFor(agent, offered, false)).join(''));
		const after = isWritten ? await read() : undefined;
		for (const [agent, {publicKey}] of firsts) {
			const counts = after?.keys.get(agent) ?? publicKey;
			if (!after) {
				unwritten.set(agent, counts);
			} else if (isSameKey(counts, publicKey)) {
				onNews({type: 'pinned', agent, fingerprint: fingerprintOf(counts)});
			}

			for (const meeting of strangers) {
				if (meeting.agent === agent) {
					meeting.settle(counts);
				}
			}
		}
	};

	const attend = async (meetings: readonly Meeting[]): Promise<void> => {
		const known = await read();
		const {keys, unreadable} = known ?? nothingKnown;
		const strangers: Meeting[] = [];
		for (const meeting of meetings) {
			const {agent, settle} = meeting;
			const key = unwritten.get(agent) ?? keys.get(agent);
			const isStrict = (strict.get(agent) ?? (policy === 'strict')) || isForeign || unreadable.has(agent);
			if (key === undefined && !isStrict) {
				strangers.push(meeting);
			} else {
				settle(key);
			}
		}

		if (strangers.length > 0) {
			await pin(strangers, known !== undefined);
		}
	};

	/** All that came meanwhile together: a thousand agents are met with a few reads. */
	const attendAll = async (): Promise<void> => {
		if (isBusy) {
			return;
		}

		isBusy = true;
		while (waiting.length > 0) {
			const meetings = waiting;
			waiting = [];
			await attend(meetings);
		}

		isBusy = false;
	};

	return {
		async meet(agent, offered) {
			noticeLength(agent, offered);
			if (policy === 'any') {
				return offered.publicKey;
			}

			return new Promise(resolve => {
				waiting.push({agent, offered, settle: resolve});
				void attendAll();
			});
		},
		accept(agent, key) {
			if (policy === 'any') {
				return;
			}

			unwritten.set(agent, key.publicKey);
			void write(lineFor(agent, key, true)).then(isWritten => {
				if (isWritten && unwritten.get(agent) === key.publicKey) {
					unwritten.delete(agent);
				}
			});
		},
	};
};
