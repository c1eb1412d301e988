import {type Timestamp} from '../../lib/time.js';
import {isClosed, isFault, type OutcomeWord} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type Trouble} from '../changes.js';
import {lastTaskOf} from '../lookup.js';
import {agentNow, isDatabaseDown, taskOutcome} from './basics.js';
import {isFailing} from './cause.js';
import {isHeldBack, troubleOf} from './connection.js';
import {hasStalled} from './stall.js';
import {type RowSource, type Tone} from './view-types.js';

type Word = OutcomeWord | Trouble | 'unknown' | 'stalled' | 'failing' | 'database down' | 'left';

const weights: Readonly<Record<Tone, number>> = {bad: 3, attention: 2, active: 1, good: 0, quiet: 0, plain: 0};

// What is counted, in the order in which it is said: what runs, what is wrong, what waits, what was. A narrow screen leaves out what matters least.
const counted: ReadonlyArray<readonly [word: Word, tone: Tone, weight?: number]> = [
	['running', 'active'],
	['rolling back', 'attention'],
	['cancelling', 'attention'],
	['stalled', 'bad'],
	['failing', 'bad'],
	['failed', 'bad'],
	['failed to roll back', 'bad'],
	['cancelled', 'bad'],
	['unknown', 'bad'],
	['unreachable', 'bad'],
	['no answer', 'bad'],
	['unauthorized', 'bad'],
	['key changed', 'bad'],
	['key not known', 'bad'],
	['downgraded', 'bad'],
	['waiting', 'attention'],
	['database down', 'attention', 0],
	['rolled back', 'attention', 0],
	['left', 'quiet'],
];

/** Whether the last task of a row runs without having moved for minutes. */
export const isStalledRow = (row: RowSource, now: Timestamp): boolean => {
	const task = row.type === 'agent' ? row.entry.task : (row.type === 'cluster' ? row.cluster.task : undefined);
	const entry = row.type === 'agent' ? row.entry : (row.type === 'cluster' ? row.speaker : undefined);
	// While an agent's clock is not known, its times say nothing of how long ago something was.
	return task?.type === 'known' && entry?.connection.type !== 'failing' && (task.movedAt !== undefined || entry?.skew !== undefined) && hasStalled(task, agentNow(entry, now), now);
};

/** Whether a part of a row's running task failed already. What an agent in trouble said last is not news any more. */
export const isFailingRow = (row: RowSource): boolean => {
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
			if (row.entry.left) {
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

/** Whether what a row's task did was taken back: no fault any more, but it did not do what somebody wanted, so that `!` shows it, too. */
export const isUndoneRow = (row: RowSource): boolean => outcomeWordsOf(row).includes('rolled back');

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
			return (troubleOf(row.entry) !== undefined && !row.entry.left) || (dag !== undefined && isFault(taskOutcome(dag)));
		}
	}
};

/** The first line: how many agents, and how many of what a person would ask about. Everything else is not said. */
export const summaryOf = (rows: readonly RowSource[], now: Timestamp): Summary => {
	const counts = new Map<string, number>();
	for (const word of rows.flatMap(row => summaryWordsOf(row, now))) {
		counts.set(word, (counts.get(word) ?? 0) + 1);
	}

	return {
		agents: rows.filter(row => row.type === 'agent').length,
		parts: counted.flatMap(([word, tone, weight = weights[tone]]) => {
			const count = counts.get(word) ?? 0;
			return count === 0 ? [] : [{count, word, tone, weight}];
		}),
	};
};

/** Counts of the first line, only those above zero are shown: agents, then by outcome and connection, then how many versions they run where they differ. */
export type Summary = {
	readonly agents: number;
	/** Where not all have room, those of the least weight go first. */
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone; readonly weight: number}>;
};
