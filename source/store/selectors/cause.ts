// Why a task failed: the failed stage, its failed sub-tasks, and for each the first real error of its last attempt, on whichever agent it ran.

import {parseGenericId} from '../../protocol/ids.js';
import {copiedStageOf, failedAgentsIn, isRemoteSummary, messageOf, remoteTaskId, severityOf, summaryOf} from '../../protocol/logs.js';
import {isActive, isFault, type OutcomeTraits, type OutcomeWord, traitsOf} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {agentBehind, agentNamed, findTask, holderOf, ownerOfMain} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {type State} from '../state.js';
import {currentStageIndex, currentSubTaskIndex, mayHaveFailedIn, nodeOutcome, subTaskOutcome, taskOutcome} from './basics.js';
import {type Explanation, explanationsOf, lastAttemptStart, type ReasonKind, reasonKinds} from './explanation.js';

/**
The place of the reason: `entry` is the index in the sub-task's `logs`, -1 if no line says why; `start` is the index in that entry at which
its line begins. `copyOf`: the line is a main task's copy, from the log of that agent's part, which is not known.
*/
export type CausePlace = {
	readonly task: TaskReference;
	readonly node: string;
	readonly subTask: string;
	readonly agent: string | undefined;
	readonly entry: number;
	readonly start: number;
	readonly copyOf?: string;
};

/**
Why a task failed or waits. `waiting`: it waits for its main task.
`said`, `text`, `shortest` and `whole` as of an `Explanation`. `places` are the agents with this
same reason, the first one first; none if it is the reason of the whole task.
*/
export type Cause = Pick<Explanation, 'said' | 'text' | 'shortest' | 'whole'> & {
	readonly kind: ReasonKind | 'waiting';
	readonly nodeName: string;
	readonly places: readonly CausePlace[];
};

/** Finds a task by its id, wherever it is known; `skew` of the clock by which its times are. */
export type ResolveRemote = (id: string) => {readonly dag: Dag; readonly owner: string; readonly skew?: number | undefined} | undefined;

/** `at`: when the sub-task ended. */
type Finding = Omit<Explanation, 'entry' | 'start'> & {readonly place: CausePlace; readonly nodeName: string; readonly at: number | undefined};

/** Each task is visited once: links of a hostile or broken agent may form a circle. */
type Search = {readonly resolve: ResolveRemote; readonly mayHaveFailed: (id: string) => boolean; readonly seen: Map<string, readonly Finding[]>};

type Context = {readonly dag: Dag; readonly task: TaskReference; readonly node: TaskNode; readonly search: Search};

/** A part that its main task passed at its end. Its last stage that ran tells how it went. */
const isPassedByMain = ({state, operator, links}: Dag): boolean => state === 'SUCCEED' && operator === 'PASS' && links.mainDagId !== undefined;

const lastRun = (dag: Dag): TaskNode | undefined => dag.nodes?.findLast(({subTasks}) => subTasks.some(({executeTimes}) => executeTimes > 0));

/** The outcome of a part that fails while others still run, by what becomes of the stages. */
const failures: Readonly<Record<OutcomeTraits['stages'], OutcomeWord | undefined>> = {
	'being done': 'failed', 'being undone': 'failed to roll back', 'all done': undefined, 'all undone': undefined, kept: undefined,
};

/** The outcome of a part of an active task that failed meanwhile; undefined while no part can. */
const failureMeanwhile = (dag: Dag): OutcomeWord | undefined => {
	const outcome = taskOutcome(dag);
	return isActive(outcome) && dag.state === 'RUNNING' ? failures[traitsOf(outcome).stages] : undefined;
};

/** What failed in the current stage while other parts still run. A failure from before the stage began is of an earlier attempt. */
const failedMeanwhile = (dag: Dag): readonly SubTask[] => {
	const node = dag.nodes?.[dag.stage - 1];
	const wanted = failureMeanwhile(dag);
	if (wanted === undefined || node?.state !== 'RUNNING') {
		return [];
	}

	return node.subTasks.filter(subTask => subTaskOutcome(subTask).word === wanted && !isOfEarlierAttempt(subTask, node));
};

/** When a part ended, by the clock of its main task. While either clock is not measured they count as equal: to correct one of them only would set them apart. */
const endBy = (main: ReturnType<ResolveRemote>, part: ReturnType<ResolveRemote>): number | undefined => {
	const [mainSkew, partSkew] = [main?.skew, part?.skew];
	return part?.dag.endTime === undefined || mainSkew === undefined || partSkew === undefined ? part?.dag.endTime : part.dag.endTime - partSkew + mainSkew;
};

