import {type Dag} from './task.js';

/** What can be done with a task; a stage can only be passed (API reference, section 5). The words are the wire's. */
export const operations = ['retry', 'rollback', 'cancel', 'pass'] as const;

export type Operation = (typeof operations)[number];

/** What is operated on, by its generic id: a task, or one of its stages. */
export type OperationTarget = {readonly kind: 'task' | 'node'; readonly id: string};

/** Where a task stands, as far as operations are concerned: whoever decided on one saw this. */
export type TaskStand = {readonly id: string; readonly state: string; readonly operator: string; readonly stage: number};

export const standOf = ({id, state, operator, stage}: Dag): TaskStand => ({id, state, operator, stage});

export const isSameStand = (one: TaskStand, other: TaskStand): boolean =>
	one.id === other.id && one.state === other.state && one.operator === other.operator && one.stage === other.stage;
