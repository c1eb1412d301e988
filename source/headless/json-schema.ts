import * as z from 'zod';
import {type OutcomeCode} from '../protocol/outcome.js';
import {type UnreadPart} from './exit-code.js';
import {type ConnectionWord} from './text.js';

// Written out, and compared by the compiler: imported, they would split what all commands share into more files (docs/architecture.md, "What is loaded when").

const outcomeCodes = {
	running: 'running',
	succeeded: 'succeeded',
	failed: 'failed',
	waiting: 'waiting',
	'rolling back': 'rolling back',
	'rolled back': 'rolled back',
	'failed to roll back': 'failed to roll back',
	cancelling: 'cancelling',
	cancelled: 'cancelled',
	passed: 'passed',
	ended: 'ended',
	'not run': 'not run',
	'to be undone': 'to be undone',
	pending: 'pending',
	gone: 'gone',
	unknown: 'unknown',
} as const satisfies {readonly [Word in OutcomeCode]: Word};

const connectionWords = {
	connected: 'connected',
	connecting: 'connecting',
	unreachable: 'unreachable',
	'no answer': 'no answer',
	unauthorized: 'unauthorized',
	'key changed': 'key changed',
	'key not known': 'key not known',
	downgraded: 'downgraded',
} as const satisfies {readonly [Word in ConnectionWord]: Word};

const unreadParts = {
	task: 'task', 'main task': 'main task', cluster: 'cluster', 'cluster task': 'cluster task', 'unfinished tasks': 'unfinished tasks',
} as const satisfies {readonly [Part in UnreadPart]: Part};

const outcomeSchema = z.enum(outcomeCodes)
	.describe('state and operator in one word; unknown: a pair that no known agent sends, or the details could not be read yet; gone: no agent knows the task any more, so that its end is not known; ended: a sub-task of a main task that did its part');

const connectionSchema = z.enum(connectionWords)
	.describe('no answer: it is there, but could not say how its task is; key not known: its key is not accepted yet; downgraded: it no longer takes v2 authentication; connecting: it had not answered in time');

const replaySchema = z.literal(true).optional().describe('only in a replay: no agent was queried, and times are those of the recording');

const head = {
	version: z.literal(1),
	replay: replaySchema,
	at: z.iso.datetime().describe('when it was noticed, by the clock here'),
	agent: z.string().describe('the agent\'s address as given, or the cluster\'s name'),
};

const changedTask = z.object({
	id: z.string(),
	name: z.string(),
	outcome: z.string().describe('in the words of outcome below; a pair that no known agent sends as it came, "STATE / OPERATOR"'),
	stage: z.int().min(0),
	stages: z.int().min(0),
	stageName: z.string().optional(),
	failing: z.literal(true).optional().describe('of task-seen: it runs, but a part of it failed already'),
	before: z.string().optional().describe('the outcome before, where it is known'),
	why: z.string().optional().describe('why it failed, or what it waits for'),
});

/** A line of `--watch --json`. */
export const eventSchema = z.discriminatedUnion('type', [
	z.object({...head, type: z.enum(['task-seen', 'task-begun', 'task-moved', 'task-failing', 'outcome-changed']).describe('task-seen: it was there when its agent was seen first; task-moved: it works on another stage; task-failing: it runs, but a part of it failed'), task: changedTask}),
	z.object({...head, type: z.literal('agent-troubled'), trouble: z.string(), words: z.string()}),
	z.object({...head, type: z.literal('agent-recovered'), before: z.string()}),
	z.object({...head, type: z.enum(['agent-restarted', 'database-down', 'database-up', 'agent-joined', 'agent-left', 'agent-returned'])}),
]);

/** Its fields other than the version are those of `changeDocument`. */
export type EventDocument = {readonly version: 1; readonly [field: string]: unknown};

// The documented shape of all JSON output. A change that could break a reader makes `version` 2.

const time = z.iso.datetime().nullable();

const duration = z.int().min(0).nullable().describe('milliseconds; null while it has not begun');

