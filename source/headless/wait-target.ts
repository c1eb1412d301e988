import {type OutcomeWord} from '../protocol/outcome.js';

/** When waiting for an outcome ends: once all tasks have come to it, or as soon as one has. `never`: no task as a whole comes to it. */
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

/** What somebody waits for: an outcome, or that everything has come to an end. */
export type WaitTarget = keyof typeof ends;

const isWaitTarget = (word: string): word is WaitTarget => Object.hasOwn(ends, word);

/** By what people write on the command line. */
export const waitTargets: ReadonlyMap<string, WaitTarget> = new Map(Object.keys(ends).filter(word => isWaitTarget(word)).filter(target => ends[target] !== 'never').map(target => [target.replaceAll(' ', '-'), target]));

/** Reached only when all tasks have come to it; any other as soon as one has. */
export const isForAll = (target: WaitTarget): boolean => ends[target] === 'all';
