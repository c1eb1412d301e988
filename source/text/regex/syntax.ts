// Reads the regular expressions that people type into a tree. What an atom stands for is left to the language's own engine, one character at a time.

/** Where an assertion holds, without taking a character. Lines are those of the text. */
export type Assertion = 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

/** `atom` is an expression that takes exactly one character; `max` can be Infinity. */
export type RegexNode =
	| {readonly type: 'atom'; readonly atom: string}
	| {readonly type: 'assertion'; readonly assertion: Assertion}
	| {readonly type: 'sequence'; readonly parts: readonly RegexNode[]}
	| {readonly type: 'choice'; readonly options: readonly RegexNode[]}
	| {readonly type: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number; readonly isLazy: boolean};

export type ParsedRegex = {readonly ok: true; readonly node: RegexNode} | {readonly ok: false; readonly problem: string};

const atom = /\[(?:[^\]\\]|\\.)*\]|\\(?:u\{[^}]*\}|u[Dd][89ABab]..\\u[Dd][C-Fc-f]..|u.{4}|x..|c.|[Pp]\{[^}]*\}|.)|[^()|]/suy;
const assertions: ReadonlyMap<string, Assertion> = new Map([
	['^', 'line-start'], ['$', 'line-end'], [String.raw`\b`, 'word-edge'], [String.raw`\B`, 'no-word-edge'],
]);
const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/uy;
const group = /\((?:\?(?::|<(?![=!])[^>]*>))?/uy;

const unsupported: ReadonlyArray<readonly [RegExp, string]> = [
	[/\(\?<?[=!]/uy, 'looking ahead or behind is not possible here'],
	[/\(\?[a-z-]+:/uy, 'flags inside of an expression are not possible here'],
	[/\\(?:[1-9]|k<)/uy, 'references back to a group are not possible here'],
];

const bounds = ([, sign, least, comma, most]: RegExpExecArray): Pick<Extract<RegexNode, {type: 'repeat'}>, 'min' | 'max'> => {
	if (sign !== undefined) {
		return {min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity};
	}

	const min = Number(least);
	return {min, max: comma === undefined ? min : (most === '' ? Infinity : Number(most))};
};

/** Reads an expression that is valid with the `u` flag. What needs backtracking is refused: it can take longer than anybody lives. */
export const parseRegex = (source: string): ParsedRegex => {
	let at = 0;
	let problem: string | undefined;

	// A function, since reading a part changes it.
	const isRefused = (): boolean => problem !== undefined;

	const take = (pattern: RegExp): RegExpExecArray | undefined => {
		pattern.lastIndex = at;
		const found = pattern.exec(source) ?? undefined;
		at += found?.[0].length ?? 0;
		return found;
	};

	const isAt = (pattern: RegExp): boolean => {
		pattern.lastIndex = at;
		return pattern.test(source);
	};

	const readTerm = (): RegexNode => {
		problem ??= unsupported.find(([pattern]) => isAt(pattern))?.[1];
		if (take(group)) {
			const inside = readChoice();
			at++;
			return inside;
		}

		const text = take(atom)?.[0] ?? '';
		const assertion = assertions.get(text);
		if (text === '') {
			problem ??= 'not a regular expression';
		}

		return assertion ? {type: 'assertion', assertion} : {type: 'atom', atom: text};
	};

	const readSequence = (): RegexNode => {
		const parts: RegexNode[] = [];
		while (!isRefused() && at < source.length && source[at] !== '|' && source[at] !== ')') {
			const part = readTerm();
			const repeated = take(quantifier);
			parts.push(repeated ? {type: 'repeat', part, ...bounds(repeated), isLazy: repeated[5] === '?'} : part);
		}

		const [only, ...others] = parts;
		return only && others.length === 0 ? only : {type: 'sequence', parts};
	};

	const readChoice = (): RegexNode => {
		const options = [readSequence()];
		while (!isRefused() && source[at] === '|') {
			at++;
			options.push(readSequence());
		}

		const [only, ...others] = options;
		return only && others.length === 0 ? only : {type: 'choice', options};
	};

	const node = readChoice();
	return problem === undefined ? {ok: true, node} : {ok: false, problem};
};
