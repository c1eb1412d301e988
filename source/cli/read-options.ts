import {type CommandName} from './commands.js';
import {helpText} from './help.js';
import {type OptionName} from './options.js';
import {parseArguments, type Argument} from './parse-arguments.js';
import {readAsk, type AskOptions} from './read-ask.js';
import {readCompletion, readMan, type CompletionOptions, type ManOptions} from './read-completion.js';
import {readDemoAgent, type DemoAgentOptions} from './read-demo-agent.js';
import {type HeadlessOptions} from './read-headless.js';
import {readMonitor, type MonitorOptions} from './read-monitor.js';
import {readOperation, type OperationOptions} from './read-operation.js';
import {readReplay, type ReplayOptions} from './read-replay.js';
import {type Surroundings} from './read-watched.js';
import {readTrust, type TrustOptions} from './read-trust.js';
import {type Result} from './result.js';
import {usageLine} from './usage-line.js';

/** What a command line asks for. `line` is complete and printable, and holds no password. */
export type Options =
	| MonitorOptions
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
