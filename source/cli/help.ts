import {exitCodes} from '../headless/exit-codes.js';
import {callOf, type CommandName, type CommandRecord, commandTable, environment, type OptionRecord, optionsOf, subcommands} from './options.js';

const width = 80;

const indent = '  ';

type Row = {readonly term: string; readonly description: string};

const wrap = (text: string, columns: number): readonly string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= columns) {
			lines[lines.length - 1] = `${last} ${word}`;
		} else {
			lines.push(word);
		}
	}

	return lines;
};

const table = (rows: readonly Row[]): readonly string[] => {
	const column = indent.length + Math.max(...rows.map(({term}) => term.length)) + 2;
	return rows.flatMap(({term, description}) => wrap(description, width - column)
		.map((line, index) => (index === 0 ? `${indent}${term}` : '').padEnd(column) + line));
};

const section = (title: string, lines: readonly string[]): readonly string[] => ['', `${title}:`, ...lines];

const termOf = ({name, short, value}: OptionRecord): string =>
	`${short === undefined ? ' '.repeat(4) : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

const descriptionOf = (option: OptionRecord): string => {
	const notes = [
		...(option.default === undefined ? [] : [`default ${option.default}`]),
		...(option.repeatable ? ['can be repeated'] : []),
	];
	return notes.length === 0 ? option.description : `${option.description} (${notes.join(', ')})`;
};

const optionSections = (command: CommandName): readonly string[] => {
	const records = optionsOf(command);
	const column = Math.max(...records.map(record => termOf(record).length));
	return [...new Set(records.map(({group}) => group))].flatMap(group => section(group, table(records
		.filter(record => record.group === group)
		// The same column in every group.
		.map(record => ({term: termOf(record).padEnd(column), description: descriptionOf(record)})))));
};

const usageOf = ({name, arguments: list}: CommandRecord): string => [callOf(name), '[OPTION]...', ...(list === '' ? [] : [list])].join(' ');

const examplesOf = ({examples}: CommandRecord): readonly string[] =>
	section(examples.length === 1 ? 'Example' : 'Examples', examples.map(example => indent + example));

const exitCodeRows = (): readonly Row[] => Object.values(exitCodes).map(({code, description}) => ({term: String(code).padStart(3), description}));

const monitorHelp = (record: CommandRecord): readonly string[] => [
	...wrap(`obwatch: ${record.description}`, width),
	'',
	`Usage: ${usageOf(record)}`,
	...subcommands.map(subcommand => `       ${usageOf(subcommand)}`),
	...section('AGENT', table([
		{term: 'HOST[:PORT]', description: 'a name or an IPv4 address; the port is 2886 unless given'},
		{term: '[IPV6][:PORT]', description: 'an IPv6 address, in brackets'},
		{term: 'https://HOST', description: 'the same over TLS; http:// unless given'},
		{term: 'unix:/PATH', description: 'the agent\'s socket, run/obshell.sock in its home folder'},
		{term: '@GROUP', description: 'the agents of a group in the config file'},
	])),
	'',
	...wrap(record.about, width),
	...optionSections('monitor'),
	...section('Subcommands', table(subcommands.map(({name, description}) => ({term: name, description})))),
	...section('Environment', table(environment.map(({name, description}) => ({term: name, description})))),
	...section('Keys', [`${indent}? shows them all; Enter goes in, Esc out, q quits.`]),
	...section('Exit codes', table(exitCodeRows())),
	...examplesOf(record),
];

const subcommandHelp = (record: CommandRecord): readonly string[] => [
	...wrap(`${callOf(record.name)}: ${record.description}`, width),
	'',
	`Usage: ${usageOf(record)}`,
	'',
	...wrap(record.about, width),
	...optionSections(record.name),
	...examplesOf(record),
];

/** The text of `--help`, at most 80 columns wide, ending with a line break. */
export const helpText = (command: CommandName): string => {
	const lines = commandTable.filter(({name}) => name === command).flatMap(record => command === 'monitor' ? monitorHelp(record) : subcommandHelp(record));
	return `${lines.join('\n')}\n`;
};
