import {type ActionName} from '../store/operate/offers.js';

/** What an action is called, as a thing that was sent. */
export const actionNouns: Readonly<Record<ActionName, string>> = {
	retry: 'retry', rollback: 'rollback', cancel: 'cancel', 'pass-stage': 'pass of the stage', pass: 'pass',
};

/** What an action is called, and what it does in a few words. */
export const actionWords: Readonly<Record<ActionName, readonly [name: string, what: string]>> = {
	retry: ['retry', 'run the failed stage again'],
	rollback: ['roll back', 'undo what was done'],
	cancel: ['cancel', 'stop it'],
	'pass-stage': ['pass stage', 'declare the failed stage done, go on'],
	pass: ['pass task', 'declare done all that is left'],
};
