import {type Timestamp} from '../../protocol/timestamp.js';
import {isLoud, type Transition} from '../transitions.js';

/** `number` counts all that ever were, from 0; `at` is our clock; `owner` in words, since who it was may be gone by then. */
export type JournalEntry = {readonly number: number; readonly at: Timestamp; readonly label: string; readonly transition: Transition};

/**
What was seen to change, oldest first.

- dropped: how many older ones were let go of
- lastKeyAt, total then: when a key was pressed last, and how many entries there were by then
- newFrom: the number of the first entry that came while nobody pressed a key for a minute and more; undefined where there is none, or once they were looked at
*/
export type Journal = {
	readonly entries: readonly JournalEntry[];
	readonly dropped: number;
	readonly lastKeyAt: Timestamp | undefined;
	readonly seen: number;
	readonly newFrom: number | undefined;
	/** When the pause began in which the new ones came. */
	readonly awaySince: Timestamp | undefined;
};

export const emptyJournal: Journal = {entries: [], dropped: 0, lastKeyAt: undefined, seen: 0, newFrom: undefined, awaySince: undefined};

/** How many entries are kept. */
export const journalLimit = 1000;

/** Nobody was there: without a key for so long, ms. */
export const awayAfter = 60_000;

const totalOf = ({entries, dropped}: Journal): number => dropped + entries.length;

/** Marks what came since the last key, where that is long enough ago. What was new already stays so. */
const withAbsence = (journal: Journal, now: Timestamp): Journal => {
	const {lastKeyAt, seen, newFrom} = journal;
	const isAway = lastKeyAt !== undefined && now - lastKeyAt >= awayAfter && seen < totalOf(journal);
	return isAway && newFrom === undefined ? {...journal, newFrom: seen, awaySince: lastKeyAt} : journal;
};

/** Takes in what changed at that time. Whoever has just started the program counts as being there. */
export const addToJournal = (journal: Journal, transitions: readonly Transition[], {at, labelOf}: {readonly at: Timestamp; readonly labelOf: (owner: string) => string}): Journal => {
	const total = totalOf(journal);
	const added = transitions.map((transition, index): JournalEntry => ({number: total + index, at, label: labelOf(transition.owner), transition}));
	const entries = [...journal.entries, ...added].slice(-journalLimit);
	const next = {...journal, entries, dropped: total + added.length - entries.length};
	return withAbsence(journal.lastKeyAt === undefined ? {...next, lastKeyAt: at} : next, at);
};

/** Somebody pressed a key. */
export const keyPressed = (journal: Journal, now: Timestamp): Journal => ({...withAbsence(journal, now), lastKeyAt: now, seen: totalOf(journal)});

/** What was new was looked at. */
export const journalRead = (journal: Journal): Journal => journal.newFrom === undefined ? journal : {...journal, newFrom: undefined, awaySince: undefined};

/** How many of what is new a person should hear of. */
export const newsOf = ({entries, newFrom}: Journal): number =>
	newFrom === undefined ? 0 : entries.filter(({number, transition}) => number >= newFrom && isLoud(transition)).length;
