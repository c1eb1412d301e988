import {messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {isFault, outcomeLabel} from '../../protocol/outcome.js';
import {type JournalEntry, type Transition} from '../../store/changes.js';
import {followJournal, type Store} from '../../store/store.js';
import {isEnd, isPart} from '../../store/transitions.js';

// The terminal's bell and title report a task's end to a user who is not looking at the screen.

const escape = '\u001B';

const bell = '\u0007';

const stringEnd = `${escape}\\`;

const longest = 100;

/** Sequences that set a terminal's title, and restore it. tmux uses it as the window's name, too, if allowed (allow-rename). */
const titles = {
	save: `${escape}[22;2t`,
	restore: `${escape}[23;2t`,
	set: (text: string): string => `${escape}]2;${text}${bell}`,
	nameWindow: (text: string): string => `${escape}k${text}${stringEnd}`,
} as const;

type End = JournalEntry & {readonly transition: Extract<Transition, {type: 'outcome-changed'}>};

const isEndEntry = (entry: JournalEntry): entry is End => isEnd(entry.transition);

/** "failed: Initialize cluster (10.0.0.1:2886)". Task names are made printable once more, because here they are inside a control sequence. */
export const titleOf = ({label, transition: {outcome, name}}: End): string =>
	printable(messages().screens.title(outcomeLabel(outcome), name, label)).slice(0, longest).toWellFormed();

export type TerminalNotifierDeps = {
	readonly store: Store;
	/** Writes control sequences that draw nothing. */
	readonly write: (sequence: string) => void;
	readonly hasBell: boolean;
	readonly hasTitle: boolean;
	/** Whether the terminal is tmux, whose windows have names beside the titles of their panes. */
	readonly isTmux: boolean;
};

/**
Rings once for all tasks that ended with one event, and puts one of them into the title, rather a fault than a success. Returns what ends it
and gives the sequence that restores the terminal's title.
*/
export const createTerminalNotifier = ({store, write, hasBell, hasTitle, isTmux}: TerminalNotifierDeps): (() => string) => {
	let hasSaved = false;

	const entitle = (text: string): void => {
		write(`${hasSaved ? '' : titles.save}${titles.set(text)}${isTmux ? titles.nameWindow(text) : ''}`);
		hasSaved = true;
	};

	const stop = followJournal(store, (entries, state) => {
		const ends = entries.filter(entry => isEndEntry(entry)).filter(({transition}) => isFault(transition.outcome) || !isPart(state, transition));
		const told = ends.findLast(({transition}) => isFault(transition.outcome)) ?? ends.at(-1);
		if (!told) {
			return;
		}

		if (hasBell) {
			write(bell);
		}

		if (hasTitle) {
			entitle(titleOf(told));
		}
	});

	return () => {
		stop();
		// Without a name tmux goes back to its own.
		return hasSaved ? `${titles.restore}${isTmux ? titles.nameWindow('') : ''}` : '';
	};
};
