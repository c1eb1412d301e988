import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {type Operation, operations} from '../protocol/operation.js';

/** The program itself (`monitor`) and its subcommands. */
export type CommandName = 'monitor' | 'logs' | 'cause' | 'history' | 'compare' | 'bundle' | 'report' | 'replay' | 'demo-agent' | 'trust' | 'notify' | 'completion' | 'man' | 'help' | Operation;

/** What `obwatch help` explains beside commands. */
export type Topic = keyof Messages['help']['topics'];

export const topics = ['agents', 'passwords', 'screen', 'scripts', 'operations', 'config', 'demo', 'environment', 'options'] as const satisfies readonly Topic[];

/** One command as users see it. The parser and `--help` read only this table. `arguments`: what follows the options. */
export type CommandRecord = {
	readonly name: CommandName;
	readonly arguments: string;
	readonly examples: readonly string[];
};

const operationRecord = (name: Operation): CommandRecord => ({
	name,
	arguments: 'AGENT TASK_ID',
	examples: [`obwatch ${name} 10.0.0.1 22130706433028869`, `obwatch ${name} 10.0.0.1 22130706433028869 --yes --wait`],
});

export const commandTable: readonly CommandRecord[] = [
	{
		name: 'monitor',
		arguments: '[AGENT | @GROUP]...',
		examples: [
			'obwatch --demo',
			'obwatch 10.0.0.1 10.0.0.2 \'[fd00::3]:3886\'',
			'obwatch --agents-file cluster.txt --password-file ~/.obwatch-password',
			'obwatch @prod @test',
		],
	},
	...operations.map(name => operationRecord(name)),
	{name: 'logs', arguments: '[AGENT]...', examples: ['obwatch logs 10.0.0.1 --stage "Start observer"', 'obwatch logs 10.0.0.1 --merged --follow']},
	{name: 'cause', arguments: '[AGENT]...', examples: ['obwatch cause 10.0.0.1 10.0.0.2']},
	{name: 'history', arguments: '[AGENT]...', examples: ['obwatch history 10.0.0.1', 'obwatch history --since 24h']},
	{name: 'compare', arguments: '[AGENT]...', examples: ['obwatch compare 10.0.0.1', 'obwatch compare 10.0.0.1 --task 22130706433028869']},
	{name: 'bundle', arguments: '[AGENT]...', examples: ['obwatch bundle 10.0.0.1']},
	{name: 'report', arguments: '[AGENT]...', examples: ['obwatch report 10.0.0.1', 'obwatch report 10.0.0.1 --format markdown --lang zh']},
	{name: 'replay', arguments: 'FILE', examples: ['obwatch 10.0.0.1 --record night.jsonl', 'obwatch replay night.jsonl --speed 10']},
	{name: 'demo-agent', arguments: '', examples: ['obwatch demo-agent --port 3886 &', 'obwatch 127.0.0.1:3886']},
	{
		name: 'trust',
		arguments: 'AGENT...',
		examples: ['obwatch trust 10.0.0.3', 'obwatch trust --agents-file cluster.txt --yes', 'obwatch trust --discover 10.0.0.1 --password-file ~/.obwatch-password'],
	},
	{name: 'notify', arguments: '[NAME]...', examples: ['obwatch notify', 'obwatch notify dingtalk']},
	{name: 'completion', arguments: 'bash|zsh|fish|groups|webhooks', examples: ['source <(obwatch completion bash)', 'obwatch completion groups']},
	{name: 'man', arguments: '', examples: ['obwatch man | man -l -']},
	{name: 'help', arguments: '[TOPIC | COMMAND]', examples: ['obwatch help scripts', 'obwatch help logs']},
];

/** What a command does, in a few words. */
export const commandDescription = (name: CommandName, language: Messages = messages()): string => language.help.commands[name].description;

/** All except the program itself. */
export const subcommands: readonly CommandRecord[] = commandTable.filter(({name}) => name !== 'monitor');

/** A command's full name, for messages. */
export const callOf = (command: CommandName): string => command === 'monitor' ? 'obwatch' : `obwatch ${command}`;

/** One option as users see it. The parser, `--help` and other lists of options read only this table. */
export type OptionRecord = {
	/** The commands that take it. */
	readonly commands: readonly CommandName[];
	readonly group: keyof Messages['help']['groups'];
	readonly name: string;
	/** What its description is called, if not like the option. */
	readonly text?: string;
	readonly short?: string;
	/** The name of its value; an option without one is a switch. */
	readonly value?: string;
	readonly repeatable?: boolean;
	readonly default?: string;
	/** Whether its value is or holds addresses of agents. */
	readonly namesAgents?: true;
};

const subcommandsThatAsk = ['logs', 'cause', 'history', 'compare', 'bundle', 'report'] as const satisfies readonly CommandName[];

/** Commands that query agents. */
const watching = ['monitor', ...subcommandsThatAsk] as const satisfies readonly CommandName[];

const operating = ['retry', 'rollback', 'cancel', 'pass'] as const satisfies readonly CommandName[];

