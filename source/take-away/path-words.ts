import path from 'node:path';
import {printable} from '../protocol/printable.js';
import {columnsOf, sliceColumns} from '../text/columns.js';

/** A path in at most so many columns: whole if it fits, else without the beginning of its folder. The name of the file always stays. */
export const pathWords = (file: string, columns: number): string => {
	const name = printable(path.basename(file));
	const folder = printable(path.dirname(file));
	const whole = folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
	const excess = columnsOf(whole) - columns;
	return excess <= 0 ? whole : `…${sliceColumns(whole, Math.min(excess + 1, columnsOf(whole) - columnsOf(name) - 1), columnsOf(whole))}`;
};
