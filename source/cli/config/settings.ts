import {type Language, messages} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {pace, usualRates} from '../../poller/intervals.js';
import {type AgentAddress} from '../../protocol/address.js';
import {type AgentsColumn} from '../../store/state.js';
import {type ThemeMode} from '../../ui/theme.js';
import {failure, type Result} from '../fail.js';
import {type OptionName, type Values} from '../options.js';
import {nearest} from '../parse.js';
import {isUtf8Locale, languageOfLocale, problemOfOption, readCommand, readInterval, readLanguage, readSize, readThemeMode} from '../values.js';
import {type Config, type ConfigFile, type ConfigPath, type GroupConfig, type Intervals, type Notifications} from './config.js';
import {usualConfigPath} from './load.js';

/** A group that was selected by its name. */
export type SelectedGroup = {readonly name: string; readonly group: GroupConfig};

/** Whether an argument names a group: "@prod". */
export const isGroupName = (text: string): boolean => text.startsWith('@');

/** The groups of those names ("@prod"), each once, in the order given. */
export const selectGroups = (names: readonly string[], file: ConfigFile | undefined, env: Readonly<Record<string, string | undefined>>): Result<readonly SelectedGroup[]> => {
	const selected = new Map<string, GroupConfig>();
	for (const text of names) {
		const name = text.slice(1);
		const group = file?.config.groups.get(name);
		if (!file) {
			return failure(messages().usage.agents.noConfig(printable(text), printable(usualConfigPath(env) ?? '--config')));
		}

		if (!group) {
			const known = [...file.config.groups.keys()];
			const guess = nearest(name, known);
			const {noGroups, otherGroups, similarGroup} = messages().usage.agents;
			const others = known.length === 0 ? noGroups(printable(text), printable(file.path)) : otherGroups(printable(text), printable(file.path), known.map(other => `@${other}`));
			return failure(guess === undefined ? others : similarGroup(printable(text), `@${guess}`));
		}

		selected.set(name, group);
	}

	return {ok: true, value: [...selected].map(([name, group]) => ({name, group}))};
};

/** The groups of an agent, however it was named. */
export const groupsWith = (file: ConfigFile | undefined, agents: ReadonlySet<string>): readonly SelectedGroup[] =>
	[...file?.config.groups ?? []].map(([name, group]) => ({name, group})).filter(({group}) => group.agents.some(({address}) => agents.has(address.key)));

/** Their agents in order; one in several groups, once. */
export const addressesOf = (groups: readonly SelectedGroup[]): readonly AgentAddress[] => groups.flatMap(({group}) => group.agents.map(({address}) => address));

/** A value and its source: "--lang", "NO_COLOR", "config.yaml:3", "default". */
export type Setting<T> = {readonly value: T; readonly origin: string};

/** The settings in effect, from all sources. `on_change` undefined is none. */
export type Settings = {
	readonly lang: Setting<Language>;
	readonly discover: Setting<boolean>;
	/** Whether earlier runs of tasks are read, kept and used. */
	readonly usual: Setting<boolean>;
	/** Bytes. */
	readonly bodyLimit: Setting<number>;
	readonly intervals: {readonly [name in keyof Intervals]: Setting<number>};
	readonly theme: {readonly ascii: Setting<boolean>; readonly color: Setting<boolean>; readonly mode: Setting<ThemeMode>};
	/** Undefined: the usual ones. */
	readonly columns: Setting<readonly AgentsColumn[] | undefined>;
	readonly mouse: Setting<boolean>;
	readonly notifications: {readonly [name in keyof Notifications]: Setting<Notifications[name]>};
};

/** The sources of a value; undefined if not set. */
type Sources<T> = {
	readonly flag?: Setting<T> | undefined;
	readonly environment?: Setting<T> | undefined;
	readonly file?: Setting<T> | undefined;
	readonly usual: Setting<T>;
};

/** The command line overrides the environment, which overrides the file, which overrides the default. */
export const strongest = <T>({flag, environment, file, usual}: Sources<T>): Setting<T> => flag ?? environment ?? file ?? usual;

/** Bytes. */
const usualBodyLimit = 32 * 1024 * 1024;

const readFlag = <T>(name: OptionName, values: Values, read: (text: string) => Result<T>): Result<Setting<T> | undefined> => {
	const text = values.get(name);
	if (text === undefined) {
		return {ok: true, value: undefined};
	}

	const result = read(text);
	return result.ok ? {ok: true, value: {value: result.value, origin: `--${name}`}} : failure(problemOfOption(name, text, result.problem));
};

const languageOf = (text: string): Result<Language> => {
	const language = readLanguage(text);
	return language ? {ok: true, value: language} : failure(messages().usage.value.language);
};

/** The language that `--lang` demands; undefined without one. */
export const languageOfOption = (values: Values): Result<Setting<Language> | undefined> => readFlag('lang', values, languageOf);

