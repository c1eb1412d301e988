// The parts of the documents that the program's own tables make.

import {callOf, commandDescription, type CommandName, commandTable, environment, optionDescription, type OptionRecord, optionTable} from '../../source/cli/options.js';
import {exitCodeMeanings} from '../../source/headless/exit-codes.js';
import {metricsText} from '../../source/headless/metrics.js';
import {english} from '../../source/lib/messages/en/english.js';
import {type Language, type Messages} from '../../source/lib/messages/messages.js';
import {chinese} from '../../source/lib/messages/zh/chinese.js';
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

/** What the tables say that the program itself never shows. */
type TableWords = {
	readonly heads: Readonly<Record<'option' | 'what' | 'default' | 'command' | 'variable' | 'metric' | 'code' | 'meaning', string>>;
	readonly repeatable: (description: string) => string;
	/** A metric's help, which Prometheus gets in English. */
	readonly metric: (help: string) => string;
};

/** Without the values that a label can have. */
const chineseMetrics: ReadonlyMap<string, string> = new Map([
	['Always 1; the version of obwatch is a label.', '恒为 1；标签 version 为 obwatch 的版本。'],
	['1 if the agent\'s task can be read, else 0.', '能读取 agent 的任务时为 1，否则为 0。'],
	['Always 1; the label connection is one of', '恒为 1；标签 connection 的取值'],
	['Duration of the agent\'s last response, good or bad.', 'agent 最近一次响应的耗时，无论成功与否。'],
	['Always 1; the label outcome is one of', '恒为 1；标签 outcome 的取值'],
	['1 if the task still runs and a part of it failed that nothing retries by itself, else 0.', '任务仍在运行，且其中有不会自动重试的部分已失败时为 1，否则为 0。'],
	['The stage being worked on, from 1; counts down while rolling back.', '正在执行的阶段，从 1 开始；回滚时递减。'],
	['How many stages the task has.', '任务的阶段数。'],
	['How long the task usually takes, by at least three earlier runs that succeeded (their median).', '任务的通常耗时：以往成功执行的耗时中位数，至少已知三次时才有。'],
	['Changes for a webhook; the label result is sent, or failed for those that were given up.', '发给 webhook 的变更数；标签 result 为 sent（已发送）或 failed（已放弃）。'],
	['Since the start of the task\'s last attempt, by its agent\'s clock.', '任务最近一次执行开始至今的时间，以其 agent 的时钟为准。'],
]);

const tableWords: Readonly<Record<Language, TableWords>> = {
	en: {
		heads: {
			option: 'Option', what: 'What', default: 'Default', command: 'Command', variable: 'Variable', metric: 'Metric', code: 'Code', meaning: 'Meaning',
		},
		repeatable: description => `${description}; can be repeated`,
		metric: help => help,
	},
	zh: {
		heads: {
			option: '选项', what: '说明', default: '默认值', command: '命令', variable: '变量', metric: '指标', code: '退出码', meaning: '含义',
		},
		repeatable: description => `${description}；可重复`,
		metric(help) {
			const [what = '', values] = help.split(': ', 2);
			const translated = chineseMetrics.get(what);
			if (translated === undefined) {
				throw new Error(`no Chinese for the metric's help: ${what}`);
			}

			return values === undefined ? translated : `${translated}：${values.replace(/\.$/, '')}。`;
		},
	},
};

export const catalogues: Readonly<Record<Language, Messages>> = {en: english, zh: chinese};

const optionTableOf = (...commands: readonly CommandName[]) => (language: Language): string => {
	const {heads, repeatable} = tableWords[language];
	const options = optionTable.filter(option => commands.some(command => option.commands.includes(command)));
	return table([heads.option, heads.what, heads.default], options.map(option => {
		const description = optionDescription(option, catalogues[language]);
		return [termOf(option), option.repeatable ? repeatable(description) : description, option.default ?? ''];
	}));
};

/** What a scrape says before anything is known: the names of all metrics. */
const emptyScrape = async (): Promise<string> => metricsText({state: initialState([], {columns: 80, rows: 24}), now: ten, latencies: new Map(), version: ''});

/** By the name in their markers. */
export const generatedSections: Readonly<Record<string, (language: Language) => string | Promise<string>>> = {
	commands(language) {
		const {command, what} = tableWords[language].heads;
		return table([command, what], commandTable.map(({name, arguments: words}) => [
			code([callOf(name), words].filter(text => text !== '').join(' ')),
			commandDescription(name, catalogues[language]),
		]));
	},
	options: optionTableOf('monitor'),
	'operation options': optionTableOf('pass'),
	'reading options': optionTableOf('logs', 'history', 'compare', 'report'),
	'replay options': optionTableOf('replay'),
	'trust options': optionTableOf('trust'),
	'demo-agent options': optionTableOf('demo-agent'),
	keys: language => keyTableMarkdown(catalogues[language]),
	environment(language) {
		const {variable, what} = tableWords[language].heads;
		return table([variable, what], environment.map(({name, text}) => [name.split(', ').map(part => code(part)).join(', '), catalogues[language].help.environment[text]]));
	},
	async metrics(language) {
		const {heads: {metric, what}, metric: translated} = tableWords[language];
		const scrape = await emptyScrape();
		return table([metric, what], [...scrape.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = '', help = '']) => [code(name), translated(help)]));
	},
	'exit codes'(language) {
		const {code: head, meaning} = tableWords[language].heads;
		return table([head, meaning], exitCodeMeanings(catalogues[language]).map(exit => [String(exit.code), exit.description]));
	},
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
