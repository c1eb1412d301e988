import {type Timestamp} from '../lib/time.js';
import {type Dag} from './task.js';

/** What can be done with a task; a stage can only be passed (docs/protocol.md#operations). The words are the wire's. */
export const operations = ['retry', 'rollback', 'cancel', 'pass'] as const;

export type Operation = (typeof operations)[number];

/** What is operated on, by its generic id: a task, or one of its stages. */
export type OperationTarget = {readonly kind: 'task' | 'node'; readonly id: string};

/** Where a task stands, as far as operations are concerned: whoever decided on one saw this. The start is that of the attempt, so that one more that failed in the same place is another stand. */
export type TaskSnapshot = {readonly id: string; readonly state: string; readonly operator: string; readonly stage: number; readonly startTime: Timestamp | undefined};

export const snapshotOf = ({id, state, operator, stage, startTime}: Dag): TaskSnapshot => ({
	id, state, operator, stage, startTime,
});

/** READY becomes RUNNING, and gets its start, by itself within a second: the same to whoever decides. */
const stateOf = ({state}: TaskSnapshot): string => state === 'READY' ? 'RUNNING' : state;

const isSameAttempt = ({startTime: one}: TaskSnapshot, {startTime: other}: TaskSnapshot): boolean => one === undefined || other === undefined || one === other;

export const isSameSnapshot = (one: TaskSnapshot, other: TaskSnapshot): boolean =>
	one.id === other.id && stateOf(one) === stateOf(other) && one.operator === other.operator && one.stage === other.stage && isSameAttempt(one, other);
