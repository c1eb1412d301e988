import {parseArgs, type ParseArgsOptionDescriptor} from 'node:util';
import {distance} from 'fastest-levenshtein';
import {printable} from '../lib/printable.js';
import {callOf, type CommandName, type OptionName, options, optionsOf, optionTable, refusedPasswordOptions, subcommands} from './options.js';

const longestName = 40;

const sortedLetters = (text: string): string => [...text].toSorted().join('');

/** Letters that were changed, added or left out; two swapped letters are one mistake. */
const mistakes = (text: string, name: string): number => {
	const count = distance(text, name);
	return count === 2 && sortedLetters(text) === sortedLetters(name) ? 1 : count;
};

/** The most similar name to a mistyped one: it begins with it, or has at most two mistakes (short ones: one). */
export const nearest = (text: string, names: readonly string[]): string | undefined => {
	if (text.length > longestName) {
		return undefined;
	}

	const tolerated = text.length < 5 ? 1 : 2;
	let best: {readonly name: string; readonly far: number} | undefined;
	for (const name of names) {
		const isBegun = text.length > 1 && name.startsWith(text);
		const far = isBegun ? 0.5 : mistakes(text, name);
		if (far <= tolerated && far < (best?.far ?? Infinity)) {
			best = {name, far};
		}
	}

	return best?.name;
};

/** One argument, in the order given. Switches have the value ''. */
export type Argument =
	| {readonly type: 'positional'; readonly value: string}
	| {readonly type: 'option'; readonly name: OptionName; readonly value: string};

/** `problem` is one printable line that never holds the value of an option. */
type ParsedArguments =
	| {readonly type: 'arguments'; readonly command: CommandName; readonly list: readonly Argument[]}
	| {readonly type: 'help'; readonly command: CommandName}
	| {readonly type: 'version'}
	| {readonly type: 'problem'; readonly problem: string};

// A token of `parseArgs` of node:util.
type Token =
	| {readonly kind: 'option'; readonly index: number; readonly name: string; readonly rawName: string; readonly value: string | undefined; readonly inlineValue: boolean | undefined}
	| {readonly kind: 'positional'; readonly value: string}
	| {readonly kind: 'option-terminator'};

const descriptors: Readonly<Record<string, ParseArgsOptionDescriptor>> = Object.fromEntries(optionTable.map(({name, short, value}) => [
	name,
	{type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && {short})},
]));

const tokenize = (argv: readonly string[]): readonly Token[] =>
	parseArgs({args: [...argv], options: descriptors, strict: false, allowPositionals: true, tokens: true}).tokens;

/** The value of the last `--lang`, before anything else of the command line is read: problems of the rest are reported in that language. */
export const languageArgument = (argv: readonly string[]): string | undefined => {
	const last = tokenize(argv).findLast(token => token.kind === 'option' && token.name === 'lang');
	return last?.kind === 'option' ? last.value : undefined;
};

const helpOf = (command: CommandName): string => `see ${callOf(command)} --help`;

// The first of several is enough.
const ownersOf = (name: string): string => {
	const commands = [...new Set(optionTable.filter(option => option.name === name).flatMap(option => option.commands))];
	return commands.slice(0, commands.length > 4 ? 1 : 4).map(command => command === 'monitor' ? 'obwatch itself' : callOf(command)).join(', ');
};

const problemOfUnknown = (token: {readonly name: string; readonly rawName: string}, command: CommandName): string => {
	const shown = printable(token.rawName);
	if (refusedPasswordOptions.includes(token.name)) {
		return `${shown} is not taken: others could read a password on the command line; use --password-file, OBWATCH_PASSWORD, or wait for the prompt`;
	}

	const owners = ownersOf(token.name);
	if (owners !== '') {
		return `${shown} is an option of ${owners}; ${helpOf(command)}`;
	}

	const guess = nearest(token.name, optionsOf(command).map(option => option.name));
	return `unknown option ${shown}${guess === undefined ? '' : `, did you mean --${guess}?`}; ${helpOf(command)}`;
};

// A negative number is a value; if it is a wrong one, its reader says why.
const looksLikeOption = (value: string): boolean => /^-./.test(value) && !/^-[\d.]/.test(value);

