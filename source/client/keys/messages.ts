import {printable} from '../../lib/printable.js';

/**
What people should hear about keys, each once.

- pinned: seen for the first time, and known from now on
- short-key: fewer than 1024 bits, so recorded traffic could be decrypted
- foreign: others can write the file and it cannot be closed to them, so no key is known and none is trusted unseen
- was-open: others could write the file until now
- damaged: the numbers of unreadable lines, and the agents that they name, which are not trusted unseen
- forgetful: the file cannot be read or written, so keys are known only while the program runs; `file` is undefined if there is no
folder for it
*/
export type PinNotice =
	| {readonly type: 'pinned'; readonly agent: string; readonly fingerprint: string}
	| {readonly type: 'short-key'; readonly agent: string; readonly bits: number}
	| {readonly type: 'damaged'; readonly file: string; readonly lines: readonly number[]; readonly agents: readonly string[]}
	| {readonly type: 'foreign'; readonly file: string}
	| {readonly type: 'was-open'; readonly file: string}
	| {readonly type: 'forgetful'; readonly file: string | undefined; readonly problem: string};

const lines = (numbers: readonly number[]): string => numbers.length === 1 ? `line ${numbers[0] ?? 0}` : `${numbers.length} lines (the first is ${numbers[0] ?? 0})`;

/** What to do about agents whose line can no longer be read. */
const unknownText = ([first, ...others]: readonly string[]): string => first === undefined
	? ''
	: `: the key of ${others.length === 0 ? first : `${others.length + 1} agents`} must be accepted anew (obwatch trust)`;

const sentence = (notices: PinNotice): string => {
	switch (notices.type) {
		case 'pinned': {
			return `new key of ${notices.agent} pinned: ${notices.fingerprint}`;
		}

		case 'short-key': {
			return `the key of ${notices.agent} has ${notices.bits} bit: who listens in could work out the password`;
		}

		case 'damaged': {
			return `${lines(notices.lines)} of ${printable(notices.file)} cannot be read, and is left out${unknownText(notices.agents)}`;
		}

		case 'foreign': {
			return `${printable(notices.file)} is not used: other users can write it, or its folder; make it yours alone (chown, chmod 600), or remove it`;
		}

		case 'was-open': {
			return `other users could write ${printable(notices.file)} or its folder until now (closed): look through its lines`;
		}

		case 'forgetful': {
			return notices.file === undefined
				? 'keys of agents are not remembered: HOME is not set'
				: `keys of agents are not remembered: ${printable(notices.file)}: ${notices.problem}`;
		}
	}
};

const rank: Readonly<Record<PinNotice['type'], number>> = {foreign: 0, 'was-open': 1, forgetful: 2, damaged: 3, 'short-key': 4, pinned: 5};

/** Several notices in as few sentences as possible, the most serious first; printable. */
export const pinNoticeText = (notices: readonly PinNotice[]): string => {
	const pinned = notices.filter(({type}) => type === 'pinned');
	const others = notices.filter(({type}) => type !== 'pinned').toSorted((one, other) => rank[one.type] - rank[other.type]);
	const together = pinned.length > 1 ? [`new keys of ${pinned.length} agents pinned`] : pinned.map(item => sentence(item));
	return [...others.map(item => sentence(item)), ...together].join('; ');
};
