import {type OutcomeWord} from '../protocol/outcome.js';

/** What somebody waits for: an outcome, or that everything has come to an end. */
export type Aim = OutcomeWord | 'finished';

/** By what people write on the command line. */
export const aims: ReadonlyMap<string, Aim> = new Map((
	['finished', 'succeeded', 'failed', 'rolled back', 'failed to roll back', 'cancelled', 'passed', 'ended', 'not run', 'waiting', 'running', 'rolling back', 'cancelling', 'pending'] as const
).map(aim => [aim.replaceAll(' ', '-'), aim]));

/** Reached only when all tasks have come to it; any other as soon as one has. */
export const isForAll = (aim: Aim): boolean => aim === 'finished' || aim === 'succeeded';

const finished: ReadonlySet<string> = new Set(['succeeded', 'failed', 'rolled back', 'failed to roll back', 'cancelled', 'passed', 'ended', 'not run'] satisfies readonly OutcomeWord[]);

/** Whether nothing more happens by itself. Waiting is none: its main task goes on with it. */
export const isFinishedWord = (word: string): boolean => finished.has(word);
