import {identityOf, isDatabaseConnected, isInCluster, listsItself} from '../protocol/identity.js';
import {type Outcome, type OutcomeWord, type UnknownReason} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {agentBehind, findTask, lastTaskOf, ownerOfMain} from '../store/lookup.js';
import {rowsOf} from '../store/selectors/agent-rows.js';
import {isMainUnknown, taskOutcome} from '../store/selectors/basics.js';
import {isHeldBack, troubleOf} from '../store/selectors/connection.js';
import {type RowSource} from '../store/selectors/view-types.js';
import {type AgentEntry, type State} from '../store/state.js';
import {exitCodes} from './exit-codes.js';

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]['code'];

// The worst first, so that a script does not miss it.
const order: readonly ExitCode[] = [
	exitCodes.interrupted.code,
	exitCodes.terminated.code,
	exitCodes.hungUp.code,
	exitCodes.crashed.code,
	exitCodes.outputLost.code,
	exitCodes.usage.code,
	exitCodes.unauthorized.code,
	exitCodes.taskFailed.code,
	exitCodes.rolledBack.code,
	exitCodes.refused.code,
	exitCodes.unreachable.code,
	exitCodes.timeout.code,
	exitCodes.done.code,
];

/** The worst of several codes. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode => order.find(code => codes.includes(code)) ?? exitCodes.done.code;

const outcomeCodes: Readonly<Record<OutcomeWord, ExitCode>> = {
	failed: exitCodes.taskFailed.code,
	'failed to roll back': exitCodes.taskFailed.code,
	cancelled: exitCodes.taskFailed.code,
	'rolled back': exitCodes.rolledBack.code,
	succeeded: exitCodes.done.code,
	passed: exitCodes.done.code,
	ended: exitCodes.done.code,
	'not run': exitCodes.done.code,
	running: exitCodes.done.code,
	'rolling back': exitCodes.done.code,
	cancelling: exitCodes.done.code,
	waiting: exitCodes.done.code,
	'to be undone': exitCodes.done.code,
	pending: exitCodes.done.code,
};

const unknownCodes: Readonly<Record<UnknownReason, ExitCode>> = {
	pair: exitCodes.taskFailed.code,
	// Only a password that was not given would open it, so the task counts as if it were not there.
	closed: exitCodes.done.code,
	// Its outcome is not known.
	details: exitCodes.unreachable.code,
	refused: exitCodes.unreachable.code,
	gone: exitCodes.unreachable.code,
};

/** The exit code for a task's outcome. */
export const codeOfOutcome = (outcome: Outcome): ExitCode => outcome.word === 'unknown' ? unknownCodes[outcome.reason] : outcomeCodes[outcome.word];

/** An agent that has not responded by now counts as unreachable. */
export const codeOfConnection = (entry: AgentEntry): ExitCode => {
	switch (troubleOf(entry)) {
		case 'unauthorized':
		case 'key changed':
		case 'key not known':
		case 'downgraded': {
			return isHeldBack(entry) ? exitCodes.unreachable.code : exitCodes.unauthorized.code;
		}

		case 'unreachable':
		case 'no answer': {
			return exitCodes.unreachable.code;
		}

		case undefined: {
			return entry.connection.type === 'connecting' ? exitCodes.unreachable.code : exitCodes.done.code;
		}
	}
};

/** What decides the exit code and was not read, in the words that are documented for programs. */
export const unreadParts = ['task', 'main task', 'cluster', 'cluster task', 'unfinished tasks'] as const;

export type UnreadPart = (typeof unreadParts)[number];

const partsOf = (parts: Readonly<Record<UnreadPart, boolean>>): readonly UnreadPart[] => unreadParts.filter(part => parts[part]);

/**
What of an agent that responds was not read yet: that nothing bad was seen says nothing then. Empty if all is known, and for an agent in
trouble, which says so itself. A recording has no more to say.
*/
export const unreadOf = (state: State, entry: AgentEntry): readonly UnreadPart[] => {
	if (state.replay !== undefined || codeOfConnection(entry) !== exitCodes.done.code) {
		return [];
	}

	const {info, status, task, isListed, address} = entry;
	const identity = identityOf(info, status);
	const [isMember, last] = [isInCluster(identity), lastTaskOf(entry)];
	const cluster = state.clusters.get(entry.cluster ?? '');
	return partsOf({
		task: task.type === 'unknown',
		'main task': last !== undefined && isMainUnknown(state, last),
		cluster: isMember && !cluster && !isListed,
		// One agent reads it for all, if it has a database.
		'cluster task': isMember && isDatabaseConnected(status) && cluster?.task.type === 'unknown' && agentBehind(state, cluster.key)?.address.key === address.key,
		'unfinished tasks': !isListed && (isMember || listsItself(identity)),
	});
};

const codesOfRow = (state: State, row: RowSource): readonly ExitCode[] => {
	switch (row.type) {
		case 'task': {
			return [codeOfOutcome(taskOutcome(row.dag))];
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag ? [codeOfOutcome(taskOutcome(dag))] : [];
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			return [
				codeOfConnection(row.entry),
				...(dag ? [codeOfOutcome(taskOutcome(dag)), isMainUnknown(state, dag) ? exitCodes.unreachable.code : exitCodes.done.code] : []),
				...(unreadOf(state, row.entry).length > 0 ? [exitCodes.unreachable.code] : []),
			];
		}
	}
};

/** The exit code of one look at every agent: the worst of all connections and of all last and unfinished tasks of agents and clusters. */
export const exitCodeOf = (state: State): ExitCode => worstOf(rowsOf(state).flatMap(row => codesOfRow(state, row)));

/** A task, and the key of its agent or cluster. */
export type OwnedTask = {readonly owner: string; readonly dag: Dag};

const ownedTask = (row: RowSource): OwnedTask | undefined => {
	switch (row.type) {
		case 'agent': {
			const dag = lastTaskOf(row.entry);
			return dag && {owner: row.key, dag};
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag && {owner: row.key, dag};
		}

		case 'task': {
			return {owner: row.owner, dag: row.dag};
		}
	}
};

/** Every known task: the last ones of agents and clusters, and those outside maintenance, in the order of the table. */
export const ownedTasks = (state: State): readonly OwnedTask[] => rowsOf(state).flatMap(row => ownedTask(row) ?? []);

/** The tasks of one agent or cluster. A main task is listed only under its owner, before the owner's other tasks. */
export const tasksOwnedBy = (state: State, owner: string): readonly Dag[] => {
	const [agent, cluster] = [state.agents.get(owner), state.clusters.get(owner)];
	const last = lastTaskOf(agent ?? cluster);
	const others = (agent ?? cluster)?.otherTasks.filter(({id}) => id !== last?.id) ?? [];
	if (state.mainTasks.size === 0) {
		return [...(last ? [last] : []), ...others];
	}

	const isElsewhere = ({id}: Dag): boolean => {
		const main = ownerOfMain(state, id);
		return main !== undefined && main !== owner && findTask(state, {owner: main, id}) !== undefined;
	};

	const [mains, rest] = [others.filter(({id}) => state.mainTasks.has(id)), others.filter(({id}) => !state.mainTasks.has(id))];
	const own = last ? [last] : [];
	return (agent ? [...mains, ...own, ...rest] : [...own, ...rest, ...mains]).filter(dag => !isElsewhere(dag));
};
