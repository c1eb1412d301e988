import {compilePattern, type Pattern, type Place} from '../../lib/pattern.js';

/** A search or filter expression. */
export type Matcher = Pattern & {readonly source: string};

export type CompiledMatcher = {readonly ok: true; readonly matcher: Matcher} | {readonly ok: false; readonly problem: string};

// Longer ones are pasted by mistake.
const longestSource = 500;

/** Compiles the typed text as a regular expression with smart case: without a capital letter, case does not matter. The problem is one line for the user. */
export const compileMatcher = (source: string): CompiledMatcher => {
	if (source.length > longestSource) {
		return {ok: false, problem: 'too long'};
	}

	const compiled = compilePattern(source, {isCaseSensitive: /\p{Lu}/u.test(source.replaceAll(/\\./g, ''))});
	return compiled.ok ? {ok: true, matcher: {...compiled.pattern, source}} : compiled;
};

/** How many more characters may be searched for matches. Each match can cost the rest of its text, so that a long text may not show all of them. */
export type PlaceBudget = {remaining: number};

export const placeBudget = (): PlaceBudget => ({remaining: 1_000_000});

const restLimit = 1000;

/** Matches in a text from an index on that begin before a limit, as far as the budget allows. */
const allPlaces = (text: string, {find}: Matcher, {from, limit}: {readonly from: number; readonly limit: number}, budget: PlaceBudget): readonly Place[] => {
	const places: Place[] = [];
	for (let at = from; budget.remaining > 0;) {
		const place = find(text, at);
		if (!place || place[0] >= limit) {
			break;
		}

		const [start, end] = place;
		budget.remaining -= start - at + Math.min(restLimit, text.length - start);
		places.push(place);
		at = Math.max(end, start + 1);
	}

	return places;
};

/** Matches in a text from an index on. */
export const placesIn = (text: string, matcher: Matcher, from: number, budget: PlaceBudget): readonly Place[] =>
	allPlaces(text, matcher, {from, limit: Infinity}, budget).filter(([start, end]) => end > start);

/** Where the last match before an index begins; undefined if there is none, or if it is too far to tell. */
export const lastPlaceBefore = (text: string, matcher: Matcher, limit: number): number | undefined => {
	const budget = placeBudget();
	const places = allPlaces(text, matcher, {from: 0, limit}, budget);
	return budget.remaining > 0 ? places.at(-1)?.[0] : undefined;
};
