import {type Clock} from '../lib/clock.js';
import {type Redaction} from '../lib/redact.js';
import {markedText} from '../lib/terminal-text.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentError} from '../protocol/errors.js';
import {rawAt} from '../protocol/raw-texts.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {type JournalEntry, type Why} from '../store/changes.js';
import {emptyLog, type FetchLog, logFromTask} from '../store/log/buffer.js';
import {agentBehind, agentsOf, findNode, findSubTask, findTask, lastTaskOf, placeOfTask} from '../store/lookup.js';
import {taskInQuestion} from '../store/selectors/agent-rows.js';
import {agentNow} from '../store/selectors/basics.js';
import {type UsualTimes} from '../store/runs.js';
import {type Cause, causesIn, failedPartTest, failingPartsOf, isFailing} from '../store/selectors/cause.js';
import {reasonsIn} from '../store/selectors/reason.js';
import {isStalledTask} from '../store/selectors/summary.js';
import {usualTimes} from '../store/selectors/usual.js';
import {type AgentEntry, type ClusterEntry, type State} from '../store/state.js';
import {type WholeLog, wholeLogOf} from './log-text.js';

/** What is known about a task at one moment, as far as it goes into a bundle. */
export type Incident = {
	readonly dag: Dag;
	/** "10.0.0.1:2886", or the cluster's name. */
	readonly owner: string;
	/** The key of the agent to fetch logs from; undefined if none is known yet. */
	readonly agent: string | undefined;
	/** The current time by the agent's clock. */
	readonly present: Timestamp | undefined;
	/** Minutes east of UTC of the task's times. */
	readonly offset: number;
	/** All reasons, the first one first. */
	readonly causes: readonly Cause[];
	readonly why: Why;
	/** It runs, but has not moved for longer than it should. */
	readonly isStalled: boolean;
	/** It runs, but a part of it failed; `failing`: the ids of all tasks here of which this is true. */
	readonly isFailing: boolean;
	readonly failing: ReadonlySet<string>;
	/** Whether what a stage or sub-task of it followed failed at another agent, although it runs. */
	readonly isPartFailed: ReturnType<typeof failedPartTest>;
	/** How long it usually takes, by earlier runs. */
	readonly usual?: UsualTimes | undefined;
	/** The sub-tasks of other tasks where its reasons arose. */
	readonly elsewhere: readonly Elsewhere[];
	/** The agent of the task, and all watched agents of its cluster. */
	readonly agents: readonly AgentEntry[];
	readonly cluster: ClusterEntry | undefined;
	/** Changes that were seen at these agents and the cluster. */
	readonly changes: readonly JournalEntry[];
};

/** A sub-task of another task. `agent`: the key of the agent to fetch its log from. */
type Elsewhere = {readonly dag: Dag; readonly agent: string | undefined; readonly stage: number; readonly node: TaskNode; readonly subTask: SubTask};

/** A sub-task's part of a bundle; `log` is undefined if it never ran. */
export type IncidentLog = {
	/** Its task, if that is another one, such as the share of an agent in a main task. */
	readonly of?: Dag | undefined;
	/** 1-based */
	readonly stage: number;
	readonly node: TaskNode;
	readonly subTask: SubTask;
	readonly log: WholeLog | undefined;
};

/** Which obwatch made a bundle, and when: by this machine's clock, with its offset in minutes east of UTC. */
export type Made = {readonly version: string; readonly at: Timestamp; readonly offset: number};

/** What both files of a bundle need; `redact` removes secrets from a text. */
export type BundleDetails = {readonly made: Made; readonly redact: (text: string) => string};

// As many different ones are read as a person would.
const mostElsewhere = 20;

const elsewhereIn = (state: State, dag: Dag, causes: readonly Cause[]): readonly Elsewhere[] => {
	const found = new Map(causes.flatMap(({places}) => places).filter(({task}) => task.id !== dag.id).flatMap(({task, node: nodeKey, subTask: subTaskKey}) => {
		const other = findTask(state, task);
		const node = findNode(other, nodeKey);
		const subTask = findSubTask(node, subTaskKey);
		if (!other || !node || !subTask) {
			return [];
		}

		const place: Elsewhere = {dag: other, agent: agentBehind(state, task.owner)?.address.key, stage: (other.nodes ?? []).indexOf(node) + 1, node, subTask};
		return [[`${task.owner} ${task.id} ${nodeKey} ${subTaskKey}`, place] as const];
	}));
	return found.values().take(mostElsewhere).toArray();
};

/** The open task, or that of the selected row, with everything around it; undefined if there is none or it is not known. */
export const incidentOf = (state: State, now: Timestamp): Incident | undefined => {
	const task = taskInQuestion(state, now);
	const dag = task && findTask(state, task);
	if (!dag) {
		return undefined;
	}

	const {owner} = task;
	const behind = agentBehind(state, owner);
	const cluster = state.clusters.get(owner) ?? state.clusters.get(behind?.cluster ?? '');
	const others = cluster ? agentsOf(state, cluster) : [];
	const agents = [...(behind ? [behind] : []), ...others.filter(entry => entry !== behind)];
	const owners = new Set([owner, cluster?.key, ...agents.map(({address}) => address.key)]);
	const causes = causesIn(state, dag, owner);
	// While its agent may still try a part again, the main task has no reason to fail, but that part has.
	const parts = causes.length > 0 ? [] : failingPartsOf(state, dag);
	const ofParts = parts.flatMap(part => {
		const found = findTask(state, part);
		return found ? causesIn(state, found, part.owner) : [];
	});
	const lasts = agents.flatMap(entry => lastTaskOf(entry) ?? []);
	return {
		dag,
		owner: placeOfTask(state, {owner, id: dag.id}),
		agent: behind?.address.key,
		present: agentNow(behind, now, dag),
		offset: dag.utcOffset ?? 0,
		causes,
		elsewhere: elsewhereIn(state, dag, [...causes, ...ofParts]),
		why: reasonsIn(state, dag, owner),
		isStalled: isStalledTask(state, owner, dag, now),
		isFailing: isFailing(state, dag),
		isPartFailed: failedPartTest(state, dag),
		usual: usualTimes(state, owner, dag),
		failing: new Set([dag, ...lasts].filter(other => isFailing(state, other)).map(({id}) => id)),
		agents,
		cluster,
		changes: state.journal.entries.filter(({transition}) => owners.has(transition.owner)),
	};
};

