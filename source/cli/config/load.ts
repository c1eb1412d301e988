import path from 'node:path';
import {type Language, messages, spokenLanguage} from '../../lib/messages/messages.js';
import {printable} from '../../lib/printable.js';
import {failure, type Result} from '../fail.js';
import {type ReadTextFile, type TextFile} from '../input-file.js';
import {optionsOf} from '../options.js';
import {languageArgument, parseArguments} from '../parse.js';
import {languageOfLocale, readLanguage} from '../values.js';
import {type Config, type ConfigFile, type PasswordSources} from './config.js';

export type ConfigDeps = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly readTextFile: ReadTextFile;
	/** Whether another user (except root) can change the file or replace it. */
	readonly isOpenToOthers: (path: string) => boolean;
	/** Whether the user is root, whose passwords must not go where another user chooses. */
	readonly isRoot?: boolean;
};

/** `$XDG_CONFIG_HOME/obwatch/config.yaml`, else `~/.config/obwatch/config.yaml`; undefined if neither is set (XDG Base Directory Specification). */
export const usualConfigPath = ({XDG_CONFIG_HOME: folder, HOME: home}: ConfigDeps['env']): string | undefined => {
	if (folder !== undefined && path.isAbsolute(folder)) {
		return path.join(folder, 'obwatch', 'config.yaml');
	}

	return home !== undefined && path.isAbsolute(home) ? path.join(home, '.config', 'obwatch', 'config.yaml') : undefined;
};

const hasCommand = ({root, agent}: PasswordSources): boolean => root?.type === 'command' || agent?.type === 'command';

const hasPassword = ({root, agent}: PasswordSources): boolean => root !== undefined || agent !== undefined;

const passwordsIn = ({passwords, groups}: Config): readonly PasswordSources[] => [passwords, ...groups.values().flatMap(group => [group.passwords, ...group.agents.map(agent => agent.passwords)])];

const runsPrograms = (config: Config): boolean => config.notifications.onChange !== undefined || passwordsIn(config).some(sources => hasCommand(sources));

/** A config file that was read. `isAsked`: an option names it; `isUsed`: the command takes settings from it, beside the language. */
type FoundConfig = {readonly file: string; readonly text: TextFile; readonly isAsked: boolean; readonly isUsed: boolean};

/** Reads the config file of a command line: that of `--config`, else the default one. Undefined if there is no place for one. */
export const findConfig = (argv: readonly string[], {env, readTextFile}: Pick<ConfigDeps, 'env' | 'readTextFile'>): FoundConfig | undefined => {
	const parsed = parseArguments(argv);
	const isUsed = parsed.type === 'arguments' && optionsOf(parsed.command).some(({name}) => name === 'config');
	const asked = isUsed ? parsed.list.findLast(argument => argument.type === 'option' && argument.name === 'config') : undefined;
	const file = asked?.value ?? usualConfigPath(env);
	return file === undefined ? undefined : {file, text: readTextFile(file), isAsked: asked !== undefined, isUsed};
};

// The language is needed before YAML can be loaded, whose problems are reported in it.
const languageIn = ({text}: FoundConfig): string => {
	const written = text.ok ? /^(?<quote>["']?)lang\k<quote>\s*:\s*["']?(?<language>[\w.@-]+)/m.exec(text.text) : undefined;
	return written?.groups?.['language'] ?? '';
};

/** The language of a run, known before anything is said: that of `--lang`, else the config file's, else the locale's. */
export const languageOfRun = (argv: readonly string[], env: ConfigDeps['env'], found: FoundConfig | undefined): Language =>
	readLanguage(languageArgument(argv) ?? '') ?? (found && readLanguage(languageIn(found))) ?? languageOfLocale(env);

/**
The config file in effect for a command line, if there is one: that of `--config`, which must exist, else the default one. The YAML reader
is loaded only if needed.
The problem is one printable line. A file that others can write is accepted only if it names no programs, because those would run as this
user, and no webhooks, because those learn what happens.
*/
export const loadConfig = async (argv: readonly string[], {env, readTextFile, isOpenToOthers, isRoot = false}: ConfigDeps, found = findConfig(argv, {env, readTextFile})): Promise<Result<ConfigFile | undefined>> => {
	if (!found?.isUsed) {
		return {ok: true, value: undefined};
	}

	const {file, text, isAsked} = found;
	const shown = printable(file);
	if (!text.ok) {
		// It was read before the language was known, in which its problem is said.
		const again = spokenLanguage() === 'en' ? text : readTextFile(file);
		return text.isMissing && !isAsked ? {ok: true, value: undefined} : failure(messages().faults.about(isAsked ? `--config ${shown}` : shown, (again.ok ? text : again).problem));
	}

	const {parseConfig} = await import('./schema.js');
	const parsed = parseConfig(file, text.text, env['HOME']);
	if (!parsed.ok) {
		return parsed;
	}

	if (isRoot && passwordsIn(parsed.value.config).some(sources => hasPassword(sources)) && isOpenToOthers(file)) {
		return failure(messages().usage.config.rootPasswords(shown));
	}

	if (runsPrograms(parsed.value.config) && isOpenToOthers(file)) {
		return failure(messages().usage.config.programs(shown));
	}

	return parsed.value.config.webhooks.length > 0 && isOpenToOthers(file) ? failure(messages().webhooks.config.open(shown)) : parsed;
};
