import {type Outcome} from '../../protocol/outcome.js';
import {type Severity} from '../../protocol/severity.js';
import {type LineStyle} from '../../protocol/terminal-text.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type Staleness} from './parts.js';

/** One display row of a log, cut to the columns in sight: where something is scrolled away on a side, a column is left there for a mark. A separator stands above the first entry of an execution; `time` and `repeats` (above 1) only on the first row of an entry; `matches` are [start, end) in `text`; `styles` are what its agent styled there, as [from, to). */
export type LogRow = {
	readonly key: string;
	readonly type: 'text' | 'separator';
	readonly text: string;
	readonly isCutLeft: boolean;
	readonly isCutRight: boolean;
	readonly severity: Severity;
	readonly repeats: number;
	readonly time: Timestamp | undefined;
	readonly matches: ReadonlyArray<readonly [start: number, end: number]>;
	readonly styles: ReadonlyArray<LineStyle & {readonly from: number; readonly to: number}>;
	/** Its line overwrote itself, and this is its last state. */
	readonly isRewritten: boolean;
	/** The first row of its entry. */
	readonly isFirst: boolean;
	/** A search, an error or a link led here. */
	readonly isMarked: boolean;
	/** Where the mark stands: on the row with the marked place. */
	readonly hasMark: boolean;
};

/** What is said of a log beside its lines. `newEntries` came since it stands still; `dropped` older ones were let go; `problem`: why lines come without times. */
export type LogStatus = {
	readonly isFollowing: boolean;
	readonly newEntries: number;
	readonly filter: {readonly source: string; readonly hidden: number; readonly isCounting: boolean} | undefined;
	/** `matches` lines match; `rank` says which of them is marked, counted from 1. */
	readonly search: {readonly source: string; readonly matches: number; readonly rank: number | undefined; readonly isCounting: boolean} | undefined;
	readonly severity: 'all' | 'warnings' | 'errors';
	readonly dropped: number;
	readonly problem: string | undefined;
};

export type LogView = {
	readonly type: 'log';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly rows: readonly LogRow[];
	/** Times stand before the lines, in the agent's time zone. */
	readonly hasTimes: boolean;
	readonly left: number;
	readonly status: LogStatus;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
	/** Instead of lines: "no lines yet", "no lines between attempts". */
	readonly note: string | undefined;
};
