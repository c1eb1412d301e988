// Wire formats end here: snake_case, null, absent, epoch and 0001 values become the model that everything else uses.
// Agents add fields; unknown ones are ignored. All text is printable from here on, except raw text, which must not reach a terminal.

import * as z from 'zod/mini';
import {formatHostPort} from '../lib/host-port.js';
import {printable} from '../lib/printable.js';
import {asRead} from '../lib/terminal-text.js';
import {parseTimestamp, parseUtcOffset, type Timestamp} from '../lib/time.js';
import {type AgentError} from './errors.js';
import {arrayOf, ifRight, mapped, textOf, textsOf, tooMany} from './envelope.js';
import {isGenericId} from './ids.js';
import {type RawTexts, readTexts} from './raw-texts.js';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const textOrEmpty = mapped(z.nullish(z.string()), value => printable(value ?? ''));

const id = z.string().check(z.refine(value => isGenericId(value), 'not a generic id'));

const count = mapped(z.nullish(z.number()), value => Math.max(0, Math.trunc(value ?? 0)));

const time = z.nullish(z.string());

// An agent without an address is none that a person could look for.
const agent = mapped(z.nullish(z.object({ip: z.string(), port: z.number()})), value => value && value.ip !== '' ? printable(formatHostPort(value.ip, value.port)) : undefined);

/** What the engine says beside the task: sub-DAGs by agent, and the main DAG. Invalid ids are left out. */
export type TaskLinks = {
	readonly subDags: Readonly<Record<string, string>>;
	readonly mainDagId: string | undefined;
};

const noLinks: TaskLinks = {subDags: {}, mainDagId: undefined};

// A number beyond 2^53 has lost its last digits and would name another task.
const linkText = mapped(z.union([z.string(), z.int()]), String);

const linkId = ifRight(z.pipe(linkText, id));

// A task has a handful, of a large cluster some hundreds. Those beyond are left out.
const linkLimit = 10_000;

// A loop that stops at the limit: a schema would read a million.
const subDags = mapped(z.optional(z.unknown()), (wire): ReadonlyArray<readonly [name: string, id: string]> => isRecord(wire)
	? Object.keys(wire).slice(0, linkLimit).flatMap(name => {
		const read = linkId.parse(wire[name]);
		return read === undefined ? [] : [[printable(name), read] as const];
	})
	: []);

const links = mapped(ifRight(z.looseObject({
	sub_dags: subDags,
	main_dag_id: linkId,
})), (data): TaskLinks => {
	if (!data) {
		return noLinks;
	}

	return {subDags: Object.fromEntries(data.sub_dags), mainDagId: data.main_dag_id};
});

const common = {
	id,
	name: textOrEmpty,
	state: textOrEmpty,
	operator: textOrEmpty,
	start_time: time,
	end_time: time,
	additional_data: links,
};

// Far beyond any task: the longest have dozens of stages, each with a sub-task for every agent.
const nodeLimit = 10_000;

const subTaskLimit = 100_000;

const taskLimit = 20_000;

/** Over all nodes, before any of them is read. */
const countSubTasks = (nodes: readonly unknown[]): number => {
	let sum = 0;
	for (const node of nodes) {
		const list = isRecord(node) ? node['sub_tasks'] : undefined;
		sum += Array.isArray(list) ? list.length : 0;
	}

	return sum;
};

const wireSubTask = z.object({
	...common,
	execute_times: count,
	execute_agent: agent,
	task_logs: z.nullish(mapped(textsOf(line => line), lines => readTexts(lines))),
});

const wireNode = z.object({
	...common,
	sub_tasks: z.nullish(arrayOf(wireSubTask, subTaskLimit)),
});

const countedNodes = z.array(z.unknown()).check(z.refine(list => countSubTasks(list) <= subTaskLimit, tooMany));

const wireDag = z.object({
	...common,
	dag_id: count,
	stage: count,
	max_stage: count,
	nodes: z.nullish(z.pipe(countedNodes, arrayOf(wireNode, nodeLimit))),
});

type Common = {
	readonly id: string;
	readonly name: string;
	readonly state: string;
	readonly operator: string;
	readonly startTime: Timestamp | undefined;
	readonly endTime: Timestamp | undefined;
	readonly links: TaskLinks;
	/** In no response for it: when it failed, as an earlier one or the last line of its log said. One that is passed afterwards gets the time of that as its end. */
	readonly failedAt?: Timestamp | undefined;
};

/**
One agent's part of a node. `logs` are the lines of all executions; undefined while the agent has none, for instance between attempts.
`rawLogs` are the originals of those that are shown differently. `executeTimes` counts runs and undos alike.
*/
export type SubTask = Common & {
	/** Unique within its node. */
	readonly key: string;
	readonly executeTimes: number;
	/** Whether its DAG is the sub-DAG of a main DAG, which finally passes it. */
	readonly hasMainTask: boolean;
	/** "ip:port" */
	readonly agent: string | undefined;
	readonly logs: readonly string[] | undefined;
	readonly rawLogs?: RawTexts;
};

/** One stage. */
export type TaskNode = Common & {
	/** Unique within its DAG, even if an agent repeats an id. */
	readonly key: string;
	/** As of its sub-tasks. False for a node that was queried by itself, whose response lacks it. */
	readonly hasMainTask: boolean;
	readonly subTasks: readonly SubTask[];
};

/** The details of an OBProxy task need the agent password: `agent` ("ip:port") was queried without the right one. */
export type PasswordNeed = {readonly agent: string; readonly isRefused: boolean};

