// Regular expressions whose time is in proportion to the text, whatever is typed and whatever is read, and which can stop in the middle of a text and go on
// later. The language's own try all ways one after the other: `(\w+ ?)+!` takes them longer than anybody lives.

import {type Alphabet, createAlphabet, type Letter} from './alphabet.js';
import {createAutomaton} from './automaton.js';
import {type Effort} from './effort.js';
import {createLiteral, isLiteral} from './literal.js';
import {compileProgram} from './program.js';
import {
	beginAt,
	type Backwards,
	type Forwards,
	type Found,
	type Progress,
	type Regex,
} from './progress.js';
import {parseRegex} from './syntax.js';

export type CompiledRegex = {readonly ok: true; readonly regex: Regex} | {readonly ok: false; readonly problem: string};

const widthAt = (text: string, index: number): number => (text.codePointAt(index) ?? 0) > 0xFF_FF ? 2 : 1;
const widthBefore = (text: string, index: number): number => index > 1 && (text.codePointAt(index - 2) ?? 0) > 0xFF_FF ? 2 : 1;

/** The letters of the characters that begin and end at an index. */
const readersOf = ({letterOf, edge}: Alphabet) => ({
	at: (text: string, index: number): Letter => index < text.length ? letterOf(text.codePointAt(index) ?? 0) : edge,
	before: (text: string, index: number): Letter => index > 0 ? letterOf(text.codePointAt(index - widthBefore(text, index)) ?? 0) : edge,
});

const tooLarge = 'too large: fewer or smaller repetitions, please';

/** Makes an expression (valid with `flags`, of which one is "u"; "^" and "$" also stand for the edges of lines) into one that is safe, or says why it cannot be. */
export const compileRegex = (source: string, flags: string): CompiledRegex => {
	if (isLiteral(source)) {
		return {ok: true, regex: createLiteral(source, flags)};
	}

	const parsed = parseRegex(source);
	if (!parsed.ok) {
		return parsed;
	}

	const atoms = new Map<string, number>();
	const [forwards, reversed] = [compileProgram(parsed.node, atoms, false), compileProgram(parsed.node, atoms, true)];
	if (!forwards || !reversed) {
		return {ok: false, problem: tooLarge};
	}

	const {at, before} = readersOf(createAlphabet([...atoms.keys()], flags));
	const search = createAutomaton(forwards, 'search');
	const backwards = createAutomaton(reversed, 'backwards');

	/** Where the first match ends; `isEnough`: any of its ends will do. */
	const findEnd = (text: string, start: Forwards, effort: Effort, isEnough: boolean): number | undefined | Progress => {
		const {begin} = start;
		let {position, found} = start;
		let ways = start.ways ?? search.begin(before(text, position).side);
		for (;;) {
			if (effort.left-- <= 0) {
				return {
					phase: 'forwards', begin, position, ways, found,
				};
			}

			const {to, isMatch} = search.move(ways, at(text, position), effort);
			found = isMatch ? position : found;
			if (!to || (isMatch && isEnough)) {
				return found;
			}

			ways = to;
			position += widthAt(text, position);
		}
	};

	const findStart = (text: string, start: Backwards, effort: Effort): Found => {
		let {position, ways, found} = start;
		const {begin, end} = start;
		for (;;) {
			if (effort.left-- <= 0) {
				return {type: 'stopped', progress: {
					phase: 'backwards', begin, position, ways, found, end,
				}};
			}

			const {to, isMatch} = backwards.move(ways, before(text, position), effort);
			found = isMatch ? position : found;
			if (!to || position <= begin) {
				return {type: 'found', start: found, end};
			}

			ways = to;
			position -= widthBefore(text, position);
		}
	};

	return {ok: true, regex: {
		find(text, from, effort) {
			const progress = typeof from === 'number' ? beginAt(from) : from;
			if (progress.phase === 'backwards') {
				return findStart(text, progress, effort);
			}

			const end = findEnd(text, progress, effort, false);
			if (typeof end === 'object') {
				return {type: 'stopped', progress: end};
			}

			return end === undefined
				? {type: 'none'}
				: findStart(text, {
					phase: 'backwards', begin: progress.begin, position: end, ways: backwards.begin(at(text, end).side), found: end, end,
				}, effort);
		},
		test(text, from, effort) {
			const progress = typeof from === 'number' ? beginAt(from) : from;
			const end = progress.phase === 'forwards' ? findEnd(text, progress, effort, true) : progress.found;
			return typeof end === 'object' ? end : end !== undefined;
		},
	}};
};
