import {columnsOf, wrapColumns} from '../text/columns.js';

const pieces = (word: string, width: number): readonly string[] => {
	const {count, at} = wrapColumns(word, width);
	return Array.from({length: count}, (_, row) => at(row));
};

/** Text of our own over lines of at most `width` columns, broken between words; a longer word is broken too. Several spaces stay where no line is broken. */
export const wrapWords = (text: string, width: number): readonly string[] => {
	const room = Math.max(1, width);
	const lines: string[] = [];
	let line = '';
	for (const [index, word] of text.split(' ').flatMap(part => pieces(part, room)).entries()) {
		if (index > 0 && columnsOf(line) + 1 + columnsOf(word) > room) {
			lines.push(line.trimEnd());
			line = word;
		} else {
			line = index === 0 ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
};
