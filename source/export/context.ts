import os from 'node:os';
import process from 'node:process';
import {type Clock} from '../lib/clock.js';
import {formatDate, formatTime, localOffset, type Timestamp} from '../lib/time.js';
import {pathWords} from '../lib/wrap.js';
import {type WriteOptions} from '../lib/write-file.js';
import {type FetchLog} from '../store/log/buffer.js';
import {type Store} from '../store/store.js';
import {type Made} from './incident.js';

/** "obwatch-log-20260301-104159": what a file is called, at an offset in minutes east of UTC. Nothing that an agent says is in it. */
export const fileStem = (kind: 'log' | 'bundle', time: Timestamp, offset: number): string =>
	`obwatch-${kind}-${formatDate(time, offset).replaceAll('-', '')}-${formatTime(time, offset).replaceAll(':', '')}`;

/** The terminal, as far as it is needed here. */
type LentTerminal = {
	/** Gives the terminal to another program while `run` runs. False, and nothing is run, where it cannot be given away now. Rejects with what `run` rejects with. */
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
	/** Absolute paths, asked for each time: where files are saved, the best first. */
	readonly folders: () => readonly string[];
	/** For files that are gone again soon. */
	readonly temporaryFolder: string;
	/** obwatch's own. */
	readonly version: string;
	/** What must not be in a bundle. */
	readonly secrets: () => readonly string[];
	/** Letters and digits, others each time. */
	readonly token: () => string;
};

/** What everything that takes something away needs beside its own work. */
export type ExportContext = ExportDeps & {
	readonly signal: AbortSignal;
	/** Tells the user, unless the program ends. */
	readonly say: (text: string) => void;
	/** Now, as files name it. */
	readonly made: () => Made;
	/** Where to write. */
	readonly destination: (kind: 'log' | 'bundle', made: Made) => WriteOptions;
	/** A path as it fits on the line for the user, with so many columns of words beside it. */
	readonly shown: (file: string, beside: number) => string;
};

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
		shown: (file, beside) => pathWords(file, Math.max(1, store.getState().view.size.columns - beside)),
	};
};

/** The current folder, or nothing where it was removed. */
const currentFolder = (): readonly string[] => {
	try {
		return [process.cwd()];
	} catch {
		// Nobody can write there any more; the next folder will do.
		return [];
	}
};

/** Where a person looks for a file that was saved: here, else at home, else in the folder for temporary files. */
export const saveFolders = (): readonly string[] => [...new Set([...currentFolder(), os.homedir(), os.tmpdir()])];
