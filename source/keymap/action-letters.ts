import {type ActionName} from '../store/operate/offers.js';

/** The key that chooses an action in the list of actions. */
export const actionLetters: Readonly<Record<ActionName, string>> = {
	retry: 'r', rollback: 'b', cancel: 'c', 'pass-stage': 's', pass: 'p',
};