/**
A task that its owner does not list, or no longer. `seenAt` is when it was as shown, by our clock. What is known of its end:

- unasked: it was read once, through a link, before it ended
- asked: it is no longer listed and had not ended; its end is being queried
- unreadable: the same, but no response had its end so far
- refused: its head says that it is over, and the agents refuse the details that tell how
- gone: no agent knows the task any more, so that its end stays unknown
*/
export type Unlisted = {readonly seenAt: Timestamp; readonly end: 'unasked' | 'asked' | 'unreadable' | 'refused' | 'gone'};

/**
A task: a line of nodes, one per stage. `stage` is 1-based; `nodes` is undefined in a response without details; `utcOffset` is minutes east
of UTC of the agent's clock.
*/
export type Dag = Common & {
	readonly dagId: number;
	readonly stage: number;
	readonly maxStage: number;
	readonly utcOffset: number | undefined;
	readonly nodes: readonly TaskNode[] | undefined;
	/** The head came without details: `nodes` and `links`, if there are any, are from an earlier response. */
	readonly isBrief: boolean;
	/** Of the logs in `nodes` only the last lines are kept. */
	readonly hasLastLines?: boolean | undefined;
	/** The rest is in no response: it follows from refusals and missing responses. `refusal`: why an agent did not give the details. */
	readonly needs?: PasswordNeed | undefined;
	readonly refusal?: AgentError | undefined;
	readonly unlisted?: Unlisted | undefined;
	/** If no agent can be asked for it now: when a response last said its state, by our clock. */
	readonly lastReadAt?: Timestamp | undefined;
};

type WireCommon = z.output<typeof wireSubTask> | z.output<typeof wireNode> | z.output<typeof wireDag>;

const commonOf = (wire: WireCommon): Common => ({
	id: wire.id,
	name: wire.name,
	state: wire.state,
	operator: wire.operator,
	startTime: parseTimestamp(wire.start_time),
	endTime: parseTimestamp(wire.end_time),
	links: wire.additional_data,
});

/** Keys for a list whose ids may repeat: the id, then "id#2", "id#3". */
const uniqueKeys = (ids: readonly string[]): readonly string[] => {
	const seen = new Map<string, number>();
	return ids.map(value => {
		const times = (seen.get(value) ?? 0) + 1;
		seen.set(value, times);
		return times === 1 ? value : `${value}#${times}`;
	});
};

const toSubTask = (wire: z.output<typeof wireSubTask>, key: string, hasMainTask: boolean): SubTask => ({
	...commonOf(wire),
	key,
	hasMainTask,
	executeTimes: wire.execute_times,
	agent: wire.execute_agent,
	logs: wire.task_logs?.texts,
	...(wire.task_logs?.raws && {rawLogs: wire.task_logs.raws}),
});

const toNode = (wire: z.output<typeof wireNode>, key: string, hasMainTask: boolean): TaskNode => {
	const subTasks = wire.sub_tasks ?? [];
	const keys = uniqueKeys(subTasks.map(subTask => subTask.id));
	return {...commonOf(wire), key, hasMainTask, subTasks: subTasks.map((subTask, index) => toSubTask(subTask, keys[index] ?? subTask.id, hasMainTask))};
};

export const dagSchema = mapped(wireDag, (wire): Dag => {
	const keys = uniqueKeys((wire.nodes ?? []).map(node => node.id));
	const hasMainTask = wire.additional_data.mainDagId !== undefined;
	return {
		...commonOf(wire),
		dagId: wire.dag_id,
		stage: wire.stage,
		maxStage: wire.max_stage,
		utcOffset: parseUtcOffset(wire.start_time),
		nodes: wire.nodes?.map((node, index) => toNode(node, keys[index] ?? node.id, hasMainTask)),
		isBrief: !wire.nodes,
	};
});

const dagList = z.object({contents: z.nullish(arrayOf(dagSchema, taskLimit))});

export const dagListSchema = mapped(z.nullish(dagList), list => list?.contents ?? []);

/** A node that was queried by itself. Its key is its id. */
export const nodeSchema = mapped(wireNode, (wire): TaskNode => toNode(wire, wire.id, false));

/** One log line with its time and execution, from `sub_task/:id/logs`; `raw` is the original if it is shown differently. */
export type LogEntry = {
	readonly id: number;
	readonly executeTimes: number;
	readonly text: string;
	readonly raw?: string;
	readonly time: Timestamp | undefined;
};

/** A log can hold a hundred thousand entries: reading them by hand takes a fraction of a schema's time. */
const readLogEntry = (wire: unknown): LogEntry | undefined => {
	if (!isRecord(wire)) {
		return undefined;
	}

	const {id: number, execute_times: executeTimes, log_content: content, create_time: createTime} = wire;
	if (typeof number !== 'number') {
		return undefined;
	}

	const written = textOf(content);
	const read = asRead(written);
	return {
		id: number,
		executeTimes: typeof executeTimes === 'number' ? Math.max(0, Math.trunc(executeTimes)) : 0,
		text: read,
		...(read !== written && {raw: written}),
		time: typeof createTime === 'string' ? parseTimestamp(createTime) : undefined,
	};
};

/** The lines of a sub-task in the order in which they were written (agents send them in any order; equal ids keep theirs). */
const anyList = z.object({contents: z.nullish(z.array(z.unknown()))});

export const logEntriesSchema = z.pipe(z.nullish(anyList), z.transform((list, context): readonly LogEntry[] => {
	const entries: LogEntry[] = [];
	for (const [index, wire] of (list?.contents ?? []).entries()) {
		const entry = readLogEntry(wire);
		if (!entry) {
			context.issues.push({
				code: 'custom', input: undefined, message: 'not a log entry', path: ['contents', index],
			});
			return z.NEVER;
		}

		entries.push(entry);
	}

	return entries.toSorted((one, other) => one.id - other.id);
}));
