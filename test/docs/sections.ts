// The parts of the documents that the program's own tables make.

import {callOf, commandDescription, type CommandName, commandTable, environment, optionDescription, type OptionRecord, optionsOf} from '../../source/cli/options.js';
import {exitCodeMeanings} from '../../source/headless/exit-codes.js';
import {metricsText} from '../../source/headless/metrics.js';
import {english} from '../../source/lib/messages/en/english.js';
import {initialState} from '../../source/store/initial-state.js';
import {keyTableMarkdown} from '../../source/ui/keys/hints.js';
import {ten} from '../helpers/tasks.js';

const code = (text: string): string => `\`${text}\``;

// A bar would end the cell, in code as well.
const row = (...cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;

const table = (heads: readonly string[], rows: ReadonlyArray<readonly string[]>): string =>
	[row(...heads), row(...heads.map(() => '---')), ...rows.map(cells => row(...cells))].join('\n');

const termOf = ({name, short, value}: OptionRecord): string =>
	`${short === undefined ? '' : `${code(`-${short}`)}, `}${code(`--${name}${value === undefined ? '' : ` ${value}`}`)}`;

const optionTableOf = (command: CommandName): string => table(
	['Option', 'What', 'Default'],
	optionsOf(command).map(option => [
		termOf(option),
		optionDescription(option, english) + (option.repeatable ? '; can be repeated' : ''),
		option.default ?? '',
	]),
);

/** What a scrape says before anything is known: the names of all metrics. */
const emptyScrape = async (): Promise<string> => metricsText({state: initialState([], {columns: 80, rows: 24}), now: ten, latencies: new Map(), version: ''});

/** By the name in their markers. */
export const generatedSections: Readonly<Record<string, () => string | Promise<string>>> = {
	commands: () => table(['Command', 'What'], commandTable.map(({name, arguments: words}) => [code([callOf(name), words].filter(text => text !== '').join(' ')), commandDescription(name, english)])),
	options: () => optionTableOf('monitor'),
	'operation options': () => optionTableOf('pass'),
	'reading options': () => optionTableOf('logs'),
	'replay options': () => optionTableOf('replay'),
	'trust options': () => optionTableOf('trust'),
	'demo-agent options': () => optionTableOf('demo-agent'),
	keys: keyTableMarkdown,
	environment: () => table(['Variable', 'What'], environment.map(({name, text}) => [name.split(', ').map(part => code(part)).join(', '), english.help.environment[text]])),
	async metrics() {
		const scrape = await emptyScrape();
		return table(['Metric', 'What'], [...scrape.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = '', help = '']) => [code(name), help]));
	},
	'exit codes': () => table(['Code', 'Meaning'], exitCodeMeanings().map(exit => [String(exit.code), exit.description])),
};

/** The marker before a generated section. */
export const beginOf = (name: string, by = 'npm run readme'): string => `<!-- begin ${name}: made by ${by} -->`;

/** Puts a text between a section's two markers. Throws where they are not there. */
export const withSection = (document: string, name: string, text: string, by?: string): string => {
	const begin = beginOf(name, by);
	const end = `<!-- end ${name} -->`;
	const from = document.indexOf(begin);
	const to = document.indexOf(end);
	if (from === -1 || to < from) {
		throw new Error(`there is no section "${name}"`);
	}

	return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
};

/** The text between a section's markers. */
export const sectionOf = (document: string, name: string): string => {
	const start = document.indexOf(beginOf(name)) + beginOf(name).length + 1;
	return document.slice(start, document.indexOf(`\n<!-- end ${name} -->`));
};
