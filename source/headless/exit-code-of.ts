import {exitCodes} from '../cli/exit-codes.js';
import {isClosed, isFault, isGone, isUnread, type Outcome} from '../protocol/outcome.js';
import {isHeldBack, troubleOf} from '../store/select/problem-words.js';
import {rowsOf, type RowSource} from '../store/select/rows.js';
import {isMainUnknown, taskOutcome} from '../store/select/task-cells.js';
import {lastTaskOf} from '../store/locate.js';
import {type AgentEntry, type State} from '../store/state.js';

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]['code'];

// The worst first: what a script must not miss.
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

/** The one of several codes that a script must hear of. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode => order.find(code => codes.includes(code)) ?? exitCodes.done.code;

/** What the outcome of a task means for a script. Running, waiting, ended, passed and pending are fine. */
export const codeOfOutcome = (outcome: Outcome): ExitCode => {
	if (isFault(outcome)) {
		return exitCodes.taskFailed.code;
	}

	// A password that was not given would open it: the rest of the fleet is as without it.
	if (isClosed(outcome)) {
		return exitCodes.done.code;
	}

	// How it is, or how it ended, is not known.
	if (isUnread(outcome) || isGone(outcome)) {
		return exitCodes.unreachable.code;
	}

	return outcome.word === 'rolled back' ? exitCodes.rolledBack.code : exitCodes.done.code;
};

/** An agent that has not answered by the time that somebody asks could not be asked. */
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
			return [codeOfConnection(row.entry), ...(dag ? [codeOfOutcome(taskOutcome(dag)), isMainUnknown(state, dag) ? exitCodes.unreachable.code : exitCodes.done.code] : [])];
		}
	}
};

/** What a look at every agent ends with: the worst of all connections and of all last and unfinished tasks, of agents and clusters alike. */
export const exitCodeOf = (state: State): ExitCode => worstOf(rowsOf(state).flatMap(row => codesOfRow(state, row)));
