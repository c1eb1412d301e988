// Operations on tasks: which are offered, what they will do, what to consider first.

const named = (stage: number, name: string): string => name === '' ? `stage ${stage}` : `stage ${stage} (${name})`;

const range = (from: number, to: number): string => from === to ? `stage ${from}` : `stages ${from} to ${to}`;

type Runs = ReadonlyArray<readonly [from: number, to: number]>;

const isOne = (runs: Runs): boolean => runs.length === 1 && runs[0]?.[0] === runs[0]?.[1];

/** "stages 1, 2 and 4 to 6". */
const listed = (runs: Runs): string => {
	const parts = runs.map(([from, to]) => from === to ? String(from) : `${from} to ${to}`);
	const last = parts.pop() ?? '';
	return `${isOne(runs) ? 'stage' : 'stages'} ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`;
};

/** What follows the current stage: the stages from `stage` + 1 to `last`, or the end. */
const rest = (stage: number, last: number): string => stage < last ? `the task continues with ${range(stage + 1, last)}` : 'the task ends';

export const operations = {
	/** Why an action is not offered. */
	refusals: {
		stillRunning: 'still running',
		beingCancelled: 'being cancelled; wait until it ends',
		alreadyCancelling: 'already being cancelled',
		ended: 'it has ended',
		unknownState: 'unknown state',
		notRunning: 'not running',
		stagesUnknown: 'its stages are not known yet',
		noFailedStage: 'no stage has failed',
		unknownTask: 'nothing is known of this task',
		notFollowed: 'this task is no longer polled; what you see may be old',
		noAgentInId: 'its id names no agent',
		clusterNotWatched: 'its cluster is no longer watched',
		noDatabase: (cluster: string) => `no watched agent of ${cluster} has its database`,
		agentNotWatched: (agent: string) => `it belongs to ${agent}, which is not watched`,
		noResponse: (agent: string) => `${agent}: no response yet`,
	},
	/** Why there is no task to act on. */
	noTask: {
		ofAgents: (owner: string) => `${owner} has no task of its own, its agents have`,
		notReadable: (owner: string, problem: string) => `the task of ${owner} cannot be read: ${problem}`,
		never: (owner: string) => `${owner} never had a maintenance task`,
		unknown: (owner: string) => `no task of ${owner} is known yet`,
		openOne: 'open a task first',
		emptyList: 'the list is empty',
	},
	/** Panels that say why nothing opens. */
	stops: {
		noActionsTitle: 'no actions',
		noActions: (why: string) => `No task to act on: ${why}. Nothing was sent.`,
		notOfferedTitle: 'not available',
		notOffered: (action: string, why: string) => `${action}: ${why}. Nothing was sent.`,
		goneTitle: 'gone',
		gone: (agent: string) => `${agent} is no longer watched. Nothing was sent to it.`,
	},
	/** Why an open confirmation is withdrawn. */
	changed: {
		task: (outcome: string, stage: number) => `the task has changed: ${outcome}, stage ${stage}`,
		exempt: (agent: string, why: string) => `${agent} is exempt from operations: ${why}`,
		notAllowed: (agent: string) => `operations on ${agent} are not allowed`,
		otherAgent: (agent: string) => `the operation would now go to ${agent}`,
	},
	/** What happens to the stages. */
	stages: {
		retry: (stage: number, name: string, last: number) => `Undoes ${named(stage, name)} and runs it again; then ${rest(stage, last)}.`,
		run: (stage: number, name: string, last: number) => `Runs ${named(stage, name)}, which has not begun; then ${rest(stage, last)}.`,
		rollback: (stage: number, name: string) => stage > 1 ? `Undoes ${named(stage, name)}, then ${range(stage - 1, 1)}, one after the other.` : `Undoes ${named(stage, name)}.`,
		cancelRollback: (stage: number, name: string) => stage > 1 ? `Stops undoing ${named(stage, name)}; ${range(stage - 1, 1)} will not be undone.` : `Stops undoing ${named(stage, name)}.`,
		cancel: (stage: number, name: string, last: number) => stage < last ? `Stops ${named(stage, name)}; ${range(stage + 1, last)} will not run.` : `Stops ${named(stage, name)}.`,
		passRest: 'Marks what is left as passed, without running it.',
		pass: (runs: Runs, last: number) => `Marks as passed, without running: ${listed(runs)} of ${last}.`,
		passStage: (stage: number, name: string, last: number) => `Marks ${named(stage, name)} as passed; then ${rest(stage, last)}.`,
	},
	/** What happens to the maintenance lock: of an agent that is locked, of one that may be, of a cluster. */
	locks: {
		none: 'This task holds no lock.',
		notHeld: 'The agent is not locked now: the task has released it.',
		held: {
			retry: 'Stays locked until the task ends.',
			rollback: 'Unlocked when everything is undone.',
			cancel: 'Stays locked: no new maintenance until you retry, roll back or pass the task.',
			'pass-stage': 'Stays locked until the task ends.',
			pass: 'Unlocked.',
		},
		perhaps: {
			retry: 'If locked, stays locked until the task ends.',
			rollback: 'If locked, unlocked when everything is undone.',
			cancel: 'If locked, stays locked: no new maintenance until you retry, roll back or pass the task.',
			'pass-stage': 'If locked, stays locked until the task ends.',
			pass: 'If locked, unlocked.',
		},
		cluster: {
			retry: 'The cluster stays locked until the task ends.',
			rollback: 'The cluster is unlocked when everything is undone.',
			cancel: 'The cluster stays locked: no new maintenance until you retry, roll back or pass the task.',
			'pass-stage': 'The cluster stays locked until the task ends.',
			pass: 'The cluster is unlocked.',
		},
	},
	hazards: {
		skipped: (runs: Runs) => `A rollback is incomplete: ${listed(runs)} ${isOne(runs) ? 'is undone but counts' : 'are undone but count'} as done, and will be skipped. Roll back first.`,
		waiting: 'Not failed: it is waiting for its main task, which does not expect this.',
		partOf: (main: string) => `Part of task ${main}, which depends on its outcome.`,
		nothingRepaired: 'Nothing is repaired: what failed stays as it is. Later stages may fail because of it.',
		rollbackDropped: 'The rollback stops: what it has undone stays undone, and the task can then only continue without it.',
		notUndone: 'What the stage has begun is not undone.',
	},
} as const;
