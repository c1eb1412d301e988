import {type Timestamp} from '../lib/time.js';
import {type Journal, type JournalEntry, type Transition} from './changes.js';
import {ownerLabel, topScreen} from './lookup.js';
import {type State} from './state.js';
import {isLoud, transitionsBetween} from './transitions.js';

export const journalLimit = 1000;

/** After so long without a key, in ms, the user counts as away. */
export const awayAfter = 60_000;

const totalOf = ({entries, dropped}: Journal): number => dropped + entries.length;

/** Marks what came since the last key, if that is long enough ago. Entries that are already marked stay so. */
const withAbsence = (journal: Journal, now: Timestamp): Journal => {
	const {lastKeyAt, seen, newFrom} = journal;
	const isAway = lastKeyAt !== undefined && now - lastKeyAt >= awayAfter && seen < totalOf(journal);
	return isAway && newFrom === undefined ? {...journal, newFrom: seen, awaySince: lastKeyAt} : journal;
};

/** Adds what changed. At the start of the program the user counts as present. */
const addToJournal = (journal: Journal, transitions: readonly Transition[], {at, labelOf}: {readonly at: Timestamp; readonly labelOf: (owner: string) => string}): Journal => {
	const total = totalOf(journal);
	const added = transitions.map((transition, index): JournalEntry => ({number: total + index, at, label: labelOf(transition.owner), transition}));
	const entries = [...journal.entries, ...added].slice(-journalLimit);
	const next = {...journal, entries, dropped: total + added.length - entries.length};
	return withAbsence(journal.lastKeyAt === undefined ? {...next, lastKeyAt: at} : next, at);
};

/** The user pressed a key. */
export const keyPressed = (journal: Journal, now: Timestamp): Journal => ({...withAbsence(journal, now), lastKeyAt: now, seen: totalOf(journal)});

/** The user has seen what was new. */
const journalRead = (journal: Journal): Journal => journal.newFrom === undefined ? journal : {...journal, newFrom: undefined, awaySince: undefined};

/** How many new entries to mention. */
export const newsOf = ({entries, newFrom}: Journal): number =>
	newFrom === undefined ? 0 : entries.filter(({number, transition}) => number >= newFrom && isLoud(transition)).length;

/** Adds what an event changed to the journal. */
export const keepJournal = (before: State, after: State, at: Timestamp): State => {
	const transitions = before === after ? [] : transitionsBetween(before, after);
	// In a replay the user was never away.
	const journal = after.replay ? {...after.journal, lastKeyAt: at} : after.journal;
	return transitions.length === 0
		? after
		: {...after, journal: addToJournal(journal, transitions, {at, labelOf: owner => ownerLabel(after, owner)})};
};

/** New entries count as seen once the journal is closed. */
export const closeJournal = (before: State, after: State): State => {
	const isLeft = topScreen(before).type === 'journal' && after.view.stack.every(({type}) => type !== 'journal');
	const journal = isLeft ? journalRead(after.journal) : after.journal;
	return journal === after.journal ? after : {...after, journal};
};
