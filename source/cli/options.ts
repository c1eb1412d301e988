import {type Operation, operations} from '../protocol/operation.js';

/** The program itself (`monitor`) and its subcommands. */
export type CommandName = 'monitor' | 'logs' | 'cause' | 'history' | 'bundle' | 'replay' | 'demo-agent' | 'trust' | 'completion' | 'man' | Operation;

/**
One command as users see it. The parser and `--help` read only this table. `arguments`: what follows the options; `about`: the text above
the options in its help.
*/
export type CommandRecord = {
	readonly name: CommandName;
	readonly arguments: string;
	readonly description: string;
	readonly about: string;
	readonly examples: readonly string[];
};

const operationWords: Readonly<Record<Operation, string>> = {
	retry: 'run the failed stage of a task again, then the rest',
	rollback: 'undo what a failed task has done',
	cancel: 'stop a task that is at work',
	pass: 'declare a failed task, or its failed stage, done without repairing anything',
};

const operationRecord = (name: Operation): CommandRecord => ({
	name,
	arguments: 'AGENT TASK_ID',
	description: operationWords[name],
	about: [
		'It shows what would be done and asks before anything is sent; with --yes it does not ask.',
		'It is sent once, to AGENT, which must own the task (of a cluster\'s task: be a member); --wait waits until it ends.',
		'Every operation is written to operations.jsonl in the state folder.',
		'Exits 0 once accepted or, with --wait, once done; 7 if it was refused, was not confirmed, or its result is unknown.',
	].join(' '),
	examples: [`obwatch ${name} 10.0.0.1 22130706433028869`, `obwatch ${name} 10.0.0.1 22130706433028869 --yes --wait`],
});

export const commandTable: readonly CommandRecord[] = [
	{
		name: 'monitor',
		arguments: '[AGENT | @GROUP]...',
		description: 'what OceanBase\'s obshell agents are doing, live',
		about: 'All agents named in any way add up; without any: 127.0.0.1.',
		examples: [
			'obwatch --demo',
			'obwatch 10.0.0.1 10.0.0.2 \'[fd00::3]:3886\'',
			'obwatch --agents-file cluster.txt --password-file ~/.obwatch-password',
			'obwatch @prod @test',
		],
	},
	...operations.map(name => operationRecord(name)),
	{
		name: 'logs',
		arguments: '[AGENT]...',
		description: 'print the logs of agents\' last tasks, whole',
		about: 'Each log has a line above it that says whose it is; times are the agents\' own. Exit codes are those of obwatch, but the outcomes of tasks do not count.',
		examples: ['obwatch logs 10.0.0.1 --node "Start observer"', 'obwatch logs 10.0.0.1 --follow'],
	},
	{
		name: 'cause',
		arguments: '[AGENT]...',
		description: 'print why tasks failed or what they wait for',
		about: 'With stage, agent and log line. Ends like obwatch --once.',
		examples: ['obwatch cause 10.0.0.1 10.0.0.2'],
	},
	{
		name: 'history',
		arguments: '[AGENT]...',
		description: 'print what agents and their clusters did before, newest first',
		about: 'It can be a large answer, so ask for it when you need it, not on a timer.',
		examples: ['obwatch history 10.0.0.1'],
	},
	{
		name: 'bundle',
		arguments: '[AGENT]...',
		description: 'save an incident: the tasks, their logs, what is known of the agents',
		about: 'A text for people and a JSON file for programs for each task, in the current folder, with what looks like a password taken out. Prints the paths.',
		examples: ['obwatch bundle 10.0.0.1'],
	},
	{
		name: 'replay',
		arguments: 'FILE',
		description: 'open the screen on what --record has written',
		about: 'FILE can be a folder of recordings, too. Nothing is asked over the network, and nothing can be done: p pauses, ( and ) lead from change to change, ? shows all keys. '
			+ 'Times are those of then. Lines that are damaged are left out and counted.',
		examples: ['obwatch 10.0.0.1 --record night.jsonl', 'obwatch replay night.jsonl --speed 10'],
	},
	{
		name: 'demo-agent',
		arguments: '',
		description: 'run one simulated agent in the foreground, for any obshell client',
		about: 'It listens on 127.0.0.1, prints its address, and runs until it is interrupted. Calls are encrypted and checked as by a real agent; without a password file any password will do. '
			+ 'Its key follows from port and seed, so that it is the same at every start; another --seed shows what a changed key looks like.',
		examples: ['obwatch demo-agent --port 3886 &', 'obwatch 127.0.0.1:3886'],
	},
	{
		name: 'completion',
		arguments: 'bash|zsh|fish',
		description: 'print what a shell needs to complete command lines',
		about: 'The script\'s first lines say where it goes.',
		examples: ['source <(obwatch completion bash)'],
	},
	{
		name: 'man',
		arguments: '',
		description: 'print the manual page',
		about: 'In the format of man(1); the package holds it as a file as well.',
		examples: ['obwatch man | man -l -'],
	},
	{
		name: 'trust',
		arguments: 'AGENT...',
		description: 'look at agents\' encryption keys, and accept them',
		about: 'Passwords are encrypted with the key that an agent shows. Its first one is remembered; when it shows another, no password is sent to it until you accept that one, '
			+ 'here or with K in the screen. Asks for each key that is new or changed; compare them with the fingerprint on the agent\'s own host. '
			+ 'With --discover it shows the keys of all agents of their clusters, and asks once for those that are new: finding them takes the password.',
		examples: ['obwatch trust 10.0.0.3', 'obwatch trust --agents-file cluster.txt --yes', 'obwatch trust --discover 10.0.0.1 --password-file ~/.obwatch-password'],
	},
];

