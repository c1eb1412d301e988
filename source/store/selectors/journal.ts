import {english, englishForPrograms, type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isFault, type Outcome, outcomeLabel} from '../../protocol/outcome.js';
import {type JournalEntry, type Transition} from '../changes.js';
import {newsOf} from '../journal.js';
import {type Screen, type State} from '../state.js';
import {isLoud} from '../transitions.js';
import {numberedName, selectedIndexOf, windowOf, windowTop} from './basics.js';
import {reasonOfWhy, whyText} from './reason.js';
import {causeOfTrouble, isAboutKey, problemKey, problemText, withKey} from './connection.js';
import {type Reason, type RowFilter, type Window} from './view-types.js';

const agentWords = {
	'agent-restarted': 'restarted', 'database-up': 'databaseUp', 'agent-joined': 'joined', 'agent-left': 'left', 'agent-returned': 'returned',
} as const;

/** What happened, and to what. A task's outcome needs no further words. */
export const describeChange = (transition: Transition, language: Messages = messages()): Pick<JournalRow, 'outcome' | 'event' | 'task' | 'detail'> => {
	const {tasks: {engineName, journal, stage: stageText}} = language;
	switch (transition.type) {
		case 'task-begun': {
			return {outcome: undefined, event: journal.began, task: numberedName(transition, language), detail: ''};
		}

		case 'task-moved': {
			return {outcome: undefined, event: stageText(transition.stage, transition.stages), task: numberedName(transition, language), detail: engineName(transition.stageName ?? '')};
		}

		case 'task-failing': {
			const {why, stage, stages} = transition;
			return {outcome: undefined, event: language.tasks.counts.failing, task: numberedName(transition, language), detail: whyText(why, language) ?? stageText(stage, stages)};
		}

		case 'outcome-changed': {
			const {outcome, why, stage, stages} = transition;
			return {outcome, event: '', task: numberedName(transition, language), detail: whyText(why, language) ?? (isFault(outcome) && stages > 0 ? stageText(stage, stages) : '')};
		}

		case 'agent-troubled': {
			return {outcome: undefined, event: language.agents.troubles[transition.trouble], task: '', detail: causeOfTrouble(transition.problem, language)};
		}

		case 'agent-recovered': {
			return {outcome: undefined, event: journal.responds, task: '', detail: ''};
		}

		case 'database-down': {
			return {outcome: undefined, event: language.tasks.counts['database down'], task: '', detail: ''};
		}

		case 'agent-restarted':
		case 'database-up':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return {outcome: undefined, event: journal[agentWords[transition.type]], task: '', detail: ''};
		}
	}
};

/** A change in one line, without its time and its place, whose name is `label`. */
export const changeText = (transition: Transition, label: string, language: Messages = messages()): string => {
	const {watch: words} = language.output;
	const {task, event, detail} = describeChange(transition, language);
	if (transition.type === 'outcome-changed') {
		const say = transition.why === undefined && isFault(transition.outcome) ? words.outcomeAt : words.outcome;
		return say(task, outcomeLabel(transition.outcome, language), detail);
	}

	if (transition.type === 'agent-troubled') {
		const problem = problemText(transition.problem, language);
		return isAboutKey(transition.trouble) ? words.trust(problem, label) : problem;
	}

	return words.event(task, event, detail);
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
	/** Of a detail that is a reason: for shorter versions of it. */
	readonly why: Reason | undefined;
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
	return transition.type === 'agent-troubled' && !state.replay ? {...words, detail: withKey({text: words.detail, key: problemKey(transition.problem)})} : words;
};

/** The entries that pass the filter, by what their rows say; outcomes in English, too. */
export const shownJournal = (state: State, {filter}: Extract<Screen, {type: 'journal'}>): ReturnType<typeof journalRows> => {
	const rows = journalRows(state);
	const textOf = ({label, transition}: JournalEntry): string => {
		const {outcome, event, task, detail} = shownChange(state, transition);
		return [label, outcome?.word ?? '', outcome ? outcomeLabel(outcome) : event, task, detail].join(' ');
	};

	return filter ? rows.filter(({entry}) => filter.test(textOf(entry))) : rows;
};

