import {isFault} from '../../protocol/outcome.js';
import {isLaterId} from '../../protocol/generic-id.js';
import {type Dag} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {causeWords, isFailing, type Cause, type CausePlace} from '../select/cause.js';
import {currentRow} from '../select/current-row.js';
import {lastTaskId} from '../initial-state.js';
import {agentsOf, findNode, findSubTask, findTask, isTaskScreen, topScreen} from '../locate.js';
import {logKey, logOf, syncLogs} from '../log/open-logs.js';
import {jumpToEntry, markInSight} from '../log/jump.js';
import {jumpToError} from '../log/reduce-log.js';
import {referenceOf, type RowSource} from '../select/rows.js';
import {type LogScreen, type State, type TaskReference} from '../state.js';
import {taskOutcome} from '../select/task-cells.js';
import {causesIn} from '../select/why.js';
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

/** `causes` in the order in which they are gone through: the first `counted` of them hold now, the others are those of tasks that were begun anew since. */
type Reasons = {readonly dags: readonly Dag[]; readonly causes: readonly Cause[]; readonly counted: number};

type Found = {readonly dag: Dag; readonly owner: string; readonly causes: readonly Cause[]};

/** A later task of the same name is another attempt at the same. */
const isTriedAnew = ({dag, owner}: Found, all: readonly Found[]): boolean => all.some(other => other.owner === owner && other.dag.name === dag.name && isLaterId(other.dag.id, dag.id));

/** The reasons of these tasks, failures before waits. */
const reasonsOf = (state: State, references: readonly TaskReference[]): Reasons => {
	const tasks = references.flatMap(({owner, id}) => {
		const dag = findTask(state, {owner, id});
		return dag ? [{dag, owner}] : [];
	});
	const found = tasks.map(({dag, owner}) => ({dag, owner, causes: causesIn(state, dag, owner)}));
	const isFailed = ({dag}: Found): boolean => isFault(taskOutcome(dag)) || isFailing(dag);
	const [holding = [], tried = []] = [false, true].map(isOld => found.filter(task => isTriedAnew(task, found) === isOld).toSorted((one, other) => Number(isFailed(other)) - Number(isFailed(one))));
	const current = distinct(holding);
	const causes = distinct([...holding, ...tried]);
	return {dags: tasks.map(({dag}) => dag), causes, counted: placesOf(current).length};
};

/** A main task and its parts have the same reason. */
const distinct = (found: readonly Found[]): readonly Cause[] =>
	found.flatMap(task => task.causes).filter((cause, index, all) => index === all.findIndex(other => isSamePlace(cause.places[0], other.places[0]) && other.text === cause.text));

const isSamePlace = (one: CausePlace | undefined, other: CausePlace | undefined): boolean =>
	one?.task.id === other?.task.id && one?.node === other?.node && one?.subTask === other?.subTask && one?.entry === other?.entry;

/** Where the reasons stand: each at the first agent that has it. */
const placesOf = (causes: readonly Cause[]): readonly CausePlace[] => causes.flatMap(({places}) => places.slice(0, 1));

const goTo = (state: State, place: CausePlace, references: readonly TaskReference[]): State => {
	const opened = syncLogs(openPlace(state, place, references));
	const log = topScreen(opened);
	return log.type === 'log' && place.entry >= 0 ? withTop(opened, jumpToEntry(opened, log, place.entry, place.start)) : opened;
};

/** From the reason that a log is open at to the next one, in whichever log that stands; without another one to the next error of this log's last attempt. */
export const nextCause = (state: State, screen: LogScreen): State => {
	const references = screen.reasonsOf ?? [screen.task];
	const {causes, counted} = reasonsOf(state, references);
	const places = placesOf(causes);
	const marked = markInSight(state, screen);
	const {dropped, texts} = logOf(state, screen);
	const text = marked === undefined ? undefined : texts[marked - dropped];
	const isHere = ({task, node, subTask}: CausePlace): boolean => logKey(screen) === logKey({task, node, subTask});
	const current = places.findIndex(place => isHere(place) && marked !== undefined && (place.entry === marked || findSubTask(findNode(findTask(state, place.task), place.node), place.subTask)?.logs?.[place.entry] === text));
	const next = current === -1 ? places.find(place => isHere(place) && marked === undefined) : places[(current + 1) % places.length];
	if (!next || (current !== -1 && places.length === 1)) {
		const {screen: jumped, notice} = jumpToError(state, screen);
		const moved = jumped === screen ? state : withTop(state, jumped);
		return notice === undefined ? moved : withNotice(moved, notice);
	}

	const opened = goTo(state, next, references);
	const number = places.indexOf(next) + 1;
	if (number > counted) {
		return withNotice(opened, 'reason of an earlier attempt');
	}

	return counted > 1 ? withNotice(opened, `reason ${number} of ${counted}`) : opened;
};

/** Goes to the line that says why: of the open task, or of what the selected row stands for, failures first. In a log, to the next one. */
export const openCause = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'log') {
		return nextCause(state, screen);
	}

	const row = currentRow(state, now);
	const references = isTaskScreen(screen) ? [screen.task] : (row ? tasksOf(state, row) : []);
	const {dags, causes, counted} = reasonsOf(state, references);
	const places = placesOf(causes);
	const [place] = places;
	if (!place) {
		const [first] = causes;
		return withNotice(state, first ? causeWords(first) : nothingFailed(dags, row?.type === 'cluster' ? row.cluster.name : 'this task'));
	}

	const opened = goTo(state, place, references);
	if (counted === 0) {
		return withNotice(opened, 'reason of an earlier attempt');
	}

	return counted > 1 ? withNotice(opened, `reason 1 of ${counted}, e: the next one`) : opened;
};
