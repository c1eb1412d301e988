import {asRead, markedText} from '../lib/terminal-text.js';

/**
The original text of entries that are shown differently, by their index in the list, ascending. A list of all originals would cost memory
for each plain line.
*/
export type RawTexts = {readonly indexes: readonly number[]; readonly texts: readonly string[]};

/** Texts as shown, and as written if that differs. */
export type ReadTexts = {readonly texts: readonly string[]; readonly raws?: RawTexts | undefined};

/** `raws` is left out if there are none. */
export const rawTexts = (indexes: readonly number[], texts: readonly string[]): Pick<ReadTexts, 'raws'> => indexes.length === 0 ? {} : {raws: {indexes, texts}};

/** Reads a list of texts that were written for a terminal. */
export const readTexts = (written: readonly string[]): ReadTexts => {
	const texts: string[] = [];
	const indexes: number[] = [];
	const raws: string[] = [];
	for (const [index, raw] of written.entries()) {
		const text = asRead(raw);
		texts.push(text);
		if (text === raw) {
			continue;
		}

		indexes.push(index);
		raws.push(raw);
	}

	return {texts, ...rawTexts(indexes, raws)};
};

/** How many of them are before an index of the list. */
export const countBefore = ({indexes}: RawTexts, place: number): number => {
	let low = 0;
	let high = indexes.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if ((indexes[middle] ?? 0) < place) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
};

/** The original text at an index; undefined if it is shown as written. */
export const rawAt = (raws: RawTexts | undefined, place: number): string | undefined => {
	if (!raws) {
		return undefined;
	}

	const found = countBefore(raws, place);
	return raws.indexes[found] === place ? raws.texts[found] : undefined;
};

/** Those of the list from an index on. */
export const rawsFrom = (raws: RawTexts | undefined, place: number): Pick<ReadTexts, 'raws'> => {
	if (!raws || place === 0) {
		return raws ? {raws} : {};
	}

	const first = countBefore(raws, place);
	return rawTexts(raws.indexes.slice(first).map(index => index - place), raws.texts.slice(first));
};

/** Those of the first `kept` texts, and those of more texts after them. */
export const rawsWith = (raws: RawTexts | undefined, kept: number, more: RawTexts | undefined): Pick<ReadTexts, 'raws'> => {
	const count = raws ? countBefore(raws, kept) : 0;
	return rawTexts(
		[...(raws?.indexes.slice(0, count) ?? []), ...(more?.indexes.map(index => index + kept) ?? [])],
		[...(raws?.texts.slice(0, count) ?? []), ...(more?.texts ?? [])],
	);
};

/** All texts, with originals that differ changed by `change`. */
const withRaws = ({texts, raws}: ReadTexts, change: (raw: string, text: string) => string): readonly string[] => {
	if (!raws) {
		return texts;
	}

	const changed = [...texts];
	for (const [number, index] of raws.indexes.entries()) {
		changed[index] = change(raws.texts[number] ?? '', texts[index] ?? '');
	}

	return changed;
};

/** All texts as written: for files, never for a terminal. */
export const writtenTexts = (texts: ReadTexts): readonly string[] => withRaws(texts, raw => raw);

/** All texts as printed: as shown, with a mark before lines that overwrote themselves. */
export const printedTexts = (texts: ReadTexts): readonly string[] => withRaws(texts, (raw, text) => markedText(raw, text));
