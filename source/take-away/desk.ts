import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {localOffset} from '../store/clock-time.js';
import {type FetchLog} from '../store/log/fetched-log.js';
import {fileStem} from './file-stem.js';
import {type Made} from './incident.js';
import {pathWords} from './path-words.js';
import {type WriteOptions} from './write-new-file.js';

/** The terminal, as far as it is needed here. */
export type LentTerminal = {
	/** Gives the terminal to another program while `run` runs. False, and nothing is run, where it cannot be given away now. Rejects with what `run` rejects with. */
	readonly lend: (run: () => Promise<void>) => Promise<boolean>;
	/** Sends a sequence that draws nothing, such as one for the terminal's clipboard. */
	readonly writeControl: (sequence: string) => void;
};

export type TakeAwayOptions = {
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
export type Desk = TakeAwayOptions & {
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

export const createDesk = (options: TakeAwayOptions, signal: AbortSignal): Desk => {
	const {store, clock, version, folders, token} = options;
	return {
		...options,
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
