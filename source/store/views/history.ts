import {type Timestamp} from '../../protocol/timestamp.js';
import {type TaskCells, type Window} from './parts.js';

/** A task of a history. `startTime`: that of its last attempt. */
export type HistoryRow = {
	readonly key: string;
	readonly task: TaskCells;
	readonly startTime: Timestamp | undefined;
	readonly utcOffset: number | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** The tasks that an owner ever had, newest first. `left`: older ones that are not shown, undefined where nobody knows how many; `note` instead of rows. */
export type HistoryView = {
	readonly type: 'history';
	readonly breadcrumb: readonly string[];
	readonly list: Window<HistoryRow>;
	/** What is typed to see some of them only, and how many that hides. */
	readonly filter: {readonly source: string; readonly hidden: number} | undefined;
	readonly faults: number;
	readonly left: number | undefined;
	readonly isLoading: boolean;
	readonly problem: string | undefined;
	readonly note: string | undefined;
};