const rowOf = (state: State, {number, at, label, transition}: JournalEntry, isSelected: boolean): JournalRow => ({
	key: String(number), at, owner: label, ...shownChange(state, transition),
	why: 'why' in transition && transition.why ? reasonOfWhy(transition.why) : undefined,
	isBad: transition.type === 'agent-troubled' || transition.type === 'task-failing' || transition.type === 'database-down',
	isQuiet: !isLoud(transition),
	isNew: number >= (state.journal.newFrom ?? Infinity) && isLoud(transition),
	isSelected,
});

/** The journal of changes, newest first. */
export const selectJournal = (state: State, screen: Extract<Screen, {type: 'journal'}>, height: number): JournalView => {
	const {journal} = state;
	const rows = shownJournal(state, screen);
	const selected = selectedIndexOf(rows, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: rows.length,
	});
	return {
		type: 'journal',
		breadcrumb: [messages().tasks.crumbs.journal],
		dropped: journal.dropped,
		news: newsOf(journal),
		awaySince: journal.awaySince,
		filter: screen.filter && {source: screen.filter.source, hidden: journal.entries.length - rows.length},
		list: windowOf(rows, {top, height}, ({entry}, index) => rowOf(state, entry, index === selected)),
	};
};

export type JournalView = {
	readonly type: 'journal';
	readonly breadcrumb: readonly string[];
	readonly dropped: number;
	readonly news: number;
	readonly awaySince: Timestamp | undefined;
	readonly filter: RowFilter | undefined;
	readonly list: Window<JournalRow>;
};

/** So many of the newest changes, of these owners or of all, newest first. What is `said` beside them is not said again. */
export const latestChanges = (state: State, count: number, {said = [], owners}: {readonly said?: readonly string[]; readonly owners?: ReadonlySet<string>}): readonly JournalRow[] => {
	const {entries} = state.journal;
	const found: JournalEntry[] = [];
	for (let index = entries.length - 1; index >= 0 && found.length < count; index--) {
		found.push(...entries.slice(index, index + 1).filter(({transition}) => owners?.has(transition.owner) ?? true));
	}

	return found.map(entry => {
		const row = rowOf(state, entry, false);
		return (row.outcome ?? row.isBad) && said.some(text => text.includes(row.detail)) ? {...row, detail: '', why: undefined} : row;
	});
};

/** The change that the cursor of the journal is on. */
export const selectedChange = (state: State, screen: Extract<Screen, {type: 'journal'}>): JournalRow | undefined => {
	const rows = shownJournal(state, screen);
	const found = rows[selectedIndexOf(rows, screen.selected, 0)];
	return found && rowOf(state, found.entry, true);
};

const taskOf = (transition: Extract<Transition, {id: string}>) => {
	const {id, name, outcome, stage, stages, stageName} = transition;
	return {
		id, name, stage, stages, stageName, outcome: outcomeLabel(outcome, english),
		...(transition.type === 'task-failing' && {why: whyText(transition.why, english)}),
		...(transition.type === 'outcome-changed' && {before: transition.from && outcomeLabel(transition.from, english), why: whyText(transition.why, english)}),
	};
};

/**
A change as JSON: `at` (ISO 8601, UTC, by this machine's clock), `type` as in `Transition`, `agent` ("10.0.0.1:2886", or a cluster's name),
then

- of a task: `task` with `id`, `name`, `outcome`, `stage`, `stages`, `stageName`; if its outcome changed, `before` and `why`; if a part of
it failed (`task-failing`), `why`
- of an agent in trouble: `trouble` ("unreachable") and `words`; if it responds again, `before`
*/
export const changeDocument = ({at, label, transition}: Pick<JournalEntry, 'at' | 'label' | 'transition'>): object => {
	const head = {at: new Date(at).toISOString(), type: transition.type, agent: label};
	if ('id' in transition) {
		return {...head, task: taskOf(transition)};
	}

	switch (transition.type) {
		case 'agent-troubled': {
			return {...head, trouble: transition.trouble, words: problemText(transition.problem, englishForPrograms)};
		}

		case 'agent-recovered': {
			return {...head, before: transition.from};
		}

		case 'agent-restarted':
		case 'database-down':
		case 'database-up':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return head;
		}
	}
};
