import {type Timestamp} from '../../lib/time.js';
import {type JournalEntry, type Transition} from '../changes.js';
import {newsOf} from '../journal.js';
import {type Screen, type State} from '../state.js';
import {isLoud} from '../transitions.js';
import {selectedIndexOf, windowOf, windowTop} from './basics.js';
import {changeWords, type JournalRow} from './change-words.js';
import {shownText} from './connection.js';
import {type Window} from './view-types.js';

/** The entries as rows, newest first, keyed by their numbers. */
export const journalRows = (state: State): ReadonlyArray<{readonly key: string; readonly entry: JournalEntry}> =>
	state.journal.entries.toReversed().map(entry => ({key: String(entry.number), entry}));

const shownChange = (state: State, transition: Transition): ReturnType<typeof changeWords> => {
	const words = changeWords(transition);
	return transition.type === 'agent-troubled' ? {...words, detail: shownText(state, transition.problem)} : words;
};

/** The journal of changes, newest first. */
export const selectJournal = (state: State, screen: Extract<Screen, {type: 'journal'}>, height: number): JournalView => {
	const {journal} = state;
	const rows = journalRows(state);
	const selected = selectedIndexOf(rows, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: rows.length,
	});
	const newFrom = journal.newFrom ?? Infinity;
	return {
		type: 'journal',
		breadcrumb: ['journal'],
		dropped: journal.dropped,
		news: newsOf(journal),
		awaySince: journal.awaySince,
		list: windowOf(rows, {top, height}, ({key, entry: {number, at, label, transition}}, index): JournalRow => ({
			key, at, owner: label, ...shownChange(state, transition),
			isBad: transition.type === 'agent-troubled' || transition.type === 'task-failing',
			isQuiet: !isLoud(transition),
			isNew: number >= newFrom && isLoud(transition),
			isSelected: index === selected,
		})),
	};
};

export type JournalView = {
	readonly type: 'journal';
	readonly breadcrumb: readonly string[];
	readonly dropped: number;
	readonly news: number;
	readonly awaySince: Timestamp | undefined;
	readonly list: Window<JournalRow>;
};
