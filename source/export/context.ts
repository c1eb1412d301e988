import os from 'node:os';
import process from 'node:process';
import {type Clock} from '../lib/clock.js';
import {formatDate, formatTime, localOffset, type Timestamp} from '../lib/time.js';
import {pathText} from '../lib/wrap.js';
import {type WriteOptions} from '../lib/write-file.js';
import {type FetchLog} from '../store/log/buffer.js';
import {type Store} from '../store/store.js';
import {type Made} from './collect-logs.js';

/** The beginning of a file's name, such as "obwatch-log-20260301-104159", at an offset in minutes east of UTC. Contains nothing from agents. */
export const fileStem = (kind: 'log' | 'bundle' | 'report', time: Timestamp, offset: number): string =>
	`obwatch-${kind}-${formatDate(time, offset).replaceAll('-', '')}-${formatTime(time, offset).replaceAll(':', '')}`;

/** The part of the terminal that is needed here. */
type LentTerminal = {
	/** Gives the terminal to another program while `run` runs. False, and nothing is run, if that is not possible now. Rejects like `run`. */
	readonly lend: (run: () => Promise<void>) => Promise<boolean>;
	/** Sends a sequence that draws nothing, such as one for the terminal's clipboard. */
	readonly writeControl: (sequence: string) => void;
};

export type ExportDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly screen: LentTerminal;
	readonly fetchLog: FetchLog;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute paths, the best first, evaluated each time: where files are saved. */
	readonly folders: () => readonly string[];
	/** For files that are deleted soon. */
	readonly temporaryFolder: string;
	/** obwatch's own version. */
	readonly version: string;
	/** What must not be in a bundle. */
	readonly secrets: () => readonly string[];
	/** Letters and digits, different each time. */
	readonly token: () => string;
};

/** What every export needs beside its own work. */
export type ExportContext = ExportDeps & {
	readonly signal: AbortSignal;
	/** Shows a notice, unless the program ends. */
	readonly say: (text: string) => void;
	/** The current time, as files name it. */
	readonly made: () => Made;
	/** Where to write. */
	readonly destination: (kind: 'log' | 'bundle' | 'report', made: Made) => WriteOptions;
	/** A path that fits into a notice beside so many columns of other text. */
	readonly shown: (file: string, beside: number) => string;
};

// A notice has a space at either end.
const noticeMargin = 2;

export const createExportContext = (deps: ExportDeps, signal: AbortSignal): ExportContext => {
	const {store, clock, version, folders, token} = deps;
	return {
		...deps,
		signal,
		say(text) {
			if (!signal.aborted) {
				store.dispatch({type: 'notice-shown', text});
			}
		},
		made() {
			const at = clock.now();
			return {version, at, offset: localOffset(at)};
		},
		destination: (kind, {at, offset}) => ({folders: folders(), stem: fileStem(kind, at, offset), token: token(), signal}),
		shown: (file, beside) => pathText(file, Math.max(1, store.getState().view.size.columns - noticeMargin - beside)),
	};
};

/** The current folder, or nothing if it was removed. */
const currentFolder = (): readonly string[] => {
	try {
		return [process.cwd()];
	} catch {
		// It can no longer be written to; the next folder will do.
		return [];
	}
};

/** The user's own folder, or nothing: without HOME, the system may know no such user. */
const homeFolder = (): readonly string[] => {
	try {
		return [os.homedir()];
	} catch {
		return [];
	}
};

/** Where a saved file goes: here, otherwise at home, otherwise into the folder for temporary files. */
export const saveFolders = (): readonly string[] => [...new Set([...currentFolder(), ...homeFolder(), os.tmpdir()])];
