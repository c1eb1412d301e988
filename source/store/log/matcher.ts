/** What is searched for or filtered by: the places in a text, as [start, end) indexes. */
export type Matcher = {
	readonly source: string;
	readonly test: (text: string) => boolean;
	/** At most `limit` places, from the left. */
	readonly ranges: (text: string, limit?: number) => ReadonlyArray<readonly [start: number, end: number]>;
};

export type CompiledMatcher = {readonly ok: true; readonly matcher: Matcher} | {readonly ok: false; readonly problem: string};

const rangesLimit = 200;

const plainProblem = (error: unknown): string => {
	const message = error instanceof Error ? error.message : '';
	// "Invalid regular expression: /(/: Unterminated group" → "Unterminated group"
	return message.split(': ').at(-1)?.toLowerCase() ?? 'not a regular expression';
};

/** Compiles what was typed as a regular expression with smart case: without a capital letter, case does not matter. The problem is one line for the user. */
export const compileMatcher = (source: string): CompiledMatcher => {
	const flags = /\p{Lu}/u.test(source.replaceAll(/\\./g, '')) ? 'u' : 'iu';
	let pattern: RegExp;
	try {
		pattern = new RegExp(source, flags);
	} catch (error) {
		return {ok: false, problem: plainProblem(error)};
	}

	return {ok: true, matcher: {
		source,
		test: text => pattern.test(text),
		ranges(text, limit = rangesLimit) {
			const found: Array<readonly [number, number]> = [];
			for (const match of text.matchAll(new RegExp(pattern, `${flags}g`))) {
				if (match[0] !== '') {
					found.push([match.index, match.index + match[0].length]);
				}

				if (found.length >= limit) {
					break;
				}
			}

			return found;
		},
	}};
};
