import {type OpenFleet} from '../fleet/open.js';
import {type Clock} from '../lib/clock.js';
import {type Timestamp} from '../lib/time.js';
import {within} from '../lib/timeout.js';
import {parseGenericId} from '../protocol/ids.js';
import {isClosed, isGone, isOver as isOverOutcome, type Outcome} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {agentBehind, taskKey} from '../store/lookup.js';
import {isMainUnknown, taskOutcome} from '../store/selectors/basics.js';
import {type AgentEntry, type State, type TaskReference} from '../store/state.js';
import {settledOutcome} from '../store/transitions.js';
import {codeOfConnection, codeOfOutcome, type ExitCode, ownedTasks, worstOf} from './exit-code.js';
import {exitCodes} from './exit-codes.js';
import {isForAll, type WaitTarget} from './wait-target.js';

/**
Which tasks are waited for.

- all: whatever any agent or cluster has
- new: those that were not there before and did not begin before `since` (by our clock); `known` are the keys of those that were there (`taskKey`). Who could not be asked then may have had one all the time
- these: named ones, whatever else there is
*/
export type Watched =
	| {readonly type: 'all'}
	| {readonly type: 'new'; readonly known: ReadonlySet<string>; readonly since: Timestamp}
	| {readonly type: 'these'; readonly tasks: readonly TaskReference[]};

type WaitResult = {readonly isOver: boolean; readonly code: ExitCode};

/** `startedAt` is by our clock, undefined while it has not begun; `isTimed`: how far its agent's clock is off is known. `outcome` is undefined while it is not certain. */
type Task = TaskReference & {readonly outcome: Outcome | undefined; readonly startedAt: Timestamp | undefined; readonly isTimed: boolean};

const toTask = (state: State, owner: string, dag: Dag): Task => {
	const agent = agentBehind(state, owner);
	return {
		owner,
		id: dag.id,
		outcome: isClosed(taskOutcome(dag)) ? taskOutcome(dag) : settledOutcome(dag),
		startedAt: dag.startTime === undefined ? undefined : dag.startTime - (agent?.skew ?? 0),
		isTimed: agent?.skew !== undefined,
	};
};

// In ms: what a measured clock may be off by, and the fractions of a second that agents leave out.
const clockTolerance = 1000;

const beganBefore = ({startedAt, isTimed}: Task, since: Timestamp): boolean => startedAt !== undefined && (!isTimed || startedAt < since - clockTolerance);

/** A main task that was not read yet: as long as it is not, nobody knows how its sub-tasks ended. */
const unreadMain = (state: State, owner: string, dag: Dag): readonly Task[] => {
	const {mainDagId} = dag.links;
	return mainDagId !== undefined && isMainUnknown(state, dag)
		? [{...toTask(state, state.mainTasks.get(mainDagId)?.owner ?? owner, dag), id: mainDagId, outcome: undefined}]
		: [];
};

/** Every task that is known. */
const allTasks = (state: State): readonly Task[] =>
	ownedTasks(state).flatMap(({owner, dag}) => [toTask(state, owner, dag), ...unreadMain(state, owner, dag)]);

/** The keys of those that were there before a moment by our clock. */
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

/** Whether nothing more comes of waiting for it: it ended, or how it ended will never be known, or only another password would tell. */
const isFinished = ({outcome}: Task): boolean => outcome !== undefined && (isOverOutcome(outcome) || isGone(outcome) || isClosed(outcome));

/** Every task that was seen while somebody waited: as it is now, and as it was seen last where it is not shown any more. By its key. */
export const known = (seen: ReadonlyMap<string, Task>, state: State): ReadonlyMap<string, Task> =>
	new Map([...seen, ...allTasks(state).map(task => [taskKey(task), task] as const)]);

/** Those of them that nobody shows any more: how they were seen last is their fate, and an end that was not seen is not known. */
const outOfSight = (state: State, seen: ReadonlyMap<string, Task>, now: readonly Task[]): readonly Task[] => {
	// A cluster's task was its agent's while the cluster was not known.
	const placeOf = ({owner, id}: TaskReference): string => taskKey({owner: parseGenericId(id)?.scope === 'cluster' ? state.agents.get(owner)?.cluster ?? owner : '', id});
	const places = new Set(now.map(task => placeOf(task)));
	return seen.values().filter(task => !places.has(placeOf(task))).map((task): Task => isFinished(task) ? task : {...task, outcome: {word: 'unknown', reason: 'gone', text: 'gone'}}).toArray();
};

const hasCome = (task: Task, target: WaitTarget): boolean => target === 'finished' ? isFinished(task) : task.outcome?.word === target;

