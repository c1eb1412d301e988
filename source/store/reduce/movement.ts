import {type UserAction} from '../action.js';

export type Movement = Extract<UserAction, {type: 'selection-moved'}>['by'];

/** Rows that a movement goes, up as a negative number; the ends as ±Infinity. `page` is the height of the list. */
export const rowsOf = (by: Movement, page: number): number => {
	const half = Math.max(1, Math.floor(page / 2));
	if (typeof by === 'number') {
		return by;
	}

	switch (by) {
		case 'page': {
			return page;
		}

		case '-page': {
			return -page;
		}

		case 'half-page': {
			return half;
		}

		case '-half-page': {
			return -half;
		}

		case 'start': {
			return -Infinity;
		}

		case 'end': {
			return Infinity;
		}
	}
};

/** The index that a movement leads to, within 0 and `last`. */
export const movedTo = (index: number, by: Movement, {page, last}: {readonly page: number; readonly last: number}): number =>
	Math.max(0, Math.min(last, index + rowsOf(by, page)));
