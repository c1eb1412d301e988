import {messages, type Messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';

/**
What people should hear about keys, each once. `problem`: a few plain words, without the file.

- pinned: seen for the first time, and known from now on
- short-key: fewer than 1024 bits, so recorded traffic could be decrypted
- foreign: what has its name is, or may be, another user's, so no key is known and none is trusted unseen
- was-open: others could write the file until now
- damaged: the numbers of unreadable lines, and the agents that they name, which are not trusted unseen
- forgetful: the file cannot be read or written, so keys are known only while the program runs; `file` is undefined if there is no folder for it
*/
export type PinNotice =
	| {readonly type: 'pinned'; readonly agent: string; readonly fingerprint: string}
	| {readonly type: 'short-key'; readonly agent: string; readonly bits: number}
	| {readonly type: 'damaged'; readonly file: string; readonly lines: readonly number[]; readonly agents: readonly string[]}
	| {readonly type: 'foreign'; readonly file: string; readonly problem: string}
	| {readonly type: 'was-open'; readonly file: string}
	| {readonly type: 'forgetful'; readonly file: string | undefined; readonly problem: string};

const sentence = (notice: PinNotice, {keys}: Messages['agents']): string => {
	switch (notice.type) {
		case 'pinned': {
			return keys.trusted(notice.agent, notice.fingerprint);
		}

		case 'short-key': {
			return keys.short(notice.agent, notice.bits);
		}

		case 'damaged': {
			const file = printable(notice.file);
			return notice.agents.length === 0 ? keys.damaged(file, notice.lines) : keys.damagedOf(file, notice.lines, notice.agents);
		}

		case 'foreign': {
			return keys.foreign(printable(notice.file), notice.problem);
		}

		case 'was-open': {
			return keys.wasOpen(printable(notice.file));
		}

		case 'forgetful': {
			return notice.file === undefined ? keys.notStoredAnywhere : keys.notStored(printable(notice.file), notice.problem);
		}
	}
};

const rank: Readonly<Record<PinNotice['type'], number>> = {foreign: 0, 'was-open': 1, forgetful: 2, damaged: 3, 'short-key': 4, pinned: 5};

/** Several notices in as few sentences as possible, the most serious first; printable. */
export const pinNoticeText = (notices: readonly PinNotice[]): string => {
	const pinned = notices.filter(({type}) => type === 'pinned');
	const others = notices.filter(({type}) => type !== 'pinned').toSorted((one, other) => rank[one.type] - rank[other.type]);
	const {agents} = messages();
	const together = pinned.length > 1 ? [agents.keys.trustedMany(pinned.length)] : pinned.map(item => sentence(item, agents));
	return agents.and([...others.map(item => sentence(item, agents)), ...together]);
};
