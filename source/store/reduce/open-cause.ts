import {isFault} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {causeWords} from '../select/cause.js';
import {currentRow} from '../select/current-row.js';
import {lastTaskId} from '../initial-state.js';
import {agentsOf, findTask, isTaskScreen, topScreen} from '../locate.js';
import {syncLogs} from '../log/open-logs.js';
import {jumpToEntry} from '../log/jump.js';
import {referenceOf, type RowSource} from '../select/rows.js';
import {type State, type TaskReference} from '../state.js';
import {taskOutcome} from '../select/task-cells.js';
import {causeIn} from '../select/why.js';
import {openPlace} from './navigate.js';
import {withNotice, withTop} from './view.js';

const allOf = (owner: string, otherTasks: ReadonlyArray<{readonly id: string}>): readonly TaskReference[] =>
	[lastTaskId, ...otherTasks.map(({id}) => id)].map(id => ({owner, id}));

/** The tasks that a row stands for: a cluster's heading for its own and those of its agents. */
const tasksOf = (state: State, row: RowSource): readonly TaskReference[] => row.type === 'cluster'
	? [...allOf(row.key, row.cluster.otherTasks), ...agentsOf(state, row.cluster).flatMap(({address, otherTasks}) => allOf(address.key, otherTasks))]
	: [referenceOf(row)];

const nothingFailed = (dags: readonly Dag[], where: string): string => {
	if (dags.length === 0) {
		return 'there is no task here that could have failed';
	}

	const [first] = dags;
	if (dags.length === 1 && first && taskOutcome(first).word === 'rolled back') {
		return 'it was rolled back; nothing that failed in it is known';
	}

	return dags.some(({nodes}) => nodes) ? `nothing failed in ${where}` : 'its stages are not known yet';
};

/** Goes to the line that says why: of the open task, or of what the selected row stands for, failures first. */
export const openCause = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const references = isTaskScreen(screen) ? [screen.task] : (row ? tasksOf(state, row) : []);
	const tasks = references.flatMap(({owner, id}) => {
		const dag = findTask(state, {owner, id});
		return dag ? [{dag, owner}] : [];
	});
	const found = tasks.flatMap(({dag, owner}) => {
		const cause = causeIn(state, dag, owner);
		return cause ? [{cause, isFailed: isFault(taskOutcome(dag))}] : [];
	}).toSorted((one, other) => Number(other.isFailed) - Number(one.isFailed));
	const place = found.find(({cause}) => cause.places.length > 0)?.cause.places[0];
	if (!place) {
		const [first] = found;
		return withNotice(state, first ? causeWords(first.cause) : nothingFailed(tasks.map(({dag}) => dag), row?.type === 'cluster' ? row.cluster.name : 'this task'));
	}

	const opened = syncLogs(openPlace(state, place));
	const log = topScreen(opened);
	return log.type === 'log' && place.entry >= 0 ? withTop(opened, jumpToEntry(opened, log, place.entry)) : opened;
};