/** The agents that must be heard for tasks to be known: of named ones, only theirs. */
const queriedAgents = (state: State, watched: Watched): readonly AgentEntry[] => {
	const all = state.agents.values().toArray();
	if (watched.type !== 'these') {
		return all;
	}

	const owners = new Set(watched.tasks.map(({owner}) => state.clusters.get(owner)?.spokenForBy ?? owner));
	return all.filter(({address}) => owners.has(address.key));
};

// A password that is refused for so long will not be taken any more: nobody is there to enter another. In between, an agent can become another one's follower, and want another.
const patience = 60_000;

const isHopeless = (entry: AgentEntry, now: Timestamp, isFirst: boolean): boolean => {
	const {connection} = entry;
	return connection.type === 'failing' && codeOfConnection(entry) === exitCodes.unauthorized.code && (isFirst || now - connection.since >= patience);
};

type WaitGoal = {
	readonly watched: Watched;
	/** Without, all must have finished, and how they did is what counts. */
	readonly aim: WaitTarget | undefined;
	readonly now: Timestamp;
	/** Nothing was waited for yet: what is refused now was wrong from the beginning. */
	readonly isFirst: boolean;
	/** What was seen while somebody waited, see `remembered`. */
	readonly seen: ReadonlyMap<string, Task>;
};

/** Whether waiting is over, and with which exit code it is (or would be, without the time that ran out). */
export const checkWait = (state: State, {watched, aim: target, now, isFirst, seen}: WaitGoal): WaitResult => {
	const present = allTasks(state);
	const tasks = [...present, ...outOfSight(state, seen, present)].filter(task => isWatched(task, watched));
	const agents = queriedAgents(state, watched);
	const isThere = watched.type === 'all' || tasks.length > 0;
	const isHeard = agents.every(entry => codeOfConnection(entry) === exitCodes.done.code);
	const come = target === undefined ? [] : tasks.filter(task => hasCome(task, target));
	const isReached = target !== undefined && tasks.length > 0 && (isForAll(target) ? isHeard && come.length === tasks.length : come.length > 0);
	if (isReached) {
		return {isOver: true, code: exitCodes.done.code};
	}

	const code = worstOf([
		...agents.map(entry => codeOfConnection(entry)),
		// How a task is whose details cannot be read, nobody knows.
		...tasks.map(({outcome}) => outcome ? codeOfOutcome(outcome) : exitCodes.unreachable.code),
	]);
	if (agents.some(entry => isHopeless(entry, now, isFirst))) {
		return {isOver: true, code: worstOf([code, exitCodes.unauthorized.code])};
	}

	const isDone = isThere && isHeard && tasks.every(task => isFinished(task));
	// All is over and well, but not as it was wished: nothing comes of waiting any longer.
	return {isOver: isDone, code: isDone && target !== undefined && code === exitCodes.done.code ? exitCodes.timeout.code : code};
};

export type WaitOptions = {
	/** `new`: those that start after this call. */
	readonly tasks: 'all' | 'new' | Extract<Watched, {readonly type: 'these'}>;
	/** Without, all must have finished, and how they did makes the exit code. */
	readonly target?: WaitTarget | undefined;
	/** In ms; without it, as long as it takes. */
	readonly timeout?: number | undefined;
};

type WaitDeps = {readonly clock: Clock; readonly signal: AbortSignal};

// In ms. Whoever has not answered by then is one of those that are waited for.
const firstRoundTimeout = 15_000;

// What changes by time alone, such as a refused password that nobody replaces.
const lookEvery = 5000;

/**
Waits until tasks have come to an end, or to what is wished of them. Agents that are lost meanwhile are waited for. Resolves to the exit code: that of the tasks, 0 for a wish that came true, 5 (or what is worse) when the time is over. Aborted, it resolves at once.
*/
export const waitFor = async ({store, firstRound}: Pick<OpenFleet, 'store' | 'firstRound'>, {tasks, target, timeout = Infinity}: WaitOptions, {clock, signal}: WaitDeps): Promise<ExitCode> => {
	const begin = clock.now();
	const deadline = begin + timeout;
	await within(firstRound, {timeout: Math.min(firstRoundTimeout, timeout), clock, signal});
	const watched: Watched = tasks === 'new'
		? {type: 'new', since: begin, known: knownBefore(store.getState(), begin)}
		: (tasks === 'all' ? {type: 'all'} : tasks);
	const {promise, resolve} = Promise.withResolvers<ExitCode>();
	let isFirst = true;
	let seen: ReturnType<typeof known> = new Map();
	const look = (): void => {
		const state = store.getState();
		seen = known(seen, state);
		const {isOver, code} = checkWait(state, {watched, aim: target, now: clock.now(), isFirst, seen});
		isFirst = false;
		if (isOver || signal.aborted) {
			resolve(code);
		} else if (clock.now() >= deadline) {
			resolve(worstOf([code, exitCodes.timeout.code]));
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