const asking = [...watching, ...operating] as const satisfies readonly CommandName[];

/** Commands that take any number of agents. */
const naming = [...watching, 'trust'] as const satisfies readonly CommandName[];

/** Commands that connect to agents at all. */
const reaching = [...asking, 'trust'] as const satisfies readonly CommandName[];

const screens = ['monitor'] as const satisfies readonly CommandName[];

/** Commands that draw, and those that also only print. */
const drawing = ['monitor', 'replay'] as const satisfies readonly CommandName[];

const showing = [...watching, 'replay'] as const satisfies readonly CommandName[];

const simulating = ['monitor', ...subcommandsThatAsk, 'demo-agent'] as const satisfies readonly CommandName[];

const all = ['monitor', ...subcommandsThatAsk, 'replay', 'demo-agent', 'trust', 'notify', 'completion', 'man', 'help', ...operating] as const satisfies readonly CommandName[];

/** An option with another meaning in another command has a record for each; all records of a name have a value, or none. */
export const options = [
	{commands: naming, group: 'agents', name: 'agent', value: 'ADDRESS', repeatable: true, namesAgents: true},
	{commands: naming, group: 'agents', name: 'agents', value: 'LIST', repeatable: true, namesAgents: true},
	{commands: naming, group: 'agents', name: 'agents-file', value: 'FILE', repeatable: true, namesAgents: true},
	{commands: watching, group: 'agents', name: 'discover'},
	{commands: ['trust'], group: 'agents', name: 'discover', text: 'discover-keys'},
	{commands: watching, group: 'agents', name: 'interval', value: 'TIME', default: '1s'},
	{commands: watching, group: 'agents', name: 'body-limit', value: 'SIZE', default: '32MB'},
	{commands: drawing, group: 'agents', name: 'no-usual'},
	{commands: ['demo-agent'], group: 'agents', name: 'port', value: 'N', default: '2886'},
	{commands: reaching, group: 'passwords', name: 'password-file', value: 'FILE'},
	{commands: reaching, group: 'passwords', name: 'agent-password-file', value: 'FILE'},
	{commands: ['demo-agent'], group: 'passwords', name: 'password-file', text: 'demand-password', value: 'FILE'},
	{commands: ['demo-agent'], group: 'passwords', name: 'agent-password-file', text: 'demand-agent-password', value: 'FILE'},
	{commands: screens, group: 'operations', name: 'operate'},
	{commands: drawing, group: 'screen', name: 'ascii'},
	{commands: drawing, group: 'screen', name: 'unicode'},
	{commands: showing, group: 'screen', name: 'no-color'},
	{commands: drawing, group: 'screen', name: 'theme', value: 'MODE', default: 'auto'},
	{commands: drawing, group: 'screen', name: 'mouse'},
	{commands: ['replay'], group: 'screen', name: 'speed', text: 'playback-speed', value: 'X', default: '1'},
	{commands: screens, group: 'recording', name: 'record', value: 'FILE'},
	{commands: screens, group: 'recording', name: 'record-size', value: 'SIZE', default: '64MB'},
	{commands: screens, group: 'changes', name: 'no-bell'},
	{commands: screens, group: 'changes', name: 'no-title'},
	{commands: screens, group: 'changes', name: 'on-change', value: 'COMMAND'},
	{commands: screens, group: 'headless', name: 'once'},
	{commands: screens, group: 'headless', name: 'watch'},
	{commands: screens, group: 'headless', name: 'wait'},
	{commands: screens, group: 'headless', name: 'wait-for-new'},
	{commands: screens, group: 'headless', name: 'for', value: 'OUTCOME'},
	{commands: screens, group: 'headless', name: 'timeout', value: 'TIME'},
	{commands: screens, group: 'headless', name: 'json'},
	{commands: screens, group: 'headless', name: 'stages'},
	{commands: screens, group: 'headless', name: 'logs'},
	{commands: ['replay'], group: 'headless', name: 'watch', text: 'replay-watch'},
	{commands: ['replay'], group: 'headless', name: 'once', text: 'replay-once'},
	{commands: ['replay'], group: 'headless', name: 'json'},
	{commands: ['history'], group: 'headless', name: 'json', text: 'history-json'},
	{commands: ['history'], group: 'headless', name: 'since', value: 'TIME'},
	{commands: ['replay'], group: 'headless', name: 'stages', text: 'replay-stages'},
	{commands: ['replay'], group: 'headless', name: 'logs'},
	{commands: screens, group: 'headless', name: 'json-schema'},
	{commands: screens, group: 'headless', name: 'serve-metrics', value: 'HOST:PORT'},
	{commands: ['logs', 'report'], group: 'headless', name: 'task', value: 'ID'},
	{commands: ['compare'], group: 'headless', name: 'task', text: 'compare-task', value: 'ID'},
	{commands: ['compare'], group: 'headless', name: 'with', value: 'ID'},
	{commands: ['compare'], group: 'headless', name: 'json', text: 'compare-json'},
	{commands: ['report'], group: 'headless', name: 'format', value: 'FORMAT', default: 'html'},
	{commands: ['logs'], group: 'headless', name: 'stage', value: 'NAME'},
	{commands: ['logs'], group: 'headless', name: 'node', value: 'NAME'},
	{commands: ['logs'], group: 'headless', name: 'merged'},
	{commands: ['logs'], group: 'headless', name: 'follow'},
	{commands: ['logs'], group: 'headless', name: 'since-execution', value: 'N'},
	{commands: watching, group: 'demo', name: 'demo'},
	{commands: ['demo-agent'], group: 'demo', name: 'scenario', value: 'NAME', default: 'initialize'},
	{commands: simulating, group: 'demo', name: 'seed', value: 'N', default: '1'},
	{commands: simulating, group: 'demo', name: 'speed', value: 'X', default: '1'},
	{commands: [...showing, ...operating, 'trust', 'notify', 'completion'], group: 'config', name: 'config', value: 'FILE'},
	{commands: [...watching, 'notify'], group: 'config', name: 'print-config'},
	{commands: ['pass'], group: 'operations', name: 'stage', text: 'pass-stage', value: 'ID'},
	{commands: ['pass'], group: 'operations', name: 'node', text: 'pass-node', value: 'ID'},
	{commands: asking, group: 'keys', name: 'strict-keys'},
	{commands: asking, group: 'keys', name: 'accept-new-keys'},
	{commands: asking, group: 'keys', name: 'accept-keys'},
	{commands: reaching, group: 'keys', name: 'tls-ca', value: 'FILE'},
	{commands: reaching, group: 'keys', name: 'tls-cert', value: 'FILE'},
	{commands: reaching, group: 'keys', name: 'tls-key', value: 'FILE'},
	{commands: reaching, group: 'keys', name: 'tls-insecure'},
	{commands: ['trust'], group: 'keys', name: 'yes', text: 'trust-yes'},
	{commands: operating, group: 'operations', name: 'yes'},
	{commands: operating, group: 'operations', name: 'wait', text: 'operation-wait'},
	{commands: operating, group: 'operations', name: 'timeout', text: 'operation-timeout', value: 'TIME'},
	{commands: all, group: 'other', name: 'lang', value: 'LANGUAGE'},
	{commands: all, group: 'other', name: 'help', short: 'h'},
	{commands: all, group: 'other', name: 'version', short: 'V'},
] as const satisfies readonly OptionRecord[];

