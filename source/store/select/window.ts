import {type Window} from '../views.js';

/** The first row in sight: as near to `top` as the selected row allows, and without empty space below the last row. */
export const windowTop = ({top, selected, height, total}: {readonly top: number; readonly selected: number; readonly height: number; readonly total: number}): number => {
	const highest = Math.max(0, total - height);
	const kept = Math.min(Math.max(0, top), highest);
	if (selected < 0) {
		return kept;
	}

	return Math.min(Math.max(kept, selected - height + 1, 0), Math.max(0, selected));
};

/** The part of a list that is in sight; only these rows are made at all. */
export const windowOf = <Item, Row>(items: readonly Item[], range: {readonly top: number; readonly height: number}, toRow: (item: Item, index: number) => Row): Window<Row> => ({
	rows: items.slice(range.top, range.top + range.height).map((item, index) => toRow(item, range.top + index)),
	top: range.top,
	total: items.length,
});
