import {exitCodeMeanings} from '../headless/exit-codes.js';
import {cell, columnsOf, widest} from '../lib/columns.js';
import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {wrapText} from '../lib/wrap.js';
import {operations} from '../protocol/operation.js';
import {callOf, commandDescription, type CommandName, type CommandRecord, commandTable, environment, type OptionName, optionDescription, type OptionRecord, optionsOf, subcommands, type Topic} from './options.js';

const width = 80;

const indent = '  ';

type Row = {readonly term: string; readonly description: string};

type EnvironmentText = (typeof environment)[number]['text'];

const table = (rows: readonly Row[]): readonly string[] => {
	const column = indent.length + widest(rows.map(({term}) => term), 0, width / 2) + 2;
	return rows.flatMap(({term, description}) => {
		const isLong = columnsOf(indent + term) > column - 2;
		const lines = wrapText(description, width - column);
		return [...(isLong ? [indent + term] : []), ...lines.map((line, index) => cell(index === 0 && !isLong ? indent + term : '', column) + line)];
	});
};

const section = (title: string, lines: readonly string[]): readonly string[] => lines.length === 0 ? [] : ['', title, ...lines];

const paragraph = (text: string): readonly string[] => text === '' ? [] : ['', ...wrapText(text, width)];

const termOf = ({name, short, value}: OptionRecord): string =>
	`${short === undefined ? ' '.repeat(4) : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

const descriptionOf = (option: OptionRecord): string => {
	const {help} = messages();
	const description = optionDescription(option);
	const notes = [
		...(option.default === undefined ? [] : [help.optionDefault(option.default)]),
		...(option.repeatable ? [help.repeatable] : []),
	];
	return notes.length === 0 ? description : help.withNotes(description, notes.join(messages().screens.separator));
};

type Group = OptionRecord['group'];

const optionRows = (records: readonly OptionRecord[]): readonly Row[] => records.map(record => ({term: termOf(record), description: descriptionOf(record)}));

/** The options of a command by group, all or those of some groups. */
const optionSections = (command: CommandName, groups?: readonly Group[]): readonly string[] => {
	const {help} = messages();
	const records = optionsOf(command).filter(({group}) => groups === undefined || groups.includes(group));
	const column = widest(records.map(record => termOf(record)), 0, width);
	return [...new Set(records.map(({group}) => group))].flatMap(group => section(help.titles.group(help.groups[group]), table(
		// The same column in every group.
		optionRows(records.filter(record => record.group === group)).map(row => ({...row, term: cell(row.term, column)})),
	)));
};

const usageOf = ({name, arguments: list}: CommandRecord): string => [callOf(name), '[OPTION]...', ...(list === '' ? [] : [list])].join(' ');

const usageLines = (usages: readonly string[]): readonly string[] => {
	const {usage} = messages().help.titles;
	return ['', ...usages.map((line, index) => `${cell(index === 0 ? usage : '', columnsOf(usage))}${line}`)];
};

const commandRows = (records: readonly CommandRecord[]): readonly Row[] => records.map(({name}) => ({term: name, description: commandDescription(name)}));

const environmentRows = (texts?: readonly EnvironmentText[]): readonly Row[] => environment
	.filter(({text}) => texts === undefined || texts.includes(text))
	.map(({name, text}) => ({term: name, description: messages().help.environment[text]}));

const exitCodeRows = (): readonly Row[] => exitCodeMeanings().map(({code, description}) => ({term: String(code).padStart(3), description}));

const addressTerms = {host: 'HOST[:PORT]', ipv6: '[IPV6][:PORT]', tls: 'https://HOST', socket: 'unix:/PATH', group: '@GROUP'} as const satisfies Readonly<Record<keyof Messages['help']['addresses'], string>>;

const addressRows = (): readonly Row[] => (['host', 'ipv6', 'tls', 'socket', 'group'] as const).map(name => ({term: addressTerms[name], description: messages().help.addresses[name]}));

const firstExamples: ReadonlyArray<{readonly call: string; readonly text: keyof Messages['help']['examples']}> = [
	{call: 'obwatch --demo', text: 'demo'},
	{call: 'obwatch 10.0.0.1 10.0.0.2:3886', text: 'agents'},
	{call: 'obwatch --discover 10.0.0.1', text: 'discover'},
	{call: 'obwatch --operate @prod', text: 'group'},
	{call: 'obwatch --once 10.0.0.1', text: 'once'},
	{call: 'obwatch --wait --timeout 1h 10.0.0.1', text: 'wait'},
];

const commonOptions = ['agents-file', 'discover', 'password-file', 'operate', 'once', 'watch', 'wait', 'json', 'demo', 'lang', 'help', 'version'] as const satisfies readonly OptionName[];

const listedTopics: readonly Topic[] = ['agents', 'passwords', 'screen', 'scripts', 'operations', 'config', 'environment', 'demo'];

const monitorHelp = (record: CommandRecord): readonly string[] => {
	const {help} = messages();
	const records = optionsOf('monitor');
	const common = commonOptions.flatMap(name => records.filter(option => option.name === name).map(option => ({term: termOf(option), description: help.common[name]})));
	return [
		help.title(callOf('monitor'), commandDescription('monitor')),
		...section(help.titles.examples, table(firstExamples.map(({call, text}) => ({term: call, description: help.examples[text]})))),
		...usageLines([usageOf(record), 'obwatch COMMAND [OPTION]... [ARGUMENT]...']),
		...paragraph(help.agentForms(Object.values(addressTerms))),
		...section(help.titles.commands, table(commandRows(subcommands))),
		...section(help.titles.options, table(common)),
		...section(help.titles.topics, table(listedTopics.map(topic => ({term: topic, description: help.topics[topic].description})))),
		...paragraph(help.commandHelp),
	];
};

const isOperation = (name: string): boolean => new Set<string>(operations).has(name);

const aboutOf = ({name}: CommandRecord): string => isOperation(name) ? messages().help.operation : messages().help.commands[name].about;

const subcommandHelp = (record: CommandRecord): readonly string[] => {
	const {help} = messages();
	return [
		...wrapText(help.title(callOf(record.name), commandDescription(record.name)), width),
		...section(help.titles.examples, record.examples.map(example => indent + example)),
		...usageLines([usageOf(record)]),
		...paragraph(aboutOf(record)),
		...(record.name === 'help' ? section(help.titles.topics, table([...listedTopics, 'options' as const].map(topic => ({term: topic, description: help.topics[topic].description})))) : []),
		...optionSections(record.name),
	];
};

const topicParts = (topic: Topic): readonly string[] => {
	const {titles} = messages().help;
	switch (topic) {
		case 'agents': {
			return [...section(titles.agents, table(addressRows())), ...optionSections('monitor', ['agents'])];
		}

		case 'passwords': {
			return [...optionSections('monitor', ['passwords', 'keys']), ...section(titles.environment, table(environmentRows(['password', 'agentPassword'])))];
		}

		case 'screen': {
			return [...optionSections('monitor', ['screen', 'recording', 'changes']), ...section(titles.environment, table(environmentRows(['language', 'encoding', 'size', 'noColor', 'term'])))];
		}

		case 'scripts': {
			return [...optionSections('monitor', ['headless']), ...section(titles.exitCodes, table(exitCodeRows()))];
		}

		case 'operations': {
			return [...optionSections('monitor', ['operations']), ...section(titles.commands, table(commandRows(commandTable.filter(({name}) => isOperation(name)))))];
		}

		case 'config': {
			return [...optionSections('monitor', ['config']), ...section(titles.environment, table(environmentRows(['configHome', 'stateHome', 'cacheHome'])))];
		}

		case 'demo': {
			return optionSections('monitor', ['demo']);
		}

		case 'environment': {
			return section(titles.environment, table(environmentRows()));
		}

		case 'options': {
			return optionSections('monitor');
		}
	}
};

const topicHelp = (topic: Topic): readonly string[] => {
	const {help} = messages();
	const {description, about} = help.topics[topic];
	return [help.topicTitle(topic, description), ...paragraph(about), ...topicParts(topic)];
};

/** The text of `--help` or `obwatch help TOPIC`, at most 80 columns wide, ending with a line break. */
export const helpText = (topic: CommandName | Topic): string => {
	const record = commandTable.find(({name}) => name === topic);
	const lines = record ? (record.name === 'monitor' ? monitorHelp(record) : subcommandHelp(record)) : topicHelp(topic as Topic);
	return `${lines.map(line => line.trimEnd()).join('\n')}\n`;
};

// The manual page, from the same tables as the parser and the help; troff's man macros (man-pages(7)).

// A line that begins with a dot or a quote is a request, a bare hyphen may become another character. Chinese has no blanks to break lines at.
const text = (plain: string): string => plain
	.replaceAll('\\', String.raw`\e`)
	.replaceAll('-', String.raw`\-`)
	.replaceAll(/^(?=['.])/gm, String.raw`\&`)
	.replaceAll(/(?<=[\p{Script=Han}，。：；、）])(?=[\p{Script=Han}（])|(?<=[，。：；、])\b/gu, String.raw`\:`);

const item = (term: string, description: string): string => `.TP\n\\fB${text(term)}\\fR\n${text(description)}`;

const items = (rows: readonly Row[]): readonly string[] => rows.map(({term, description}) => item(term.trim(), description));

const optionItem = (option: OptionRecord): string => {
	const {name, short, value} = option;
	const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].map(part => String.raw`\fB${text(part)}\fR`).join(', ');
	return `.TP\n${names}${value === undefined ? '' : String.raw` \fI${text(value)}\fR`}\n${text(descriptionOf(option))}`;
};

const synopsis = ({name, arguments: list}: CommandRecord): string => `.B ${text(callOf(name))}\n[\\fIOPTION\\fR]... ${text(list)}\n.br`;

const commandSection = (record: CommandRecord): readonly string[] => [
	`.SS ${text(callOf(record.name))}`,
	text(messages().help.sentences(commandDescription(record.name), aboutOf(record))),
	...optionsOf(record.name).map(option => optionItem(option)),
];

const optionGroups = (): readonly string[] => {
	const records = optionsOf('monitor');
	return [...new Set(records.map(({group}) => group))].flatMap(group => [
		`.SS ${text(messages().help.groups[group])}`,
		...records.filter(record => record.group === group).map(option => optionItem(option)),
	]);
};

const configKeys = {
	groups: 'groups',
	passwords: 'password_file, password_command, agent_password_file, agent_password_command',
	tls: 'tls_ca, tls_cert, tls_key, tls_insecure, strict_keys, accept_new_keys',
	discover: 'discover',
	usual: 'usual',
	operate: 'operate',
	lang: 'lang',
	bodyLimit: 'body_limit',
	intervals: 'intervals: running, status, idle, members',
	theme: 'theme: mode, ascii, color',
	columns: 'agents_columns',
	mouse: 'mouse',
	keys: 'keys',
	notifications: 'notifications: bell, title, on_change, webhooks',
} as const satisfies Readonly<Record<keyof Messages['help']['manual']['keys'], string>>;

const files = {
	config: '~/.config/obwatch/config.yaml',
	knownAgents: '~/.local/state/obwatch/known_agents',
	operations: '~/.local/state/obwatch/operations.jsonl',
	runs: '~/.local/state/obwatch/runs.jsonl',
	cache: '~/.cache/obwatch',
} as const satisfies Readonly<Record<keyof Messages['help']['manual']['files'], string>>;

const termsOf = <Name extends string>(terms: Readonly<Record<Name, string>>, descriptions: Readonly<Record<Name, string>>): readonly Row[] =>
	(Object.keys(terms) as Name[]).map(name => ({term: terms[name], description: descriptions[name]}));

/** The page's source. `version` is in its footer. */
export const manPage = (version: string): string => {
	const {help} = messages();
	const {manual} = help;
	const [monitor] = commandTable;
	return [
		`.TH OBWATCH 1 "" "obwatch ${text(version)}" "${text(manual.kind)}"`,
		// Lines are neither justified nor hyphenated: there are names of files in them, and Chinese.
		'.ad l',
		'.nh',
		`.SH ${manual.titles.name}`,
		String.raw`obwatch \- ${text(commandDescription('monitor'))}`,
		`.SH ${manual.titles.synopsis}`,
		...commandTable.map(record => synopsis(record)),
		`.SH ${manual.titles.description}`,
		text(manual.about),
		'.PP',
		text(monitor ? aboutOf(monitor) : ''),
		'.PP',
		text(manual.addresses),
		...items(addressRows()),
		`.SH ${manual.titles.commands}`,
		...subcommands.flatMap(record => commandSection(record)),
		`.SH ${manual.titles.options}`,
		...optionGroups(),
		`.SH ${manual.titles.configuration}`,
		text(manual.configurationAbout),
		...items(termsOf(configKeys, manual.keys)),
		`.SH ${manual.titles.files}`,
		...items(termsOf(files, manual.files)),
		`.SH ${manual.titles.environment}`,
		...items(environmentRows()),
		`.SH ${manual.titles.exitStatus}`,
		...items(exitCodeRows()),
		`.SH ${manual.titles.examples}`,
		...[...firstExamples.map(({call}) => call), ...subcommands.flatMap(({examples}) => examples)].map(example => `.PP\n.nf\n${text(example)}\n.fi`),
		`.SH ${manual.titles.seeAlso}`,
		text(manual.documents),
		'',
	].join('\n');
};