export type OptionName = (typeof options)[number]['name'];

/** The same table without its literal types, for reading. */
export const optionTable: readonly OptionRecord[] = options;

type TextOf<Record> = Record extends {readonly text: infer Text} ? Text : (Record extends {readonly name: infer Name} ? Name : never);

/** What an option does, in a few words. */
export const optionDescription = ({name, text = name}: OptionRecord, language: Messages = messages()): string => {
	// An option without a description does not compile.
	const descriptions: Readonly<Record<TextOf<(typeof options)[number]> & string, string>> = language.help.options;
	return new Map(Object.entries(descriptions)).get(text) ?? '';
};

/** Options that people try, and that would leave a password in the shell's history and in the process list. */
export const refusedPasswordOptions: readonly string[] = ['password', 'agent-password', 'root-password', 'passwd', 'pass', 'p'];

/** By the key of its description. */
export const environment = [
	{name: 'OBWATCH_PASSWORD', text: 'password'},
	{name: 'OBWATCH_AGENT_PASSWORD', text: 'agentPassword'},
	{name: 'LC_ALL, LC_MESSAGES, LANG', text: 'language'},
	{name: 'LC_ALL, LC_CTYPE, LANG', text: 'encoding'},
	{name: 'LINES, COLUMNS', text: 'size'},
	{name: 'XDG_STATE_HOME', text: 'stateHome'},
	{name: 'XDG_CONFIG_HOME', text: 'configHome'},
	{name: 'XDG_CACHE_HOME', text: 'cacheHome'},
	{name: 'NO_COLOR', text: 'noColor'},
	{name: 'FORCE_COLOR, COLORTERM', text: 'colors'},
	{name: 'COLORFGBG', text: 'background'},
	{name: 'TERM', text: 'term'},
	{name: 'INK_SCREEN_READER', text: 'screenReader'},
] as const satisfies ReadonlyArray<{readonly name: string; readonly text: keyof Messages['help']['environment']}>;

/** The records of one command, in the table's order. */
export const optionsOf = (command: CommandName): readonly OptionRecord[] => optionTable.filter(({commands}) => commands.includes(command));

/** The value of every option given; if given twice, the last one. */
export type Values = ReadonlyMap<OptionName, string>;

/** An option's value, or its default from the table. */
export const valueOf = (command: CommandName, name: OptionName, values: Values): string =>
	values.get(name) ?? optionsOf(command).find(option => option.name === name)?.default ?? '';

/** Options of the modes without a screen: with any of them no screen opens. */
export const modeOptions = ['once', 'json', 'stages', 'logs', 'watch', 'wait', 'wait-for-new', 'for', 'timeout', 'serve-metrics'] as const satisfies readonly OptionName[];
