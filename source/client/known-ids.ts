import {LRUCache} from 'lru-cache';
import {type LogLines, remoteTaskId} from '../protocol/logs.js';
import {type Dag, type TaskNode} from '../protocol/task.js';

/** The ids that agents themselves named, over the whole fleet. Only these are ever queried: an unknown id can make agents forward a query in circles (docs/protocol.md#which-ids-may-be-queried). */
export type KnownIds = {
	/** Stores the ids of one response in place of those of the previous response to the same request, so that memory does not grow. */
	readonly record: (request: string, ids: ReadonlySet<string>) => void;
	/** The last response to that request is unchanged. */
	readonly keep: (request: string) => void;
	readonly has: (id: string) => boolean;
};

// A request that is no longer sent is forgotten after this many newer ones.
const requestLimit = 20_000;

// Limits an agent that names ids without end, so that it neither fills memory nor displaces other agents' ids; tasks of large clusters name some ten thousand.
const responseLimit = 100_000;

const idLimit = 1_000_000;

export const createKnownIds = (): KnownIds => {
	const byRequest = new LRUCache<string, ReadonlySet<string>>({max: requestLimit, maxSize: idLimit, sizeCalculation: ids => Math.max(1, ids.size)});
	return {
		keep(request) {
			byRequest.get(request);
		},
		record(request, ids) {
			byRequest.set(request, ids.size > responseLimit ? new Set(ids.values().take(responseLimit)) : ids);
		},
		has: id => byRequest.values().some(ids => ids.has(id)),
	};
};

type Linked = Pick<Dag, 'id' | 'links'>;

const linkedIds = ({id, links}: Linked): readonly string[] =>
	[id, ...Object.values(links.subDags), ...(links.mainDagId === undefined ? [] : [links.mainDagId])];

const remoteIds = (logs: readonly string[] | undefined): readonly string[] => (logs ?? []).flatMap(line => remoteTaskId(line) ?? []);

export const idsOfNode = (node: TaskNode): ReadonlySet<string> =>
	new Set([...linkedIds(node), ...node.subTasks.flatMap(subTask => [...linkedIds(subTask), ...remoteIds(subTask.logs)])]);

/** Every id that a task names: its own, its nodes', sub-tasks' and links', and those in lines about remote tasks. */
export const idsOfTask = (dag: Dag): ReadonlySet<string> =>
	new Set([...linkedIds(dag), ...(dag.nodes ?? []).flatMap(node => [...idsOfNode(node)])]);

/** The ids in a sub-task's own lines: of remote tasks of earlier executions too. */
export const idsOfLogs = ({texts}: LogLines): ReadonlySet<string> => new Set(remoteIds(texts));
