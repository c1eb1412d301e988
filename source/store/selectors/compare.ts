// One run of a task beside another one of the same name and owner.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isLaterId} from '../../protocol/ids.js';
import {copiedStageOf, severityOf} from '../../protocol/logs.js';
import {isActive, isFault, isUnread, type Outcome, traitsOf} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {type Difference, differingSubTask, pairStages, type StagePair, type SubTaskPair} from '../compare.js';
import {historyRows, isHistoryLoading, isWholeHistory, knownTask, runsProblem} from '../history.js';
import {agentBehind, findTask, keptKey} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {runName} from '../runs.js';
import {type CompareScreen, type State} from '../state.js';
import {agentNow, currentStageIndex, durationOf, partOutcome, selectedIndexOf, stageOutcome, taskCells, taskOutcome, windowOf, windowTop} from './basics.js';
import {causesIn, failedPartTest, isFailing, usualStageIndex} from './cause.js';
import {shownText} from './connection.js';
import {errorText} from './error-text.js';
import {lastAttemptStart} from './explanation.js';
import {whyIn} from './reason.js';
import {breadcrumbOf} from './task-head.js';
import {type Reason, type TaskCells, type Window} from './view-types.js';

/** The other runs of a task: those of the same name and owner, newest first, as far as the history was read. */
export const otherRuns = (state: State, task: TaskReference): readonly Dag[] => {
	const dag = knownTask(state, task);
	const name = dag && runName(dag.name);
	return historyRows(state, task.owner).flatMap(({dag: other}) => runName(other.name) === name && other.id !== task.id ? [other] : []);
};

/** A sub-task of a main task ends without being called a success. */
const hasSucceeded = (dag: Dag): boolean => ['succeeded', 'ended'].includes(taskOutcome(dag).word);

/** The last run before it that succeeded, else the last one before it, else the first that succeeded after it, else the first after it; what still runs comes last. Undefined while that is not known, or if there is none. */
const usualRun = (state: State, {owner, id}: TaskReference): Dag | undefined => {
	const runs = otherRuns(state, {owner, id});
	const before = runs.filter(run => isLaterId(id, run.id));
	const isLoading = isHistoryLoading(state, owner);
	for (const run of before) {
		if (hasSucceeded(run)) {
			return run;
		}

		if (isLoading && isUnread(taskOutcome(run))) {
			return undefined;
		}
	}

	const isOver = (run: Dag): boolean => !isActive(taskOutcome(run));
	return isLoading ? undefined : before.find(run => isOver(run)) ?? runs.findLast(run => hasSucceeded(run)) ?? runs.findLast(run => isOver(run)) ?? before[0] ?? runs.at(-1);
};

/** The run that is compared with. */
export const comparedRun = (state: State, {task, other}: Pick<CompareScreen, 'task' | 'other'>): Dag | undefined =>
	other === undefined ? usualRun(state, task) : otherRuns(state, task).find(({id}) => id === other);

/** Whether all that was logged is known. */
const isWhole = ({nodes, hasLastLines = false}: Dag): boolean => nodes !== undefined && !hasLastLines;

/** A task with its stages and logs. */
const wholeTask = (state: State, task: TaskReference): Dag | undefined => [findTask(state, task), state.kept.get(keptKey(state, task))].find(dag => dag && isWhole(dag));

/** The run of which the stages are still to be fetched. */
export const missingRun = (state: State, screen: Pick<CompareScreen, 'task' | 'other'>): string | undefined => {
	const {task} = screen;
	if (!wholeTask(state, task)) {
		return task.id;
	}

	const other = comparedRun(state, screen);
	return other && !wholeTask(state, {owner: task.owner, id: other.id}) ? other.id : undefined;
};

type Runs = {
	readonly one: Dag | undefined;
	readonly other: Dag | undefined;
	readonly pairs: readonly StagePair[];
};