/** All except the program itself. */
export const subcommands: readonly CommandRecord[] = commandTable.filter(({name}) => name !== 'monitor');

/** A command's full name, for messages. */
export const callOf = (command: CommandName): string => command === 'monitor' ? 'obwatch' : `obwatch ${command}`;

/** One option as users see it. The parser, `--help` and other lists of options read only this table. */
export type OptionRecord = {
	/** The commands that take it. */
	readonly commands: readonly CommandName[];
	readonly group: 'Agents' | 'Passwords' | 'Keys' | 'Screen' | 'Recording' | 'Changes' | 'Without a screen' | 'Acting' | 'Demo' | 'Config file' | 'Other';
	readonly name: string;
	readonly short?: string;
	/** The name of its value; an option without one is a switch. */
	readonly value?: string;
	readonly repeatable?: boolean;
	readonly description: string;
	readonly default?: string;
};

const subcommandsThatAsk = ['logs', 'cause', 'history', 'bundle'] as const satisfies readonly CommandName[];

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

const all = ['monitor', ...subcommandsThatAsk, 'replay', 'demo-agent', 'trust', 'completion', 'man', ...operating] as const satisfies readonly CommandName[];

/** An option with another meaning in another command has a record for each; all records of a name have a value, or none. */
export const options = [
	{commands: naming, group: 'Agents', name: 'agent', value: 'ADDRESS', repeatable: true, description: 'one more agent; also for a host that is called like a subcommand'},
	{commands: naming, group: 'Agents', name: 'agents', value: 'LIST', repeatable: true, description: 'agents separated by commas'},
	{commands: naming, group: 'Agents', name: 'agents-file', value: 'FILE', repeatable: true, description: 'agents from a file, one a line; # begins a comment'},
	{commands: watching, group: 'Agents', name: 'discover', description: 'find and watch the other agents of each cluster, also those that join later'},
	{commands: ['trust'], group: 'Agents', name: 'discover', description: 'look at the keys of the other agents of each cluster, too, and ask once for all that are new'},
	{commands: watching, group: 'Agents', name: 'interval', value: 'TIME', description: 'how often a running task on screen is asked for, at least 1s', default: '1s'},
	{commands: watching, group: 'Agents', name: 'body-limit', value: 'SIZE', description: 'longer answers are cut off', default: '32MB'},
	{commands: ['demo-agent'], group: 'Agents', name: 'port', value: 'N', description: 'port on 127.0.0.1 to listen on; 0 takes a free one', default: '2886'},
	{commands: reaching, group: 'Passwords', name: 'password-file', value: 'FILE', description: 'the password of root@sys: the first line of FILE, which only you may read'},
	{commands: reaching, group: 'Passwords', name: 'agent-password-file', value: 'FILE', description: 'the agent password: the first line of FILE, which only you may read'},
	{commands: ['demo-agent'], group: 'Passwords', name: 'password-file', value: 'FILE', description: 'demand this password of root@sys: the first line of FILE'},
	{commands: ['demo-agent'], group: 'Passwords', name: 'agent-password-file', value: 'FILE', description: 'demand this agent password: the first line of FILE'},
	{commands: screens, group: 'Agents', name: 'operate', description: 'allow to retry, roll back, cancel and pass tasks (x); without it nothing is ever changed'},
	{commands: drawing, group: 'Screen', name: 'ascii', description: 'draw with ASCII characters only; usual where the locale is not UTF-8'},
	{commands: drawing, group: 'Screen', name: 'unicode', description: 'draw with Unicode characters, whatever the locale'},
	{commands: showing, group: 'Screen', name: 'no-color', description: 'no colours; the same as NO_COLOR=1'},
	{commands: ['replay'], group: 'Screen', name: 'speed', value: 'X', description: 'playback speed, as a factor', default: '1'},
	{commands: screens, group: 'Recording', name: 'record', value: 'FILE', description: 'record changed responses to FILE (appends); see obwatch replay'},
	{commands: screens, group: 'Recording', name: 'record-size', value: 'SIZE', description: 'rotate FILE at this size (keeps FILE.1 to FILE.4)', default: '64MB'},
	{commands: screens, group: 'Changes', name: 'no-bell', description: 'no bell when a task ends'},
	{commands: screens, group: 'Changes', name: 'no-title', description: 'leave the terminal\'s title alone when a task ends'},
	{commands: screens, group: 'Changes', name: 'on-change', value: 'COMMAND', description: 'run COMMAND on every change, with the change as JSON on stdin (no shell)'},
	{commands: screens, group: 'Without a screen', name: 'once', description: 'query each agent once, print a table, exit (15 s timeout)'},
	{commands: screens, group: 'Without a screen', name: 'watch', description: 'print a line for each event, until interrupted'},
	{commands: screens, group: 'Without a screen', name: 'wait', description: 'wait until all tasks finish, then print the table (--watch: also print events)'},
	{commands: screens, group: 'Without a screen', name: 'wait-for-new', description: 'like --wait, for tasks that start from now on'},
	{commands: screens, group: 'Without a screen', name: 'for', value: 'OUTCOME', description: 'with --wait: exit 0 when all tasks have succeeded or finished, or one has failed, rolled-back, ...'},
	{commands: screens, group: 'Without a screen', name: 'timeout', value: 'TIME', description: 'with --wait: give up after 90s, 30m, 1h30m; with --once: instead of 15s'},
	{commands: screens, group: 'Without a screen', name: 'json', description: 'print JSON: one document, or with --watch a line for each event'},
	{commands: screens, group: 'Without a screen', name: 'stages', description: 'with --once, --wait or --json: stages and sub-tasks, too'},
	{commands: screens, group: 'Without a screen', name: 'logs', description: 'like --stages, with their logs'},
	{commands: ['replay'], group: 'Without a screen', name: 'watch', description: 'print a line for each event'},
	{commands: ['replay'], group: 'Without a screen', name: 'once', description: 'print a table of how it ended, and end with its exit code'},
	{commands: ['replay'], group: 'Without a screen', name: 'json', description: 'print JSON: one document, or with --watch a line for each event'},
	{commands: ['replay'], group: 'Without a screen', name: 'stages', description: 'with --once or --json: stages and sub-tasks, too'},
	{commands: ['replay'], group: 'Without a screen', name: 'logs', description: 'like --stages, with their logs'},
	{commands: screens, group: 'Without a screen', name: 'json-schema', description: 'print the JSON Schema of --json and exit'},
	{commands: screens, group: 'Without a screen', name: 'serve-metrics', value: 'HOST:PORT', description: 'serve /metrics for Prometheus until interrupted (a port alone: on 127.0.0.1)'},
	{commands: ['logs'], group: 'Without a screen', name: 'task', value: 'ID', description: 'of this task only'},
	{commands: ['logs'], group: 'Without a screen', name: 'node', value: 'NAME', description: 'of this stage only: a part of its name, or its number'},
	{commands: ['logs'], group: 'Without a screen', name: 'follow', description: 'print new lines until the tasks finish'},
	{commands: ['logs'], group: 'Without a screen', name: 'since-execution', value: 'N', description: 'only this execution and later ones'},
	{commands: watching, group: 'Demo', name: 'demo', description: 'watch a fleet of simulated agents'},
	{commands: ['demo-agent'], group: 'Demo', name: 'scenario', value: 'NAME', description: 'what happens to it; a wrong name lists them all', default: 'initialize'},
	{commands: simulating, group: 'Demo', name: 'seed', value: 'N', description: 'random seed', default: '1'},
	{commands: simulating, group: 'Demo', name: 'speed', value: 'X', description: 'how many times faster than real time', default: '1'},
	{commands: [...showing, ...operating, 'trust'], group: 'Config file', name: 'config', value: 'FILE', description: 'read this file instead of ~/.config/obwatch/config.yaml'},
	{commands: watching, group: 'Config file', name: 'print-config', description: 'print the settings in effect and their sources (no passwords) and exit'},
	{commands: ['pass'], group: 'Acting', name: 'node', value: 'ID', description: 'pass only this stage, the one that has failed; the task goes on behind it'},
	{commands: asking, group: 'Keys', name: 'strict-keys', description: 'send no password to an agent whose encryption key you have not accepted'},
	{commands: asking, group: 'Keys', name: 'accept-new-keys', description: 'trust keys never seen before, even of agents that --discover finds; a changed key is still refused'},
	{commands: asking, group: 'Keys', name: 'accept-keys', description: 'accept any key, remember none (testing only)'},
	{commands: reaching, group: 'Keys', name: 'tls-ca', value: 'FILE', description: 'CA certificates (PEM) for https:// agents, instead of those of Node.js'},
	{commands: reaching, group: 'Keys', name: 'tls-cert', value: 'FILE', description: 'client certificate (PEM) for https:// agents; with --tls-key'},
	{commands: reaching, group: 'Keys', name: 'tls-key', value: 'FILE', description: 'its private key (PEM, without passphrase), readable by you only'},
	{commands: reaching, group: 'Keys', name: 'tls-insecure', description: 'accept any certificate from https:// agents'},
	{commands: ['trust'], group: 'Keys', name: 'yes', description: 'accept the keys without asking'},
	{commands: operating, group: 'Acting', name: 'yes', description: 'do not ask'},
	{commands: operating, group: 'Acting', name: 'wait', description: 'wait until the operation ends'},
	{commands: operating, group: 'Acting', name: 'timeout', value: 'TIME', description: 'with --wait: give up after 90s, 30m, 1h30m'},
	{commands: all, group: 'Other', name: 'lang', value: 'LANGUAGE', description: 'language of obwatch and of agents\' messages: en or zh (default: from the config file or the locale)'},
	{commands: all, group: 'Other', name: 'help', short: 'h', description: 'show this text'},
	{commands: all, group: 'Other', name: 'version', short: 'V', description: 'show the version, the build and the Node it runs on'},
] as const satisfies readonly OptionRecord[];

