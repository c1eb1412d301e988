import {type Effort} from '../../text/regex/effort.js';
import {type Regex} from '../../text/regex/progress.js';
import {compileRegex, type CompiledRegex} from '../../text/regex/regex.js';

/** What is searched for or filtered by. */
export type Matcher = Regex & {readonly source: string};

export type CompiledMatcher = {readonly ok: true; readonly matcher: Matcher} | {readonly ok: false; readonly problem: string};

/** Why a source is no expression. The language's own only says that; it never searches, since its time has no bound. */
const problemOf = (source: string, flags: string): string | undefined => {
	try {
		return new RegExp(source, flags).source === '' ? 'not a regular expression' : undefined;
	} catch (error) {
		const message = error instanceof Error ? error.message : '';
		// "Invalid regular expression: /(/: Unterminated group" → "Unterminated group"
		return message.split(': ').at(-1)?.toLowerCase() ?? 'not a regular expression';
	}
};

// Longer ones are pasted by mistake.
const longestSource = 500;

/** Compiles what was typed as a regular expression with smart case: without a capital letter, case does not matter. The problem is one line for the user. */
export const compileMatcher = (source: string): CompiledMatcher => {
	if (source.length > longestSource) {
		return {ok: false, problem: 'too long'};
	}

	const flags = /\p{Lu}/u.test(source.replaceAll(/\\./g, '')) ? 'u' : 'iu';
	const problem = problemOf(source, flags);
	const compiled: CompiledRegex = problem === undefined ? compileRegex(source, flags) : {ok: false, problem};
	return compiled.ok ? {ok: true, matcher: {...compiled.regex, source}} : compiled;
};

/** Where a text matches from an index on, as [start, end) indexes: as many places as the effort allows. */
export const placesIn = (text: string, {find}: Matcher, from: number, effort: Effort): ReadonlyArray<readonly [start: number, end: number]> => {
	const places: Array<readonly [number, number]> = [];
	let found = find(text, from, effort);
	while (found.type === 'found' && effort.left > 0) {
		const {start, end} = found;
		if (end > start) {
			places.push([start, end]);
		}

		found = find(text, Math.max(end, start + 1), effort);
	}

	return places;
};

/** Where the last match begins that begins before an index; undefined where there is none, or where it is too far to tell. */
export const lastPlaceBefore = (text: string, {find}: Matcher, limit: number, effort: Effort): number | undefined => {
	let last: number | undefined;
	let found = find(text, 0, effort);
	while (found.type === 'found' && found.start < limit) {
		last = found.start;
		found = find(text, Math.max(found.end, found.start + 1), effort);
	}

	return found.type === 'stopped' ? undefined : last;
};