/** Both runs with their stages, as far as they are known. */
export const comparison = (state: State, screen: Pick<CompareScreen, 'task' | 'other'>): Runs => {
	const {task} = screen;
	const one = wholeTask(state, task);
	const run = comparedRun(state, screen);
	const other = run && wholeTask(state, {owner: task.owner, id: run.id});
	return {one, other, pairs: other ? pairStages(one?.nodes ?? [], other.nodes ?? []) : (one?.nodes ?? []).map(node => ({key: node.key, one: node, other: undefined}))};
};

/** Whether a stage of a main task holds the error of a part, of which the failure of the whole is only the consequence. */
const hasErrorOfPart = (node: TaskNode | undefined): boolean =>
	node?.subTasks.some(subTask => subTask.logs?.slice(lastAttemptStart(subTask)).some(line => severityOf(line) === 'error' && copiedStageOf(line) !== undefined)) ?? false;

/** The stage that is selected by default: the one that failed, of a main task that failed or still goes on the one in which its part failed, else the one that failed in the other run, else the one at work, else the first. */
export const usualPair = (state: State, {one, other, pairs}: Runs): number => {
	const isFailed = (dag: Dag | undefined, node: TaskNode | undefined): boolean => dag !== undefined && node !== undefined && isFault(stageOutcome(dag, node));
	const failing = one && (isFailing(state, one) || traitsOf(taskOutcome(one)).stages === 'all undone') ? one.nodes?.[usualStageIndex(state, one)] : undefined;
	const own = pairs.findIndex(pair => pair.one !== undefined && (pair.one === failing || isFailed(one, pair.one)));
	const ofPart = own === -1 || Object.keys(one?.links.subDags ?? {}).length === 0 ? -1 : pairs.slice(0, own).findIndex(pair => hasErrorOfPart(pair.one));
	const failed = ofPart === -1 ? own : ofPart;
	const otherFailed = failed === -1 ? pairs.findIndex(pair => isFailed(other, pair.other)) : failed;
	const atWork = one && isActive(taskOutcome(one)) ? one.nodes?.[currentStageIndex(one)] : undefined;
	return Math.max(0, otherFailed === -1 && atWork ? pairs.findIndex(pair => pair.one === atWork) : otherFailed);
};

const knownPairs = new WeakMap<TaskNode, {readonly other: TaskNode; readonly found: SubTaskPair | undefined}>();

/** Logs can be long, and frames are many. */
const differenceIn = (pair: StagePair): SubTaskPair | undefined => {
	const {one, other} = pair;
	if (!one || !other) {
		return undefined;
	}

	const known = knownPairs.get(one);
	if (known?.other === other) {
		return known.found;
	}

	const found = differingSubTask(pair);
	knownPairs.set(one, {other, found});
	return found;
};

/** From so much and so many times as long on, a difference of durations says something. */
const telling = {time: 2000, factor: 1.5} as const;

/** `hasFailedPart`: what the stage waited for failed at another agent. */
type Cell = {readonly outcome: Outcome; readonly hasFailedPart?: boolean; readonly duration: number | undefined};

const hasDone = ({outcome: {word}}: Cell): boolean => word === 'succeeded' || word === 'ended';

/** How much longer a stage took. What failed or still works may be shorter for that, and what was undone has the time of that. */
const tellingDifference = (one: Cell | undefined, other: Cell | undefined): number | undefined => {
	if (one?.duration === undefined || other?.duration === undefined || !hasDone(other)) {
		return undefined;
	}

	const [mine, others] = [one.duration, other.duration];
	const isTelling = Math.abs(mine - others) >= telling.time && Math.max(mine, others) >= Math.min(mine, others) * telling.factor;
	const isOver = hasDone(one) || (mine > others && (isActive(one.outcome) || one.outcome.word === 'failed'));
	return isTelling && isOver ? mine - others : undefined;
};

/** A stage in both runs. `difference`: how much longer it took, in ms, where that says something; `isOnly`: in one of the runs. */
export type CompareRow = {
	readonly key: string;
	readonly number: number | undefined;
	readonly name: string;
	/** As the agent says it. */
	readonly ownName: string;
	readonly one: Cell | undefined;
	readonly other: Cell | undefined;
	readonly isOnly: 'one' | 'other' | undefined;
	readonly difference: number | undefined;
	readonly isSelected: boolean;
};