type RedactDeps = {
	readonly redaction: Redaction;
	readonly clock: Clock;
	/** Ends it; what is not redacted by then is left out. */
	readonly signal: AbortSignal;
};

// ms. How long keys wait at most.
const longest = 5;

/** Logs without secrets. A log can be long and hostile, so keys are handled in between. */
export const redactLogs = async (logs: readonly IncidentLog[], {redaction, clock, signal}: RedactDeps): Promise<readonly IncidentLog[]> => {
	let began = clock.now();
	const breathe = async (): Promise<void> => {
		const spent = clock.now() - began;
		// The wall clock may have been set back.
		if (spent >= 0 && spent < longest) {
			return;
		}

		await new Promise<void>(resolve => {
			clock.schedule(resolve, 0);
		});
		began = clock.now();
	};

	const redacted = async (text: string): Promise<string> => {
		const slices = redaction(text);
		for (;;) {
			const slice = slices.next();
			if (slice.done) {
				return slice.value;
			}

			await breathe();
		}
	};

	const done: IncidentLog[] = [];
	for (const row of logs) {
		if (!row.log) {
			done.push(row);
			continue;
		}

		const texts: string[] = [];
		const {buffer} = row.log;
		for (const [index, text] of buffer.texts.entries()) {
			if (signal.aborted) {
				return done;
			}

			const printed = markedText(rawAt(buffer.raws, index), text);
			texts.push(await redacted(printed));
		}

		done.push({...row, log: {...row.log, buffer: {...buffer, texts, raws: undefined}}});
	}

	return done;
};

type CollectDeps = {
	readonly fetchLog: FetchLog;
	/** Ends it; nothing more is requested. */
	readonly signal: AbortSignal;
	/** The number of logs so far, and of all. */
	readonly onProgress: (done: number, total: number) => void;
	/** Characters of all logs together. */
	readonly sizeLimit?: number;
};

// A bundle is made in memory: the limit keeps the process alive and the file small enough to send.
const defaultSizeLimit = 100_000_000;

// One log may be too large for its deadline; after two timeouts the agent counts as unreachable.
const timeoutLimit = 2;

const hasRun = ({executeTimes, logs}: SubTask): boolean => executeTimes > 0 || (logs?.length ?? 0) > 0;

/** How much the error counts towards the limit: whether the next request would fail too. */
const weight = (error: AgentError | undefined): number => {
	switch (error?.type) {
		case 'unreachable':
		case 'unauthorized':
		case 'key-changed':
		case 'clock':
		case 'aborted': {
			return timeoutLimit;
		}

		case 'timeout': {
			return 1;
		}

		case undefined:
		case 'refused':
		case 'protocol':
		case 'too-large':
		case 'unknown-id': {
			return 0;
		}
	}
};

const sizeOf = (log: WholeLog): number => log.buffer.texts.reduce((sum, text) => sum + text.length, 0);

/** Every log of a task, and those of other tasks where its reasons arose, fetched one after the other to spare the agents. A log that cannot be fetched is replaced by the lines in the task itself. Never rejects. */
export const collectLogs = async ({dag, agent, elsewhere}: Incident, deps: CollectDeps): Promise<readonly IncidentLog[]> => {
	const {fetchLog, signal, onProgress, sizeLimit = defaultSizeLimit} = deps;
	const own = (dag.nodes ?? []).flatMap((node, index) => node.subTasks.map(subTask => ({stage: index + 1, node, subTask, from: agent})));
	const rows = [...own, ...elsewhere.map(({dag: of, agent: from, stage, node, subTask}) => ({of, stage, node, subTask, from}))];
	const total = rows.filter(({subTask}) => hasRun(subTask)).length;
	const collected: IncidentLog[] = [];
	let done = 0;
	const failures = new Map<string, number>();
	let size = 0;

	const fetchOne = async (subTask: SubTask, from: string | undefined): Promise<WholeLog> => {
		const known = logFromTask(undefined, subTask);
		const failed = failures.get(from ?? '') ?? 0;
		if (from === undefined || failed >= timeoutLimit) {
			return {buffer: known, shortfall: 'agentSilent', error: undefined};
		}

		const log = wholeLogOf(await fetchLog(from, subTask.id, signal), known);
		const weighed = weight(log.error);
		failures.set(from, weighed === 0 ? 0 : failed + weighed);
		return log;
	};

	const fit = (log: WholeLog): WholeLog => {
		const length = sizeOf(log);
		if (size + length > sizeLimit) {
			return {buffer: emptyLog, shortfall: 'tooLarge', error: undefined};
		}

		size += length;
		return log;
	};

	for (const {from, ...row} of rows) {
		if (!hasRun(row.subTask)) {
			collected.push({...row, log: undefined});
			continue;
		}

		if (signal.aborted) {
			break;
		}

		onProgress(done, total);
		collected.push({...row, log: fit(await fetchOne(row.subTask, from))});
		done++;
	}

	return collected;
};
