import {type Timestamp} from '../../lib/time.js';
import {allOutcomeWords, isClosed, isFault, outcomeTraits, type OutcomeWord} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type Trouble} from '../changes.js';
import {lastTaskOf} from '../lookup.js';
import {agentNow, isDatabaseDown, outcomeTones, taskOutcome} from './basics.js';
import {isFailing} from './cause.js';
import {isHeldBack, troubleOf} from './connection.js';
import {hasStalled} from './stall.js';
import {type RowSource, type Tone} from './view-types.js';

type Word = OutcomeWord | Trouble | 'unknown' | 'stalled' | 'failing' | 'database down' | 'left';

const weights: Readonly<Record<Tone, number>> = {bad: 3, attention: 2, active: 1, good: 0, quiet: 0, plain: 0};

/** How a word is counted in the first line: the words of the lowest `order` first, and on a narrow screen those of the least weight go. */
type Count = {readonly order: number; readonly tone: Tone; readonly weight?: number};

// Undefined: not counted. What runs is said first, then what is wrong, what waits, what was.
const counts: Readonly<Record<Word, Count | undefined>> = {
	running: {order: 1, tone: outcomeTones.running},
	'rolling back': {order: 2, tone: outcomeTones['rolling back']},
	cancelling: {order: 3, tone: outcomeTones.cancelling},
	stalled: {order: 4, tone: 'bad'},
	failing: {order: 5, tone: 'bad'},
	failed: {order: 6, tone: outcomeTones.failed},
	'failed to roll back': {order: 7, tone: outcomeTones['failed to roll back']},
	cancelled: {order: 8, tone: outcomeTones.cancelled},
	unknown: {order: 9, tone: outcomeTones.unknown},
	unreachable: {order: 10, tone: 'bad'},
	'no answer': {order: 11, tone: 'bad'},
	unauthorized: {order: 12, tone: 'bad'},
	'key changed': {order: 13, tone: 'bad'},
	'key not known': {order: 14, tone: 'bad'},
	downgraded: {order: 15, tone: 'bad'},
	waiting: {order: 16, tone: outcomeTones.waiting},
	'database down': {order: 17, tone: 'attention', weight: 0},
	'rolled back': {order: 18, tone: outcomeTones['rolled back'], weight: 0},
	left: {order: 19, tone: 'quiet'},
	succeeded: undefined,
	passed: undefined,
	ended: undefined,
	'not run': undefined,
	'to be undone': undefined,
	pending: undefined,
};

/** Whether the last task of a row runs without having moved for minutes. */
export const isStalledRow = (row: RowSource, now: Timestamp): boolean => {
	const task = row.type === 'agent' ? row.entry.task : (row.type === 'cluster' ? row.cluster.task : undefined);
	const entry = row.type === 'agent' ? row.entry : (row.type === 'cluster' ? row.delegate : undefined);
	// While an agent's clock is not known, its times say nothing of how long ago something was.
	return task?.type === 'known' && entry?.connection.type !== 'failing' && (task.movedAt !== undefined || entry?.skew !== undefined) && hasStalled(task, agentNow(entry, now), now);
};

/** Whether a part of a row's running task failed already. What an agent in trouble said last is not news any more. */
export const isFailingRow = (row: RowSource): boolean => {
	if (row.type !== 'agent' && row.isUnchecked) {
		return false;
	}

	switch (row.type) {
		case 'task': {
			return isFailing(row.dag);
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag !== undefined && isFailing(dag);
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			return row.entry.connection.type !== 'failing' && dag !== undefined && isFailing(dag);
		}
	}
};

const summaryWordsOf = (row: RowSource, now: Timestamp): readonly Word[] => [
	...outcomeWordsOf(row).filter(word => word !== 'running' || !isFailingRow(row)),
	...(isStalledRow(row, now) ? ['stalled' as const] : []),
	...(isFailingRow(row) && !(row.type === 'agent' && row.main && isFailing(row.main)) ? ['failing' as const] : []),
	...(isDatabaseDownRow(row) ? ['database down' as const] : []),
];

/** What an agent in trouble said last is not news any more. */
const isDatabaseDownRow = (row: RowSource): boolean => row.type === 'agent' && row.entry.connection.type !== 'failing' && isDatabaseDown(row.entry);

/** A failure counts once: under the main task that a person started. */
const isCountedWithMain = (dag: Dag, main: Dag | undefined): boolean =>
	main !== undefined && (isFault(taskOutcome(main)) || isFailing(main)) && (isFault(taskOutcome(dag)) || isFailing(dag));

const outcomeWordsOf = (row: RowSource): readonly Word[] => {
	// Counted as trouble of its agents only.
	if (row.type !== 'agent' && row.isUnchecked) {
		return [];
	}

	switch (row.type) {
		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag ? [taskOutcome(dag).word] : [];
		}

		case 'task': {
			const outcome = taskOutcome(row.dag);
			// What only another password opens is nothing that went wrong.
			return isClosed(outcome) ? [] : [outcome.word];
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			const trouble = troubleOf(row.entry);
			if (row.entry.departed) {
				return trouble === undefined && dag ? ['left', taskOutcome(dag).word] : ['left'];
			}

			// Nobody knows what the task of an agent that cannot be asked is doing now: it counts as trouble only.
			// An agent that only waits until another one has tried the password is no case for a person yet.
			const told = isHeldBack(row.entry) ? [] : (trouble ? [trouble] : undefined);
			return told ?? (dag && !isCountedWithMain(dag, row.main) ? [taskOutcome(dag).word] : []);
		}
	}
};

/** Whether a row is one that `!` shows. */
export const isFaultRow = (row: RowSource, now: Timestamp): boolean => isStalledRow(row, now) || isFailingRow(row) || hasFault(row) || outcomeWordsOf(row).includes('unknown');

const undoneWords: ReadonlySet<Word> = new Set(allOutcomeWords.filter(word => outcomeTraits[word].stages === 'all undone'));

/** Whether what a row's task did was taken back: no fault any more, but it did not do what somebody wanted, so that `!` shows it, too. */
export const isUndoneRow = (row: RowSource): boolean => outcomeWordsOf(row).some(word => undoneWords.has(word));

const hasFault = (row: RowSource): boolean => {
	switch (row.type) {
		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag !== undefined && isFault(taskOutcome(dag));
		}

		case 'task': {
			return isFault(taskOutcome(row.dag));
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			// Who left its cluster may well be switched off.
			return (troubleOf(row.entry) !== undefined && !row.entry.departed) || (dag !== undefined && isFault(taskOutcome(dag)));
		}
	}
};

/** The first line: how many agents, and how many of what a person would ask about. Everything else is not said. */
export const summaryOf = (rows: readonly RowSource[], now: Timestamp): Summary => {
	const found = Map.groupBy(rows.flatMap(row => summaryWordsOf(row, now)), word => word).entries().flatMap(([word, {length: count}]) => {
		const how = counts[word];
		return how ? [{word, count, ...how}] : [];
	}).toArray();
	return {
		agents: rows.filter(row => row.type === 'agent').length,
		parts: found.toSorted((one, other) => one.order - other.order).map(({count, word, tone, weight = weights[tone]}) => ({count, word, tone, weight})),
	};
};

/** Counts of the first line, only those above zero are shown: agents, then by outcome and connection, then how many versions they run where they differ. */
export type Summary = {
	readonly agents: number;
	/** Where not all have room, those of the least weight go first. */
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone; readonly weight: number}>;
};
