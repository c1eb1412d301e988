import {type Timestamp} from '../../lib/time.js';
import {forwardsToMaster, identityOf} from '../../protocol/identity.js';
import {parseGenericId} from '../../protocol/ids.js';
import {isActive, untimedFailures} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {historyAgent, historyFocuses, type HistoryFocus} from '../history.js';
import {awayAfter} from '../journal.js';
import {agentBehind, agentNamed, findNode, findSubTask, findTask, isTaskScreen, lastTaskOf, topScreen} from '../lookup.js';
import {placeOf} from '../log/open-logs.js';
import {type LogPlace, sourcesOf} from '../log/sources.js';
import {enoughRuns, runName, type RunWish} from '../runs.js';
import {type Screen, type State} from '../state.js';
import {rowsOf} from './agent-rows.js';
import {arrangedRows} from './agents.js';
import {subTaskOutcome, taskOutcome} from './basics.js';
import {usualTimes} from './usual.js';
import {type RowSource} from './view-types.js';

/** What the user looks at: the keys of agents and clusters in sight, and the open task. */
export type Focus = {
	readonly visible: readonly string[];
	/** How many visible rows show something active. */
	readonly activeRows: number;
	readonly open: {readonly owner: string; readonly id: string} | undefined;
	/** The open histories, see `historyFocuses`. */
	readonly histories: readonly HistoryFocus[];
	/** Tasks that are no longer listed and have not ended, and the agents (keys) to query for their ends. */
	readonly unended: ReadonlyArray<{readonly agent: string; readonly id: string}>;
	/**
	The logs on screen: the agent to query for its lines, the sub-task's id, whether more are to come, and a mark that changes with the task's
	own lines.
	*/
	readonly logs: ReadonlyArray<{readonly agent: string; readonly subTask: string; readonly isActive: boolean; readonly mark: string}>;
};

const logFocuses = (state: State, place: LogPlace | undefined): Focus['logs'] => {
	const sources = place ? sourcesOf(state, place) : [];
	return sources.flatMap(({from, subTask}) => from === undefined
		? []
		: [{
			agent: from,
			subTask: subTask.id,
			isActive: isActive(subTaskOutcome(subTask)),
			mark: [subTask.state, subTask.operator, subTask.executeTimes, subTask.logs?.length ?? ''].join(' '),
		}]);
};

/** The log of a preview, if the task itself does not bring its lines. */
const previewLogs = (state: State): Focus['logs'] => {
	const {rested} = state.view;
	return rested?.type === 'log' && findSubTask(findNode(findTask(state, rested.task), rested.node), rested.subTask)?.logs === undefined ? logFocuses(state, rested) : [];
};

/** So many logs are asked for the times at which parts of a task failed. */
const mostTimed = 3;

/** The logs that tell when parts of a task failed that were passed since. */
const failureLogs = (state: State, screen: Screen | undefined): Focus['logs'] => {
	const task = screen && isTaskScreen(screen) ? screen.task : undefined;
	const dag = task && findTask(state, task);
	return task && dag ? untimedFailures(dag).slice(0, mostTimed).flatMap(({node, subTask}) => logFocuses(state, {task, node: node.key, subTask: subTask.key})) : [];
};

/** Each log once. */
const distinct = (logs: Focus['logs']): Focus['logs'] => [...new Map(logs.map(log => [`${log.agent} ${log.subTask}`, log] as const)).values()];

const taskOf = (row: RowSource): Dag | undefined => {
	switch (row.type) {
		case 'agent': {
			return lastTaskOf(row.entry);
		}

		case 'cluster': {
			return lastTaskOf(row.cluster);
		}

		case 'task': {
			return row.dag;
		}
	}
};

const isActiveRow = (row: RowSource): boolean => {
	const task = taskOf(row);
	return task !== undefined && isActive(taskOutcome(task));
};

/** How much longer the user counts as looking at the screen, in ms: until a minute after the last key, while the terminal has the focus. 0 if the user does not. */
export const attentionLeft = ({journal: {lastKeyAt}, view: {isFocused}}: State, now: Timestamp): number =>
	isFocused && lastKeyAt !== undefined && now >= lastKeyAt ? Math.max(0, lastKeyAt + awayAfter - now) : 0;

const unendedOf = (state: State): Focus['unended'] => state.unended.values().flatMap(({owner, id}) => {
	const agent = agentBehind(state, owner)?.address.key;
	return agent === undefined ? [] : [{agent, id}];
}).toArray();

const ownerOfRow = (row: RowSource): string => row.type === 'task' ? row.owner : row.key;

