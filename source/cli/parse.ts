import {parseArgs, type ParseArgsOptionDescriptor} from 'node:util';
import {distance} from 'fastest-levenshtein';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {callOf, type CommandName, type OptionName, type OptionRecord, options, optionsOf, optionTable, refusedPasswordOptions, subcommands, type Topic, topics} from './options.js';

const longestName = 40;

const sortedLetters = (text: string): string => [...text].toSorted().join('');

/** Letters that were changed, added or left out; two swapped letters are one mistake. */
const mistakes = (text: string, name: string): number => {
	const count = distance(text, name);
	return count === 2 && sortedLetters(text) === sortedLetters(name) ? 1 : count;
};

/** The most similar name to a mistyped one: it begins with it, or has at most two mistakes (short ones, and those with another first letter: one). */
export const nearest = (text: string, names: readonly string[]): string | undefined => {
	if (text.length > longestName) {
		return undefined;
	}

	let best: {readonly name: string; readonly far: number} | undefined;
	for (const name of names) {
		const tolerated = text.length < 5 || !name.startsWith(text.slice(0, 1)) ? 1 : 2;
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
	| {readonly type: 'arguments'; readonly command: Exclude<CommandName, 'help'>; readonly list: readonly Argument[]}
	| {readonly type: 'help'; readonly topic: CommandName | Topic}
	| {readonly type: 'version'}
	| {readonly type: 'problem'; readonly problem: string};

const recordOf = (name: OptionName): OptionRecord | undefined => optionTable.find(option => option.name === name);

/** Whether an argument names agents. */
export const isAddressArgument = (argument: Argument): boolean => argument.type === 'positional' || recordOf(argument.name)?.namesAgents === true;

/** What an argument says of real agents, all of which the demo has of its own; undefined for all that goes with the demo. */
export const realPart = (argument: Argument): 'agents' | 'passwords' | 'keys' | undefined => {
	if (isAddressArgument(argument)) {
		return 'agents';
	}

	const group = argument.type === 'option' ? recordOf(argument.name)?.group : undefined;
	return group === 'passwords' || group === 'keys' ? group : undefined;
};

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

// The first of several is enough.
const ownersOf = (name: string): readonly string[] => {
	const commands = [...new Set(optionTable.filter(option => option.name === name).flatMap(option => option.commands))];
	return commands.slice(0, commands.length > 4 ? 1 : 4).map(command => callOf(command));
};

const problemOfUnknown = (token: {readonly name: string; readonly rawName: string}, command: CommandName): string => {
	const shown = printable(token.rawName);
	const words = messages().usage.command;
	if (refusedPasswordOptions.includes(token.name)) {
		return words.passwordRefused(shown);
	}

	const owners = ownersOf(token.name);
	if (owners.length > 0) {
		return words.otherOwner(shown, owners, callOf(command));
	}

	const named = subcommands.find(({name}) => name === token.name);
	const guess = nearest(token.name, optionsOf(command).map(option => option.name));
	return words.unknownOption(shown, named ? callOf(named.name) : (guess === undefined ? undefined : `--${guess}`), callOf(command));
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

	const words = messages().usage.command;
	if (!('value' in record)) {
		return token.value === undefined ? {type: 'option', name: record.name, value: ''} : {type: 'problem', problem: words.noValue(token.rawName, callOf(command))};
	}

	const {value} = token;
	if (value === undefined || (!token.inlineValue && looksLikeOption(value))) {
		// If a value is missing, it must not swallow the next option.
		const isBegun = value !== undefined && !isOption(value);
		return {type: 'problem', problem: words[isBegun ? 'needsDashedValue' : 'needsValue'](token.rawName, record.value, callOf(command))};
	}

	return record.value === 'FILE' && value === ''
		? {type: 'problem', problem: words.emptyFile(token.rawName)}
		: {type: 'option', name: record.name, value};
};

// Not as a letter in a bundle of unknown ones: "-phorse" is a mistaken password, not a request for help.
const asksFor = (name: 'help' | 'version', tokens: readonly Token[]): boolean => tokens.some(token => token.kind === 'option' && token.name === name
	&& tokens.every(other => other.kind !== 'option' || other.index !== token.index || optionTable.some(option => option.name === other.name)));

// Words that people try instead of options.
const asOption: ReadonlyMap<string, string> = new Map([['version', '--version'], ['status', '--once'], ['list', '--once'], ['ls', '--once']]);

/** Why a word in place of an agent is taken for a mistaken command: it is one in the wrong place, or similar to one. */
const problemOfWord = (word: string, isFirst: boolean): string | undefined => {
	const words = messages().usage.command;
	if (subcommands.some(({name}) => name === word)) {
		return isFirst ? undefined : words.notFirst(word);
	}

	// Hosts with longer names, or with digits, are rarely mistaken commands.
	if (!isFirst || !/^[a-z-]{2,14}$/i.test(word)) {
		return undefined;
	}

	const option = asOption.get(word.toLowerCase()) ?? optionsOf('monitor').flatMap(({name}) => name === word ? [`--${name}`] : [])[0];
	const guess = option ?? nearest(word.toLowerCase(), subcommands.map(({name}) => name));
	return guess === undefined ? undefined : words.noCommand(word, guess);
};

/** What `obwatch help` is asked about: a topic, a command, or nothing in particular. */
const readTopic = (list: readonly Argument[]): ParsedArguments => {
	const [word, ...more] = list.flatMap(({type, value}) => type === 'positional' ? [value] : []);
	const names = [...topics, ...subcommands.map(({name}) => name)];
	const topic = word === undefined || word === 'obwatch' ? 'monitor' : names.find(name => name === word);
	return topic === undefined || more.length > 0
		? {type: 'problem', problem: messages().usage.command.noTopic(printable([word, ...more].join(' ')), nearest(word ?? '', names))}
		: {type: 'help', topic};
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
		return {type: 'help', topic: command};
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

	if (command === 'help') {
		return readTopic(list);
	}

	const words = command === 'monitor' ? list.flatMap(({type, value}) => type === 'positional' ? [value] : []) : [];
	const [mistaken] = words.flatMap((word, index) => problemOfWord(word, index === 0) ?? []);
	return mistaken === undefined ? {type: 'arguments', command, list} : {type: 'problem', problem: mistaken};
};

/** Whether `npm start` adds the demo to these arguments: they name neither real agents nor another command. */
export const isForDemo = (argv: readonly string[]): boolean => {
	const parsed = parseArguments(argv);
	return parsed.type === 'arguments' && parsed.command === 'monitor' && parsed.list.every(argument => realPart(argument) === undefined);
};
