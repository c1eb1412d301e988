import {type Timestamp} from '../lib/time.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {type JournalEntry} from '../store/changes.js';
import {agentBehind, agentsOf, findTask, isTaskScreen, ownerOfScreen, placeOfTask, topScreen} from '../store/lookup.js';
import {agentNow} from '../store/selectors/basics.js';
import {type Cause, causesIn, whyTextIn} from '../store/selectors/cause.js';
import {type AgentEntry, type ClusterEntry, type State} from '../store/state.js';
import {type WholeLog} from './log-text.js';

/** What is known about a task at one moment, as far as it goes into a bundle. */
export type Incident = {
	readonly dag: Dag;
	/** "10.0.0.1:2886", or the cluster's name. */
	readonly owner: string;
	/** The key of the agent to fetch logs from; undefined if none is known yet. */
	readonly agent: string | undefined;
	/** The current time by the agent's clock. */
	readonly present: Timestamp;
	/** Minutes east of UTC of the task's times. */
	readonly offset: number;
	/** All reasons, the first one first. */
	readonly causes: readonly Cause[];
	readonly why: string | undefined;
	/** The agent of the task, and all watched agents of its cluster. */
	readonly agents: readonly AgentEntry[];
	readonly cluster: ClusterEntry | undefined;
	/** Changes that were seen at these agents and the cluster. */
	readonly changes: readonly JournalEntry[];
};

/** A sub-task's part of a bundle; `log` is undefined if it never ran. */
export type IncidentLog = {
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

/** The open task with everything around it; undefined if none is open or known. */
export const incidentOf = (state: State, now: Timestamp): Incident | undefined => {
	const screen = topScreen(state);
	const dag = isTaskScreen(screen) ? findTask(state, screen.task) : undefined;
	const owner = ownerOfScreen(screen);
	if (owner === undefined || !dag) {
		return undefined;
	}

	const behind = agentBehind(state, owner);
	const cluster = state.clusters.get(owner) ?? state.clusters.get(behind?.cluster ?? '');
	const others = cluster ? agentsOf(state, cluster) : [];
	const agents = [...(behind ? [behind] : []), ...others.filter(entry => entry !== behind)];
	const owners = new Set([owner, cluster?.key, ...agents.map(({address}) => address.key)]);
	return {
		dag,
		owner: placeOfTask(state, {owner, id: dag.id}),
		agent: behind?.address.key,
		present: agentNow(behind, now, dag),
		offset: dag.utcOffset ?? 0,
		causes: causesIn(state, dag, owner),
		why: whyTextIn(state, dag, owner),
		agents,
		cluster,
		changes: state.journal.entries.filter(({transition}) => owners.has(transition.owner)),
	};
};