const common = {
	outcome: outcomeSchema,
	state: z.string().describe('as the agent says it: PENDING, READY, RUNNING, FAILED, SUCCEED'),
	operator: z.string().describe('as the agent says it: RUN, RETRY, ROLLBACK, CANCEL, PASS'),
	startTime: time,
	endTime: time.describe('null while it has not ended'),
	durationMs: duration,
};

const partFailed = z.boolean().describe('of a running main task: what it followed at an agent failed, which its own outcome does not say');

const subTask = z.object({
	id: z.string(),
	agent: z.string().nullable().describe('"ip:port" where it runs'),
	...common,
	partFailed,
	executions: z.int().min(0).describe('runs and undos together'),
	log: z.array(z.string()).optional().describe('with --logs: the entries of all executions, each of one or more lines'),
}).describe('one agent\'s share of a stage');

const usual = z.object({
	runs: z.int().min(1).describe('how many earlier runs say so'),
	durationMs: z.int().min(0).describe('their median, milliseconds'),
}).nullable();

const stage = z.object({
	number: z.int().min(1),
	name: z.string(),
	...common,
	usual: usual.describe('how long it usually takes'),
	slow: z.boolean().describe('it takes, or took, longer than nine of ten of those runs'),
	partFailed,
	subTasks: z.array(subTask),
});

const task = z.object({
	id: z.string().describe('a string: ids exceed what numbers hold'),
	name: z.string(),
	...common,
	stage: z.int().min(0).describe('the stage being worked on, from 1; counts down while rolling back'),
	maxStage: z.int().min(0),
	stalled: z.boolean().describe('runs, but no new line or stage for five minutes; where earlier runs of its stage are known, for longer than those let expect'),
	failing: z.boolean().describe('runs, but a part of it failed already: why says for what reason'),
	usual: usual.describe('how long the whole task usually takes, by earlier runs that succeeded; null if fewer than three are known'),
	remainingMs: z.int().min(0).nullable().describe('of a running task, milliseconds until it ends if the rest is as usual; 0: it has taken longer than usual already; null: not known, or a part of it failed'),
	checked: z.boolean().describe('false if it was not over when it was read last and cannot be read now: outcome and stage are those of then'),
	lastReadAt: time.describe('when an agent last said its state, if none can be asked for it now; durationMs is that of then'),
	why: z.string().nullable().describe('why it failed or what it waits for, with all lines of the first reason'),
	main: z.object({
		id: z.string(),
		name: z.string().nullable(),
		outcome: outcomeSchema,
	}).nullable().describe('the main task of which it is a sub-task; outcome unknown: it could not be read; gone: no agent knows it any more'),
	stages: z.array(stage).nullable().optional().describe('with --stages or --logs; null where they are not known'),
});

const lastTask = {
	taskState: z.enum(['known', 'none', 'gone', 'unknown']).describe('none: there never was one; gone: there was one, which its agent does not know any more; unknown: no agent could be reached'),
	task: task.nullable().describe('the last maintenance task'),
	otherTasks: z.array(task).describe('unfinished tasks outside maintenance (observer start and stop, backup), main tasks, and tasks that failed or whose end is not known'),
};

const agent = z.object({
	agent: z.string().describe('its address as given'),
	name: z.string().nullable().describe('what it calls itself, "ip:port"'),
	cluster: z.string().nullable().describe('the key of its cluster below'),
	role: z.string().nullable(),
	obshellVersion: z.string().nullable(),
	underMaintenance: z.boolean().nullable().describe('whether the maintenance lock is held'),
	obState: z.int().nullable().describe('0 observer down, 1 running, 2 restricted, 3 connected; null for a seekdb, which has no observer'),
	clockSkewMs: z.int().nullable().describe('its clock minus the clock here'),
	connection: connectionSchema,
	problem: z.string().nullable(),
	unread: z.array(z.enum(unreadParts)).describe('what was not read although it responds, so that nothing is known of it: exitCode is 3 then, or worse'),
	failingSince: time,
	lastSeenAt: time.describe('when its last maintenance task was last read, if that cannot be read now'),
	...lastTask,
});