export type OptionName = (typeof options)[number]['name'];

/** The same table without its literal types, for reading. */
export const optionTable: readonly OptionRecord[] = options;

/** Options that people try, and that would leave a password in the shell's history and in the process list. */
export const refusedPasswordOptions: readonly string[] = ['password', 'agent-password', 'root-password', 'passwd', 'pass', 'p'];

export const environment = [
	{name: 'OBWATCH_PASSWORD', description: 'the password of root@sys, when no --password-file is given; for all agents, also those with a password_file in the config file'},
	{name: 'OBWATCH_AGENT_PASSWORD', description: 'the agent password, when no --agent-password-file is given; the same holds'},
	{name: 'LC_ALL, LC_MESSAGES, LANG', description: 'language of obwatch and of agents\' messages: Chinese in a Chinese locale, else English'},
	{name: 'LC_ALL, LC_CTYPE, LANG', description: 'a locale that is not UTF-8 (also none) draws with ASCII characters'},
	{name: 'LINES, COLUMNS', description: 'the size of a terminal that does not know its own; without them 24 rows of 80 columns'},
	{name: 'XDG_STATE_HOME', description: 'known keys, and a note of each operation, are kept in its folder obwatch; without it in ~/.local/state/obwatch'},
	{name: 'XDG_CONFIG_HOME', description: 'where obwatch/config.yaml is looked for, instead of ~/.config'},
	{name: 'NO_COLOR', description: 'not empty: no colours'},
	{name: 'TERM', description: 'what the terminal is; where it is dumb, or not set, there is no screen, and where it is dumb there are no colours'},
] as const;

/** The records of one command, in the table's order. */
export const optionsOf = (command: CommandName): readonly OptionRecord[] => optionTable.filter(({commands}) => commands.includes(command));

/** The value of every option given; if given twice, the last one. */
export type Values = ReadonlyMap<OptionName, string>;

/** An option's value, or its default from the table. */
export const valueOf = (command: CommandName, name: OptionName, values: Values): string =>
	values.get(name) ?? optionsOf(command).find(option => option.name === name)?.default ?? '';

/** Options of the modes without a screen: with any of them no screen opens. */
export const modeOptions = ['once', 'json', 'stages', 'logs', 'watch', 'wait', 'wait-for-new', 'for', 'timeout', 'serve-metrics'] as const satisfies readonly OptionName[];
