const longestName = 40;

// Letters changed, added, left out or swapped with their neighbour: the "optimal string alignment" distance, row by row.
const distance = (from: string, to: string): number => {
	let beforeLast: readonly number[] = [];
	let last: readonly number[] = Array.from({length: to.length + 1}, (_, index) => index);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const isSame = from[row - 1] === to[column - 1];
			const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			current.push(Math.min(
				(last[column - 1] ?? 0) + (isSame ? 0 : 1),
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
			));
		}

		beforeLast = last;
		last = current;
	}

	return last.at(-1) ?? 0;
};

/** The name most like a mistyped one: begun and not finished, or at most two letters (of short ones: one) apart. */
export const nearest = (text: string, names: readonly string[]): string | undefined => {
	if (text.length > longestName) {
		return undefined;
	}

	const tolerated = text.length < 5 ? 1 : 2;
	let best: {readonly name: string; readonly far: number} | undefined;
	for (const name of names) {
		const isBegun = text.length > 1 && name.startsWith(text);
		const far = isBegun ? 0.5 : distance(text, name);
		if (far <= tolerated && far < (best?.far ?? Infinity)) {
			best = {name, far};
		}
	}

	return best?.name;
};