/** The sub-tasks (ids) of a running main task that failed for good, as their agents report. The main task itself fails only after all of them have ended. */
const failedParts = (dag: Dag, {resolve, mayHaveFailed}: Pick<Search, 'resolve' | 'mayHaveFailed'>): readonly string[] => {
	const wanted = failureMeanwhile(dag);
	const ids = wanted === undefined ? [] : Object.values(dag.links.subDags).filter(id => mayHaveFailed(id));
	const main = ids.length === 0 ? undefined : resolve(dag.id);
	return ids.filter(id => {
		const part = resolve(id);
		const end = endBy(main, part);
		// One that ended earlier belongs to an earlier attempt.
		return part !== undefined && taskOutcome(part.dag).word === wanted && (dag.startTime === undefined || end === undefined || end >= dag.startTime);
	});
};

/** It ended before its stage began: the stage was retried since, without this part. */
const isOfEarlierAttempt = ({endTime}: SubTask, {startTime}: TaskNode): boolean => startTime !== undefined && endTime !== undefined && endTime < startTime;

/** The failed stage: the one that the task stopped at, else a later one. An earlier one was passed or retried since. */
const failedNode = ({nodes = [], stage}: Dag): TaskNode | undefined => {
	const current = nodes[stage - 1];
	const isFailed = (node: TaskNode): boolean => isFault(nodeOutcome(node));
	return current ? [current, ...nodes.slice(stage)].find(node => isFailed(node)) : nodes.find(node => isFailed(node));
};

/** Whether a task is or was rolled back. */
const isUndone = (dag: Dag): boolean => /^(?:being|all) undone$/.test(traitsOf(taskOutcome(dag)).stages);

/** What failed before it was rolled back: the states of its parts do not say so any more, but the logs of the last stage that ran do. */
const failuresBeforeUndo = (dag: Dag): {readonly node: TaskNode | undefined; readonly subTasks: readonly SubTask[]} => {
	const node = lastRun(dag);
	return {node, subTasks: node?.subTasks.filter(({logs = []}) => logs.some(line => severityOf(line) === 'error')) ?? []};
};

/** The failures to explain of a task. */
const failuresOf = (dag: Dag): {readonly node: TaskNode | undefined; readonly subTasks: readonly SubTask[]} => {
	if (!isPassedByMain(dag) && !isFault(taskOutcome(dag))) {
		const subTasks = failedMeanwhile(dag);
		return subTasks.length === 0 && isUndone(dag) ? failuresBeforeUndo(dag) : {node: dag.nodes?.[dag.stage - 1], subTasks};
	}

	const node = isPassedByMain(dag) ? lastRun(dag) : failedNode(dag);
	const failed = node?.subTasks.filter(subTask => isFault(subTaskOutcome(subTask))) ?? [];
	const latest = failed.filter(subTask => node && !isOfEarlierAttempt(subTask, node));
	return {node, subTasks: latest.length > 0 ? latest : failed};
};

// The table of agents and its summary ask for every task in each frame, and few tasks change between two frames.
const stagesFailing = new WeakMap<Dag, boolean>();

/** Whether a part of the current stage failed, while the rest goes on. */
export const isStageFailing = (dag: Dag): boolean => {
	const known = stagesFailing.get(dag);
	if (known !== undefined) {
		return known;
	}

	const isFailing = failedMeanwhile(dag).length > 0;
	stagesFailing.set(dag, isFailing);
	return isFailing;
};

const isCause = ({kind}: Pick<Finding, 'kind'>): boolean => kind === 'error' || kind === 'timeout';

const findingsOf = (dag: Dag, task: TaskReference, search: Search): readonly Finding[] => {
	const {node, subTasks} = failuresOf(dag);
	const ofStage = node ? subTasks.flatMap(subTask => reasonsOf(subTask, {dag, task, node, search})) : [];
	const own = ofStage.length > 0 ? ofStage : failedParts(dag, search).flatMap(id => followed(id, search));
	const {mainDagId} = dag.links;
	// Nothing is wrong with this part: another part made the whole fail.
	return mainDagId === undefined || own.some(finding => isCause(finding)) ? own : [...followed(mainDagId, search), ...own];
};

