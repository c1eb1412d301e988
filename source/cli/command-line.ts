import {type Command, type ReadDeps, type RunDeps} from './command.js';
import {languageOfOption} from './config/settings.js';
import {type Secrets} from './credentials.js';
import {type Result, usageLine} from './fail.js';
import {type CommandName, modeOptions, type Values} from './options.js';
import {type Argument, parseArguments} from './parse.js';

/** A command with its options read. */
type Ready = {readonly options: Secrets; readonly run: (deps: RunDeps) => Promise<number>};

type Read = (list: readonly Argument[], values: Values, deps: ReadDeps) => Result<Ready>;

const readWith = <Options extends object>(command: Command<Options>): Read => (list, values, deps) => {
	const read = command.read(list, values, deps);
	return read.ok ? {ok: true, value: {options: read.value, run: async runDeps => command.run(read.value, runDeps)}} : read;
};

/** What to load for a command. `monitor` is the screen. */
type Name = Exclude<CommandName, 'help'> | 'headless' | 'print-config' | 'json-schema';

// Each command loads only its own part.
const load = async (name: Name): Promise<Read> => {
	switch (name) {
		case 'monitor': {
			const {monitor} = await import('./commands/monitor.js');
			return readWith(monitor);
		}

		case 'headless': {
			const {headless} = await import('./commands/headless.js');
			return readWith(headless);
		}

		case 'logs':
		case 'cause':
		case 'history':
		case 'bundle': {
			const {query} = await import('./commands/query.js');
			return readWith(query(name));
		}

		case 'retry':
		case 'rollback':
		case 'cancel':
		case 'pass': {
			const {operate} = await import('./commands/operate.js');
			return readWith(operate(name));
		}

		case 'replay': {
			const {replay} = await import('./commands/replay.js');
			return readWith(replay);
		}

		case 'trust': {
			const {trust} = await import('./commands/trust.js');
			return readWith(trust);
		}

		case 'demo-agent': {
			const {demoAgent} = await import('./commands/demo-agent.js');
			return readWith(demoAgent);
		}

		case 'completion': {
			const {completion} = await import('./commands/about.js');
			return readWith(completion);
		}

		case 'man': {
			const {man} = await import('./commands/about.js');
			return readWith(man);
		}

		case 'print-config': {
			const {config} = await import('./commands/about.js');
			return readWith(config);
		}

		case 'json-schema': {
			const {jsonSchema} = await import('./commands/about.js');
			return readWith(jsonSchema);
		}
	}
};

const nameOf = (command: Exclude<CommandName, 'help'>, values: Values): Name => {
	if (values.has('print-config')) {
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
			const {helpText} = await import('./help.js');
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
