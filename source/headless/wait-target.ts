import {type OutcomeWord} from '../protocol/outcome.js';

/** When waiting for an outcome ends: once all tasks have reached it, or as soon as one has. `never`: no task as a whole reaches it. */
type End = 'all' | 'one' | 'never';

const ends: Readonly<Record<OutcomeWord | 'finished', End>> = {
	finished: 'all',
	succeeded: 'all',
	failed: 'one',
	'rolled back': 'one',
	'failed to roll back': 'one',
	cancelled: 'one',
	passed: 'one',
	ended: 'one',
	'not run': 'one',
	waiting: 'one',
	running: 'one',
	'rolling back': 'one',
	cancelling: 'one',
	pending: 'one',
	'to be undone': 'never',
};

/** What to wait for: an outcome, or the end of everything. */
export type WaitTarget = keyof typeof ends;

const isWaitTarget = (word: string): word is WaitTarget => Object.hasOwn(ends, word);

/** By their names on the command line. */
export const waitTargets: ReadonlyMap<string, WaitTarget> = new Map(Object.keys(ends).filter(word => isWaitTarget(word)).filter(target => ends[target] !== 'never').map(target => [target.replaceAll(' ', '-'), target]));

/** Whether all tasks must reach it; for any other target one is enough. */
export const isForAll = (target: WaitTarget): boolean => ends[target] === 'all';
