import {type PieceTone, type Theme} from '../theme.js';
import {type Line} from './frame-lines.js';
import {reasonLines} from './reason.js';

/** Something that a row of a list has no room for. `texts`: see `reasonLines`. */
export type Detail = {readonly label: string; readonly texts: readonly string[]; readonly tone: PieceTone; readonly isSelected: boolean};

/**
What rows above have no room for, at the end of the lines that a list leaves free, so that nobody has to press a key for it: all of it where that fits, in the order of the rows; else that of the selected row, or of the first one.

Exactly `height` lines, or none. Where the list leaves one line, it is the selected row's.
*/
export const detailLines = (details: readonly Detail[], {width, height}: {readonly width: number; readonly height: number}, theme: Theme): readonly Line[] => {
	// One line stays free below the list.
	const room = height - 1;
	const [first] = details;
	const selected = details.find(({isSelected}) => isSelected);
	if (height === 1 && selected) {
		return reasonLines(selected.label, selected.texts, {width, rows: 1, tone: selected.tone}, theme);
	}

	if (!first || room < 1) {
		return [];
	}

	const draw = ({label, texts, tone}: Detail): readonly Line[] => reasonLines(label, texts, {width, rows: room, tone}, theme);
	const all: Line[] = [];
	for (const detail of details) {
		all.push(...draw(detail));
		if (all.length > room) {
			break;
		}
	}

	const shown = all.length <= room ? all : draw(selected ?? first);
	return [...Array.from({length: height - shown.length}, (): Line => []), ...shown];
};
