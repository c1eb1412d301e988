import {type Name, type Read, type ReadDeps, type Ready, readWith} from './command.js';
import {languageOfOption} from './config/settings.js';
import {usageLine} from './fail.js';
import {type CommandName, modeOptions, type Values} from './options.js';
import {parseArguments} from './parse.js';

// What is loaded together is in few files: docs/architecture.md, "What is loaded when".
const load = async (name: Name): Promise<Read> => {
	if (name === 'monitor') {
		const {monitor} = await import('./commands/monitor.js');
		return readWith(monitor);
	}

	const {readerOf} = await import('./commands/others.js');
	return readerOf(name);
};

const nameOf = (command: Exclude<CommandName, 'help'>, values: Values): Name => {
	// It has settings of its own, and names no agents.
	if (values.has('print-config') && command !== 'notify') {
		return 'print-config';
	}

	if (command !== 'monitor') {
		return command;
	}

	return values.has('json-schema') ? 'json-schema' : (modeOptions.some(name => values.has(name)) ? 'headless' : 'monitor');
};

/** What a command line asks for. `line` is complete and printable, and holds no password. */
export type CommandLine =
	| Ready & {readonly type: 'command'; readonly name: Name}
	| {readonly type: 'help'; readonly text: string}
	| {readonly type: 'version'}
	| {readonly type: 'usage-error'; readonly line: string};

/**
Reads a command line (without node and program) and reports all its mistakes that can be found without opening the screen. It touches
nothing but the files that the command line names.
*/
export const readCommandLine = async (argv: readonly string[], deps: ReadDeps): Promise<CommandLine> => {
	const parsed = parseArguments(argv);
	switch (parsed.type) {
		case 'help': {
			const {helpText} = await import('./commands/others.js');
			return {type: 'help', text: helpText(parsed.topic)};
		}

		case 'version': {
			return {type: 'version'};
		}

		case 'problem': {
			return {type: 'usage-error', line: usageLine(parsed.problem)};
		}

		case 'arguments': {
			const {command, list} = parsed;
			const values: Values = new Map(list.flatMap(argument => argument.type === 'option' ? [[argument.name, argument.value]] : []));
			const language = languageOfOption(values);
			if (!language.ok) {
				return {type: 'usage-error', line: usageLine(language.problem)};
			}

			const name = nameOf(command, values);
			const read = await load(name);
			const ready = read(list, values, deps);
			return ready.ok ? {type: 'command', name, ...ready.value} : {type: 'usage-error', line: usageLine(ready.problem)};
		}
	}
};
