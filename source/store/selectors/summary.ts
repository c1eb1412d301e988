import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {allOutcomeWords, isActive, isClosed, isFault, outcomeTraits, type OutcomeWord} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {allTroubles, type Trouble} from '../changes.js';
import {agentBehind, agentsOf, createLookup, lastTaskOf} from '../lookup.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';
import {isDatabaseDown, lastReadOf, outcomeTones, taskOutcome} from './basics.js';
import {isFailing} from './cause.js';
import {isHeldBack, troubleOf} from './connection.js';
import {stallsAt} from './stall.js';
import {patienceFor} from './usual.js';
import {type RowSource, type Tone} from './view-types.js';

// Which versions agents run, and whether they differ: during an upgrade they do, but should not for long.

/** The version of obshell that an agent says it runs; empty if unknown. */
export const versionOf = ({status, info}: AgentEntry): string => status?.version ?? info?.version ?? '';

const databaseVersionOf = ({info}: AgentEntry): string => info?.isSeekdb ? '' : info?.obVersion ?? '';

/** Whether those that are known are the same. They nearly always are, and there can be thousands. */
const areAlike = (versions: readonly string[]): boolean => {
	const known = versions.find(version => version !== '');
	return versions.every(version => version === '' || version === known);
};

const mixOf = (of: VersionMix['of'], all: readonly string[]): readonly VersionMix[] => {
	if (areAlike(all)) {
		return [];
	}

	const counts = Map.groupBy(all.filter(version => version !== ''), version => version);
	if (counts.size < 2) {
		return [];
	}

	const versions = [...counts].map(([version, same]) => ({version, count: same.length}));
	return [{of, versions: versions.toSorted((one, other) => other.count - one.count || (one.version < other.version ? -1 : 1))}];
};

/** Before its cluster runs, an agent reports its package's version, later its database's, which has no build. If one has no build, builds do not count. */
const comparable = (versions: readonly string[]): readonly string[] => {
	const bare = new Set(versions.filter(version => !version.includes('-')));
	return versions.map(version => {
		const [number = version] = version.split('-', 1);
		return bare.has(number) ? number : version;
	});
};

const mixesOf = (entries: readonly AgentEntry[], others: readonly string[] = []): readonly VersionMix[] => {
	const databases = entries.map(entry => databaseVersionOf(entry));
	return [
		...mixOf('obshell', [...entries.map(entry => versionOf(entry)), ...others]),
		...(areAlike(databases) ? [] : mixOf('OceanBase', comparable(databases))),
	];
};

/** The mixes in a cluster: watched agents speak for themselves, the others' versions come from its members' lists. */
export const clusterMixes = (state: State, cluster: ClusterEntry): readonly VersionMix[] => {
	const watched = agentsOf(state, cluster);
	const names = new Set(watched.map(({name}) => name));
	return mixesOf(watched, cluster.directory.flatMap(({agent, version}) => names.has(agent) ? [] : [version]));
};

const obshellVersions = createLookup<AgentEntry>(entry => [versionOf(entry)].filter(version => version !== ''));

const databaseVersions = createLookup<AgentEntry>(entry => [databaseVersionOf(entry)].filter(version => version !== ''));

const fleetMixesBy = new WeakMap<State['agents'], readonly VersionMix[]>();

/** The mixes over all watched agents. */
export const fleetMixes = ({agents}: State): readonly VersionMix[] => {
	if (obshellVersions.count(agents) < 2 && databaseVersions.count(agents) < 2) {
		return [];
	}

	const mixes = fleetMixesBy.get(agents) ?? mixesOf([...agents.values()]);
	fleetMixesBy.set(agents, mixes);
	return mixes;
};

/** The versions that agents run, if they differ: of obshell or of OceanBase, each with how many agents run it, the most frequent first. */
export type VersionMix = {readonly of: 'obshell' | 'OceanBase'; readonly versions: ReadonlyArray<{readonly version: string; readonly count: number}>};

type OwnWord = Exclude<keyof Messages['tasks']['counts'], 'versions'>;

type Word = OutcomeWord | Trouble | 'unknown' | OwnWord;

const isOwnWord = (word: Word): word is OwnWord => Object.hasOwn(messages().tasks.counts, word);

const isTrouble = (word: Word): word is Trouble => (allTroubles as readonly Word[]).includes(word);

const wordText = (word: Word): string => {
	const {counts: own, outcomes} = messages().tasks;
	return isOwnWord(word) ? own[word] : (isTrouble(word) ? messages().agents.troubles[word] : outcomes[word]);
};

