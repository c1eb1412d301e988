// Characters that no atom tells apart are one letter: an automaton over some ten letters is small, over all of Unicode it is not.

/** What stands on one side of a place in a text, as far as assertions ask. */
export type Side = 'edge' | 'line-feed' | 'word' | 'other';

/** `takes` says of each atom, by its number, whether it takes such a character. */
export type Letter = {readonly index: number; readonly side: Side; readonly takes: readonly boolean[]};

export type Alphabet = {
	/** The letter of a code point. */
	readonly letterOf: (codePoint: number) => Letter;
	/** What stands before and behind every text. */
	readonly edge: Letter;
};

const lineFeed = 10;
const word = /^\w$/u;
// Beyond the basic plane nobody's text has so many.
const rareLimit = 10_000;

const sideOf = (codePoint: number, character: string): Side => {
	if (codePoint === lineFeed) {
		return 'line-feed';
	}

	return word.test(character) ? 'word' : 'other';
};

/** The letters that atoms (valid ones, each for one character) make. `flags`: those of the expression. */
export const createAlphabet = (atoms: readonly string[], flags: string): Alphabet => {
	const patterns = atoms.map(atom => new RegExp(`^(?:${atom})$`, flags));
	const edge: Letter = {index: 0, side: 'edge', takes: atoms.map(() => false)};
	const letters = new Map<string, Letter>();
	const common: Array<Letter | undefined> = [];
	const rare = new Map<number, Letter>();

	const find = (codePoint: number): Letter => {
		const character = String.fromCodePoint(codePoint);
		const side = sideOf(codePoint, character);
		const takes = patterns.map(pattern => pattern.test(character));
		const key = side + takes.map(Number).join('');
		const letter = letters.get(key) ?? {index: letters.size + 1, side, takes};
		letters.set(key, letter);
		return letter;
	};

	return {
		edge,
		letterOf(codePoint) {
			if (codePoint < 0x1_00_00) {
				const letter = common[codePoint] ?? find(codePoint);
				common[codePoint] = letter;
				return letter;
			}

			const known = rare.get(codePoint);
			if (known) {
				return known;
			}

			if (rare.size >= rareLimit) {
				rare.clear();
			}

			const letter = find(codePoint);
			rare.set(codePoint, letter);
			return letter;
		},
	};
};
