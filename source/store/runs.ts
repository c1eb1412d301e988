// Earlier runs of tasks that succeeded, and what their durations say. Pure, and without the rest of the state.

import {type Timestamp} from '../lib/time.js';

/** What the runs of a task have in common: a check or an upgrade has a version in its name. */
export const runName = (name: string): string => name.replaceAll(/\b\d{1,6}(?:\.\d{1,6}){2}[-\w.]*/g, '<version>');

/**
A run that is over.

- place: whose task it was: the agent's own name, "10.0.0.1:2886", or a name of the cluster, "obprod#7#10.0.0.1:2886"
- name: its task's `runName`
- id: its task's id, which is another task's after a reinstallation: only together with the start it is unique
- duration: in ms; undefined if the run says nothing of how long the task takes, because a part of it was retried or passed by hand. It is
kept nevertheless, so that it is not read again
- stages: in order; those without a duration ran more than once, or not at all
*/
export type PastRun = {
	readonly place: string;
	readonly name: string;
	readonly id: string;
	readonly startTime: Timestamp;
	readonly duration: number | undefined;
	readonly stages: readonly RunStage[];
};

export type RunStage = {readonly name: string; readonly duration: number | undefined};

/** By the tasks' names; of each the latest first. */
export type Runs = ReadonlyMap<string, readonly PastRun[]>;

export const noRuns: Runs = new Map();

/** How many runs are kept: of one task of one owner, and in all. */
export const runLimits = {each: 20, all: 3000} as const;

const isSame = (one: PastRun, other: PastRun): boolean => one.place === other.place && one.id === other.id && one.startTime === other.startTime;

/** Runs, the latest first, with one more. Of an owner that has too many the oldest is left out. */
const withRun = (runs: readonly PastRun[], run: PastRun): readonly PastRun[] => {
	const later = runs.findIndex(known => known.startTime < run.startTime);
	const next = runs.toSpliced(later === -1 ? runs.length : later, 0, run);
	const own = next.filter(({place}) => place === run.place);
	const oldest = own.length > runLimits.each ? own.at(-1) : undefined;
	return oldest === run ? runs : (oldest ? next.filter(each => each !== oldest) : next);
};

/** Without the oldest of all, if there are too many. A tenth more goes, so that the next runs need not do the same. */
const withinAll = (runs: Runs): Runs => {
	let count = 0;
	for (const each of runs.values()) {
		count += each.length;
	}

	return count <= runLimits.all
		? runs
		: Map.groupBy([...runs.values()].flat().toSorted((one, other) => other.startTime - one.startTime).slice(0, Math.floor(runLimits.all * 0.9)), ({name}) => name);
};

/** The runs with some more. The same object if all are known already, or too old to be kept. */
export const withRuns = (runs: Runs, more: readonly PastRun[]): Runs => {
	const next = new Map(runs);
	for (const run of more) {
		const known = next.get(run.name) ?? [];
		const kept = known.some(each => isSame(each, run)) ? known : withRun(known, run);
		if (kept !== known) {
			next.set(run.name, kept);
		}
	}

	return next.size === runs.size && next.entries().every(([name, kept]) => kept === runs.get(name)) ? runs : withinAll(next);
};

/**
A task of which more runs are wanted.

- agent: the key of the agent to ask; owner: the key of the agent or cluster whose tasks they are
*/
export type RunWish = {readonly agent: string; readonly owner: string; readonly scope: 'agent' | 'cluster'; readonly name: string};

/** More runs than this of a task change nothing. */
export const enoughRuns = 12;

// What durations say.

/** Fewer runs than this say nothing of what is usual. */
export const fewestRuns = 3;

/** How many of the latest runs count for the longest one. */
const longestOf = 10;

/**
What is usual, in ms.

- median: half of the runs took no longer
- slow: nine of ten took no longer
- longest: of the last ten
*/
export type Usual = {readonly runs: number; readonly median: number; readonly slow: number; readonly longest: number};

/** The value that the given share of the values does not exceed (nearest rank). */
const rankOf = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const medianOf = (sorted: readonly number[]): number => {
	const middle = sorted.length / 2;
	return Number.isSafeInteger(middle) ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2 : sorted[Math.floor(middle)] ?? 0;
};