const switchOf = <T>(name: OptionName, values: Values, value: T): Setting<T> | undefined => values.has(name) ? {value, origin: `--${name}`} : undefined;

/** Variables that turn colours off: https://no-color.org, https://force-color.org. */
const colorOfEnvironment = (env: Readonly<Record<string, string | undefined>>): Setting<boolean> | undefined => {
	if (env['NO_COLOR']) {
		return {value: false, origin: 'NO_COLOR'};
	}

	if (/^(?:0|false)$/.test(env['FORCE_COLOR'] ?? '')) {
		return {value: false, origin: 'FORCE_COLOR'};
	}

	return env['TERM'] === 'dumb' ? {value: false, origin: 'TERM'} : undefined;
};

/** All settings but the agents, their passwords and the keys. The problem names the option that is wrong. */
export const mergeSettings = (values: Values, env: Readonly<Record<string, string | undefined>>, file: ConfigFile | undefined): Result<Settings> => {
	const lang = languageOfOption(values);
	const running = readFlag('interval', values, readInterval);
	const bodyLimit = readFlag('body-limit', values, readSize);
	const onChange = readFlag('on-change', values, readCommand);
	const mode = readFlag('theme', values, readThemeMode);
	if (!lang.ok || !running.ok || !bodyLimit.ok || !onChange.ok || !mode.ok) {
		return [lang, running, bodyLimit, onChange, mode].find(result => !result.ok) ?? failure('');
	}

	if (values.has('ascii') && values.has('unicode')) {
		return failure(messages().usage.command.together('--ascii', '--unicode'));
	}

	const inFile = <T>(pick: (config: Config) => T | undefined, ...path: ConfigPath): Setting<T> | undefined => {
		const value = file && pick(file.config);
		return file && value !== undefined ? {value, origin: file.placeOf(path)} : undefined;
	};

	const {default: usual, locale} = messages().usage.config;
	const interval = (name: keyof Intervals, flag: Setting<number> | undefined, usually: number): Setting<number> =>
		strongest({flag, file: inFile(({intervals}) => intervals[name], 'intervals', name), usual: {value: usually, origin: usual}});

	return {ok: true, value: {
		// The locale is only a default: the file overrides it.
		lang: strongest({flag: lang.value, file: inFile(config => config.lang, 'lang'), usual: {value: languageOfLocale(env), origin: locale}}),
		discover: strongest({flag: switchOf('discover', values, true), file: inFile(config => config.discover, 'discover'), usual: {value: false, origin: usual}}),
		usual: strongest({flag: switchOf('no-usual', values, false), file: inFile(config => config.usual, 'usual'), usual: {value: true, origin: usual}}),
		bodyLimit: strongest({flag: bodyLimit.value, file: inFile(config => config.bodyLimit, 'body_limit'), usual: {value: usualBodyLimit, origin: usual}}),
		intervals: {
			running: interval('running', running.value, usualRates.live),
			status: interval('status', undefined, usualRates.status),
			idle: interval('idle', undefined, usualRates.idle),
			members: interval('members', undefined, pace.members),
		},
		columns: strongest<readonly AgentsColumn[] | undefined>({file: inFile(config => config.columns, 'agents_columns'), usual: {value: undefined, origin: usual}}),
		theme: {
			ascii: strongest({
				flag: switchOf('ascii', values, true) ?? switchOf('unicode', values, false),
				file: inFile(({theme}) => theme.ascii, 'theme', 'ascii'),
				usual: {value: !isUtf8Locale(env), origin: locale},
			}),
			color: strongest({
				flag: switchOf('no-color', values, false),
				environment: colorOfEnvironment(env),
				file: inFile(({theme}) => theme.color, 'theme', 'color'),
				usual: {value: true, origin: usual},
			}),
			mode: strongest<ThemeMode>({flag: mode.value, file: inFile(({theme}) => theme.mode, 'theme', 'mode'), usual: {value: 'auto', origin: usual}}),
		},
		mouse: strongest({flag: switchOf('mouse', values, true), file: inFile(config => config.mouse, 'mouse'), usual: {value: false, origin: usual}}),
		notifications: {
			bell: strongest({flag: switchOf('no-bell', values, false), file: inFile(({notifications}) => notifications.bell, 'notifications', 'bell'), usual: {value: true, origin: usual}}),
			title: strongest({flag: switchOf('no-title', values, false), file: inFile(({notifications}) => notifications.title, 'notifications', 'title'), usual: {value: true, origin: usual}}),
			onChange: strongest<Notifications['onChange']>({flag: onChange.value, file: inFile(({notifications}) => notifications.onChange, 'notifications', 'on_change'), usual: {value: undefined, origin: usual}}),
		},
	}};
};
