import {type Result} from '../lib/result.js';
import {type CompletionOptions, type ManOptions, readCompletion, readMan} from './commands/completion.js';
import {type DemoAgentOptions, readDemoAgent} from './commands/demo-agent.js';
import {type HeadlessOptions} from './commands/headless.js';
import {type MonitorCommand, readMonitor} from './commands/monitor.js';
import {type OperationOptions, readOperation} from './commands/operate.js';
import {type AskOptions, readAsk} from './commands/query.js';
import {readReplay, type ReplayOptions} from './commands/replay.js';
import {readTrust, type TrustOptions} from './commands/trust.js';
import {usageLine} from './fail.js';
import {helpText} from './help.js';
import {type CommandName, type OptionName} from './options.js';
import {type Argument, parseArguments} from './parse.js';
import {type Surroundings} from './targets.js';

/** What a command line asks for. `line` is complete and printable, and holds no password. */
export type Options =
	| MonitorCommand
	| HeadlessOptions
	| AskOptions
	| DemoAgentOptions
	| OperationOptions
	| TrustOptions
	| ReplayOptions
	| {readonly type: 'json-schema'}
	| CompletionOptions
	| ManOptions
	| {readonly type: 'text'; readonly text: string}
	| {readonly type: 'help'; readonly text: string}
	| {readonly type: 'version'}
	| {readonly type: 'usage-error'; readonly line: string};

const lastValues = (list: readonly Argument[]): ReadonlyMap<OptionName, string> =>
	new Map(list.flatMap(argument => argument.type === 'option' ? [[argument.name, argument.value]] : []));

type Reader = (list: readonly Argument[], values: ReadonlyMap<OptionName, string>, surroundings: Surroundings) => Result<Exclude<Options, {readonly type: 'help' | 'version' | 'usage-error'}>>;

const readers: Readonly<Record<CommandName, Reader>> = {
	monitor: readMonitor,
	logs: readAsk('logs'),
	cause: readAsk('cause'),
	history: readAsk('history'),
	bundle: readAsk('bundle'),
	replay: readReplay,
	'demo-agent': readDemoAgent,
	completion: readCompletion,
	man: readMan,
	trust: readTrust,
	retry: readOperation('retry'),
	rollback: readOperation('rollback'),
	cancel: readOperation('cancel'),
	pass: readOperation('pass'),
};

/** Reads a command line (without node and program) as far as it can be judged without opening the screen. Nothing outside is touched but the files it names. */
export const readOptions = (argv: readonly string[], surroundings: Surroundings): Options => {
	const parsed = parseArguments(argv);
	switch (parsed.type) {
		case 'help': {
			return {type: 'help', text: helpText(parsed.command)};
		}

		case 'version': {
			return {type: 'version'};
		}

		case 'problem': {
			return {type: 'usage-error', line: usageLine(parsed.problem)};
		}

		case 'arguments': {
			const {command, list} = parsed;
			const options = readers[command](list, lastValues(list), surroundings);
			return options.ok ? options.value : {type: 'usage-error', line: usageLine(options.problem)};
		}
	}
};
