import {type Timestamp} from '../lib/time.js';
import {type Dag} from './task.js';

/** The operations on a task; a stage can only be passed (docs/protocol.md#operations). The words are the wire's. */
export const operations = ['retry', 'rollback', 'cancel', 'pass'] as const;

export type Operation = (typeof operations)[number];

/** The target of an operation, by its generic id: a task, or one of its stages. */
export type OperationTarget = {readonly kind: 'task' | 'node'; readonly id: string};

/**
The state of a task on which a decision about an operation is based. It has the start of the attempt, so that another attempt that fails at
the same stage differs.
*/
export type TaskSnapshot = {readonly id: string; readonly state: string; readonly operator: string; readonly stage: number; readonly startTime: Timestamp | undefined};

export const snapshotOf = ({id, state, operator, stage, startTime}: Dag): TaskSnapshot => ({
	id, state, operator, stage, startTime,
});

/** READY becomes RUNNING, and gets its start, by itself within a second, which makes no difference to a decision. */
const stateOf = ({state}: TaskSnapshot): string => state === 'READY' ? 'RUNNING' : state;

const isSameAttempt = ({startTime: one}: TaskSnapshot, {startTime: other}: TaskSnapshot): boolean => one === undefined || other === undefined || one === other;

export const isSameSnapshot = (one: TaskSnapshot, other: TaskSnapshot): boolean =>
	one.id === other.id && stateOf(one) === stateOf(other) && one.operator === other.operator && one.stage === other.stage && isSameAttempt(one, other);
