import {type Outcome} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type Window} from './parts.js';

/** Something that was seen to change, by our clock: the outcome that a task came to, or an `event` in words. `detail` says more. */
export type JournalRow = {
	readonly key: string;
	readonly at: Timestamp;
	readonly owner: string;
	readonly outcome: Outcome | undefined;
	readonly event: string;
	readonly task: string;
	readonly detail: string;
	readonly isBad: boolean;
	readonly isQuiet: boolean;
	/** It came while nobody pressed a key. */
	readonly isNew: boolean;
	readonly isSelected: boolean;
};

export type JournalView = {
	readonly type: 'journal';
	readonly breadcrumb: readonly string[];
	readonly dropped: number;
	readonly news: number;
	readonly awaySince: Timestamp | undefined;
	readonly list: Window<JournalRow>;
};
