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
export type Aim = keyof typeof ends;

const isAim = (word: string): word is Aim => Object.hasOwn(ends, word);

/** By what people write on the command line. */
export const aims: ReadonlyMap<string, Aim> = new Map(Object.keys(ends).filter(word => isAim(word)).filter(aim => ends[aim] !== 'never').map(aim => [aim.replaceAll(' ', '-'), aim]));

/** Reached only when all tasks have come to it; any other as soon as one has. */
export const isForAll = (aim: Aim): boolean => ends[aim] === 'all';
