import {type Result} from '../lib/result.js';
import {type ConfigFile} from './config/config.js';
import {type RunCommand} from './config/passwords.js';
import {type ReadTextFile} from './input-file.js';
import {type Values} from './options.js';
import {type Argument} from './parse.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What reading a command line may touch. */
export type ReadDeps = {
	readonly env: Env;
	readonly readTextFile: ReadTextFile;
	/** The config file that counts, if there is one. */
	readonly config?: ConfigFile | undefined;
	/** For passwords that programs print. */
	readonly runCommand?: RunCommand;
};

export type RunDeps = {
	/** obwatch's own. */
	readonly version: string;
	/** With the passwords in it, unlike that of the process. */
	readonly env: Env;
	/** Where the program keeps what must outlive it; undefined where no place is known. */
	readonly stateFolder: string | undefined;
	/** Ends the command from outside: a signal, an error that nobody caught. */
	readonly signal: AbortSignal;
	/** Hears of every password that is entered, so that a crash report can leave it out. */
	readonly onSecret: (secret: string) => void;
};

/** One command, or one mode of it that is loaded by itself. */
export type Command<Options> = {
	/** What the command line asks of it. Nothing outside is touched but the files that it names. */
	readonly read: (list: readonly Argument[], values: Values, deps: ReadDeps) => Result<Options>;
	/** Does it, and resolves to the exit code. */
	readonly run: (options: Options, deps: RunDeps) => Promise<number>;
};
