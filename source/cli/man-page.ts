// The manual page, from the same tables as the parser and the help; troff's man macros (man-pages(7)).

import {exitCodes} from '../headless/exit-codes.js';
import {callOf, type CommandRecord, commandTable, environment, type OptionRecord, optionsOf, subcommands} from './options.js';

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
		...Object.values(exitCodes).map(({code, description}) => item(String(code), description)),
		'.SH EXAMPLES',
		...commandTable.flatMap(({examples}) => examples.map(example => `.PP\n.nf\n${text(example)}\n.fi`)),
		'',
	].join('\n');
};
