import {type Figure} from './figure.js';

/** Gives the figures that it takes; none where it fails, which is said and makes the whole fail, but leaves the others their turn. */
export type Attempt = (what: string, take: () => Promise<readonly Figure[]>) => Promise<readonly Figure[]>;

export type PartSetup = {
	/** Fewer and shorter measurements. */
	readonly isQuick: boolean;
	readonly attempt: Attempt;
	/** Hears of what is being done. */
	readonly say: (what: string) => void;
	/** A folder for files, removed afterwards. */
	readonly folder: string;
};

/** Measures, and ends everything that it started. */
export type Part = (setup: PartSetup) => Promise<readonly Figure[]>;