/** Of the selected stage: where its logs differ. `why`: if they cannot be compared, or do not differ; `ahead`: where the log of what is at work ends, and how the other one goes on; `lines`: the last ones of what is alike. */
export type LogDifference =
	| {readonly type: 'lines'; readonly stage: string; readonly agent: string | undefined; readonly difference: Difference}
	| {readonly type: 'none'; readonly stage: string; readonly ahead?: Difference | undefined; readonly lines: readonly string[]; readonly why: 'alike' | 'so-far' | 'cut' | 'no-logs' | 'new' | 'gone'};

/** `isFailing`: it runs, but a part of it failed. */
type RunHead = TaskCells & {readonly id: string; readonly isFailing: boolean; readonly startTime: Timestamp | undefined; readonly utcOffset: number | undefined};

export type CompareView = {
	readonly type: 'compare';
	readonly breadcrumb: readonly string[];
	readonly one: RunHead | undefined;
	/** The run that is compared with, and which of how many it is, from the newest. */
	readonly other: (RunHead & {readonly rank: number; readonly all: number}) | undefined;
	/** Why this run failed, if its part of another agent says so. */
	readonly why: Reason | undefined;
	readonly list: Window<CompareRow>;
	readonly logs: LogDifference | undefined;
	/** What is still missing, and whether it is on its way. */
	readonly note: {readonly text: string; readonly isLoading: boolean} | undefined;
};

const noteOf = (state: State, {task}: CompareScreen, {one, other}: Runs, run: Dag | undefined): CompareView['note'] => {
	const {instead} = messages().tasks;
	const {compare} = messages().screens;
	const unavailable = state.unavailable && [task.id, run?.id].includes(state.unavailable.id) ? state.unavailable.why : undefined;
	if (one && other) {
		return undefined;
	}

	if (unavailable) {
		return {text: shownText(state, unavailable), isLoading: false};
	}

	if (!one) {
		const refusal = findTask(state, task)?.refusal;
		return refusal ? {text: instead.noDetails(errorText(refusal)), isLoading: false} : {text: instead.loadingStages, isLoading: true};
	}

	if (run) {
		return {text: compare.loadingRun, isLoading: true};
	}

	const problem = runsProblem(state, task);
	return problem ? {text: shownText(state, problem), isLoading: false} : (isHistoryLoading(state, task.owner) ? {text: compare.searching, isLoading: true} : {text: compare.noRun(isWholeHistory(state, task.owner)), isLoading: false});
};

/** Whether lines may still come in one of the logs: a stage also runs on when the agent has not yet noted that its sub-tasks ended. */
const isAtWork = (dag: Dag | undefined, node: TaskNode | undefined): boolean =>
	node !== undefined && (isActive(stageOutcome(dag, node)) || node.subTasks.some(subTask => isActive(partOutcome(dag, subTask))));

const whyNone = ({one, other}: Runs, pair: StagePair, found: SubTaskPair | undefined): Extract<LogDifference, {type: 'none'}>['why'] => {
	if (!found) {
		return 'no-logs';
	}

	if (found.isCut) {
		return 'cut';
	}

	return found.isAtWork || isAtWork(one, pair.one) || isAtWork(other, pair.other) ? 'so-far' : 'alike';
};

const alikeLines = 60;

const logsOf = (runs: Runs, pair: StagePair | undefined): LogDifference | undefined => {
	const node = pair?.one ?? pair?.other;
	if (!pair || !node || !runs.other) {
		return undefined;
	}

	const stage = messages().tasks.engineName(node.name);
	if (!pair.one || !pair.other) {
		return {type: 'none', stage, why: pair.one ? 'new' : 'gone', lines: []};
	}

	const found = differenceIn(pair);
	return found?.difference
		? {type: 'lines', stage, agent: found.one.agent, difference: found.difference}
		: {type: 'none', stage, why: whyNone(runs, pair, found), lines: found?.one.logs?.slice(-alikeLines).flatMap(entry => entry.split('\n')).slice(-alikeLines) ?? [], ...(found?.ahead && {ahead: found.ahead})};
};

