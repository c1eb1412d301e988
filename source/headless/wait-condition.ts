import {type OpenFleet} from '../fleet/open.js';
import {type Clock, within} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {formatDuration, type Timestamp} from '../lib/time.js';
import {parseGenericId} from '../protocol/ids.js';
import {isClosed, isGone, isOver as isOverOutcome, type Outcome, outcomeLabel, type OutcomeWord} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {agentBehind, ownerOfMain, placeOfTask, taskKey} from '../store/lookup.js';
import {isMainUnknown, numberedName, numberMark, taskOutcome} from '../store/selectors/basics.js';
import {type TaskReference} from '../store/operations/track.js';
import {type AgentEntry, type State} from '../store/state.js';
import {settledOutcome} from '../store/transitions.js';
import {codeOfConnection, codeOfOutcome, type ExitCode, ownedTasks, unreadOf, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {type Output} from './output.js';

/** When waiting for an outcome ends: once all tasks have reached it, or as soon as one has. `never`: no task as a whole reaches it. */
type End = 'all' | 'one' | 'never';

const ends: Readonly<Record<OutcomeWord | 'finished', End>> = {
	finished: 'all',
	succeeded: 'all',
	failed: 'one',
	'rolled back': 'one',
	'failed to roll back': 'one',
	cancelled: 'one',
	passed: 'one',
	ended: 'one',
	'not run': 'one',
	waiting: 'one',
	running: 'one',
	'rolling back': 'one',
	cancelling: 'one',
	pending: 'one',
	'to be undone': 'never',
};

/** What to wait for: an outcome, or the end of everything. */
export type WaitTarget = keyof typeof ends;

const isWaitTarget = (word: string): word is WaitTarget => Object.hasOwn(ends, word);

/** By their names on the command line. */
export const waitTargets: ReadonlyMap<string, WaitTarget> = new Map(Object.keys(ends).filter(word => isWaitTarget(word)).filter(target => ends[target] !== 'never').map(target => [target.replaceAll(' ', '-'), target]));

/** Whether all tasks must reach it; for any other target one is enough. */
const isForAll = (target: WaitTarget): boolean => ends[target] === 'all';

/**
The tasks to wait for.

- all: every task of any agent or cluster
- new: tasks that were not there before and did not begin before `since` (by our clock); `known` are the keys of earlier ones
(`taskKey`). An agent that was unreachable then may have had a task all the time
- these: the named ones
*/
export type Watched =
	| {readonly type: 'all'}
	| {readonly type: 'new'; readonly known: ReadonlySet<string>; readonly since: Timestamp}
	| {readonly type: 'these'; readonly tasks: readonly TaskReference[]};

/** `missing`: the tasks that are waited for and have not reached what they should. */
type WaitResult = {readonly isOver: boolean; readonly code: ExitCode; readonly missing: readonly Task[]};

/** `state`: as it is at the end, with the tasks that make the code although no agent shows them any more. */
type WaitEnd = {
	readonly state: State;
	readonly code: ExitCode;
	/** Why the wait ended without what was waited for, in lines; none if it was reached. */
	readonly notes: readonly string[];
};

/** `startedAt` is by our clock, undefined before the start; `isTimed`: whether the skew of its agent's clock is known. `outcome` is undefined while it is not certain. */
type Task = TaskReference & {readonly dag: Dag; readonly outcome: Outcome | undefined; readonly startedAt: Timestamp | undefined; readonly isTimed: boolean};

const toTask = (state: State, owner: string, dag: Dag): Task => {
	const agent = agentBehind(state, owner);
	return {
		owner,
		id: dag.id,
		dag,
		outcome: isClosed(taskOutcome(dag)) ? taskOutcome(dag) : settledOutcome(dag),
		startedAt: dag.startTime === undefined ? undefined : dag.startTime - (agent?.skew ?? 0),
		isTimed: agent?.skew !== undefined,
	};
};

// ms: the error of a measured clock, and the fractions of a second that agents leave out.
const clockTolerance = 1000;

const beganBefore = ({startedAt, isTimed}: Task, since: Timestamp): boolean => startedAt !== undefined && (!isTimed || startedAt < since - clockTolerance);

/** A main task that is followed and was not read yet: until it is, how its sub-tasks ended is unknown. One that is not followed any more will never be read. */
const unreadMain = (state: State, owner: string, dag: Dag): readonly Task[] => {
	const {mainDagId} = dag.links;
	return mainDagId !== undefined && state.mainTasks.has(mainDagId) && isMainUnknown(state, dag)
		? [{...toTask(state, ownerOfMain(state, mainDagId) ?? owner, dag), id: mainDagId, outcome: undefined}]
		: [];
};

/** Every task that is known. */
const allTasks = (state: State): readonly Task[] =>
	ownedTasks(state).flatMap(({owner, dag}) => [toTask(state, owner, dag), ...unreadMain(state, owner, dag)]);

/** The keys of tasks that were there before a moment by our clock. */
export const knownBefore = (state: State, moment: Timestamp): ReadonlySet<string> =>
	new Set(allTasks(state).filter(({startedAt}) => startedAt === undefined || startedAt < moment).map(task => taskKey(task)));

const isWatched = (task: Task, watched: Watched): boolean => {
	switch (watched.type) {
		case 'all': {
			return true;
		}

		case 'new': {
			return !watched.known.has(taskKey(task)) && !beganBefore(task, watched.since);
		}

		case 'these': {
			return watched.tasks.some(other => other.owner === task.owner && other.id === task.id);
		}
	}
};

/** Whether there is nothing more to wait for: it ended, or its end will never be known, or only another password opens it. */
const isFinished = ({outcome}: Task): boolean => outcome !== undefined && (isOverOutcome(outcome) || isGone(outcome) || isClosed(outcome));

/** Every task seen while waiting: as it is now, or as it was seen last if it is no longer shown. By its key. */
export const seenTasks = (seen: ReadonlyMap<string, Task>, state: State): ReadonlyMap<string, Task> =>
	new Map([...seen, ...allTasks(state).map(task => [taskKey(task), task] as const)]);

/** Tasks that are no longer shown: the last outcome that was seen counts, and without an end it is unknown. */
const outOfSight = (state: State, seen: ReadonlyMap<string, Task>, now: readonly Task[]): readonly Task[] => {
	const placeOf = ({owner, id}: TaskReference): string => taskKey({owner: parseGenericId(id)?.scope === 'cluster' ? ownerNow(state, {owner, id}) : '', id});
	// A sub-task at an agent that is not watched may have been seen before its details said so. Nothing waits for it.
	const parts = state.clusters.values().flatMap(cluster => cluster.parts.map(({id}) => placeOf({owner: '', id})));
	const places = new Set([...now.map(task => placeOf(task)), ...parts]);
	const unseen = seen.values().filter(task => !places.has(placeOf(task))).map((task): Task => isFinished(task) ? task : {...task, outcome: {word: 'unknown', reason: 'gone', text: 'gone'}});
	return new Map(unseen.map(task => [placeOf(task), task])).values().toArray();
};

/** While the cluster was not known, its task counted as its agent's. */
const ownerNow = (state: State, {owner, id}: TaskReference): string => parseGenericId(id)?.scope === 'cluster' ? state.agents.get(owner)?.cluster ?? owner : owner;

/** The state in which a person finds why the exit code is not 0: also the tasks that ended badly and were replaced since. */
export const withBadEnds = (state: State, {watched, seen, now}: Pick<WaitGoal, 'watched' | 'seen' | 'now'>): State => {
	let next = state;
	const replaced = outOfSight(state, seen, allTasks(state)).filter(task => isWatched(task, watched));
	for (const task of replaced) {
		const {owner, id, dag, outcome} = task;
		const place = ownerNow(state, {owner, id});
		// A main task that was never read has nothing to show.
		if (dag.id !== id || !outcome || codeOfOutcome(outcome) === exitCodes.done.code) {
			continue;
		}

		const shown: Dag = isGone(outcome) && !isGone(taskOutcome(dag)) ? {...dag, unlisted: {seenAt: now, end: 'gone'}} : dag;
		const [agent, cluster] = [next.agents.get(place), next.clusters.get(place)];
		next = {
			...next,
			agents: agent ? next.agents.with(place, {...agent, otherTasks: [...agent.otherTasks, shown]}) : next.agents,
			clusters: cluster ? next.clusters.with(place, {...cluster, otherTasks: [...cluster.otherTasks, shown]}) : next.clusters,
		};
	}

	return next;
};

/** A sub-task that its main task ended says nothing about success: the outcome of the main task counts. */
const isToReach = ({outcome}: Task, target: WaitTarget | undefined): boolean => target !== 'succeeded' || outcome?.word !== 'ended';

const hasCome = (task: Task, target: WaitTarget): boolean => target === 'finished' ? isFinished(task) : task.outcome?.word === target;

/** The agents that must respond for the tasks to be known; for named tasks, only their own. */
const queriedAgents = (state: State, watched: Watched): readonly AgentEntry[] => {
	const all = state.agents.values().toArray();
	if (watched.type !== 'these') {
		return all;
	}

	const owners = new Set(watched.tasks.map(({owner}) => state.clusters.get(owner)?.delegate ?? owner));
	return all.filter(({address}) => owners.has(address.key));
};

// ms. A password that is refused this long will not be accepted any more, since no other can be entered. Until then, the agent may become another one's follower, and want another password.
const patience = 60_000;

const isHopeless = (entry: AgentEntry, now: Timestamp, isFirst: boolean): boolean => {
	const {connection} = entry;
	return connection.type === 'failing' && codeOfConnection(entry) === exitCodes.unauthorized.code && (isFirst || now - connection.since >= patience);
};

/** Whether the agent's tasks and those of its cluster are known. That it responds is not enough. Main tasks count by themselves. */
const isKnown = (state: State, entry: AgentEntry): boolean =>
	codeOfConnection(entry) === exitCodes.done.code && unreadOf(state, entry).every(part => part === 'main task');

type WaitGoal = {
	readonly watched: Watched;
	/** If undefined, all must have finished, and their outcomes count. */
	readonly target: WaitTarget | undefined;
	readonly now: Timestamp;
	/** On the first check, a refused password was wrong from the beginning. */
	readonly isFirst: boolean;
	/** The tasks seen while waiting, see `seenTasks`. */
	readonly seen: ReadonlyMap<string, Task>;
};

/** Whether the wait is over, and its exit code (or what it would be without a timeout). */
export const checkWait = (state: State, {watched, target, now, isFirst, seen}: WaitGoal): WaitResult => {
	const present = allTasks(state);
	const tasks = [...present, ...outOfSight(state, seen, present)].filter(task => isWatched(task, watched));
	const agents = queriedAgents(state, watched);
	const isThere = watched.type === 'all' || tasks.length > 0;
	const isHeard = agents.every(entry => isKnown(state, entry));
	const wanted = tasks.filter(task => isToReach(task, target));
	const missing = wanted.filter(task => !hasCome(task, target ?? 'finished'));
	const isReached = target !== undefined && wanted.length > 0 && (isForAll(target) ? isHeard && missing.length === 0 : missing.length < wanted.length);
	if (isReached) {
		return {isOver: true, code: exitCodes.done.code, missing: []};
	}

	const code = worstOf([
		...agents.map(entry => codeOfConnection(entry) === exitCodes.done.code && !isKnown(state, entry) ? exitCodes.unreachable.code : codeOfConnection(entry)),
		// The outcome of a task whose details cannot be read is not known.
		...tasks.map(({outcome}) => outcome ? codeOfOutcome(outcome) : exitCodes.unreachable.code),
	]);
	if (agents.some(entry => isHopeless(entry, now, isFirst))) {
		return {isOver: true, code: worstOf([code, exitCodes.unauthorized.code]), missing};
	}

	const isDone = isThere && isHeard && tasks.every(task => isFinished(task));
	// All has ended well, but not with the target: waiting longer is useless.
	return {isOver: isDone, code: isDone && target !== undefined && code === exitCodes.done.code ? exitCodes.timeout.code : code, missing};
};

// The table shows them all.
const notedTasks = 10;

/** Why the wait ended without what was waited for. `late`: after so many ms, because there was no more time. */
const notesOf = (state: State, missing: readonly Task[], {target, late}: {readonly target: WaitTarget | undefined; readonly late: number | undefined}): readonly string[] => {
	const {output: {wait: words}, tasks: {mainTask, outcomes}} = messages();
	const wanted = target === undefined || target === 'finished' ? words.finished : outcomes[target];
	const lines = missing.slice(0, notedTasks).map(({owner, id, dag, outcome}) => words.notReached(
		placeOfTask(state, {owner, id}),
		// A main task that was not read yet has no name.
		id === dag.id ? numberedName(dag) : mainTask + numberMark(id),
		{outcome: outcome ? outcomeLabel(outcome) : outcomes.unknown, wanted},
	));
	return [
		...(late === undefined ? [] : [words.timeIsUp(formatDuration(late))]),
		...lines,
		...(missing.length > notedTasks ? [words.more(missing.length - notedTasks)] : []),
	];
};

/** Says it on stderr, where it mixes with no result. */
export const writeNotes = async (errors: Output, notes: readonly string[]): Promise<void> => {
	if (notes.length > 0) {
		await errors.write(notes.map(note => `${note}\n`).join(''));
	}
};

export type WaitOptions = {
	/** `new`: those that start after this call. */
	readonly tasks: 'all' | 'new' | Extract<Watched, {readonly type: 'these'}>;
	/** If undefined, all must have finished, and their outcomes make the exit code. */
	readonly target?: WaitTarget | undefined;
	/** ms; no limit if undefined. */
	readonly timeout?: number | undefined;
};

type WaitDeps = {readonly clock: Clock; readonly signal: AbortSignal};

// ms. An agent that has not responded by then is waited for like any other.
const firstRoundTimeout = 15_000;

// ms. For what changes by time alone, such as a refused password that is not replaced.
const lookEvery = 5000;

/**
Waits until tasks have ended or reached the target. Agents that are unreachable meanwhile are waited for. The exit
code is the tasks', 0 if the target was reached, 5 (or a worse one) on a timeout. Aborted, it resolves at once.
*/
export const waitFor = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, {tasks, target, timeout = Infinity}: WaitOptions, {clock, signal}: WaitDeps): Promise<WaitEnd> => {
	const begin = clock.now();
	const deadline = begin + timeout;
	await within(firstRound, {timeout: Math.min(firstRoundTimeout, timeout), clock, signal});
	const watched: Watched = tasks === 'new'
		? {type: 'new', since: begin, known: knownBefore(store.getState(), begin)}
		: (tasks === 'all' ? {type: 'all'} : tasks);
	const {promise, resolve} = Promise.withResolvers<WaitEnd>();
	let isFirst = true;
	let seen: ReturnType<typeof seenTasks> = new Map();
	const look = (): void => {
		const state = store.getState();
		seen = seenTasks(seen, state);
		const {isOver, code, missing} = checkWait(state, {watched, target, now: clock.now(), isFirst, seen});
		isFirst = false;
		const isLate = clock.now() >= deadline;
		if (isOver || signal.aborted || isLate) {
			resolve({
				state: withBadEnds(state, {watched, seen, now: clock.now()}),
				code: isOver || signal.aborted ? code : worstOf([code, exitCodes.timeout.code]),
				notes: signal.aborted ? [] : notesOf(state, missing, {target, late: isOver ? undefined : timeout}),
			});
		}
	};

	let cancelTimer = (): void => undefined;
	const wait = (): void => {
		const rest = Math.max(0, deadline - clock.now());
		cancelTimer = clock.schedule(() => {
			look();
			wait();
		}, Math.min(lookEvery, rest));
	};

	const unsubscribe = store.subscribe(look);
	signal.addEventListener('abort', look);
	wait();
	look();
	try {
		return await promise;
	} finally {
		cancelTimer();
		unsubscribe();
		signal.removeEventListener('abort', look);
	}
};
