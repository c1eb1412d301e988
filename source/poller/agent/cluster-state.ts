// What the delegate of a cluster (or of an agent alone) knows about tasks other than its own last one. It is transferred from delegate to delegate, so that no task's end is missed.

import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {isLaterId, parseGenericId} from '../../protocol/ids.js';
import {isWaiting} from '../../protocol/outcome.js';
import {type Dag, type PasswordNeed} from '../../protocol/task.js';
import {pace} from '../intervals.js';
import {isLive, keep, applyProbe, applyRefused, applyUnread, applyWhole, type TaskPollState, type Timing, unknownTask} from './task-state.js';

/** A task that was listed as unfinished; `isGone`: it no longer is, but its end was not seen yet; `isEnding`: it left with the last list. `needs`: it can be read only with another password. */
export type OtherTask = {
	readonly id: string;
	readonly task: TaskPollState;
	readonly isGone: boolean;
	readonly isEnding: boolean;
	readonly needs: PasswordNeed | undefined;
};

/**
What is known about the id of a listed task.

- isShown: it is the last maintenance task of some agent or cluster
- isElsewhere: its id names an agent that is not watched, or was not reached yet
- isAwaited: its agent is being queried, and may report it as its own last task, after the end of the one before
- isLost: it is the last maintenance task of an agent that cannot be asked for it
*/
export type Standing = Readonly<Record<'isShown' | 'isElsewhere' | 'isAwaited' | 'isLost', (id: string) => boolean>>;

type OtherTasks = {readonly tasks: readonly Dag[]; readonly ended: readonly Dag[]};

/** `task` is the cluster's last maintenance task; `seen` is what may be shown of the others, undefined before the first list. */
export type DelegateState = {
	readonly task: TaskPollState;
	readonly listedAt: Timestamp | undefined;
	readonly others: readonly OtherTask[];
	readonly ended: readonly Dag[];
	readonly seen: OtherTasks | undefined;
};

export const newDelegateState: DelegateState = {task: unknownTask, listedAt: undefined, others: [], ended: [], seen: undefined};

/** For the next delegate: everything is queried again, since it may respond differently, but followed and ended tasks are kept. */
export const transfer = (delegate: DelegateState): DelegateState => ({
	...newDelegateState,
	task: {...unknownTask, readAt: delegate.task.readAt},
	others: delegate.others.map(other => ({...other, needs: undefined, task: {...other.task, isWholeWanted: true, nodes: []}})),
	ended: delegate.ended,
});

/** Merges several states, for example when an agent's own tasks become its cluster's: what each followed, and what it saw end. */
export const united = (delegates: readonly DelegateState[]): DelegateState => {
	const others = new Map(delegates.flatMap(delegate => delegate.others).map(other => [other.id, other]));
	const ended = new Map(delegates.flatMap(delegate => delegate.ended).filter(({id}) => !others.has(id)).map(dag => [dag.id, dag]));
	return {...newDelegateState, ...delegates[0], others: [...others.values()], ended: [...ended.values()].slice(-pace.endedKept)};
};

const isSame = (one: readonly Dag[], other: readonly Dag[]): boolean => one.length === other.length && one.every((dag, index) => dag === other[index]);

const shown = ({task: {dag}, needs}: OtherTask, before: DelegateState['seen']): readonly Dag[] => {
	if (!dag || !needs) {
		return dag ? [dag] : [];
	}

	return [keep(before?.tasks.find(({id}) => id === dag.id), {...dag, needs})];
};

/** Whether its details must be read before it is reported: of an agent that is not watched, only they say whether it is a sub-task of a main task, which has no row of its own. */
const isUnplaced = ({id, task: {dag, isUnread}}: OtherTask, {isElsewhere}: Standing): boolean => dag !== undefined && dag.nodes === undefined && !isUnread && isElsewhere(id);

/** Whether it left with the last list, and its end is being queried. */
const isAskedForEnd = ({isEnding, task: {isWholeWanted, isUnread}}: OtherTask): boolean => isEnding && isWholeWanted && !isUnread;

/** Whether it is new, and the end of an earlier task of its owner comes first. */
const isTooEarly = ({id}: OtherTask, {seen, others}: DelegateState, standing: Standing): boolean =>
	seen !== undefined && seen.tasks.every(dag => dag.id !== id) && (standing.isAwaited(id) || others.some(other => isAskedForEnd(other) && isLaterId(id, other.id)));

/** Tasks that their owners read are theirs from then on: what a list said of them before would be old by the time when an owner cannot be asked any more. */
const withoutShown = (delegate: DelegateState, {isShown}: Standing): DelegateState =>
	delegate.others.some(({id}) => isShown(id)) ? {...delegate, others: delegate.others.filter(({id}) => !isShown(id))} : delegate;

/** What may be shown: every task that is not some owner's last maintenance task. */
export const withSeen = (known: DelegateState, standing: Standing): DelegateState => {
	const delegate = withoutShown(known, standing);
	// Tasks of the first list were there before; one that is shown later would seem to have begun just now.
	const isOutstanding = (other: OtherTask): boolean => isUnplaced(other, standing) || (other.task.unsettled !== undefined && !other.task.dag && !needsDatabase(other.id) && !standing.isLost(other.id));
	if (!delegate.seen && delegate.others.some(other => isOutstanding(other))) {
		return delegate;
	}

	const tasks = delegate.others.flatMap(other => isUnplaced(other, standing) || isTooEarly(other, delegate, standing) ? [] : shown(other, delegate.seen));
	const ended = delegate.ended.filter(({id}) => !standing.isShown(id));
	return delegate.seen && isSame(delegate.seen.tasks, tasks) && isSame(delegate.seen.ended, ended) ? delegate : {...delegate, seen: {tasks, ended}};
};

