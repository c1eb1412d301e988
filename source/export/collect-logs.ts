import {type AgentError} from '../protocol/errors.js';
import {type SubTask} from '../protocol/task.js';
import {emptyLog, type FetchLog, logFromTask} from '../store/log/buffer.js';
import {type Incident, type IncidentLog} from './incident.js';
import {type WholeLog, wholeLogOf} from './log-text.js';

export type CollectDeps = {
	readonly fetchLog: FetchLog;
	/** Ends it; nothing more is asked. */
	readonly signal: AbortSignal;
	/** How many logs of how many are there. */
	readonly onProgress: (done: number, total: number) => void;
	/** Characters of all logs together. */
	readonly sizeLimit?: number;
};

// A bundle is made in memory: so much that it neither ends this process nor is too much to send to somebody.
const defaultSizeLimit = 100_000_000;

// One log may be too large for its deadline; after two the agent does not answer.
const timeoutLimit = 2;

const hasRun = ({executeTimes, logs}: SubTask): boolean => executeTimes > 0 || (logs?.length ?? 0) > 0;

/** Whether the next question would fail as well: how often it counts towards the limit. */
const weight = (error: AgentError | undefined): number => {
	switch (error?.type) {
		case 'unreachable':
		case 'unauthorized':
		case 'key-changed':
		case 'clock':
		case 'aborted': {
			return timeoutLimit;
		}

		case 'timeout': {
			return 1;
		}

		case undefined:
		case 'refused':
		case 'protocol':
		case 'too-large':
		case 'unknown-id': {
			return 0;
		}
	}
};

const sizeOf = (log: WholeLog): number => log.buffer.texts.reduce((sum, text) => sum + text.length, 0);

/** Every log of a task, asked for one after the other: an agent has other work. One that cannot be had is told with what the task itself says of it. Never rejects. */
export const collectLogs = async ({dag, agent}: Incident, deps: CollectDeps): Promise<readonly IncidentLog[]> => {
	const {fetchLog, signal, onProgress, sizeLimit = defaultSizeLimit} = deps;
	const rows = (dag.nodes ?? []).flatMap((node, index) => node.subTasks.map(subTask => ({stage: index + 1, node, subTask})));
	const total = rows.filter(({subTask}) => hasRun(subTask)).length;
	const collected: IncidentLog[] = [];
	let done = 0;
	let failures = 0;
	let size = 0;

	const fetchOne = async (subTask: SubTask): Promise<WholeLog> => {
		const known = logFromTask(undefined, subTask);
		if (agent === undefined || failures >= timeoutLimit) {
			return {buffer: known, shortfall: 'its agent does not answer, these lines come from the task', error: undefined};
		}

		const log = wholeLogOf(await fetchLog(agent, subTask.id, signal), known);
		const weighed = weight(log.error);
		failures = weighed === 0 ? 0 : failures + weighed;
		return log;
	};

	const fit = (log: WholeLog): WholeLog => {
		const length = sizeOf(log);
		if (size + length > sizeLimit) {
			return {buffer: emptyLog, shortfall: 'left out: all logs together are too large for a bundle', error: undefined};
		}

		size += length;
		return log;
	};

	for (const row of rows) {
		if (!hasRun(row.subTask)) {
			collected.push({...row, log: undefined});
			continue;
		}

		if (signal.aborted) {
			break;
		}

		onProgress(done, total);
		collected.push({...row, log: fit(await fetchOne(row.subTask))});
		done++;
	}

	return collected;
};
