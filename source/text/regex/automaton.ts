// Runs a program over a text one character at a time, in all its ways at once: no way is ever tried twice, so that the time is at most the
// text's length times the program's size, whatever the two are. Sets of ways that came up before are remembered with what each letter makes
// of them; then a character costs one look-up.

import {type Letter, type Side} from './alphabet.js';
import {type Effort} from './effort.js';
import {type Program, type Step} from './program.js';
import {type Assertion} from './syntax.js';

/** The ways at a place of the text, the preferred ones first. `isOpen`: a match may still begin here or later. */
export type Ways = {
	readonly pending: readonly number[];
	readonly before: Side;
	readonly isOpen: boolean;
	/** By the letter's index; only ever filled. */
	readonly moves: Array<Move | undefined>;
};

/** What a letter makes of ways; `isMatch`: a match ends before it. `to` is undefined where nothing can follow. */
export type Move = {readonly to: Ways | undefined; readonly isMatch: boolean};

export type Automaton = {
	/** The ways before a text is read, from behind (in the direction of reading) a side on. */
	readonly begin: (before: Side) => Ways;
	readonly move: (ways: Ways, letter: Letter, effort: Effort) => Move;
};

const isLineEdge = (side: Side): boolean => side === 'edge' || side === 'line-feed';

const holds = (assertion: Assertion, left: Side, right: Side): boolean => {
	switch (assertion) {
		case 'line-start': {
			return isLineEdge(left);
		}

		case 'line-end': {
			return isLineEdge(right);
		}

		case 'word-edge': {
			return (left === 'word') !== (right === 'word');
		}

		case 'no-word-edge': {
			return (left === 'word') === (right === 'word');
		}
	}
};

/** The ways that take a character at a place, in order, and whether a match ends there. */
type Expanded = {readonly takers: readonly number[]; readonly isMatch: boolean};

type Place = {readonly left: Side; readonly right: Side};

/** Where a step leads without taking a character, the preferred way last. */
const onwards = (step: Step, {left, right}: Place): readonly number[] => {
	switch (step.type) {
		case 'match':
		case 'atom': {
			return [];
		}

		case 'assertion': {
			return holds(step.assertion, left, right) ? [step.next] : [];
		}

		case 'split': {
			return [step.second, step.first];
		}
	}
};

/** Follows everything that takes no character. `isFirstWins`: what is less preferred than a match is given up. */
const expand = ({steps}: Program, entries: readonly number[], place: Place, isFirstWins: boolean): Expanded => {
	const seen = new Set<number>();
	const takers: number[] = [];
	const stack = entries.toReversed();
	let isMatch = false;
	const isOver = (): boolean => isMatch && isFirstWins;
	for (let index = stack.pop(); index !== undefined && !isOver(); index = stack.pop()) {
		const step = seen.has(index) ? undefined : steps[index];
		if (!step) {
			continue;
		}

		seen.add(index);
		isMatch ||= step.type === 'match';
		if (step.type === 'atom') {
			takers.push(index);
		}

		stack.push(...onwards(step, place));
	}

	return {takers, isMatch};
};

// A hostile expression makes new ways with every character: they are forgotten before they take much memory.
const waysLimit = 1000;
const movesLimit = 50_000;

/**
- search: looks for the first match from the left on, of those that begin there for the preferred one
- backwards: reads a text from a match's end to its left; the last match it meets is where the longest one begins
*/
export const createAutomaton = (program: Program, direction: 'search' | 'backwards'): Automaton => {
	const isSearch = direction === 'search';
	const known = new Map<string, Ways>();
	const firstWays = new Map<Side, Ways>();
	let moves = 0;

	const remember = (pending: readonly number[], before: Side, isOpen: boolean): Ways => {
		const key = `${before} ${isOpen ? 'open ' : ''}${pending.join(' ')}`;
		const ways = known.get(key) ?? {pending, before, isOpen, moves: []};
		known.set(key, ways);
		return ways;
	};

	const follow = ({pending, before, isOpen}: Ways, letter: Letter): Move => {
		const {start, steps} = program;
		const place = isSearch ? {left: before, right: letter.side} : {left: letter.side, right: before};
		const {takers, isMatch} = expand(program, isOpen ? [...pending, start] : pending, place, isSearch);
		const next = takers.flatMap(index => {
			const step = steps[index];
			return step?.type === 'atom' && letter.takes[step.atom] === true ? [step.next] : [];
		});
		const staysOpen = isOpen && !isMatch;
		const isOver = letter.side === 'edge' || (next.length === 0 && !staysOpen);
		return {isMatch, to: isOver ? undefined : remember([...new Set(next)], letter.side, staysOpen)};
	};

	return {
		// With every text: a short way, past the memory's keys.
		begin(before) {
			const ways = firstWays.get(before) ?? (isSearch ? remember([], before, true) : remember([program.start], before, false));
			firstWays.set(before, ways);
			return ways;
		},
		move(ways, letter, effort) {
			const seen = ways.moves[letter.index];
			if (seen) {
				return seen;
			}

			if (known.size > waysLimit || moves > movesLimit) {
				known.clear();
				firstWays.clear();
				moves = 0;
			}

			effort.left -= 20 * (program.steps.length + letter.takes.length);
			moves++;
			const move = follow(ways, letter);
			ways.moves[letter.index] = move;
			return move;
		},
	};
};
