// Tasks that begin, run and end, one after the other for ever, as a function of time.

import {chance} from './chance.js';
import {isQuiet, minute, quietFrom, second, type Calendar} from './calendar.js';

export type TaskAt = {
	/** Which one it is, from 0. */
	readonly number: number;
	readonly name: string;
	readonly state: 'RUNNING' | 'SUCCEED' | 'FAILED';
	readonly operator: 'RUN' | 'ROLLBACK';
	/** From 1. */
	readonly stage: number;
	readonly stages: number;
	readonly begin: number;
	/** How long each stage takes. */
	readonly step: number;
	/** Until when it ran: now, or when it ended. */
	readonly end: number;
};

const names = ['Initialize cluster', 'Upgrade agent', 'Scale out', 'Start observer', 'Back up', 'Check upgrade'];
const stages = 6;

/** The next task begins so long after the last one did. */
const periodOf = (seed: number): number => (20 + chance(25, seed)) * minute;

/** Whose tasks, and when there are any. */
export type Tasks = {readonly seed: number; readonly calendar: Calendar};

/** The task of that number; undefined where it never began: nothing begins in quiet times. */
export const taskOf = ({seed, calendar}: Tasks, number: number, now: number): TaskAt | undefined => {
	const begin = number * periodOf(seed);
	if (number < 0 || begin > now || isQuiet(calendar, begin)) {
		return undefined;
	}

	const step = (30 + chance(60, seed, number, 1)) * second;
	const fate = chance(10, seed, number, 2);
	// Some fail or are undone on the way.
	const isDoomed = fate < 4;
	const lasts = isDoomed ? (step * (1 + chance(stages, seed, number, 3))) - second : step * stages;
	const end = Math.min(now, begin + lasts, quietFrom(calendar, begin));
	const isOver = now > end;
	const stage = Math.min(stages, 1 + Math.floor((end - begin) / step));
	return {
		number, name: names[chance(names.length, seed, number, 4)] ?? '', stage, stages, begin, step, end,
		state: isOver ? (isDoomed && fate < 3 ? 'FAILED' : 'SUCCEED') : 'RUNNING',
		operator: isOver && isDoomed && fate === 3 ? 'ROLLBACK' : 'RUN',
	};
};

/** The last task that began; undefined before the first. */
export const lastTask = (tasks: Tasks, now: number): TaskAt | undefined => {
	for (let number = Math.floor(now / periodOf(tasks.seed)); number >= 0; number -= 1) {
		const task = taskOf(tasks, number, now);
		if (task) {
			return task;
		}
	}

	return undefined;
};