const weights: Readonly<Record<Tone, number>> = {bad: 3, attention: 2, active: 1, good: 0, quiet: 0, plain: 0};

/** How a word is counted in the summary: the lowest `order` comes first, and on a narrow screen the least weight is left out. */
type Count = {readonly order: number; readonly tone: Tone; readonly weight?: number};

// Undefined: not counted. Running tasks come first, then faults, what waits, and what is over.
const counts: Readonly<Record<Word, Count | undefined>> = {
	running: {order: 1, tone: outcomeTones.running},
	'rolling back': {order: 2, tone: outcomeTones['rolling back']},
	cancelling: {order: 3, tone: outcomeTones.cancelling},
	stalled: {order: 4, tone: 'bad'},
	failing: {order: 5, tone: 'bad'},
	failed: {order: 6, tone: outcomeTones.failed},
	'failed to roll back': {order: 7, tone: outcomeTones['failed to roll back']},
	cancelled: {order: 8, tone: outcomeTones.cancelled},
	unknown: {order: 9, tone: outcomeTones.unknown},
	unreachable: {order: 10, tone: 'bad'},
	'no answer': {order: 11, tone: 'bad'},
	unauthorized: {order: 12, tone: 'bad'},
	'key changed': {order: 13, tone: 'bad'},
	'key not known': {order: 14, tone: 'bad'},
	downgraded: {order: 15, tone: 'bad'},
	// Left out before running tasks: a waiting task needs no action.
	waiting: {order: 16, tone: outcomeTones.waiting, weight: 0.9},
	// Left out after running tasks.
	'database down': {order: 17, tone: 'attention', weight: 1.2},
	'rolled back': {order: 18, tone: outcomeTones['rolled back'], weight: 0.8},
	left: {order: 19, tone: 'quiet'},
	succeeded: undefined,
	passed: undefined,
	ended: undefined,
	'not run': undefined,
	'to be undone': undefined,
	pending: undefined,
};

/** From when on a row counts as stalled; Infinity if never. */
const rowStallsAt = (state: State, row: RowSource): Timestamp => row.type === 'task' ? Infinity : lastStallsAt(state, row.key);

/** The same of an owner's last task. */
const lastStallsAt = (state: State, owner: string): Timestamp => {
	const task = (state.agents.get(owner) ?? state.clusters.get(owner))?.task;
	const entry = agentBehind(state, owner);
	if (task?.type !== 'known' || lastReadOf(task.dag) !== undefined) {
		return Infinity;
	}

	// While an agent's clock is unknown, its times do not tell how long ago something was.
	return task.movedAt !== undefined || entry?.skew !== undefined ? stallsAt(task, entry?.skew ?? 0, patienceFor(state, owner, task.dag)) : Infinity;
};

/** Whether an owner's task is its last one, and runs but has not moved for longer than it should. */
export const isStalledTask = (state: State, owner: string, {id}: Pick<Dag, 'id'>, now: Timestamp): boolean =>
	lastTaskOf(state.agents.get(owner) ?? state.clusters.get(owner))?.id === id && now >= lastStallsAt(state, owner);

/** Whether the last task of a row runs but has not moved for longer than it should. */
export const isStalledRow = (state: State, row: RowSource, now: Timestamp): boolean => now >= rowStallsAt(state, row);

const lastOf = (row: RowSource): Dag | undefined => row.type === 'task' ? row.dag : lastTaskOf(row.type === 'agent' ? row.entry : row.cluster);

/** Whether a part of a row's running task failed, as far as is known: it may not be read any more. */
export const wasFailingRow = (state: State, row: RowSource): boolean => {
	const dag = lastOf(row);
	return dag !== undefined && isFailing(state, dag);
};

/** The same now: the last state of a task that is not read any more is too old to count. */
export const isFailingRow = (state: State, row: RowSource): boolean => {
	const dag = lastOf(row);
	const isOld = row.type === 'agent' ? dag !== undefined && lastReadOf(dag) !== undefined : row.isUnchecked;
	return !isOld && wasFailingRow(state, row);
};

const summaryWordsOf = (state: State, row: RowSource, isStalled: boolean): readonly Word[] => {
	const hasFailing = isFailingRow(state, row);
	return [
		// What is said of a running task takes the place of that word, so that each task counts once.
		...outcomeWordsOf(state, row).filter(word => word !== 'running' || !(hasFailing || isStalled)),
		...(isStalled ? ['stalled' as const] : []),
		...(hasFailing && !(row.type === 'agent' && row.main && isFailing(state, row.main)) ? ['failing' as const] : []),
		...(isDatabaseDownRow(row) ? ['database down' as const] : []),
	];
};

