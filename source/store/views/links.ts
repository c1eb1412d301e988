import {type Staleness, type TaskCells, type Window} from './parts.js';

/** A task that another is linked with; `task` is known only of watched agents. */
export type LinkRow = {
	readonly key: string;
	readonly kind: string;
	/** "ip:port", or the cluster's name. */
	readonly place: string;
	readonly id: string;
	readonly task: TaskCells | undefined;
	readonly isSelected: boolean;
};

export type LinksView = {
	readonly type: 'links';
	readonly breadcrumb: readonly string[];
	readonly staleness: Staleness | undefined;
	readonly list: Window<LinkRow>;
};
