import {type Outcome} from '../../protocol/outcome.js';
import {type Severity} from '../../protocol/severity.js';
import {type Staleness, type Window} from './parts.js';

export type SubTaskRow = {
	readonly key: string;
	/** "ip:port" */
	readonly agent: string;
	/** What tells it from the others of the same agent, "#61"; empty where there are none. */
	readonly mark: string;
	readonly outcome: Outcome;
	readonly duration: number | undefined;
	/** Runs and undos together. */
	readonly executions: number;
	/** Its last log line; of one that failed, why. */
	readonly lastLine: string;
	/** The part of it that says the most, where there is not room for all. */
	readonly lastShortest: string;
	readonly lastSeverity: Severity;
	readonly isSelected: boolean;
};

export type NodeView = {
	readonly type: 'node';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly list: Window<SubTaskRow>;
};
