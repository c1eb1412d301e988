import {parseAgentAddress, type AgentAddress} from '../protocol/agent-address.js';
import {printable} from '../protocol/printable.js';
import {type Argument} from './parse-arguments.js';
import {failure, type Result} from './result.js';
import {type ReadTextFile} from './text-file.js';

/** An agent as somebody wrote it. `origin`: where it was written, for the message when it is wrong. */
type Written = {readonly text: string; readonly origin: string};

const commandLine = 'the command line';
const thisMachine: Argument = {type: 'positional', value: '127.0.0.1'};

// No host has one in its name.
const separators = /[,;]/;

const splitList = (list: string): readonly string[] => list.split(separators).map(text => text.trim()).filter(text => text !== '');

/** What was meant as one agent can be a list, too. A socket's path may hold a separator, and so may a password before an @, of which no part may be taken for an agent. */
const splitAgent = (text: string): readonly string[] => text.startsWith('unix:') || text.includes('@') ? [text] : splitList(text);

const splitFile = (text: string, path: string): readonly Written[] => text
	.split(/\r\n|[\n\r]/)
	.flatMap((line, index) => splitAgent(line.replace(/(?:^|\s)#.*/, '').trim()).map(address => ({text: address, origin: `${path}:${index + 1}`})));

/** An empty one is a mistake: a variable of a script that was not set must not turn into "watch this machine". */
const splitArgument = (value: string, origin: string): readonly Written[] => {
	const list = splitAgent(value);
	return (list.length === 0 ? [value] : list).map(text => ({text, origin}));
};

const readFile = (path: string, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	const shown = printable(path);
	const file = readTextFile(path);
	if (!file.ok) {
		return failure(`--agents-file ${shown}: ${file.problem}`);
	}

	const written = splitFile(file.text, shown);
	return written.length === 0 ? failure(`--agents-file ${shown}: no agent in it`) : {ok: true, value: written};
};

const readArgument = (argument: Argument, readTextFile: ReadTextFile): Result<readonly Written[]> => {
	if (argument.type === 'positional') {
		return {ok: true, value: splitArgument(argument.value, commandLine)};
	}

	if (argument.name === 'agent') {
		return {ok: true, value: splitArgument(argument.value, '--agent')};
	}

	if (argument.name === 'agents') {
		const written = splitList(argument.value).map(text => ({text, origin: '--agents'}));
		// An empty variable in a script must not turn into "watch this machine".
		return written.length === 0 ? failure('--agents: no agent in it') : {ok: true, value: written};
	}

	return argument.name === 'agents-file' ? readFile(argument.value, readTextFile) : {ok: true, value: []};
};

/** An address as messages may show it: what stands before an @ may be a password that somebody put there. */
export const withoutSecrets = (text: string): string => text.includes('@') && !text.startsWith('@') ? `***${text.slice(text.lastIndexOf('@'))}` : text;

/** The arguments, with groups that stand in one ("@prod,@test") each by itself. */
export const withSingleGroups = (list: readonly Argument[]): readonly Argument[] => list.flatMap(argument => argument.type === 'positional' && argument.value.startsWith('@')
	? splitList(argument.value).map(value => ({...argument, value}))
	: [argument]);

/** Whether an argument names agents. */
export const isAddressArgument = (argument: Argument): boolean => argument.type === 'positional' || ['agent', 'agents', 'agents-file'].includes(argument.name);

/** All agents of the command line and its files in the order given, each once; without any, the agent of this machine. */
export const readAddresses = (list: readonly Argument[], readTextFile: ReadTextFile): Result<readonly AgentAddress[]> => {
	const addresses = new Map<string, AgentAddress>();
	for (const argument of list.some(argument => isAddressArgument(argument)) ? list : [thisMachine]) {
		const written = readArgument(argument, readTextFile);
		if (!written.ok) {
			return written;
		}

		for (const {text, origin} of written.value) {
			const parsed = parseAgentAddress(text);
			if (!parsed.ok) {
				return failure(`bad agent "${printable(withoutSecrets(text))}" (${origin}): ${printable(parsed.problem)}`);
			}

			addresses.set(parsed.address.key, parsed.address);
		}
	}

	return {ok: true, value: [...addresses.values()]};
};
