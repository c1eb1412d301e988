import {operations, type Operation} from '../protocol/operation.js';

/** The program itself (`monitor`) and its subcommands. */
export type CommandName = 'monitor' | 'logs' | 'cause' | 'history' | 'bundle' | 'replay' | 'demo-agent' | 'trust' | 'completion' | 'man' | Operation;

/** One command as a person sees it. The parser and `--help` read this table and nothing else. `arguments`: what stands behind the options; `about`: what its help says above the options. */
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
		'It is sent once, to AGENT, which must be the one that owns the task (of a cluster\'s task: a member); --wait waits for what comes of it.',
		'Every operation is written to operations.jsonl in the state folder.',
		'Ends with 0 once accepted or, with --wait, once done; with 7 where it was refused, was not confirmed, or nobody knows.',
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
		about: 'Passwords are encrypted with the key that an agent shows. Its first one is remembered; when it shows another, no password is sent to it until somebody has accepted that one, '
			+ 'here or with K in the screen. Asks for each key that is new or changed; answers are compared best with what somebody at the agent\'s machine sees. '
			+ 'With --discover it shows the keys of all agents of their clusters, and asks once for those that are new: finding them takes the password.',
		examples: ['obwatch trust 10.0.0.3', 'obwatch trust --agents-file cluster.txt --yes', 'obwatch trust --discover 10.0.0.1 --password-file ~/.obwatch-password'],
	},
];

/** All but the program itself. */
export const subcommands: readonly CommandRecord[] = commandTable.filter(({name}) => name !== 'monitor');

/** How a command is called, for messages. */
export const callOf = (command: CommandName): string => command === 'monitor' ? 'obwatch' : `obwatch ${command}`;
