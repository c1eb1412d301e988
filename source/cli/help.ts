import {exitCodeMeanings} from '../headless/exit-codes.js';
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

const exitCodeRows = (): readonly Row[] => exitCodeMeanings().map(({code, description}) => ({term: String(code).padStart(3), description}));

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

// The manual page, from the same tables as the parser and the help; troff's man macros (man-pages(7)).

// A line that begins with a dot or a quote is a request, a bare hyphen may become another character.
const text = (plain: string): string => plain
	.replaceAll('\\', String.raw`\e`)
	.replaceAll('-', String.raw`\-`)
	.replaceAll(/^(?=['.])/gm, String.raw`\&`);

const item = (term: string, description: string): string => `.TP\n\\fB${text(term)}\\fR\n${text(description)}`;

const optionItem = ({name, short, value, description, default: standard, repeatable}: OptionRecord): string => {
	const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].map(part => String.raw`\fB${text(part)}\fR`).join(', ');
	const notes = [...(standard === undefined ? [] : [`default ${standard}`]), ...(repeatable ? ['can be repeated'] : [])];
	const rest = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
	return `.TP\n${names}${value === undefined ? '' : String.raw` \fI${text(value)}\fR`}\n${text(description + rest)}`;
};

const optionItems = ({name}: CommandRecord): readonly string[] => optionsOf(name).map(option => optionItem(option));

const synopsis = ({name, arguments: list}: CommandRecord): string => `.B ${text(callOf(name))}\n[\\fIOPTION\\fR]... ${text(list)}\n.br`;

const commandSection = (record: CommandRecord): readonly string[] => [
	`.SS ${text(callOf(record.name))}`,
	text(`${record.description}. ${record.about}`),
	...optionItems(record),
];

/** The page's source. `version` is in its footer. */
export const manPage = (version: string): string => {
	const [monitor] = commandTable;
	return [
		`.TH OBWATCH 1 "" "obwatch ${text(version)}" "User Commands"`,
		'.SH NAME',
		String.raw`obwatch \- ${text(monitor?.description ?? '')}`,
		'.SH SYNOPSIS',
		...commandTable.map(record => synopsis(record)),
		'.SH DESCRIPTION',
		text('Shows the maintenance tasks of OceanBase\'s obshell agents, live: which stage of how many, for how long, what failed and the line of the log that says why.'),
		'.PP',
		text(`${monitor?.about ?? ''} An agent is HOST[:PORT] (2886 unless given), [IPV6][:PORT], https://HOST or unix:/PATH.`),
		'.SH OPTIONS',
		...(monitor ? optionItems(monitor) : []),
		'.SH SUBCOMMANDS',
		...subcommands.flatMap(record => commandSection(record)),
		'.SH ENVIRONMENT',
		...environment.map(({name, description}) => item(name, description)),
		'.SH EXIT STATUS',
		...exitCodeMeanings().map(({code, description}) => item(String(code), description)),
		'.SH EXAMPLES',
		...commandTable.flatMap(({examples}) => examples.map(example => `.PP\n.nf\n${text(example)}\n.fi`)),
		'',
	].join('\n');
};