/** Of the stages that have logs in both runs, except the one whose difference is shown: how many there are, in which of them a line differs, and whether all of their lines were compared. */
export const otherStages = (state: State, screen: CompareScreen): {readonly count: number; readonly differing: readonly string[]; readonly isWhole: boolean} => {
	const runs = comparison(state, screen);
	const compared = runs.pairs[selectedIndexOf(runs.pairs, screen.selected, usualPair(state, runs))];
	const others = runs.pairs.flatMap(pair => {
		const found = pair === compared ? undefined : differenceIn(pair);
		return pair.one && found ? [{node: pair.one, pair, found}] : [];
	});
	return {
		count: others.length,
		differing: others.flatMap(({node, found}) => found.difference ? [messages().tasks.engineName(node.name)] : []),
		isWhole: others.every(({pair, found}) => !['so-far', 'cut'].includes(whyNone(runs, pair, found))),
	};
};

/** Why this run failed, if that is not in its own log: the part of a main task says it. */
const whyElsewhere = (state: State, dag: Dag, owner: string): Reason | undefined => {
	const place = isFault(taskOutcome(dag)) || isFailing(state, dag) ? causesIn(state, dag, owner)[0]?.places[0] : undefined;
	return place === undefined || place.task.id === dag.id ? undefined : whyIn(state, dag, owner);
};

const onlyIn = ({one, other}: StagePair): CompareRow['isOnly'] => {
	if (one && other) {
		return undefined;
	}

	return one ? 'one' : 'other';
};

/** Two runs side by side: their stages, and the first line in which the logs of the selected stage differ. */
export const selectCompare = (state: State, screen: CompareScreen, now: Timestamp, height: number): CompareView => {
	const runs = comparison(state, screen);
	const {one, other, pairs} = runs;
	const {owner} = screen.task;
	const run = comparedRun(state, screen);
	const all = otherRuns(state, screen.task);
	const selected = selectedIndexOf(pairs, screen.selected, usualPair(state, runs));
	const top = windowTop({
		top: screen.top, selected, height, total: pairs.length,
	});
	const presentOf = (dag: Dag): Timestamp | undefined => agentNow(agentBehind(state, owner), now, dag);
	const headOf = (dag: Dag): RunHead => ({...taskCells(dag, presentOf(dag)), id: dag.id, isFailing: isFailing(state, dag), startTime: dag.startTime, utcOffset: dag.utcOffset});
	const cellOf = (dag: Dag | undefined, node: TaskNode | undefined): Cell | undefined => dag && node && {outcome: stageOutcome(dag, node), hasFailedPart: failedPartTest(state, dag)(node), duration: durationOf(node, presentOf(dag))};
	const head = one ?? knownTask(state, screen.task);
	return {
		type: 'compare',
		breadcrumb: breadcrumbOf(state, screen),
		one: head && headOf(head),
		other: run && {...headOf(other ?? run), rank: all.findIndex(({id}) => id === run.id) + 1, all: all.length},
		why: one && whyElsewhere(state, one, owner),
		logs: logsOf(runs, pairs[selected]),
		note: noteOf(state, screen, runs, run),
		list: windowOf(pairs, {top, height}, (pair, index): CompareRow => {
			const [mine, others] = [cellOf(one, pair.one), cellOf(other, pair.other)];
			return {
				key: pair.key,
				number: pair.one && one?.nodes ? one.nodes.indexOf(pair.one) + 1 : undefined,
				name: messages().tasks.engineName((pair.one ?? pair.other)?.name ?? ''),
				ownName: (pair.one ?? pair.other)?.name ?? '',
				one: mine,
				other: others,
				isOnly: other && onlyIn(pair),
				difference: tellingDifference(mine, others),
				isSelected: index === selected,
			};
		}),
	};
};
