// How the entries of a log that were written for a terminal are drawn: their colours, and which of their lines overwrote themselves.

import {rawAt} from '../../protocol/raw-texts.js';
import {drawingOf, isForTerminal, type Drawing} from '../../protocol/terminal-text.js';
import {type LogBuffer} from './log-buffer.js';

// More than a window holds.
const remembered = 100;

/** How the entry at an index is drawn; undefined where it is plain text. It is remembered with the buffer: every frame needs it again. */
export const entryDrawing = ({texts, raws, drawings}: LogBuffer, index: number): Drawing | undefined => {
	const raw = rawAt(raws, index);
	if (raw === undefined || !isForTerminal(raw)) {
		return undefined;
	}

	const known = drawings.get(index);
	const drawing = known?.raw === raw ? known.drawing : drawingOf(raw, texts[index] ?? '');
	drawings.delete(index);
	drawings.set(index, {raw, drawing});
	const [oldest] = drawings.keys();
	if (drawings.size > remembered && oldest !== undefined) {
		drawings.delete(oldest);
	}

	return drawing;
};

/** Whether what begins at an index of an entry's text belongs to a line that overwrote itself: on its first row where it is wrapped. */
export const isRewritten = ({rewritten}: Drawing, start: number, isWrapped: boolean): boolean => {
	let low = 0;
	let high = rewritten.length - 1;
	while (low <= high) {
		const middle = Math.floor((low + high) / 2);
		const [begin = 0, end = 0] = rewritten[middle] ?? [];
		if (start < begin) {
			high = middle - 1;
		} else if (start > end) {
			low = middle + 1;
		} else {
			return !isWrapped || start === begin;
		}
	}

	return false;
};