const isOption = (value: string): boolean => {
	const name = /^--([^=]*)/.exec(value)?.[1];
	return optionTable.some(option => name === undefined ? value === `-${option.short ?? ''}` : option.name === name);
};

const readOption = (token: Token & {readonly kind: 'option'}, command: CommandName): Argument | {readonly type: 'problem'; readonly problem: string} => {
	const record = options.find(({commands, name}) => name === token.name && new Set<CommandName>(commands).has(command));
	if (!record) {
		return {type: 'problem', problem: problemOfUnknown(token, command)};
	}

	if (!('value' in record)) {
		return token.value === undefined ? {type: 'option', name: record.name, value: ''} : {type: 'problem', problem: `${token.rawName} takes no value; ${helpOf(command)}`};
	}

	const {value} = token;
	if (value === undefined || (!token.inlineValue && looksLikeOption(value))) {
		// If a value is missing, it must not swallow the next option.
		const isBegun = value !== undefined && !isOption(value);
		const hint = isBegun ? ` (one that begins with a dash is written ${token.rawName}=${record.value})` : '';
		return {type: 'problem', problem: `${token.rawName} needs a value: ${token.rawName} ${record.value}${hint}; ${helpOf(command)}`};
	}

	return record.value === 'FILE' && value === ''
		? {type: 'problem', problem: `${token.rawName} needs the name of a file, and got an empty one: is a variable not set?`}
		: {type: 'option', name: record.name, value};
};

// Not as a letter in a bundle of unknown ones: "-phorse" is a mistaken password, not a request for help.
const asksFor = (name: 'help' | 'version', tokens: readonly Token[]): boolean => tokens.some(token => token.kind === 'option' && token.name === name
	&& tokens.every(other => other.kind !== 'option' || other.index !== token.index || optionTable.some(option => option.name === other.name)));

// Words that people try instead of options.
const asOption: ReadonlyMap<string, string> = new Map([['help', '--help'], ['version', '--version'], ['status', '--once'], ['list', '--once'], ['ls', '--once']]);

/** Why a word in place of an agent is taken for a mistaken command: it is one in the wrong place, or similar to one. */
const problemOfWord = (word: string, isFirst: boolean): string | undefined => {
	const asHost = `a host of that name is --agent ${word}`;
	if (subcommands.some(({name}) => name === word)) {
		return isFirst ? undefined : `"${word}" is a command, and comes first: obwatch ${word} AGENT; ${asHost}`;
	}

	// Hosts with longer names, or with digits, are rarely mistaken commands.
	if (!isFirst || !/^[a-z-]{2,14}$/i.test(word)) {
		return undefined;
	}

	const option = asOption.get(word.toLowerCase()) ?? optionsOf('monitor').flatMap(({name}) => name === word ? [`--${name}`] : [])[0];
	const guess = option ?? nearest(word.toLowerCase(), subcommands.map(({name}) => name));
	return guess === undefined ? undefined : `"${word}" is no command, did you mean obwatch ${guess}? (${asHost})`;
};

/**
Splits the command line by the option table. The first argument that is no option is the subcommand, if it names one. Help and version
override everything else.
*/
export const parseArguments = (argv: readonly string[]): ParsedArguments => {
	const tokens = tokenize(argv);
	const first = tokens.find(token => token.kind === 'positional');
	const command = subcommands.find(({name}) => name === first?.value)?.name ?? 'monitor';
	if (asksFor('help', tokens)) {
		return {type: 'help', command};
	}

	if (asksFor('version', tokens)) {
		return {type: 'version'};
	}

	const list: Argument[] = [];
	for (const token of command === 'monitor' ? tokens : tokens.filter(other => other !== first)) {
		if (token.kind === 'option') {
			const argument = readOption(token, command);
			if (argument.type === 'problem') {
				return argument;
			}

			list.push(argument);
		} else if (token.kind === 'positional') {
			list.push({type: 'positional', value: token.value});
		}
	}

	const words = command === 'monitor' ? list.flatMap(({type, value}) => type === 'positional' ? [value] : []) : [];
	const [mistaken] = words.flatMap((word, index) => problemOfWord(word, index === 0) ?? []);
	return mistaken === undefined ? {type: 'arguments', command, list} : {type: 'problem', problem: mistaken};
};
