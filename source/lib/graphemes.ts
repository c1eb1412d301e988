// Text grapheme by grapheme. Nearly all of it is ASCII and obwatch's own drawing characters, each one code unit and one column. For
// these, Unicode's tables are not loaded: Intl.Segmenter and string-width's expressions cost as much as the start of Node. The
// bundle's dependencies use this too (source/build/patches.ts).

// Latin, dashes and quotes, arrows, operators, box drawing, blocks, geometric shapes, the marks of outcomes, and braille patterns
// (spinners). No character that joins with its neighbours, none that is wide.
const narrow = String.raw`\u0020-\u007E\u00A1-\u00AC\u00AE-\u017F\u2010-\u2027\u2030-\u203A\u2190-\u22FF\u2500-\u25CF\u2714\u2716\u27F2\u2800-\u28FF`;

const narrowOnly = new RegExp(`^[${narrow}]*$`);

// Half of the above are "ambiguous" (Unicode's East Asian Width A): terminals set up for Chinese, Japanese or Korean may draw them in two columns.
const asciiOnly = /^[\u0020-\u007E]*$/;

let isWide = false;

/** Whether this terminal draws ambiguous characters, such as ● … →, in two columns. */
export const areAmbiguousWide = (): boolean => isWide;

/** Says how this terminal draws ambiguous characters, from now on. */
export const setAmbiguousWide = (areWide: boolean): void => {
	isWide = areWide;
};

// An escape sequence's first character stands alone too.
// eslint-disable-next-line regexp/no-control-character -- it is what escape sequences begin with
const singleOnly = new RegExp(`^[${narrow}\u001B\u0007]*$`);

/** Whether every character is a grapheme of its own that takes exactly one column, so that columns are indexes. */
export const isNarrow = (text: string): boolean => (isWide ? asciiOnly : narrowOnly).test(text);

type Segments = Iterable<Intl.SegmentData> & {readonly containing: (index?: number) => Intl.SegmentData | undefined};

const singles = (text: string): Segments => ({
	containing: (index = 0) => index >= 0 && index < text.length ? {segment: text.charAt(index), index, input: text} : undefined,
	[Symbol.iterator]() {
		// The same object at every step: a frame goes through thousands of characters, and each caller takes at once what it needs.
		const value = {segment: '', index: -1, input: text};
		const step = {done: false, value};
		const end = {done: true, value: undefined} as const;
		return {
			next() {
				value.index += 1;
				value.segment = text.charAt(value.index);
				return value.index < text.length ? step : end;
			},
		};
	},
});

let segmenter: Intl.Segmenter | undefined;

/** Replaces an `Intl.Segmenter`, which is created when the first text needs it. A segment is good until the next one. */
export const graphemes: {readonly segment: (text: string) => Segments} = {
	segment(text) {
		if (singleOnly.test(text)) {
			return singles(text);
		}

		segmenter ??= new Intl.Segmenter();
		return segmenter.segment(text);
	},
};
