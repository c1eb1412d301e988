// Why a task failed: the failed stage, its failed sub-tasks, and in each the first real error of its last attempt, wherever it really ran.

import {
	endingOf,
	isRemoteSummary,
	messageOf,
	remoteTaskId,
} from '../../protocol/log-line.js';
import {isFault} from '../../protocol/outcome.js';
import {severityOf} from '../../protocol/severity.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type TaskReference} from '../state.js';
import {type Reason} from '../views.js';
import {nodeOutcome, subTaskOutcome, taskOutcome} from './task-cells.js';

/** Where the reason stands: `entry` is the place in the sub-task's `logs`, -1 where no line says why. */
export type CausePlace = {
	readonly task: TaskReference;
	readonly node: string;
	readonly subTask: string;
	readonly agent: string | undefined;
	readonly entry: number;
};

/**
Why a task failed or waits.

- error: an ERROR line
- timeout, cancelled: the engine's own end of a sub-task
- silent: it failed and no line says why; `text` is the last line, or says that there is none
- waiting: it pauses for its main task

`text` is one printable line. `places` are the agents with this same reason, the first one first; `others` counts failed sub-tasks with another reason.
*/
export type Cause = {
	readonly kind: 'error' | 'timeout' | 'cancelled' | 'silent' | 'waiting';
	readonly text: string;
	readonly nodeName: string;
	readonly places: readonly CausePlace[];
	readonly others: number;
};

/** Finds the task that a remote id names where it ran, if that agent is watched and still has it. */
export type ResolveRemote = (id: string) => {readonly dag: Dag; readonly owner: string} | undefined;

type Finding = Pick<Cause, 'kind' | 'text'> & {readonly place: CausePlace};

/** Where the last attempt begins in lines that join all attempts without a mark: at the last repetition of the very first line. */
const lastAttemptStart = (subTask: SubTask): number => {
	const {logs = [], executeTimes} = subTask;
	const [first] = logs;
	return executeTimes > 1 && first !== undefined ? logs.lastIndexOf(first) : 0;
};

type Line = {readonly text: string; readonly index: number};

const errorsOf = (subTask: SubTask): readonly Line[] =>
	(subTask.logs ?? []).map((text, index) => ({text, index})).filter(({text}) => severityOf(text) === 'error');

/** The line that says why: of the last attempt the first real error, then an ending, then a summary; of several attempts that cannot be told apart, the last. */
const explainingLine = (subTask: SubTask): Line | undefined => {
	const all = errorsOf(subTask);
	const start = lastAttemptStart(subTask);
	const recent = all.filter(({index}) => index >= start);
	const isTold = subTask.executeTimes < 2 || start > 0;
	const real = (recent.length > 0 ? recent : all).filter(({text}) => !isRemoteSummary(text) && endingOf(text) === undefined);
	const first = isTold && recent.length > 0 ? real[0] : real.at(-1);
	return first ?? recent.at(-1) ?? all.at(-1);
};

const lastRemoteId = (subTask: SubTask): string | undefined => {
	const line = subTask.logs?.findLast(text => remoteTaskId(text) !== undefined);
	return line === undefined ? undefined : remoteTaskId(line);
};

type Context = {readonly task: TaskReference; readonly node: TaskNode; readonly resolve: ResolveRemote; readonly remoteReasons: Map<string, Finding | undefined>};

const byHand = 'cancelled by an operator';

const silentText = ({logs}: SubTask): string => {
	const last = logs?.at(-1);
	return last === undefined ? 'failed without a log line' : `failed without an error line; its last: ${messageOf(last)}`;
};

const ownReason = (subTask: SubTask, {task, node}: Context): Finding => {
	const line = explainingLine(subTask);
	const place = {
		task, node: node.key, subTask: subTask.key, agent: subTask.agent, entry: line?.index ?? subTask.logs?.findLastIndex(() => true) ?? -1,
	};
	if (!line) {
		return subTask.operator === 'CANCEL' ? {kind: 'cancelled', text: byHand, place} : {kind: 'silent', text: silentText(subTask), place};
	}

	return {kind: endingOf(line.text) ?? 'error', text: messageOf(line.text), place};
};

