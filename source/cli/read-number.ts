import {printable} from '../protocol/printable.js';
import {failure, type Result} from './result.js';

type Range = {readonly from: number; readonly to: number; readonly isWhole: boolean};

/** A plain decimal number within a range, both ends included. */
export const readNumber = (option: string, text: string, {from, to, isWhole}: Range): Result<number> => {
	const isNumber = (isWhole ? /^\d{1,15}$/ : /^\d{1,15}(?:\.\d{1,15})?$/).test(text);
	const value = Number(text);
	return isNumber && value >= from && value <= to
		? {ok: true, value}
		: failure(`--${option} "${printable(text)}": expected a ${isWhole ? 'whole ' : ''}number from ${from} to ${to}`);
};