/** What durations say, the latest first; undefined if there are too few. */
export const usualAmong = (durations: readonly number[]): Usual | undefined => {
	if (durations.length < fewestRuns) {
		return undefined;
	}

	const sorted = durations.toSorted((one, other) => one - other);
	return {runs: durations.length, median: medianOf(sorted), slow: rankOf(sorted, 0.9), longest: Math.max(...durations.slice(0, longestOf))};
};

/** Names of stages that tell those of the same name apart, by which of them it is. */
export const stageKeys = (stages: ReadonlyArray<{readonly name: string}>): readonly string[] => {
	const counts = new Map<string, number>();
	return stages.map(stage => {
		const name = runName(stage.name);
		const number = (counts.get(name) ?? 0) + 1;
		counts.set(name, number);
		return number === 1 ? name : `${name}\u0000${number}`;
	});
};

/** What is usual for a task as a whole, and for its stages, by their `stageKeys`. */
export type UsualTimes = {readonly whole: Usual | undefined; readonly stages: ReadonlyMap<string, Usual>};

const isKnown = (duration: number | undefined): duration is number => duration !== undefined;

export const usualTimesOf = (runs: readonly PastRun[]): UsualTimes => {
	const byStage = new Map<string, number[]>();
	for (const {stages} of runs) {
		const keys = stageKeys(stages);
		for (const [index, {duration}] of stages.entries()) {
			const key = keys[index] ?? '';
			if (duration !== undefined) {
				byStage.set(key, [...byStage.get(key) ?? [], duration]);
			}
		}
	}

	return {
		whole: usualAmong(runs.map(({duration}) => duration).filter(duration => isKnown(duration))),
		stages: new Map(byStage.entries().flatMap(([key, durations]) => {
			const usual = usualAmong(durations);
			return usual ? [[key, usual] as const] : [];
		})),
	};
};

// Agents move a task by one stage a tick, and tick once a second: a smaller difference means nothing.
const noise = 2000;

/** Whether something takes, or took, longer than nine of ten runs before. */
export const isSlow = (duration: number | undefined, usual: Usual | undefined): boolean =>
	duration !== undefined && usual !== undefined && duration > usual.slow + noise;

/** A stage of a running task: whether it is over, and how long it has taken. */
export type StageProgress = {readonly isOver: boolean; readonly duration: number | undefined; readonly usual: Usual | undefined};

/** `left`: the time until a running task ends if the rest is as usual, in ms, more than 0. `over`: it has taken longer than usual already. */
export type Estimate = {readonly type: 'left'; readonly time: number; readonly runs: number} | {readonly type: 'over'; readonly usual: number; readonly runs: number};

const restOf = (stages: readonly StageProgress[]): {readonly time: number; readonly runs: number} | undefined => {
	let time = 0;
	let runs = Infinity;
	for (const {isOver, duration = 0, usual} of stages) {
		if (isOver) {
			continue;
		}

		if (!usual) {
			return undefined;
		}

		time += Math.max(0, usual.median - duration);
		runs = Math.min(runs, usual.runs);
	}

	return Number.isFinite(runs) ? {time, runs} : undefined;
};

/**
When a running task will end: by its stages that are left, or, where one of them is not known, by the task as a whole. `duration` is how long
it has run; undefined if that is not the time since its first stage began.
*/
export const estimateOf = ({duration, whole, stages}: {readonly duration: number | undefined; readonly whole: Usual | undefined; readonly stages: readonly StageProgress[]}): Estimate | undefined => {
	if (whole && duration !== undefined && duration > whole.median + noise) {
		return {type: 'over', usual: whole.median, runs: whole.runs};
	}

	const rest = restOf(stages) ?? (whole && duration !== undefined ? {time: whole.median - duration, runs: whole.runs} : undefined);
	return rest && rest.time > 0 ? {type: 'left', ...rest} : undefined;
};

/** Without a new line or stage for this time, ms, a running stage counts as stalled if nothing is known of earlier runs. */
const usualPatience = 300_000;

const leastPatience = 60_000;

/** The same where runs are known: as long as the longest of the last ten took as a whole, if that is more; sooner only after twice that time, and never within a minute. */
export const patienceOf = (usual: Usual | undefined): number =>
	usual ? Math.max(usual.longest, Math.min(usualPatience, Math.max(leastPatience, 2 * usual.longest))) : usualPatience;
