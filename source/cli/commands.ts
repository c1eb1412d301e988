/** The program itself (`monitor`) and its subcommands. */
export type CommandName = 'monitor' | 'demo-agent' | 'completion' | 'man';

/** One command as a person sees it. The parser and `--help` read this table and nothing else. `arguments`: what stands behind the options; `about`: what its help says above the options. */
export type CommandRecord = {
	readonly name: CommandName;
	readonly arguments: string;
	readonly description: string;
	readonly about: string;
	readonly examples: readonly string[];
};

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
	{
		name: 'demo-agent',
		arguments: '',
		description: 'run one simulated agent in the foreground, for any obshell client',
		about: 'It listens on 127.0.0.1, prints its address, and runs until it is interrupted. Calls are encrypted and checked as by a real agent; without a password file any password will do.',
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
];

/** All but the program itself. */
export const subcommands: readonly CommandRecord[] = commandTable.filter(({name}) => name !== 'monitor');

/** How a command is called, for messages. */
export const callOf = (command: CommandName): string => command === 'monitor' ? 'obwatch' : `obwatch ${command}`;