/** A list of unfinished tasks without nodes, which is a probe of each. A task that left the list is fetched once more by id. */
export const applyTaskList = (delegate: DelegateState, list: readonly Dag[], timing: Timing, standing: Standing): DelegateState => {
	const known = new Map(delegate.others.map(other => [other.id, other]));
	const listedIds = new Set(list.map(({id}) => id));
	const listed = list.filter(({id}) => !standing.isShown(id)).map((dag): OtherTask => {
		const other = known.get(dag.id);
		const task = applyProbe(other?.task ?? unknownTask, dag, timing);
		return {id: dag.id, isGone: false, isEnding: false, needs: other?.needs, task: other?.needs ? applyUnread(task) : task};
	});
	// The end of one whose details were refused before is queried by its id (source/poller/end-watch.ts).
	const gone = delegate.others.filter(({id, needs, task}) => !listedIds.has(id) && !standing.isShown(id) && !needs && !task.refusal)
		.map((other): OtherTask => other.isGone ? {...other, isEnding: false} : {...other, isGone: true, isEnding: true, task: {...other.task, isWholeWanted: true}});
	return withSeen({
		...delegate,
		listedAt: timing.sentAt,
		others: [...listed, ...gone],
		ended: delegate.ended.filter(({id}) => !listedIds.has(id)),
	}, standing);
};

const withOther = (delegate: DelegateState, id: string, change: (other: OtherTask) => OtherTask | undefined): DelegateState => ({
	...delegate, others: delegate.others.flatMap(other => other.id === id ? change(other) ?? [] : [other]),
});

/** A change of one other task's state: its node or head arrived. */
export const applyOtherTask = (delegate: DelegateState, id: string, change: (task: TaskPollState) => TaskPollState, standing: Standing): DelegateState =>
	withSeen(withOther(delegate, id, other => {
		const task = change(other.task);
		return task === other.task ? other : {...other, task};
	}), standing);

/** One of the others arrived with its details. If it has left the list and is over, it has ended. */
export const applyOtherTaskDetails = (delegate: DelegateState, dag: Dag, size: Timing & {readonly bytes: number}, standing: Standing): DelegateState => {
	const other = delegate.others.find(({id}) => id === dag.id);
	if (other?.isGone && isWaiting(dag)) {
		// One that waits has not ended, so the response is older than the list. Its end is queried by its id.
		return withSeen(withOther(delegate, dag.id, () => undefined), standing);
	}

	if (other?.isGone && !isLive(dag)) {
		const ended = [...delegate.ended.filter(({id}) => id !== dag.id), dag].slice(-pace.endedKept);
		return withSeen({...withOther(delegate, dag.id, () => undefined), ended}, standing);
	}

	return applyOtherTask(delegate, dag.id, task => applyWhole(task, dag, size), standing);
};

/** One of the others no longer exists. While it is listed, only its line in the list is shown. */
export const forgetOther = (delegate: DelegateState, id: string, standing: Standing): DelegateState =>
	withSeen(withOther(delegate, id, other => other.isGone ? undefined : {...other, task: {...applyUnread(other.task), isWholeWanted: false, nodes: []}}), standing);

/** The agents refuse to return it: of a listed task only the head is followed until it changes. One that left the list is dropped, since its end is queried by its id (source/poller/end-watch.ts). */
export const applyTaskRefusal = (delegate: DelegateState, id: string, {error, at}: {readonly error: AgentError; readonly at: Timestamp}, standing: Standing): DelegateState =>
	withSeen(withOther(delegate, id, other => other.isGone ? undefined : {...other, task: {...applyRefused(other.task, error, at), requestedAt: at, isWanted: false}}), standing);

/** One of the others could not be read, and none is queried for a while: they are reported as they are listed. */
export const applyOthersFault = (delegate: DelegateState, standing: Standing): DelegateState => withSeen({
	...delegate,
	others: delegate.others.map(other => isUnplaced(other, standing) || isAskedForEnd(other) || other.task.unsettled ? {...other, task: applyUnread(other.task)} : other),
}, standing);

/** It may be queried once more. */
export const opened = (other: OtherTask): OtherTask => ({...other, needs: undefined, task: {...other.task, isWholeWanted: true}});

/** Only another password opens it; until then, only its line in the list is shown. Undefined: a password was entered meanwhile. */
export const applyPasswordNeed = (delegate: DelegateState, id: string, needs: PasswordNeed | undefined, standing: Standing): DelegateState =>
	withSeen(withOther(delegate, id, other => needs ? {...other, needs, task: {...other.task, isWholeWanted: false, nodes: []}} : opened(other)), standing);

/** Whether querying the task needs the database: without it, a cluster's id makes agents forward the query in circles (docs/protocol.md#which-ids-may-be-queried). */
export const needsDatabase = (id: string): boolean => parseGenericId(id)?.scope === 'cluster';
