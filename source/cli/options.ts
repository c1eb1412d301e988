export type CommandName = 'monitor' | 'demo-agent';

/** One option as a person sees it. The parser, `--help` and whatever else lists options read this table and nothing else. */
export type OptionRecord = {
	readonly command: CommandName;
	readonly group: 'Agents' | 'Passwords' | 'Screen' | 'Demo' | 'Other';
	readonly name: string;
	readonly short?: string;
	/** What its value is called; an option without is a switch. */
	readonly value?: string;
	readonly repeatable?: boolean;
	readonly description: string;
	readonly default?: string;
};

/** An option that two commands share has a value in both or in none. */
export const options = [
	{command: 'monitor', group: 'Agents', name: 'agent', value: 'ADDRESS', repeatable: true, description: 'one more agent; also for a host that is called like a subcommand'},
	{command: 'monitor', group: 'Agents', name: 'agents', value: 'LIST', repeatable: true, description: 'agents separated by commas'},
	{command: 'monitor', group: 'Agents', name: 'agents-file', value: 'FILE', repeatable: true, description: 'agents from a file, one a line; # begins a comment'},
	{command: 'monitor', group: 'Passwords', name: 'password-file', value: 'FILE', description: 'the password of root@sys: the first line of FILE, which only you may read'},
	{command: 'monitor', group: 'Passwords', name: 'agent-password-file', value: 'FILE', description: 'the agent password: the first line of FILE, which only you may read'},
	{command: 'monitor', group: 'Screen', name: 'lang', value: 'LANGUAGE', description: 'language of the agents\' messages, en-US or zh-CN; without it that of the locale'},
	{command: 'monitor', group: 'Screen', name: 'ascii', description: 'draw with ASCII characters only'},
	{command: 'monitor', group: 'Screen', name: 'no-color', description: 'no colours; the same as NO_COLOR=1'},
	{command: 'monitor', group: 'Demo', name: 'demo', description: 'watch a fleet of simulated agents'},
	{command: 'monitor', group: 'Demo', name: 'seed', value: 'N', description: 'number that the simulation\'s chances follow from', default: '1'},
	{command: 'monitor', group: 'Demo', name: 'speed', value: 'X', description: 'how many times faster than real time', default: '1'},
	{command: 'monitor', group: 'Other', name: 'help', short: 'h', description: 'show this text'},
	{command: 'monitor', group: 'Other', name: 'version', short: 'V', description: 'show the version'},
	{command: 'demo-agent', group: 'Agents', name: 'port', value: 'N', description: 'port on 127.0.0.1 to listen on; 0 takes a free one', default: '2886'},
	{command: 'demo-agent', group: 'Passwords', name: 'password-file', value: 'FILE', description: 'demand this password of root@sys: the first line of FILE'},
	{command: 'demo-agent', group: 'Passwords', name: 'agent-password-file', value: 'FILE', description: 'demand this agent password: the first line of FILE'},
	{command: 'demo-agent', group: 'Demo', name: 'scenario', value: 'NAME', description: 'what happens to it; a wrong name lists them all', default: 'initialize'},
	{command: 'demo-agent', group: 'Demo', name: 'seed', value: 'N', description: 'number that the simulation\'s chances follow from', default: '1'},
	{command: 'demo-agent', group: 'Demo', name: 'speed', value: 'X', description: 'how many times faster than real time', default: '1'},
	{command: 'demo-agent', group: 'Other', name: 'help', short: 'h', description: 'show this text'},
	{command: 'demo-agent', group: 'Other', name: 'version', short: 'V', description: 'show the version'},
] as const satisfies readonly OptionRecord[];

export type OptionName = (typeof options)[number]['name'];

/** The same table without its literal types, for reading. */
export const optionTable: readonly OptionRecord[] = options;

export const subcommands = [
	{name: 'demo-agent', description: 'run one simulated agent in the foreground, for any obshell client'},
] as const satisfies ReadonlyArray<{readonly name: CommandName; readonly description: string}>;

/** Options that people try and that would leave a password in the shell's history and in the process list. */
export const refusedPasswordOptions: readonly string[] = ['password', 'agent-password', 'root-password', 'passwd', 'pass', 'p'];

export const environment = [
	{name: 'OBWATCH_PASSWORD', description: 'the password of root@sys, when no --password-file is given'},
	{name: 'OBWATCH_AGENT_PASSWORD', description: 'the agent password, when no --agent-password-file is given'},
	{name: 'LC_ALL, LC_MESSAGES, LANG', description: 'a Chinese locale asks agents for messages in Chinese, all others in English'},
	{name: 'NO_COLOR', description: 'not empty: no colours'},
] as const;

/** What the program ends with. The last three count as shells do: 128 + the signal's number. */
export const exitCodes = {
	done: {code: 0, description: 'done'},
	failed: {code: 1, description: 'could not run, as the message says'},
	usage: {code: 2, description: 'wrong usage, no terminal, or a Node that is too old'},
	crashed: {code: 70, description: 'a fault in obwatch itself'},
	hungUp: {code: 129, description: 'the terminal went away'},
	interrupted: {code: 130, description: 'interrupted'},
	terminated: {code: 143, description: 'told to end by SIGTERM'},
} as const;
