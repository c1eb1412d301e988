import {type Timestamp} from '../../lib/time.js';
import {isFault, type Outcome} from '../../protocol/outcome.js';
import {type JournalEntry, type Transition} from '../changes.js';
import {newsOf} from '../journal.js';
import {type Screen, type State} from '../state.js';
import {isLoud} from '../transitions.js';
import {numberedName, selectedIndexOf, windowOf, windowTop} from './basics.js';
import {problemText, shownText} from './connection.js';
import {type Window} from './view-types.js';

const agentWords = {
	'agent-restarted': 'restarted', 'agent-joined': 'joined', 'agent-left': 'left its cluster', 'agent-returned': 'is back in its cluster',
} as const;

type TaskTransition = Extract<Transition, {id: string}>;

const stageText = ({stage, stages}: TaskTransition): string => `stage ${stage}/${stages}`;

/** What happened, and to what. A task's outcome needs no further words. */
export const describeChange = (transition: Transition): Pick<JournalRow, 'outcome' | 'event' | 'task' | 'detail'> => {
	switch (transition.type) {
		case 'task-begun': {
			return {outcome: undefined, event: 'began', task: numberedName(transition), detail: ''};
		}

		case 'task-moved': {
			return {outcome: undefined, event: stageText(transition), task: numberedName(transition), detail: transition.stageName ?? ''};
		}

		case 'task-failing': {
			const {why} = transition;
			return {outcome: undefined, event: 'failing', task: numberedName(transition), detail: why ?? stageText(transition)};
		}

		case 'outcome-changed': {
			const {outcome, why} = transition;
			return {outcome, event: '', task: numberedName(transition), detail: why ?? (isFault(outcome) && transition.stages > 0 ? stageText(transition) : '')};
		}

		case 'agent-troubled': {
			return {outcome: undefined, event: transition.trouble, task: '', detail: problemText(transition.problem)};
		}

		case 'agent-recovered': {
			return {outcome: undefined, event: 'answers again', task: '', detail: ''};
		}

		case 'agent-restarted':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return {outcome: undefined, event: agentWords[transition.type], task: '', detail: ''};
		}
	}
};

/** A change, by our clock: the new outcome of a task, or an `event` as text, and its `detail`. */
export type JournalRow = {
	readonly key: string;
	readonly at: Timestamp;
	readonly owner: string;
	readonly outcome: Outcome | undefined;
	readonly event: string;
	readonly task: string;
	readonly detail: string;
	readonly isBad: boolean;
	readonly isQuiet: boolean;
	/** It came while the user was away. */
	readonly isNew: boolean;
	readonly isSelected: boolean;
};

/** The entries as rows, newest first, keyed by their numbers. */
export const journalRows = (state: State): ReadonlyArray<{readonly key: string; readonly entry: JournalEntry}> =>
	state.journal.entries.toReversed().map(entry => ({key: String(entry.number), entry}));

const shownChange = (state: State, transition: Transition): ReturnType<typeof describeChange> => {
	const words = describeChange(transition);
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