/** The last state of an agent in trouble is too old to count. */
const isDatabaseDownRow = (row: RowSource): boolean => row.type === 'agent' && row.entry.connection.type !== 'failing' && isDatabaseDown(row.entry);

/** A failure counts once: under the main task that the user started. */
const isCountedWithMain = (state: State, dag: Dag, main: Dag | undefined): boolean =>
	main !== undefined && (isFault(taskOutcome(dag)) || isFailing(state, dag)) && (isFault(taskOutcome(main)) || isFailing(state, main));

const outcomeWordsOf = (state: State, row: RowSource): readonly Word[] => {
	// Counted as trouble of its agents only.
	if (row.type !== 'agent' && row.isUnchecked) {
		return [];
	}

	switch (row.type) {
		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag ? [taskOutcome(dag).word] : [];
		}

		case 'task': {
			const outcome = taskOutcome(row.dag);
			// A task that needs another password is not a fault.
			return isClosed(outcome) ? [] : [outcome.word];
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			const trouble = troubleOf(row.entry);
			if (row.entry.departed) {
				return trouble === undefined && dag ? ['left', taskOutcome(dag).word] : ['left'];
			}

			// What a task that is not read does now is unknown.
			const told = dag && lastReadOf(dag) === undefined && !isCountedWithMain(state, dag, row.main) ? [taskOutcome(dag).word] : [];
			// An agent that waits until another one has tested the password needs nothing from the user yet.
			return trouble === undefined || isHeldBack(row.entry) ? told : [trouble, ...told];
		}
	}
};

/** Whether `!` shows a row. */
export const isFaultRow = (state: State, row: RowSource, now: Timestamp): boolean => isStalledRow(state, row, now) || isFailingRow(state, row) || hasFault(row) || outcomeWordsOf(state, row).includes('unknown');

const undoneWords: ReadonlySet<Word> = new Set(allOutcomeWords.filter(word => outcomeTraits[word].stages === 'all undone'));

/** Whether a row's task was undone: no fault any more, but it did not reach its goal, so `!` shows it, too. */
export const isUndoneRow = (state: State, row: RowSource): boolean => outcomeWordsOf(state, row).some(word => undoneWords.has(word));

const hasFault = (row: RowSource): boolean => {
	switch (row.type) {
		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag !== undefined && isFault(taskOutcome(dag));
		}

		case 'task': {
			return isFault(taskOutcome(row.dag));
		}

		case 'agent': {
			const dag = lastTaskOf(row.entry);
			// An agent that left its cluster may well be switched off.
			return (troubleOf(row.entry) !== undefined && !row.entry.departed) || (dag !== undefined && isFault(taskOutcome(dag)));
		}
	}
};

/** The ranks of rows that need no attention: those with a task, then those without one. */
const calm = 5;

/** How urgent a row is, 0 the most: failed, in trouble, stalled, at work, undone. The last state of an agent in trouble is too old to count. */
const urgencyOf = (state: State, row: RowSource, isStalled: boolean): number => {
	if (row.type === 'agent' && troubleOf(row.entry) !== undefined) {
		return row.entry.departed ? calm : 1;
	}

	if (row.type !== 'agent' && row.isUnchecked) {
		return calm;
	}

	const dag = lastOf(row);
	if (dag === undefined) {
		return calm + 1;
	}

	if (isFault(taskOutcome(dag)) || isFailingRow(state, row)) {
		return 0;
	}

	if (isStalled) {
		return 2;
	}

	return isActive(taskOutcome(dag)) ? 3 : (isUndoneRow(state, row) ? 4 : calm);
};

/** The index of the most urgent row, the first of several; -1 if there is none. */
export const worstOf = (state: State, rows: readonly RowSource[], now: Timestamp): number => {
	let worst = -1;
	let least = Infinity;
	for (const [index, row] of rows.entries()) {
		const urgency = urgencyOf(state, row, isStalledRow(state, row, now));
		if (urgency < least) {
			[worst, least] = [index, urgency];
		}

		if (urgency === 0) {
			break;
		}
	}

	return worst;
};

/** What a row counts as: its words in the summary and its urgency, until it stalls. */
type Standing = {readonly words: readonly Word[]; readonly urgency: number; readonly until: Timestamp};

