import {type Redaction} from '../take-away/redact.js';
import {type Slices} from '../take-away/replace-in-slices.js';

/**
A line before it is written: it is made only then, in slices.

- key: of all lines with the same one, the last says how things are
- size: bytes that it holds on to until then
*/
export type Draft = {readonly key: string | undefined; readonly size: number; readonly make: (redaction: Redaction) => Slices<string>};

/** Where the lines of a recording go. Nothing here throws. */
export type Sink = {
	/** The first line of a recording, which is put at the head of each of its files. */
	readonly begin: (line: Readonly<Record<string, unknown>>) => void;
	readonly add: (draft: Draft) => void;
	/** One more text that must not get out. */
	readonly addSecret: (secret: string) => void;
	/** Resolves once everything is on the disk, or cannot be: how many lines were lost altogether, and why as far as that is known. */
	readonly close: () => Promise<{readonly lost: number; readonly problem: string | undefined}>;
};
