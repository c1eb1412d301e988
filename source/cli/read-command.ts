import {shellWords} from '../take-away/shell-words.js';
import {failure, type Result} from './result.js';

/** Reads a program and its arguments, split as a shell splits them. */
export const readCommand = (text: string): Result<readonly [name: string, ...args: string[]]> => {
	const words = shellWords(text);
	if (!words) {
		return failure('a quote is not closed');
	}

	const [name = '', ...args] = words;
	return name === '' ? failure('it names no program') : {ok: true, value: [name, ...args]};
};
