import {english, englishForPrograms} from '../lib/messages/en/english.js';
import {type Timestamp} from '../lib/time.js';
import {identityOf} from '../protocol/identity.js';
import {outcomeCode, type Stateful} from '../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {agentBehind, mainTaskOf, ownerLabel} from '../store/lookup.js';
import {type Usual} from '../store/runs.js';
import {isUnchecked} from '../store/selectors/agent-rows.js';
import {agentNow, beganAt, durationOf, endedAt, isMainUnknown, lastReadOf, partOutcome, stageOutcome, taskCells, taskName, taskOutcome} from '../store/selectors/basics.js';
import {failedPartTest, isFailing} from '../store/selectors/cause.js';
import {wholeWhyIn} from '../store/selectors/reason.js';
import {stallInfoOf} from '../store/selectors/stall.js';
import {estimate, isSlowStage, patienceFor, usualStages, usualTimes} from '../store/selectors/usual.js';
import {type AgentEntry, type ClusterEntry, type LastTask, type State} from '../store/state.js';
import {unreadOf} from './exit-code.js';
import {type AgentDocument, type ClusterDocument, type FleetDocument, type HistoryDocument, type StageDocument, type SubTaskDocument, type TaskDocument} from './json-schema.js';
import {connectionCodeWord, type Detail, problemText} from './text.js';

type Context = {readonly state: State; readonly now: Timestamp; readonly detail: Detail};

export const isoTime = (time: Timestamp | undefined): string | null => time === undefined || Number.isNaN(time) ? null : new Date(time).toISOString();

type Timed = Stateful & Pick<Dag, 'startTime' | 'endTime'>;

const timesOf = (row: Timed, present: Timestamp | undefined) => {
	const duration = durationOf(row, present);
	return {
		state: row.state,
		operator: row.operator,
		startTime: isoTime(beganAt(row)),
		endTime: isoTime(endedAt(row)),
		durationMs: duration === undefined ? null : Math.round(duration),
	};
};

type StageContext = {readonly present: Timestamp | undefined; readonly isPartFailed: ReturnType<typeof failedPartTest>; readonly detail: Detail};

const subTaskDocument = (dag: Dag, subTask: SubTask, {present, isPartFailed, detail}: StageContext): SubTaskDocument => ({
	id: subTask.id,
	agent: subTask.agent ?? null,
	outcome: outcomeCode(partOutcome(dag, subTask)),
	...timesOf(subTask, present),
	partFailed: isPartFailed(subTask),
	executions: subTask.executeTimes,
	...(detail === 'logs' && {log: [...subTask.logs ?? []]}),
});

const usualDocument = (usual: Usual | undefined): TaskDocument['usual'] => usual ? {runs: usual.runs, durationMs: Math.round(usual.median)} : null;

const stageDocument = (dag: Dag, {node, index, usual}: {readonly node: TaskNode; readonly index: number; readonly usual: Usual | undefined}, context: StageContext): StageDocument => ({
	number: index + 1,
	name: node.name,
	outcome: outcomeCode(stageOutcome(dag, node)),
	...timesOf(node, context.present),
	usual: usualDocument(usual),
	slow: isSlowStage(node, durationOf(node, context.present), usual),
	partFailed: context.isPartFailed(node),
	subTasks: node.subTasks.map(subTask => subTaskDocument(dag, subTask, context)),
});

const mainDocument = (state: State, dag: Dag): TaskDocument['main'] => {
	const main = mainTaskOf(state, dag);
	if (!main) {
		return null;
	}

	const unknown = main.isGone ? 'gone' : 'unknown';
	return {id: main.id, name: main.task?.name ?? null, outcome: main.task && !isMainUnknown(state, dag) ? outcomeCode(taskOutcome(main.task)) : unknown};
};