/** What rows count as together; `worst`: the index of the first one of the most urgent that need attention, else 0; -1 without rows. */
type Standings = {readonly agents: number; readonly words: ReadonlyMap<Word, number>; readonly worst: number};

type MadeAt<T> = Pick<State, 'runs' | 'clusters'> & {readonly isMainFailing: boolean; readonly at: Timestamp; readonly until: Timestamp; readonly value: T};

/** Whether what was made is still true: for the same earlier runs, until a row stalls. */
const isTrue = <T>(made: MadeAt<T> | undefined, {runs, clusters}: State, isMainFailing: boolean, now: Timestamp): made is MadeAt<T> =>
	made !== undefined && made.runs === runs && made.clusters === clusters && made.isMainFailing === isMainFailing && made.at <= now && now < made.until;

/** Of an agent whose task has no part elsewhere: it changes with the agent and its main task only, and so does its row, except that the main task fails with parts of others. */
const standingsAlone = new WeakMap<RowSource, MadeAt<Standing>>();

const hasNoParts = (row: RowSource): row is Extract<RowSource, {type: 'agent'}> => row.type === 'agent' && Object.keys(lastTaskOf(row.entry)?.links.subDags ?? {}).length === 0;

const standingOf = (state: State, row: RowSource, now: Timestamp): Standing => {
	const known = standingsAlone.get(row);
	const isMainFailing = row.type === 'agent' && row.main !== undefined && isFailing(state, row.main);
	if (isTrue(known, state, isMainFailing, now)) {
		return known.value;
	}

	const stalls = rowStallsAt(state, row);
	const until = stalls > now ? stalls : Infinity;
	const isStalled = now >= stalls;
	const value = {words: summaryWordsOf(state, row, isStalled), urgency: urgencyOf(state, row, isStalled), until};
	if (hasNoParts(row)) {
		const {runs, clusters} = state;
		standingsAlone.set(row, {runs, clusters, isMainFailing, at: now, until, value});
	}

	return value;
};

const standingsByRows = new WeakMap<readonly RowSource[], MadeAt<Standings>>();

/**
Made once for the same rows. A key, or the next second of a duration, changes nothing of it, and there can be a thousand rows. `rowsOf` makes others once
the agents or their tasks have changed, of which most are the same again.
*/
const standingsOf = (state: State, rows: readonly RowSource[], now: Timestamp): Standings => {
	const known = standingsByRows.get(rows);
	if (isTrue(known, state, false, now)) {
		return known.value;
	}

	const words = new Map<Word, number>();
	let [agents, index, worst, least, until] = [0, 0, Math.min(0, rows.length - 1), calm, Infinity];
	for (const row of rows) {
		const standing = standingOf(state, row, now);
		agents += row.type === 'agent' ? 1 : 0;
		until = Math.min(until, standing.until);
		if (standing.urgency < least) {
			worst = index;
			least = standing.urgency;
		}

		for (const word of standing.words) {
			words.set(word, (words.get(word) ?? 0) + 1);
		}

		index += 1;
	}

	const {runs, clusters} = state;
	const value = {agents, words, worst};
	standingsByRows.set(rows, {runs, clusters, isMainFailing: false, at: now, until, value});
	return value;
};

/** The worst row: the first one if none needs attention. `rows` from `rowsOf` that state, or some of them. */
export const worstInSight = (state: State, rows: readonly RowSource[], now: Timestamp): number => standingsOf(state, rows, now).worst;

/** The summary line: the number of agents, and of everything that may need attention. `rows` from `rowsOf` that state. */
export const summaryOf = (state: State, rows: readonly RowSource[], now: Timestamp): Summary => {
	const {agents, words} = standingsOf(state, rows, now);
	const found = words.entries().flatMap(([word, count]) => {
		const how = counts[word];
		return how ? [{word, count, ...how}] : [];
	}).toArray();
	return {
		agents,
		...(state.isReading && {isReading: true}),
		parts: found.toSorted((one, other) => one.order - other.order).map(({count, word, tone, weight = weights[tone]}) => ({count, word: wordText(word), tone, weight})),
	};
};

/** Counts for the summary, only those above zero are shown: agents, then by outcome and connection, then the numbers of versions if they differ. */
export type Summary = {
	readonly agents: number;
	/** Not everything was read once: more may turn up. */
	readonly isReading?: boolean;
	/** If there is not room for all, those of the least weight are left out first. */
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone; readonly weight: number}>;
};
