/** Work that pauses between its slices. */
export type Slices<T> = Generator<undefined, T, void>;

// Characters. A pattern goes over so many of them at a time, in about a millisecond.
const sliceLength = 65_536;
// What of a match has a bound ends within so many characters behind its beginning, and with it what decides whether there is one.
const reach = 32_768;
// As far as a pattern looks behind.
const before = 8;
const piecesPerSlice = 4000;

const blank = /\s/g;

/** The index of the first blank from an index on, or the text's end. */
const blankFrom = (text: string, index: number): number => {
	blank.lastIndex = index;
	return blank.exec(text)?.index ?? text.length;
};

type Piece = {readonly from: number; readonly to: number; readonly text: string};

/** What a pattern has to see of a text to find the matches that begin in the slice at an index. */
const pieceAt = (text: string, start: number): Piece => {
	const from = Math.max(0, start - before);
	const to = start + sliceLength + reach;
	return {from, to, text: text.slice(from, to)};
};

/** What stands for a match, and for what follows it up to an index of the whole text. */
export type Replacement = {readonly text: string; readonly end: number};

/** What `replaceAll` with a function does, for patterns with the flag "g" of which no match is empty, in slices: over a long text its search alone takes a tenth of a second. A part without a bound may only be a match's last; where that is very long, what is replaced goes on to the next blank. */
export const replaceInSlices = function * (text: string, pattern: RegExp, replace: (match: string, found: RegExpExecArray, index: number) => string | Replacement): Slices<string> {
	const done: string[] = [];
	let pieces: string[] = [];
	let copied = 0;
	let start = 0;
	let piece = pieceAt(text, start);
	while (start < text.length) {
		pattern.lastIndex = Math.max(start, copied) - piece.from;
		const found = pattern.exec(piece.text);
		const index = found ? piece.from + found.index : Infinity;
		if (!found || index >= start + sliceLength) {
			start = Math.max(start + sliceLength, copied);
			piece = pieceAt(text, start);
			yield;
			continue;
		}

		const [match] = found;
		const replaced = replace(match, found, index);
		const {text: put, end} = typeof replaced === 'string' ? {text: replaced, end: index + match.length} : replaced;
		pieces.push(text.slice(copied, index), put);
		copied = end;
		if (typeof replaced === 'string' && end >= piece.to && put !== match) {
			copied = blankFrom(text, piece.to);
		}

		if (pieces.length < piecesPerSlice) {
			continue;
		}

		done.push(pieces.join(''));
		pieces = [];
		yield;
	}

	pattern.lastIndex = 0;
	return copied === 0 ? text : done.join('') + pieces.join('') + text.slice(copied);
};