/** Whom to ask for earlier runs of a task; undefined if enough are known, or if no agent can be asked now. */
const wishFor = (state: State, owner: string, dag: Dag): RunWish | undefined => {
	const generic = parseGenericId(dag.id);
	if (!generic || generic.scope === 'obproxy' || (usualTimes(state, owner, dag).whole?.runs ?? 0) >= enoughRuns) {
		return undefined;
	}

	const cluster = generic.scope === 'cluster' ? state.clusters.get(state.clusters.has(owner) ? owner : state.agents.get(owner)?.cluster ?? '') : undefined;
	const agent = generic.scope === 'cluster' ? cluster && historyAgent(state, cluster) : agentNamed(state, generic.agent);
	const entry = state.agents.get(agent ?? '');
	// A follower would return its master's list.
	return agent !== undefined && entry?.connection.type === 'connected' && !forwardsToMaster(identityOf(entry.info, entry.status))
		? {agent, owner: cluster?.key ?? agent, scope: generic.scope, name: runName(dag.name)}
		: undefined;
};

/** The most wanted first. */
const wantedRows = function * (state: State): Generator<RowSource, undefined> {
	const {page: height, arrangement: {columns = []}} = state.view;
	const {rows, top} = arrangedRows(state, 0, height);
	const inSight = rows.slice(top, top + height);
	yield * inSight.filter(row => isActiveRow(row));
	yield * columns.includes('usual') ? inSight : [];
	for (const row of rowsOf(state)) {
		if (isActiveRow(row)) {
			yield row;
		}
	}
};

/**
Of which tasks earlier runs are wanted, the most wanted first: the open one, and those that run, in sight before others, each name of an owner once. In a column, all in sight say how long they usually take.
One after the other, since there can be thousands, of which the first one may do.
*/
export const selectRunWishes = function * (state: State): Generator<RunWish, undefined> {
	const given = new Set<string>();
	const fresh = (owner: string, dag: Dag | undefined): readonly RunWish[] => {
		const wish = dag && wishFor(state, owner, dag);
		if (!wish || given.has(`${wish.owner} ${wish.name}`)) {
			return [];
		}

		given.add(`${wish.owner} ${wish.name}`);
		return [wish];
	};

	const screen = topScreen(state);
	yield * isTaskScreen(screen) ? fresh(screen.task.owner, findTask(state, screen.task)) : [];
	for (const row of wantedRows(state)) {
		yield * fresh(ownerOfRow(row), taskOf(row));
	}
};

/** Whether the run of a task is known, also one that says nothing of how long it takes. */
export const isRunKnown = ({runs}: State, {id, name, startTime}: Dag): boolean => runs?.get(runName(name))?.some(run => run.id === id && run.startTime === startTime) ?? false;

/** What is on screen now, so that the poller can query it first: also the list that is beside the screen with the keys. */
export const selectFocus = (state: State): Focus => {
	const {stack, split} = state.view;
	const [root, ...above] = stack;
	const own = focusOf(state);
	if (split === undefined || above.length !== split + 1) {
		return own;
	}

	const {visible, activeRows} = focusOf({...state, view: {...state.view, stack: [root, ...above.slice(0, -1)]}});
	return {...own, visible, activeRows};
};

const focusOf = (state: State): Focus => {
	const screen = topScreen(state);
	const histories = historyFocuses(state);
	const unended = unendedOf(state);
	if (isTaskScreen(screen)) {
		return {
			histories,
			unended,
			visible: [],
			activeRows: 0,
			open: {owner: screen.task.owner, id: findTask(state, screen.task)?.id ?? screen.task.id},
			logs: distinct([...logFocuses(state, placeOf(screen)), ...previewLogs(state), ...failureLogs(state, screen)]),
		};
	}

	if (screen.type === 'journal') {
		return {visible: [], activeRows: 0, open: undefined, logs: failureLogs(state, state.view.rested), histories, unended};
	}

	if (screen.type !== 'agents') {
		return {visible: screen.owner === undefined ? [] : [screen.owner], activeRows: 0, open: undefined, logs: failureLogs(state, state.view.rested), histories, unended};
	}

	const {page: height} = state.view;
	const {rows, top} = arrangedRows(state, 0, height);
	const inSight = rows.slice(top, top + height);
	const keys = inSight.map(row => ownerOfRow(row));
	return {visible: [...new Set(keys)], activeRows: inSight.filter(row => isActiveRow(row)).length, open: undefined, logs: failureLogs(state, state.view.rested), histories, unended};
};
