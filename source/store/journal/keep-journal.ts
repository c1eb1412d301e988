import {ownerLabel, topScreen} from '../locate.js';
import {type State} from '../state.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {transitionsBetween} from '../transitions.js';
import {addToJournal, journalRead} from './journal.js';

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
