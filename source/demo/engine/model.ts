import {type Operation} from '../../protocol/operation.js';

/** A number in [0, 1) that depends only on its arguments: the demo's only randomness, so that a seed replays it exactly (FNV-1a with a final mix). */
export const chance = (...parts: ReadonlyArray<string | number>): number => {
	let hash = 0x81_1C_9D_C5;
	for (const character of parts.join('\u0000')) {
		hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
	}

	hash = Math.imul(hash ^ (hash >>> 16), 0x85_EB_CA_6B);
	hash = Math.imul(hash ^ (hash >>> 13), 0xC2_B2_AE_35);
	return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_00_00_00_00;
};

/** Ids of one owner. Each kind is counted by itself, so a DAG, a node and a sub-task can have the same id. */
export type IdSource = {readonly dag: () => number; readonly node: () => number; readonly subTask: () => number; readonly format: (localId: number) => string};

type NewDag = {
	readonly owner: string;
	readonly definition: TaskDefinition;
	readonly at: number;
	readonly ids: IdSource;
	readonly mainDagId: string | undefined;
};

// An agent writes the rows one after the other, so each is created a little later.
const rowDelay = 0.0617;

/** A new DAG as an agent stores it: READY, with every row PENDING and its creation as start and end. */
export const createDag = ({owner, definition, at, ids, mainDagId}: NewDag): Dag => {
	let rows = 0;
	const nextRow = (): number => {
		rows += 1;
		return at + (rows * rowDelay);
	};

	const localId = ids.dag();
	return {
		key: `${owner}/${localId}`,
		id: ids.format(localId),
		localId,
		owner,
		createdAt: at,
		definition,
		state: 'READY',
		operator: 'RUN',
		stage: 1,
		startAt: at,
		endAt: at,
		subDags: {},
		mainDagId,
		nodes: definition.nodes.map(node => {
			const nodeId = ids.node();
			const createdAt = nextRow();
			return {
				id: ids.format(nodeId), localId: nodeId, createdAt, definition: node, state: 'PENDING', operator: 'RUN', startAt: createdAt, endAt: createdAt,
				subTasks: node.subTasks.map(subTask => {
					const subTaskId = ids.subTask();
					return {id: ids.format(subTaskId), localId: subTaskId, createdAt: nextRow(), definition: subTask, executions: [], passedAt: undefined};
				}),
			};
		}),
	};
};

// A scenario's description of a task. Durations and offsets are milliseconds; agents are named by their key ("ip:port").

/** One log entry, that many ms after the work began. */
export type TimedLine = readonly [offset: number, text: string];

/** How a run ends badly: with error lines of its own, by waiting for its main task, or by the engine's time limit. */
export type Failure = {
	readonly type: 'error' | 'waits' | 'times out';
	/** When it fails, after the work began. */
	readonly after: number;
	readonly lines?: readonly TimedLine[];
	/** How many runs fail before one succeeds; default all. */
	readonly times?: number;
};

/** Work that an agent does by itself. */
export type Run = {
	readonly duration: number;
	readonly lines: readonly TimedLine[];
	readonly failure?: Failure;
};

/**
- local: the owner of the task does it, or the agent named by the sub-task, without a task of its own
- remote: the agent named by the sub-task does it in a task of its own, which is watched once a second
- spawn: starts a sub-DAG on the agent, and does not wait for it
- check: waits until all sub-DAGs wait for their main task
- advance: lets all sub-DAGs continue
- follow: watches the agent's sub-DAG until it waits again, or failed
- end: passes all sub-DAGs, and fails if one of them did
*/
export type Work =
	| {readonly type: 'local'; readonly run: Run}
	| {readonly type: 'remote'; readonly run: Run}
	| {readonly type: 'spawn'; readonly task: TaskDefinition}
	| {readonly type: 'check' | 'advance' | 'follow' | 'end'};

export type SubTaskDefinition = {
	readonly on: string;
	readonly work: Work;
	/** What a rollback, or a retry before it runs again, does. */
	readonly undo?: Run;
};

export type NodeDefinition = {
	readonly name: string;
	readonly subTasks: readonly SubTaskDefinition[];
	/** Operations that the stage does not allow; only the agent knows them. */
	readonly refuses?: readonly Operation[];
	/** The agents' identities once the stage has succeeded. */
	readonly becomes?: Readonly<Record<string, string>>;
	/** Whether the observer runs on the agent that owns the task once the stage has succeeded. */
	readonly observer?: 'started' | 'stopped';
	/** The name of the task that undoes a remote part of this stage. */
	readonly undoName?: string;
};

export type TaskDefinition = {
	readonly name: string;
	readonly nodes: readonly NodeDefinition[];
	/** Neither takes the maintenance lock nor appears in `maintain/*`. */
	readonly isOutsideMaintenance?: boolean;
	/** The main task of sub-DAGs on several agents: an agent keeps it, but it is no maintenance task and holds no lock. */
	readonly isMain?: boolean;
	/** The tenant that a task of the cluster is about. */
	readonly tenant?: string;
};