const cluster = z.object({
	key: z.string(),
	name: z.string(),
	members: z.array(z.string()).describe('"ip:port" of every member, watched or not'),
	...lastTask,
});

/** What `--once --json` prints. */
export const fleetSchema = z.object({
	version: z.literal(1),
	type: z.literal('fleet'),
	obwatch: z.string().describe('obwatch\'s own version'),
	replay: replaySchema,
	at: z.iso.datetime().describe('when it was made, by the clock here; in a replay, the last time of the recording'),
	complete: z.boolean().describe('whether every question was answered or failed in time'),
	exitCode: z.int(),
	agents: z.array(agent),
	clusters: z.array(cluster),
});

const historyTask = task.pick({
	id: true, name: true, outcome: true, state: true, operator: true, startTime: true, endTime: true, durationMs: true, stage: true, maxStage: true, failing: true,
}).extend({owner: z.string().describe('whose it is: the agent\'s address as given, or the cluster\'s name')});

const historyOfOwner = z.object({
	owner: z.string(),
	isCluster: z.boolean(),
	complete: z.boolean().describe('false if tasks may be missing; without --since, older ones too'),
	remaining: z.int().min(0).nullable().describe('how many older tasks were not read; null if that is not known'),
	problem: z.string().nullable().describe('why it cannot be read'),
});

/** What `obwatch history --json` prints. */
export const historySchema = z.object({
	version: z.literal(1),
	type: z.literal('history'),
	obwatch: z.string().describe('obwatch\'s own version'),
	at: z.iso.datetime().describe('when it was made, by the clock here'),
	since: time.describe('with --since: all tasks were at work then or later'),
	exitCode: z.int(),
	histories: z.array(historyOfOwner).describe('one for each agent and each cluster'),
	tasks: z.array(historyTask).describe('the last begun first'),
});

export type HistoryDocument = z.output<typeof historySchema>;

const comparedRun = z.object({id: z.string(), outcome: outcomeSchema, startTime: time, durationMs: duration});

const comparedStage = z.object({outcome: outcomeSchema, partFailed, durationMs: duration}).nullable().describe('null if that run has no such stage');

const comparedLine = z.object({
	before: z.string().nullable().describe('the line before it'),
	line: z.string().nullable().describe('null if the log ends there'),
});

const stagePair = z.object({name: z.string(), task: comparedStage, with: comparedStage});

const logDifference = z.object({stage: z.string(), agent: z.string().nullable(), task: comparedLine, with: comparedLine});

const comparison = z.object({
	owner: z.string().describe('whose task it is: the agent\'s address as given, or the cluster\'s name'),
	task: comparedRun.nullable(),
	with: comparedRun.nullable().describe('the run that it is compared with'),
	problem: z.enum(['no other run', 'not read']).nullable().describe('why there is no comparison'),
	stages: z.array(stagePair),
	difference: logDifference.nullable()
		.describe('where the logs of the failed stage, else of the first one, begin to differ; null if they do not'),
});

/** What `obwatch compare --json` prints. */
export const comparisonSchema = z.object({
	version: z.literal(1),
	type: z.literal('comparison'),
	obwatch: z.string().describe('obwatch\'s own version'),
	at: z.iso.datetime().describe('when it was made, by the clock here'),
	exitCode: z.int(),
	comparisons: z.array(comparison),
});

export type ComparisonDocument = z.output<typeof comparisonSchema>;

export type FleetDocument = z.output<typeof fleetSchema>;

export type AgentDocument = z.output<typeof agent>;

export type ClusterDocument = z.output<typeof cluster>;

export type TaskDocument = z.output<typeof task>;

export type StageDocument = z.output<typeof stage>;

export type SubTaskDocument = z.output<typeof subTask>;

/** All JSON output as JSON Schema: one document, or one per line. */
export const jsonSchema = (): unknown => z.toJSONSchema(z.union([fleetSchema, eventSchema, historySchema, comparisonSchema]), {io: 'input'});