const reasonsOf = (dag: Dag, context: Omit<Context, 'node'>): readonly Finding[] => {
	const node = failedNode(dag);
	return node ? node.subTasks.filter(subTask => isFault(subTaskOutcome(subTask))).map(subTask => reasonOf(subTask, {...context, node})) : [];
};

/** A remote sub-task's reason is that of the task that it started elsewhere, where that one is known and really failed; else its own copy of it. */
const reasonOf = (subTask: SubTask, context: Context): Finding => {
	const id = lastRemoteId(subTask);
	return (id === undefined ? undefined : remoteReason(id, context)) ?? ownReason(subTask, context);
};

/** Each remote task is looked at once: links of a hostile or broken agent may lead in circles. */
const remoteReason = (id: string, context: Context): Finding | undefined => {
	const {remoteReasons, resolve} = context;
	if (remoteReasons.has(id)) {
		return remoteReasons.get(id);
	}

	remoteReasons.set(id, undefined);
	const remote = resolve(id);
	if (remote && isFault(taskOutcome(remote.dag))) {
		const [first] = reasonsOf(remote.dag, {...context, task: {owner: remote.owner, id}});
		remoteReasons.set(id, first?.kind === 'silent' ? undefined : first);
	}

	return remoteReasons.get(id);
};

/** The stage that failed: the one the task stopped at, else the first with a fault. */
const failedNode = (dag: Dag): TaskNode | undefined => {
	const current = dag.nodes?.[dag.stage - 1];
	return current && isFault(nodeOutcome(current)) ? current : dag.nodes?.find(node => isFault(nodeOutcome(node)));
};

/** A reason that no sub-task holds. */
const wholeTask = (kind: Cause['kind'], text: string, nodeName = ''): Cause => ({
	kind, text, nodeName, places: [], others: 0,
});

const waitingCause = ({links: {mainDagId}}: Dag): Cause =>
	wholeTask('waiting', mainDagId === undefined ? 'waits for its main task to go on' : `waits for its main task ${mainDagId} to go on`);

/**
Why a task failed or what it waits for; undefined where nothing is wrong, or its stages are not known yet.

Of several reasons in one stage the most frequent is told, then the first; a timeout, a cancellation or silence only where no sub-task has a real error.
*/
export const causeOf = (dag: Dag, task: TaskReference, resolve: ResolveRemote): Cause | undefined => {
	const outcome = taskOutcome(dag);
	if (outcome.word === 'waiting') {
		return waitingCause(dag);
	}

	if (!isFault(outcome) || !dag.nodes) {
		return undefined;
	}

	const node = failedNode(dag);
	const reasons = reasonsOf(dag, {task, resolve, remoteReasons: new Map([[dag.id, undefined]])});
	if (!node || reasons.length === 0) {
		return outcome.word === 'cancelled' ? wholeTask('cancelled', byHand, node?.name) : wholeTask('silent', 'no stage says why', node?.name);
	}

	const real = reasons.filter(({kind}) => kind === 'error');
	const groups = Map.groupBy(real.length > 0 ? real : reasons, ({kind, text}) => `${kind} ${text}`).values();
	const [group = []] = groups.toArray().toSorted((one, other) => other.length - one.length);
	const [first] = group;
	return first && {
		kind: first.kind, text: first.text, nodeName: node.name, places: group.map(({place}) => place), others: reasons.length - group.length,
	};
};

/** A cause in words; the place is empty where the reason is that of the whole task. */
export const reasonIn = ({kind, text, nodeName, places, others}: Cause): Reason => {
	if (kind === 'waiting' || nodeName === '') {
		return {place: '', text};
	}

	const agent = places.length === 1 ? places[0]?.agent : undefined;
	const spread = places.length > 1 ? `, on ${places.length} agents` : '';
	const more = others > 0 ? ` (and ${others} other${others === 1 ? '' : 's'} for another reason)` : '';
	return {place: `${nodeName}${agent === undefined ? '' : ` @ ${agent}`}`, text: `${text}${spread}${more}`};
};

/** A reason in one line. */
export const reasonWords = ({place, text}: Reason): string => place === '' ? text : `${place}: ${text}`;

/** The cause in one line: "Start observer @ 10.0.0.3:2886: cannot allocate memory", "…, on 3 agents". */
export const causeWords = (cause: Cause): string => reasonWords(reasonIn(cause));