/**
An input to a world, `at` milliseconds of its time.

- create: a task is started on the owner, an agent's key or the name of a cluster; silently refused if the owner is under
maintenance
- operate: an operation on the owner's newest task of that name, or on its current stage; a refusal has no effect
- become: agents get other identities
*/
export type Input =
	| {readonly type: 'create'; readonly at: number; readonly owner: string; readonly task: TaskDefinition}
	| {readonly type: 'operate'; readonly at: number; readonly owner: string; readonly task: string; readonly operation: Operation; readonly isForNode?: boolean}
	| {readonly type: 'become'; readonly at: number; readonly identities: Readonly<Record<string, string>>};

/** The inputs of a story with `from < at <= to`; a pure function, so a story may be endless. */
export type Story = (from: number, to: number) => readonly Input[];

export const storyOf = (inputs: readonly Input[]): Story => (from, to) => inputs.filter(input => input.at > from && input.at <= to);

/** Several stories merged, in the order of their inputs. */
export const mergeStories = (...stories: readonly Story[]): Story => (from, to) =>
	stories.flatMap(story => story(from, to)).toSorted((one, other) => one.at - other.at);

// The engine's state. Values are immutable; times are milliseconds since the world's zero, with a fraction.

export type State = 'PENDING' | 'READY' | 'RUNNING' | 'FAILED' | 'SUCCEED';

export type Operator = 'RUN' | 'RETRY' | 'ROLLBACK' | 'CANCEL' | 'PASS';

/** The epoch, to which operations reset times. */
export const unset = -Infinity;

export type LogLine = {readonly at: number; readonly text: string};

/** One run or undo. Lines may be in the future; readers must leave those out. */
export type Execution = {
	readonly operator: 'RUN' | 'ROLLBACK';
	readonly startAt: number;
	/** Infinity until a watched task ends. */
	readonly endAt: number;
	readonly isSuccess: boolean;
	readonly lines: readonly LogLine[];
	/** The task on another agent that is watched, by key. */
	readonly watches?: string;
};

export type SubTask = {
	readonly id: string;
	readonly localId: number;
	readonly createdAt: number;
	readonly definition: SubTaskDefinition;
	readonly executions: readonly Execution[];
	/** When it was marked as passed without having succeeded. */
	readonly passedAt: number | undefined;
};

export type Node = {
	readonly id: string;
	readonly localId: number;
	readonly createdAt: number;
	readonly definition: NodeDefinition;
	readonly state: State;
	readonly operator: Operator;
	readonly startAt: number;
	readonly endAt: number;
	readonly subTasks: readonly SubTask[];
};

export type Dag = {
	/** Unique in a world, where cluster ids are not. */
	readonly key: string;
	readonly id: string;
	readonly localId: number;
	readonly owner: string;
	readonly createdAt: number;
	readonly definition: TaskDefinition;
	readonly state: State;
	readonly operator: Operator;
	/** 1-based. */
	readonly stage: number;
	readonly startAt: number;
	readonly endAt: number;
	readonly nodes: readonly Node[];
	/** Keys of the sub-DAGs that it started, by agent. */
	readonly subDags: Readonly<Record<string, string>>;
	/** Generic id of the DAG that started this one as a sub-DAG. */
	readonly mainDagId: string | undefined;
};

export const isActive = (dag: Dag): boolean => dag.state === 'READY' || dag.state === 'RUNNING';

/** Whether it holds the maintenance lock of its agent. */
export const holdsLock = ({definition, state}: Dag): boolean => !definition.isOutsideMaintenance && !definition.isMain && state !== 'SUCCEED';

/** All lines written up to `now`, of every execution. */
export const linesOf = (subTask: SubTask, now: number): readonly LogLine[] =>
	subTask.executions.flatMap(execution => execution.lines.filter(line => line.at <= Math.min(now, execution.endAt)));

/** What the engine writes when a sub-DAG pauses for its main DAG (docs/protocol.md#outcomes). */
export const waitLine = 'wait operator to advance';

/** The stage at which a failed DAG only waits for its main DAG. */
export const waitingNode = (dag: Dag, now: number): Node | undefined => {
	const node = dag.nodes[dag.stage - 1];
	return dag.state === 'FAILED' && node?.state === 'FAILED' && node.subTasks.some(subTask => linesOf(subTask, now).at(-1)?.text === waitLine)
		? node
		: undefined;
};

/** What the engine needs from the rest of the world: other agents' tasks. */
export type Ports = {
	readonly read: (key: string) => Dag | undefined;
	/** Undefined if the agent refuses because it is under maintenance. */
	readonly create: (owner: string, definition: TaskDefinition, at: number, mainDagId?: string) => Dag | undefined;
	readonly operate: (key: string, operation: Operation, at: number, nodeId?: string) => void;
	readonly become: (changes: Readonly<Record<string, string>>) => void;
	/** Whether an agent's observer runs from now on. */
	readonly setObserver: (agent: string, isRunning: boolean) => void;
};