/** The known reasons of a failed task that another task names. */
const followed = (id: string, search: Search): readonly Finding[] => {
	const {resolve, seen} = search;
	const known = seen.get(id);
	if (known) {
		return known;
	}

	seen.set(id, []);
	const found = resolve(id);
	if (!found || !(isFault(taskOutcome(found.dag)) || isPassedByMain(found.dag) || isStageFailing(found.dag))) {
		return [];
	}

	const findings = findingsOf(found.dag, {owner: found.owner, id}, search).filter(({kind}) => kind !== 'silent' && kind !== 'consequence');
	seen.set(id, findings);
	return findings;
};

/** The lines of the last attempt, as far as they can be told from earlier ones. */
const lastAttempt = (subTask: SubTask): readonly string[] => subTask.logs?.slice(lastAttemptStart(subTask)) ?? [];

const lastRemoteId = (subTask: SubTask): string | undefined => {
	const line = lastAttempt(subTask).findLast(text => remoteTaskId(text) !== undefined);
	return line === undefined ? undefined : remoteTaskId(line);
};

const placeOf = (subTask: SubTask, {task, node}: Pick<Context, 'task' | 'node'>, {entry, start}: Pick<Explanation, 'entry' | 'start'>): CausePlace => ({
	task, node: node.key, subTask: subTask.key, agent: subTask.agent, entry, start,
});

/** The lines that a main task copied from an agent's part, if that part itself is unknown. */
const copiesOf = (agent: string, {dag, task}: Context): readonly Finding[] => (dag.nodes ?? []).flatMap(node => node.subTasks.filter(subTask => subTask.agent === agent).flatMap(subTask => {
	const begin = lastAttemptStart(subTask);
	const entry = subTask.logs?.findIndex((line, index) => index >= begin && copiedStageOf(line) !== undefined && severityOf(line) === 'error') ?? -1;
	const line = subTask.logs?.[entry];
	if (line === undefined) {
		return [];
	}

	const {brief, shortest, start} = summaryOf(line);
	return [{
		kind: 'error' as const, text: brief, shortest, whole: () => messageOf(line), nodeName: copiedStageOf(line) ?? node.name, at: subTask.endTime, place: {...placeOf(subTask, {task, node}, {entry, start}), copyOf: agent},
	}];
}));

/** What made parts of a main task fail: the parts that its line names, else all of them. */
const partsReasons = (subTask: SubTask, context: Context): readonly Finding[] => {
	const {dag: {links}, search} = context;
	const named = new Set(lastAttempt(subTask).flatMap(line => severityOf(line) === 'error' ? failedAgentsIn(line) : []));
	return (named.size > 0 ? [...named] : Object.keys(links.subDags)).flatMap(agent => {
		const id = Object.hasOwn(links.subDags, agent) ? links.subDags[agent] : undefined;
		const findings = id === undefined ? [] : followed(id, search);
		return findings.length > 0 ? findings : copiesOf(agent, context);
	});
};

/** A sub-task's reasons are those of the remote task that it started or waited for, if that is known and failed; else its own lines. */
const reasonsOf = (subTask: SubTask, context: Context): readonly Finding[] => {
	const {node, search} = context;
	const id = lastRemoteId(subTask);
	const own = explanationsOf(subTask);
	const remote = id === undefined ? [] : followed(id, search);
	const last = own.at(-1);
	const line = last && subTask.logs?.[last.entry];
	const isOfParts = remote.length === 0 && last?.kind === 'consequence' && line !== undefined && !isRemoteSummary(line);
	const elsewhere = isOfParts ? partsReasons(subTask, context) : remote;
	if (elsewhere.length > 0) {
		// The clocks of other agents differ.
		return elsewhere.map(finding => ({...finding, at: subTask.endTime}));
	}

	return own.map(({entry, start, ...explanation}) => ({...explanation, nodeName: node.name, at: subTask.endTime, place: placeOf(subTask, context, {entry, start})}));
};

/** A reason that no sub-task has. */
const wholeTask = (kind: Cause['kind'], said: Cause['said'], text = '', nodeName = ''): Cause => ({
	kind, said, text, shortest: text, whole: () => text, nodeName, places: [],
});

const waitingCause = ({links: {mainDagId}}: Dag, resolve: ResolveRemote): Cause => {
	const name = mainDagId === undefined ? '' : resolve(mainDagId)?.dag.name ?? '';
	return wholeTask('waiting', 'waiting', name === '' ? mainDagId : `${mainDagId} ${name}`);
};

const rankOf = ({kind}: Finding): number => reasonKinds.indexOf(kind);

