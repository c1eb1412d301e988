import {type ConfigFile} from './config/config.js';
import {type RunCommand} from './config/passwords.js';
import {type Secrets} from './credentials.js';
import {type Result} from './fail.js';
import {type ReadTextFile} from './input-file.js';
import {type LocalAgents} from './local-agents.js';
import {type CommandName, type Values} from './options.js';
import {type Argument} from './parse.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What reading a command line may use. */
export type ReadDeps = {
	readonly env: Env;
	readonly readTextFile: ReadTextFile;
	/** The config file in effect, if there is one. */
	readonly config?: ConfigFile | undefined;
	/** For passwords that programs print. */
	readonly runCommand?: RunCommand;
	/** Looks for this machine's agents, if the command line names none. */
	readonly findLocalAgents?: () => LocalAgents;
};

export type RunDeps = {
	/** Of obwatch. */
	readonly version: string;
	/** With the passwords, which the process's own environment no longer has. */
	readonly env: Env;
	/** The folder for persistent state; undefined if no place is known. */
	readonly stateFolder: string | undefined;
	/** Ends the command from outside: a signal, or an uncaught error. */
	readonly signal: AbortSignal;
	/** Called with every password that is entered, so that a crash report can redact it. */
	readonly onSecret: (secret: string) => void;
};

/** A command, or one mode of it with its own import. */
export type Command<Options> = {
	/** Reads its options. It touches nothing but the files that they name. */
	readonly read: (list: readonly Argument[], values: Values, deps: ReadDeps) => Result<Options>;
	/** Runs it and resolves to the exit code. */
	readonly run: (options: Options, deps: RunDeps) => Promise<number>;
};

/** A command with its options read. */
export type Ready = {readonly options: Secrets; readonly run: (deps: RunDeps) => Promise<number>};

/** Reads the options of a command that was loaded. */
export type Read = (list: readonly Argument[], values: Values, deps: ReadDeps) => Result<Ready>;

export const readWith = <Options extends object>(command: Command<Options>): Read => (list, values, deps) => {
	const read = command.read(list, values, deps);
	return read.ok ? {ok: true, value: {options: read.value, run: async runDeps => command.run(read.value, runDeps)}} : read;
};

/** What to load for a command. `monitor` is the screen. */
export type Name = Exclude<CommandName, 'help'> | 'headless' | 'print-config' | 'json-schema';
