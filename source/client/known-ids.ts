import {LRUCache} from 'lru-cache';
import {type LogLines, remoteTaskId} from '../protocol/logs.js';
import {type Dag, type TaskNode} from '../protocol/task.js';

/**
The ids that agents themselves named, over the whole fleet. Only these are ever asked for: an id that nobody knows can send the agents asking each other in circles (docs/protocol.md#which-ids-may-be-queried).
*/
export type KnownIds = {
	/** Takes the ids of one answer; they replace those of the last answer to the same question, so that the memory stays that of what is on screen. */
	readonly record: (request: string, ids: ReadonlySet<string>) => void;
	/** The last answer to that question still holds. */
	readonly keep: (request: string) => void;
	readonly has: (id: string) => boolean;
};

// A question that nobody asks any more is forgotten after so many newer ones.
const requestLimit = 20_000;

// An agent that names ids without end fills neither the memory nor the place of the others' ids: real tasks of large clusters name some ten thousands.
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