const taskDocument = (dag: Dag, owner: string, last: LastTask, {state, now, detail}: Context): TaskDocument => {
	const present = agentNow(agentBehind(state, owner), now, dag);
	const cells = taskCells(dag, present);
	const times = usualTimes(state, owner, dag);
	const usual = usualStages(times, dag.nodes ?? []);
	const left = estimate(state, owner, dag, present);
	const isPartFailed = failedPartTest(state, dag);
	return {
		id: dag.id,
		name: taskName(dag, english),
		outcome: outcomeCode(cells.outcome),
		...timesOf(dag, present),
		stage: cells.progress.stage,
		maxStage: cells.progress.total,
		usual: usualDocument(times.whole),
		remainingMs: left ? (left.type === 'left' ? Math.round(left.time) : 0) : null,
		stalled: last.type === 'known' && last.dag === dag && (stallInfoOf(last, {agentNow: present, now, patience: patienceFor(state, owner, dag)})?.isStalled ?? false),
		failing: isFailing(state, dag),
		checked: !isUnchecked(state, owner, dag),
		lastReadAt: isoTime(lastReadOf(dag)),
		why: wholeWhyIn(state, dag, owner) ?? null,
		main: mainDocument(state, dag),
		...(detail !== 'tasks' && {stages: dag.nodes?.map((node, index) => stageDocument(dag, {node, index, usual: usual[index]}, {present, isPartFailed, detail})) ?? null}),
	};
};

/** A task of a history, of which the response to a list says less. */
export const historyTaskDocument = (state: State, owner: string, dag: Dag, now: Timestamp): HistoryDocument['tasks'][number] => {
	const present = agentNow(agentBehind(state, owner), now, dag);
	const cells = taskCells(dag, present);
	return {
		owner: ownerLabel(state, owner),
		id: dag.id,
		name: taskName(dag, english),
		outcome: outcomeCode(cells.outcome),
		...timesOf(dag, present),
		stage: cells.progress.stage,
		maxStage: cells.progress.total,
		failing: isFailing(state, dag),
	};
};

const lastTask = (owner: string, {task, otherTasks}: Pick<AgentEntry, 'task' | 'otherTasks'>, context: Context) => ({
	taskState: task.type,
	task: task.type === 'known' ? taskDocument(task.dag, owner, task, context) : null,
	otherTasks: otherTasks.map(dag => taskDocument(dag, owner, task, context)),
});

const agentDocument = (entry: AgentEntry, context: Context): AgentDocument => {
	const {address, name, info, status, skew, connection} = entry;
	const failing = connection.type === 'failing' ? connection : undefined;
	return {
		agent: address.label,
		name: name ?? null,
		cluster: entry.cluster ?? null,
		role: identityOf(info, status).toLowerCase() || null,
		obshellVersion: status?.version ?? info?.version ?? null,
		underMaintenance: status?.underMaintenance ?? null,
		// About the observer, which a seekdb does not have.
		obState: info?.isSeekdb ? null : status?.obState ?? null,
		clockSkewMs: skew === undefined ? null : Math.round(skew),
		connection: connectionCodeWord(entry),
		problem: problemText(context.state, entry, context.now, englishForPrograms) ?? null,
		unread: [...unreadOf(context.state, entry)],
		failingSince: isoTime(failing?.since),
		lastSeenAt: isoTime(failing?.lastSeenAt),
		...lastTask(address.key, entry, context),
	};
};

const clusterDocument = (cluster: ClusterEntry, context: Context): ClusterDocument => ({
	key: cluster.key,
	name: cluster.name,
	members: [...cluster.members],
	...lastTask(cluster.key, cluster, context),
});

/** Every agent and cluster, in the shape that `--json-schema` documents. */
export const fleetDocument = (context: Context & {readonly version: string; readonly isComplete: boolean; readonly exitCode: number}): FleetDocument => ({
	version: 1,
	type: 'fleet',
	obwatch: context.version,
	...(context.state.replay && {replay: true}),
	at: new Date(context.now).toISOString(),
	complete: context.isComplete,
	exitCode: context.exitCode,
	agents: context.state.agents.values().map(entry => agentDocument(entry, context)).toArray(),
	clusters: context.state.clusters.values().map(cluster => clusterDocument(cluster, context)).toArray(),
});
