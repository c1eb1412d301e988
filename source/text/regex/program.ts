import {type Assertion, type RegexNode} from './syntax.js';

/** A step of a program; numbers name other steps. Of two ways, `first` is preferred. */
export type Step =
	| {readonly type: 'match'}
	| {readonly type: 'atom'; readonly atom: number; readonly next: number}
	| {readonly type: 'assertion'; readonly assertion: Assertion; readonly next: number}
	| {readonly type: 'split'; readonly first: number; readonly second: number};

export type Program = {readonly steps: readonly Step[]; readonly start: number};

// A repetition with counts becomes copies. What a character costs at the worst grows with the number of steps.
const stepLimit = 2000;

/** Turns a tree into steps, to be run from left to right or (`isReversed`) from right to left. `atoms` are numbered as they come. Undefined where it becomes too large. */
export const compileProgram = (tree: RegexNode, atoms: Map<string, number>, isReversed: boolean): Program | undefined => {
	const steps: Step[] = [{type: 'match'}];
	let size = 0;
	const isTooLarge = (): boolean => size > stepLimit;

	const push = (step: Step): number => {
		size++;
		steps.push(step);
		return steps.length - 1;
	};

	const number = (atom: string): number => {
		const known = atoms.get(atom) ?? atoms.size;
		atoms.set(atom, known);
		return known;
	};

	/** The way through a part, once or not at all. */
	const split = (inside: number, next: number, isLazy: boolean): Step => ({type: 'split', first: isLazy ? next : inside, second: isLazy ? inside : next});

	const repeat = ({part, min, max, isLazy}: Extract<RegexNode, {type: 'repeat'}>, next: number): number => {
		let entry = next;
		if (max === Infinity) {
			const loop = push({type: 'match'});
			steps[loop] = split(emit(part, loop), next, isLazy);
			entry = loop;
		} else {
			for (let copy = min; copy < max && !isTooLarge(); copy++) {
				entry = push(split(emit(part, entry), next, isLazy));
			}
		}

		for (let copy = 0; copy < min && !isTooLarge(); copy++) {
			// Also a copy of nothing counts.
			size++;
			entry = emit(part, entry);
		}

		return entry;
	};

	/** Puts down a node whose end leads to `next`, and returns where it begins. */
	const emit = (node: RegexNode, next: number): number => {
		if (isTooLarge()) {
			return next;
		}

		switch (node.type) {
			case 'atom': {
				return push({type: 'atom', atom: number(node.atom), next});
			}

			case 'assertion': {
				return push({type: 'assertion', assertion: node.assertion, next});
			}

			case 'sequence': {
				let entry = next;
				for (const part of isReversed ? node.parts : node.parts.toReversed()) {
					entry = emit(part, entry);
				}

				return entry;
			}

			case 'choice': {
				let entry: number | undefined;
				for (const option of node.options.toReversed()) {
					const inside = emit(option, next);
					entry = entry === undefined ? inside : push({type: 'split', first: inside, second: entry});
				}

				return entry ?? next;
			}

			case 'repeat': {
				return repeat(node, next);
			}
		}
	};

	const start = emit(tree, 0);
	return isTooLarge() ? undefined : {steps, start};
};
