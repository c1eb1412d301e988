import {type AgentMemory} from '../poller/agent-memory.js';
import {type Question, type TaskSource} from '../poller/question.js';
import {routes} from '../protocol/routes.js';
import {type Dag} from '../protocol/task.js';

/** What was asked: one of the poller's questions, or one of those that are put beside its routine. */
export type Asked =
	| Question
	| {readonly type: 'logs'; readonly subTask: string}
	| {readonly type: 'history'; readonly of: 'agent' | 'cluster'};

const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? '';

const fixed: Readonly<Record<string, Asked>> = {
	[routes.info]: {type: 'info'},
	[routes.status]: {type: 'status'},
	[routes.time]: {type: 'skew'},
	[routes.clusterInfo]: {type: 'cluster-info'},
	[routes.maintenanceTask(true)]: {type: 'task', of: {type: 'agent'}},
	[routes.maintenanceTask(false)]: {type: 'probe', of: {type: 'agent'}},
	[routes.clusterTask(true)]: {type: 'task', of: {type: 'cluster'}},
	[routes.clusterTask(false)]: {type: 'probe', of: {type: 'cluster'}},
	[routes.unfinishedTasks(true)]: {type: 'unfinished'},
	[routes.unfinishedTasks(false)]: {type: 'unfinished'},
	[routes.agentHistory]: {type: 'history', of: 'agent'},
	[withoutQuery(routes.agentHistory)]: {type: 'history', of: 'agent'},
	[routes.clusterHistory]: {type: 'history', of: 'cluster'},
	[withoutQuery(routes.clusterHistory)]: {type: 'history', of: 'cluster'},
};

const hasNode = (dag: Dag | undefined, id: string): boolean => dag?.nodes?.some(node => node.id === id) ?? false;

/** Whose stage has that id, as far as is known. */
const sourceOf = ({task, duty}: AgentMemory, id: string): TaskSource | undefined => {
	if (hasNode(task.dag, id)) {
		return {type: 'agent'};
	}

	const other = duty?.others.find(known => hasNode(known.task.dag, id));
	return hasNode(duty?.task.dag, id) ? {type: 'cluster'} : other && {type: 'other', id: other.id};
};

/** What the path (and query) of a GET asks an agent of which so much is known. Undefined for what is never shown. */
export const askedOf = (path: string, memory: AgentMemory): Asked | undefined => {
	const known = Object.hasOwn(fixed, path) ? fixed[path] : undefined;
	if (known) {
		return known;
	}

	const [, kind, id = '', logs, query] = /^\/api\/v1\/task\/(dag|node|sub_task)\/(\d{1,80})(\/logs)?(\?show_details=false)?$/.exec(path) ?? [];
	if (kind === 'dag' && logs === undefined) {
		return memory.duty?.others.some(other => other.id === id)
			? {type: query === undefined ? 'task' : 'probe', of: {type: 'other', id}}
			: {type: 'link', id};
	}

	if (kind === 'node' && logs === undefined) {
		const of = sourceOf(memory, id);
		return of && {type: 'node', of, id};
	}

	return kind === 'sub_task' && logs !== undefined ? {type: 'logs', subTask: id} : undefined;
};