/** Groups equal reasons: causes before consequences, then by time. */
const grouped = (findings: readonly Finding[]): readonly Cause[] => {
	const ordered = findings.toSorted((one, other) => rankOf(one) - rankOf(other) || (one.at ?? Infinity) - (other.at ?? Infinity) || 0);
	const groups = Map.groupBy(ordered, ({kind, said, nodeName, text}) => `${kind} ${said ?? ''} ${nodeName} ${text}`).values().toArray();
	return groups.flatMap(group => group.slice(0, 1).map(({kind, said, text, shortest, whole, nodeName}): Cause => ({
		kind, said, text, shortest, whole, nodeName, places: group.map(({place}) => place),
	})));
};

const stageOf = ({stage, maxStage}: Dag): string => maxStage > 0 ? `${stage}/${maxStage}` : '';

/** For a task that failed without a failed sub-task. If its stage still seems active, its details are older than its failure. */
const withoutFailures = (dag: Dag): readonly Cause[] => {
	const isCancelled = taskOutcome(dag).word === 'cancelled';
	const name = failedNode(dag)?.name;
	const current = dag.nodes?.[dag.stage - 1];
	const isOld = current !== undefined && name === undefined && current.state !== 'SUCCEED' && current.state !== 'FAILED';
	const known = name ?? current?.name;
	return isCancelled ? [wholeTask('cancelled', 'by-hand', '', name)] : (isOld ? [] : [wholeTask('silent', 'no-reason', known === undefined ? stageOf(dag) : '', known)]);
};

/**
All reasons why a task failed or what it waits for, the first one first; none if nothing is wrong, or if its stages are unknown.
Of a running task: why a part of it failed. Of a part of a main task that is well itself: why the main task failed.
*/
export const causesOf = (dag: Dag, task: TaskReference, resolve: ResolveRemote, mayHaveFailed: Search['mayHaveFailed'] = () => true): readonly Cause[] => {
	const outcome = taskOutcome(dag);
	const findings = dag.nodes ? findingsOf(dag, task, {resolve, mayHaveFailed, seen: new Map([[dag.id, []]])}) : [];
	if (findings.length > 0) {
		return grouped(findings);
	}

	if (outcome.word === 'waiting') {
		return [waitingCause(dag, resolve)];
	}

	return dag.nodes && isFault(outcome) && !isPassedByMain(dag) ? withoutFailures(dag) : [];
};

/**
The owner of a task: the agent that its id names, else the owner that has it. Main tasks are looked up, because in a large cluster every
agent has one.
*/
const ownerOf = (state: State, id: string): string | undefined => {
	const main = ownerOfMain(state, id);
	if (main !== undefined) {
		return main;
	}

	const generic = parseGenericId(id);
	const named = generic === undefined || generic.scope === 'cluster' ? undefined : agentNamed(state, generic.agent);
	if (named !== undefined && findTask(state, {owner: named, id})) {
		return named;
	}

	return holderOf(state, id) ?? named;
};

/** Finds a task by its id, wherever it is known. */
const resolveIn = (state: State, asker: string): ResolveRemote => id => {
	const owner = ownerOf(state, id) ?? asker;
	const dag = findTask(state, {owner, id});
	return dag && {dag, owner, skew: agentBehind(state, owner)?.skew};
};

const searchIn = (state: State, asker: string): Pick<Search, 'resolve' | 'mayHaveFailed'> => ({resolve: resolveIn(state, asker), mayHaveFailed: id => mayHaveFailedIn(state, id)});

/** By state and main task: every agent's row depends on its main task, which can have a sub-task at each of a thousand agents. */
const failingMains = new WeakMap<State, WeakMap<Dag, boolean>>();

/** Whether a sub-task of a running main task at an agent failed for good. */
export const hasFailedPart = (state: State, dag: Dag): boolean => {
	const known = failingMains.get(state)?.get(dag);
	if (known !== undefined || Object.keys(dag.links.subDags).length === 0 || failureMeanwhile(dag) === undefined) {
		return known ?? false;
	}

	const has = failedParts(dag, searchIn(state, '')).length > 0;
	failingMains.set(state, (failingMains.get(state) ?? new WeakMap<Dag, boolean>()).set(dag, has));
	return has;
};

/** Whether a part of a running task failed, while the rest of it goes on: a part of its stage, or of a main task a sub-task at an agent. */
export const isFailing = (state: State, dag: Dag): boolean => isStageFailing(dag) || hasFailedPart(state, dag);

