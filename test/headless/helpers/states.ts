import {tableOf} from '../../../source/lib/ordered-map.js';
import {type AgentError} from '../../../source/protocol/errors.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type AgentEntry, type Connection, type State} from '../../../source/store/state.js';
import {addressOf, makeDag, makeEntry, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';

/** What the poller says of the task of an agent that it cannot ask. */
const asLastRead = (entry: AgentEntry): AgentEntry => entry.connection.type === 'failing' && entry.task.type === 'known'
	? {...entry, task: {...entry.task, dag: {...entry.task.dag, lastReadAt: entry.connection.lastSeenAt ?? entry.connection.since}}}
	: entry;

/** Agents 10.0.0.1, 10.0.0.2 and so on. */
export const stateOf = (...changes: ReadonlyArray<Partial<AgentEntry>>): State => {
	const addresses = changes.map((_, index) => addressOf(`10.0.0.${index + 1}`));
	return {
		...initialState(addresses, {columns: 80, rows: 24}),
		agents: tableOf(addresses.map((address, index) => [address.key, asLastRead(makeEntry({address, ...changes[index]}))] as const)),
	};
};

/** "RUNNING/RUN" as the last task. */
export const withTask = (pair: string, change: Parameters<typeof makeDag>[0] = {}): Partial<AgentEntry> => {
	const [state = '', operator = ''] = pair.split('/', 2);
	return {task: {type: 'known', dag: makeDag({state, operator, nodes: [], ...change}), movedAt: undefined}};
};

export const failing = (error: AgentError, isAlive = false): Partial<AgentEntry> =>
	({connection: {type: 'failing', error, since: ten, lastSeenAt: undefined, isAlive} satisfies Connection});

/** Failed, but only waiting for its main task. */
export const waitingTask: Partial<AgentEntry> = withTask('FAILED/RUN', {
	nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]})],
});

/** Runs, but a part of it failed. */
export const partlyFailed: Partial<AgentEntry> = withTask('RUNNING/RUN', {
	maxStage: 1,
	nodes: [makeNode({name: 'Start observer', state: 'RUNNING', subTasks: [makeSubTask({state: 'FAILED', logs: ['ERROR: no memory']}), makeSubTask({id: '32130706433028865', state: 'RUNNING'})]})],
});

export const lost: AgentError = {type: 'unreachable', code: 'ECONNREFUSED'};
export const refused: AgentError = {type: 'unauthorized', wants: 'root', reason: 'refused', message: 'wrong'};
