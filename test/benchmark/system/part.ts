import {type Figure} from './figure.js';

export type PartSetup = {
	/** Fewer and shorter measurements. */
	readonly isQuick: boolean;
	/** Hears of what is being done. */
	readonly say: (what: string) => void;
	/** A folder for files, removed afterwards. */
	readonly folder: string;
};

/** Measures, and ends everything that it started. */
export type Part = (setup: PartSetup) => Promise<readonly Figure[]>;
