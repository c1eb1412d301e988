import {distance} from 'fastest-levenshtein';

const longestName = 40;

const sortedLetters = (text: string): string => [...text].toSorted().join('');

/** Letters that were changed, added or left out; two that changed places are one mistake. */
const mistakes = (text: string, name: string): number => {
	const count = distance(text, name);
	return count === 2 && sortedLetters(text) === sortedLetters(name) ? 1 : count;
};

/** The name most like a mistyped one: begun and not finished, or with at most two mistakes (in short ones: one). */
export const nearest = (text: string, names: readonly string[]): string | undefined => {
	if (text.length > longestName) {
		return undefined;
	}

	const tolerated = text.length < 5 ? 1 : 2;
	let best: {readonly name: string; readonly far: number} | undefined;
	for (const name of names) {
		const isBegun = text.length > 1 && name.startsWith(text);
		const far = isBegun ? 0.5 : mistakes(text, name);
		if (far <= tolerated && far < (best?.far ?? Infinity)) {
			best = {name, far};
		}
	}

	return best?.name;
};