/** Whether a sub-task was at work then; of a time that is not known, whether it is now. */
const wasAtWork = (subTask: SubTask, at: number | undefined): boolean => at === undefined
	? isActive(subTaskOutcome(subTask))
	: subTask.startTime !== undefined && subTask.startTime <= at && (isActive(subTaskOutcome(subTask)) || (subTask.endTime !== undefined && subTask.endTime >= at));

/**
Of a running main task, the places where it followed sub-tasks that failed for good: by agent the last one whose log has an error, else the one that
was at work when the sub-task failed, else the last one that names it, which may only have created it.
*/
export const failedPartPlaces = (state: State, dag: Dag): ReadonlyArray<{readonly stage: number; readonly subTask: SubTask}> => {
	if (!hasFailedPart(state, dag)) {
		return [];
	}

	const search = searchIn(state, '');
	const failed = failedParts(dag, search);
	const places = (dag.nodes ?? []).flatMap(({subTasks}, stage) => subTasks.map(subTask => ({stage, subTask})));
	return Object.entries(dag.links.subDags).flatMap(([agent, id]) => {
		const own = failed.includes(id) ? places.filter(({subTask}) => subTask.agent === agent) : [];
		const failedAt = endBy(search.resolve(dag.id), search.resolve(id));
		return own.findLast(({subTask}) => lastAttempt(subTask).some(line => severityOf(line) === 'error'))
			?? own.findLast(({subTask}) => wasAtWork(subTask, failedAt))
			?? own.findLast(({subTask}) => lastAttempt(subTask).some(line => line.includes(id)))
			?? [];
	});
};

/** Tells of a stage or sub-task of a running main task whether what it followed at an agent failed, which its own outcome does not say. */
export const failedPartTest = (state: State, dag: Dag | undefined): (part: TaskNode | SubTask) => boolean => {
	const places = dag ? failedPartPlaces(state, dag) : [];
	const parts = new Set<TaskNode | SubTask | undefined>(places.flatMap(({stage, subTask}) => [dag?.nodes?.[stage], subTask]));
	return part => parts.has(part);
};

/** The stage that a task screen selects until the user chooses: that of a failed part; once all is undone, the last one that ran; else the one being worked on. */
export const usualStageIndex = (state: State, dag: Dag): number => {
	const stages = failedPartPlaces(state, dag).map(({stage}) => stage);
	const undoneFrom = traitsOf(taskOutcome(dag)).stages === 'all undone' ? lastRun(dag) : undefined;
	return stages.length > 0 ? Math.min(...stages) : (undoneFrom ? dag.nodes!.indexOf(undoneFrom) : currentStageIndex(dag));
};

/** The sub-task that the screen of a stage selects until the user chooses: a failed one, one whose part failed, or one that failed before it was undone, else one at work. */
export const usualSubTaskIndex = (state: State, dag: Dag | undefined, node: TaskNode): number => {
	const undone = dag && traitsOf(taskOutcome(dag)).stages === 'all undone' ? failuresBeforeUndo(dag).subTasks : [];
	const failed = dag ? [...failedPartPlaces(state, dag).map(({subTask}) => subTask), ...undone] : [];
	const index = node.subTasks.findIndex(subTask => failed.includes(subTask));
	return index === -1 ? currentSubTaskIndex(node) : index;
};

/** The sub-tasks of a running main task of which a part failed, while they still run. */
export const failingPartsOf = (state: State, dag: Dag): readonly TaskReference[] => isActive(taskOutcome(dag))
	? Object.values(dag.links.subDags).flatMap(id => {
		const part = resolveIn(state, '')(id);
		return part && isStageFailing(part.dag) ? [{owner: part.owner, id}] : [];
	})
	: [];

/** All reasons why a task failed or what it waits for, followed across the watched agents, the first one first. */
export const causesIn = (state: State, dag: Dag, owner: string): readonly Cause[] =>
	causesOf(dag, {owner, id: dag.id} satisfies TaskReference, resolveIn(state, owner), searchIn(state, owner).mayHaveFailed);

/** So many tasks elsewhere are asked for to explain one failure. */
const mostAsked = 8;

/** The tasks elsewhere (ids) that may tell why this one failed, and are not known. */
export const untoldIn = (state: State, dag: Dag, owner: string): readonly string[] => {
	const resolve = resolveIn(state, owner);
	const asked = new Map<string, boolean>();
	causesOf(dag, {owner, id: dag.id}, id => {
		const found = resolve(id);
		asked.set(id, found !== undefined);
		return found;
	});
	return asked.entries().take(mostAsked).flatMap(([id, isKnown]) => isKnown ? [] : [id]).toArray();
};
