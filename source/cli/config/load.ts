import path from 'node:path';
import {printable} from '../../lib/printable.js';
import {failure, type Result} from '../fail.js';
import {noSuchFile, type ReadTextFile} from '../input-file.js';
import {optionsOf} from '../options.js';
import {parseArguments} from '../parse.js';
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

/** The config file of a command line; `isAsked` if an option names it. None if nothing is watched. */
const fileFor = (argv: readonly string[], env: ConfigDeps['env']): {readonly file: string; readonly isAsked: boolean} | undefined => {
	const parsed = parseArguments(argv);
	if (parsed.type !== 'arguments' || optionsOf(parsed.command).every(({name}) => name !== 'config')) {
		return undefined;
	}

	const asked = parsed.list.findLast(argument => argument.type === 'option' && argument.name === 'config');
	const file = asked?.value ?? usualConfigPath(env);
	return file === undefined ? undefined : {file, isAsked: asked !== undefined};
};

/**
The config file in effect for a command line, if there is one: that of `--config`, which must exist, else the default one. The YAML reader
is loaded only if needed.
The problem is one printable line. A file that others can write is accepted only if it names no programs, because those would run as this
user.
*/
export const loadConfig = async (argv: readonly string[], {env, readTextFile, isOpenToOthers, isRoot = false}: ConfigDeps): Promise<Result<ConfigFile | undefined>> => {
	const wanted = fileFor(argv, env);
	if (!wanted) {
		return {ok: true, value: undefined};
	}

	const shown = printable(wanted.file);
	const text = readTextFile(wanted.file);
	if (!text.ok) {
		return text.problem === noSuchFile && !wanted.isAsked ? {ok: true, value: undefined} : failure(`${wanted.isAsked ? '--config ' : ''}${shown}: ${text.problem}`);
	}

	const {parseConfig} = await import('./schema.js');
	const parsed = parseConfig(wanted.file, text.text, env['HOME']);
	if (!parsed.ok) {
		return parsed;
	}

	if (isRoot && passwordsIn(parsed.value.config).some(sources => hasPassword(sources)) && isOpenToOthers(wanted.file)) {
		return failure(`${shown}: says where root's passwords are, and other users own it, or can write it or its folder; keep it in a folder that only root can write`);
	}

	return runsPrograms(parsed.value.config) && isOpenToOthers(wanted.file)
		? failure(`${shown}: names programs to run, and others can write it or its folder; keep it in a folder that only you can write`)
		: parsed;
};
