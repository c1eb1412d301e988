/** Splits a command into words like a shell: at whitespace, except in single or double quotes or after a backslash. Nothing is expanded, and nothing else is special. Undefined if a quote is not closed. */
export const shellWords = (command: string): readonly string[] | undefined => {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let index = 0; index < command.length; index++) {
		const character = command[index] ?? '';
		const next = command[index + 1];
		if (quote !== '' && character === quote) {
			quote = '';
		} else if (character === '\\' && next !== undefined && (quote === '' || (quote === '"' && /["$\\`]/.test(next)))) {
			word = (word ?? '') + next;
			index++;
		} else if (quote !== '') {
			word = (word ?? '') + character;
		} else if (character === '"' || character === '\'') {
			quote = character;
			word ??= '';
		} else if (/\s/.test(character)) {
			if (word !== undefined) {
				words.push(word);
			}

			word = undefined;
		} else {
			word = (word ?? '') + character;
		}
	}

	if (quote !== '') {
		return undefined;
	}

	return word === undefined ? words : [...words, word];
};
