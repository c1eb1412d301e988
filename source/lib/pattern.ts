// Regular expressions in linear time, whatever the pattern and text: RE2's, without lookaround and backreferences. JavaScript's own
// try all alternatives one after the other: `(\w+ ?)+!` can take them longer than a lifetime.

import {RE2JS, RE2JSSyntaxException} from 're2js';
import {messages} from './messages/messages.js';

export type Pattern = {
	/** Whether a text matches. Only its first million characters count, fewer for a long pattern. */
	readonly test: (text: string) => boolean;
	/** The first match from an index on. In a text of more than 2,000 characters, matches of more than 1,000 may be cut or left out. */
	readonly find: (text: string, from: number) => Place | undefined;
	/** The cost of trying a character, in steps of about 50 nanoseconds. */
	readonly cost: number;
};

/** Indexes of a text, the end exclusive. */
export type Place = readonly [start: number, end: number];

export type CompiledPattern = {readonly ok: true; readonly pattern: Pattern} | {readonly ok: false; readonly problem: string};

const longestText = 1_000_000;

/** Whether a pattern is plain text. */
const isLiteral = (source: string): boolean => source !== '' && !/[$()*+.?[\\\]^{|}]/.test(source);

/** For plain text, JavaScript's own search is several times faster. */
const literalPattern = (source: string, isCaseSensitive: boolean): Pattern => {
	const pattern = new RegExp(source, isCaseSensitive ? 'gu' : 'giu');
	const find = (text: string, from: number): Place | undefined => {
		pattern.lastIndex = from;
		const match = pattern.exec(text.length > longestText ? text.slice(0, longestText) : text);
		return match ? [match.index, match.index + match[0].length] : undefined;
	};

	return {
		find,
		test: isCaseSensitive ? text => (text.length > longestText ? text.slice(0, longestText) : text).includes(source) : text => find(text, 0) !== undefined,
		cost: 0.1,
	};
};

// When its cache is exhausted, the engine's time per character grows with the pattern: 500 parts take about 10 microseconds.
const mostParts = 500;

const mostWork = 20_000_000;

// Finding the place of a match takes ten times as long as finding out whether there is one.
const reach = 1000;

const expressionPattern = (expression: RE2JS): Pattern => {
	const parts = expression.programSize();
	const longest = Math.min(longestText, mostWork / parts);
	return {
		test: text => expression.test(text.length > longest ? text.slice(0, longest) : text),
		find(text, from) {
			const length = Math.min(text.length, longest);
			for (let at = from; at <= length; at += reach) {
				// The character before decides whether a word or a line begins here.
				const begin = Math.max(0, at - 1);
				const piece = text.slice(begin, Math.min(length, at + (2 * reach)));
				const matcher = expression.test(piece) ? expression.matcher(piece) : undefined;
				if (matcher?.find(at - begin) && begin + matcher.start() < at + reach) {
					return [begin + matcher.start(), begin + matcher.end()];
				}
			}

			return undefined;
		},
		cost: Math.max(1, parts / 50),
	};
};

/** What is wrong, in one line for the user. */
const problemOf = (error: RE2JSSyntaxException): string => {
	const {patterns} = messages().faults;
	const description = error.getDescription();
	const part = error.getPattern() ?? '';
	if (/^\(\?<?[=!]/.test(part)) {
		return patterns.lookaround;
	}

	if (/^\\[1-9k]/.test(part)) {
		return patterns.backreference;
	}

	switch (description) {
		case 'expression too large': {
			return patterns.tooLarge;
		}

		case 'invalid repeat count': {
			return patterns.repetition(part);
		}

		case 'invalid escape sequence': {
			return patterns.escape(part);
		}

		default: {
			// RE2's own words, if they are others.
			const known: Readonly<Record<string, string>> = patterns.re2;
			return known[description] ?? description;
		}
	}
};

/** Compiles an expression in RE2's syntax; "^" and "$" also mean the edges of lines. */
export const compilePattern = (source: string, {isCaseSensitive}: {readonly isCaseSensitive: boolean}): CompiledPattern => {
	if (isLiteral(source)) {
		return {ok: true, pattern: literalPattern(source, isCaseSensitive)};
	}

	try {
		const expression = RE2JS.compile(source, RE2JS.MULTILINE | (isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
		return expression.programSize() > mostParts ? {ok: false, problem: messages().faults.patterns.tooLarge} : {ok: true, pattern: expressionPattern(expression)};
	} catch (error) {
		if (error instanceof RE2JSSyntaxException) {
			return {ok: false, problem: problemOf(error)};
		}

		throw error;
	}
};
