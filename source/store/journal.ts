import {type Timestamp} from '../lib/time.js';
import {type Journal, type JournalEntry, type Transition} from './changes.js';
import {ownerLabel, topScreen} from './lookup.js';
import {type State} from './state.js';
import {isLoud, transitionsBetween} from './transitions.js';

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
const addToJournal = (journal: Journal, transitions: readonly Transition[], {at, labelOf}: {readonly at: Timestamp; readonly labelOf: (owner: string) => string}): Journal => {
	const total = totalOf(journal);
	const added = transitions.map((transition, index): JournalEntry => ({number: total + index, at, label: labelOf(transition.owner), transition}));
	const entries = [...journal.entries, ...added].slice(-journalLimit);
	const next = {...journal, entries, dropped: total + added.length - entries.length};
	return withAbsence(journal.lastKeyAt === undefined ? {...next, lastKeyAt: at} : next, at);
};

/** Somebody pressed a key. */
export const keyPressed = (journal: Journal, now: Timestamp): Journal => ({...withAbsence(journal, now), lastKeyAt: now, seen: totalOf(journal)});

/** What was new was looked at. */
const journalRead = (journal: Journal): Journal => journal.newFrom === undefined ? journal : {...journal, newFrom: undefined, awaySince: undefined};

/** How many of what is new a person should hear of. */
export const newsOf = ({entries, newFrom}: Journal): number =>
	newFrom === undefined ? 0 : entries.filter(({number, transition}) => number >= newFrom && isLoud(transition)).length;

/** Writes into the journal what an event changed. */
export const keepJournal = (before: State, after: State, at: Timestamp): State => {
	const transitions = before === after ? [] : transitionsBetween(before, after);
	// In a replay nobody was away.
	const journal = after.replay ? {...after.journal, lastKeyAt: at} : after.journal;
	return transitions.length === 0
		? after
		: {...after, journal: addToJournal(journal, transitions, {at, labelOf: owner => ownerLabel(after, owner)})};
};

/** What was new has been looked at once the journal is left again. */
export const closeJournal = (before: State, after: State): State => {
	const isLeft = topScreen(before).type === 'journal' && after.view.stack.every(({type}) => type !== 'journal');
	const journal = isLeft ? journalRead(after.journal) : after.journal;
	return journal === after.journal ? after : {...after, journal};
};
