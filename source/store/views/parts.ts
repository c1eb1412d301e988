import {type Outcome} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';

/** `done` of `total` stages are done; `stage` is the one being worked on (1-based, 0 when there is none). The bar fills by done / total, also backwards while rolling back. */
export type Progress = {readonly stage: number; readonly done: number; readonly total: number};

export type TaskCells = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly progress: Progress;
	readonly duration: number | undefined;
};

/**
Why a task failed, or what it waits for: where, and the reason itself, one printable line. Where room is short the place can be left out, which can be empty, and what else went wrong (`further`: "; @ 10.0.0.2:2886: disk full"); `shortest` is the part of the text that says the most.
*/
export type Reason = {readonly place: string; readonly text: string; readonly further?: string; readonly shortest?: string};

/** The meaning behind a colour. */
export type Tone = 'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'plain';

/** A list of which only a window is mounted: `rows` are those in sight, `top` the index of the first, `total` all. */
export type Window<Row> = {readonly rows: readonly Row[]; readonly top: number; readonly total: number};

/** Where a bar lies on the timeline, as fractions from 0 to 1; undefined where the node has not begun. */
export type Span = {readonly start: number; readonly end: number};

/** `known` and its size are undefined and 0 where no key was known, and none is trusted unseen. Fingerprints as ssh writes them. */
export type KeyChange = {readonly known: string | undefined; readonly knownBits: number; readonly offered: string; readonly offeredBits: number};

/**
Shown above the body while the agent cannot be asked: the data below are those of `asOf`.

- `rows`: the lines of it all but the keys
- `logFolder`: where that agent keeps its own log
- `keys`: both, where they changed and there is room for them
*/
export type Staleness = {
	readonly problem: string;
	readonly asOf: Timestamp | undefined;
	readonly logFolder: string | undefined;
	readonly rows: number;
	readonly keys?: KeyChange | undefined;
};
