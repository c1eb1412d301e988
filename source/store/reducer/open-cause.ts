// Going to the log line with the reason of a failure, and from one reason to the next.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isLaterId} from '../../protocol/ids.js';
import {copiedStageOf, severityOf} from '../../protocol/logs.js';
import {isFault} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {chosenEntry, jumpToEntry} from '../log/cursor.js';
import {logOf, newLogScreen, syncLogs} from '../log/open-logs.js';
import {jumpToError} from '../log/reducer.js';
import {logKey} from '../log/sources.js';
import {agentBehind, agentsOf, findNode, findSubTask, findTask, isTaskScreen, ownerLabel, topScreen} from '../lookup.js';
import {currentRow, referenceOf} from '../selectors/agent-rows.js';
import {taskOutcome} from '../selectors/basics.js';
import {type Cause, type CausePlace, causesIn, failingPartsOf, isFailing} from '../selectors/cause.js';
import {causeText} from '../selectors/reason.js';
import {shownProblem} from '../selectors/connection.js';
import {missingOf} from '../selectors/links.js';
import {type RowSource} from '../selectors/view-types.js';
import {type TaskReference} from '../operations/track.js';
import {type AgentEntry, lastTaskId, type LogScreen, type State} from '../state.js';
import {onlySubTask} from './navigate.js';
import {withNotice, withTop, withView} from './view.js';

/** The screens that stay below the log with a reason if that is of another task than the open one, such as an agent's part of a main task: Esc leads back to them. */
const keptBelow = (state: State, {task}: CausePlace): State['view']['stack'] | undefined => {
	const [root, ...above] = state.view.stack;
	const kept = above.filter(screen => screen.type !== 'log' || screen.reasonsOf === undefined);
	const last = kept.at(-1);
	return last && isTaskScreen(last) && findTask(state, last.task)?.id !== task.id ? [root, ...kept] : undefined;
};

/** Opens the log with a reason of these tasks, and the screens on the way to it. The line itself is found by the log. */
const openPlace = (state: State, place: CausePlace, reasonsOf: readonly TaskReference[]): State => {
	const {task, node, subTask} = place;
	const [root] = state.view.stack;
	const below: State['view']['stack'] = keptBelow(state, place) ?? [
		root,
		{
			type: 'task', task, selected: node, top: 0,
		},
		...(onlySubTask(findNode(findTask(state, task), node)) === undefined
			? [{
				type: 'node' as const, task, node, selected: subTask, top: 0,
			}]
			: []),
	];
	return withView(state, {stack: [...below, {...newLogScreen({task, node, subTask}), reasonsOf}]});
};

const allOf = (owner: string, otherTasks: ReadonlyArray<{readonly id: string}>): readonly TaskReference[] =>
	[lastTaskId, ...otherTasks.map(({id}) => id)].map(id => ({owner, id}));

/** The tasks of a row: of a cluster's heading, its own and those of its agents. */
const tasksOf = (state: State, row: RowSource): readonly TaskReference[] => row.type === 'cluster'
	? [...allOf(row.key, row.cluster.otherTasks), ...agentsOf(state, row.cluster).flatMap(({address, otherTasks}) => allOf(address.key, otherTasks))]
	: [referenceOf(row)];

/** Why no task of any of these owners is known, for instance because an agent was not reached. That is not the same as having none. */
const noTaskText = (state: State, references: readonly TaskReference[], now: Timestamp): string => {
	const entries = [...new Set(references.map(({owner}) => owner))].flatMap(owner => state.agents.get(owner) ?? []);
	const [problem] = entries.flatMap(entry => shownProblem(state, entry, now) ?? []);
	if (problem !== undefined) {
		return messages().notices.noTaskKnown(problem);
	}

	return entries.some(({task}) => task.type === 'unknown') ? messages().notices.taskUnknown : messages().notices.noTaskHere;
};

/** Of the selected row, or without one of the open task. */
const nothingFailed = (dags: readonly Dag[], row: RowSource | undefined): string => {
	const {notices} = messages();
	const [first] = dags;
	if (dags.length === 1 && first && taskOutcome(first).word === 'rolled back') {
		return notices.rolledBack;
	}

	if (dags.every(({nodes}) => !nodes)) {
		return notices.stagesUnknown;
	}

	if (row === undefined) {
		return notices.nothingFailedInTask;
	}

	return row.type === 'cluster' ? notices.nothingFailedIn(row.cluster.name) : notices.nothingFailedHere;
};

/** What is wrong with the agents of a cluster: its tasks may be theirs. */
const lostMembers = (state: State, row: RowSource | undefined, now: Timestamp): readonly string[] => row?.type === 'cluster'
	? agentsOf(state, row.cluster).flatMap(entry => {
		const problem = shownProblem(state, entry, now);
		return problem === undefined ? [] : [messages().faults.about(ownerLabel(state, entry.address.key), problem)];
	})
	: [];

/** Why it is not known what a row's task, or without a row the open one, does now. */
const troubleNow = (state: State, row: RowSource | undefined, {references, now}: {readonly references: readonly TaskReference[]; readonly now: Timestamp}): string | undefined => {
	if (row && row.type !== 'agent') {
		return row.isUnchecked ? messages().tasks.instead.notChecked : undefined;
	}

	const [first] = references;
	const entry = row ? row.entry : (first && agentBehind(state, first.owner));
	return entry && shownProblem(state, entry, now);
};

/** What a task waits for. On a cluster's heading, with the agent whose task it is. */
const waitText = (state: State, row: RowSource | undefined, {first, references}: {readonly first: Cause; readonly references: readonly TaskReference[]}): string => {
	const text = causeText(first);
	const asked = row?.type === 'cluster' ? references : [];
	const whose = asked.find(({owner, id}) => {
		const dag = state.agents.has(owner) ? findTask(state, {owner, id}) : undefined;
		return dag !== undefined && causesIn(state, dag, owner).some(cause => causeText(cause) === text);
	});
	return whose ? messages().faults.about(ownerLabel(state, whose.owner), text) : text;
};

/** Why there is no log to open. What is known of a task that cannot be read now comes after the trouble, as what it is. */
const noLogText = (said: string | undefined, trouble: string | undefined): string | undefined =>
	trouble === undefined || said === undefined ? trouble ?? said : messages().notices.lastSeen(trouble, said);

/** `causes` in visiting order: the first `counted` of them hold now, the others belong to tasks that were started again since. */
type Reasons = {readonly dags: readonly Dag[]; readonly causes: readonly Cause[]; readonly counted: number};

type Found = {readonly dag: Dag; readonly owner: string; readonly causes: readonly Cause[]};

/** A later task of the same name is another attempt. */
const isTriedAnew = ({dag, owner}: Found, all: readonly Found[]): boolean => all.some(other => other.owner === owner && other.dag.name === dag.name && isLaterId(other.dag.id, dag.id));

/** The reasons of these tasks, failures before waits. */
const reasonsOf = (state: State, references: readonly TaskReference[]): Reasons => {
	const tasks = references.flatMap(({owner, id}) => {
		const dag = findTask(state, {owner, id});
		return dag ? [{dag, owner}] : [];
	});
	const found = tasks.map(({dag, owner}) => ({dag, owner, causes: causesIn(state, dag, owner)}));
	const isFailed = ({dag}: Found): boolean => isFault(taskOutcome(dag)) || isFailing(state, dag);
	const [holding = [], tried = []] = [false, true].map(isOld => found.filter(task => isTriedAnew(task, found) === isOld).toSorted((one, other) => Number(isFailed(other)) - Number(isFailed(one))));
	const current = distinct(holding);
	const causes = distinct([...holding, ...tried]);
	return {dags: tasks.map(({dag}) => dag), causes, counted: placesOf(current).length};
};

/** A main task and its parts have the same reason. */
const distinct = (found: readonly Found[]): readonly Cause[] =>
	found.flatMap(task => task.causes).filter((cause, index, all) => index === all.findIndex(other => isSamePlace(cause.places[0], other.places[0]) && other.text === cause.text));

const isSamePlace = (one: CausePlace | undefined, other: CausePlace | undefined): boolean =>
	one?.task.id === other?.task.id && one?.node === other?.node && one?.subTask === other?.subTask && one?.entry === other?.entry;

/** The places of the reasons: each at the first agent that has it. */
const placesOf = (causes: readonly Cause[]): readonly CausePlace[] => causes.flatMap(({places}) => places.slice(0, 1));

const goTo = (state: State, place: CausePlace, references: readonly TaskReference[]): State => {
	const opened = syncLogs(openPlace(state, place, references));
	const log = topScreen(opened);
	return log.type === 'log' && place.entry >= 0 ? withTop(opened, jumpToEntry(opened, log, place.entry, place.start)) : opened;
};

/** From the reason in the open log to the next one, in whichever log that is. If there is no other, to the next error of this log's last attempt. */
const nextCause = (state: State, screen: LogScreen): State => {
	const references = screen.reasonsOf ?? [screen.task];
	const {causes, counted} = reasonsOf(state, references);
	const places = placesOf(causes);
	const chosen = chosenEntry(state, screen);
	const {dropped, texts} = logOf(state, screen);
	const text = chosen === undefined ? undefined : texts[chosen - dropped];
	const isHere = ({task, node, subTask}: CausePlace): boolean => logKey(screen) === logKey({task, node, subTask});
	const current = places.findIndex(place => isHere(place) && chosen !== undefined && (place.entry === chosen || findSubTask(findNode(findTask(state, place.task), place.node), place.subTask)?.logs?.[place.entry] === text));
	const isCopy = text !== undefined && copiedStageOf(text) !== undefined;
	const fromElsewhere = text !== undefined && severityOf(text) === 'error' ? (isCopy ? places[0] : undefined) : places.find(place => isHere(place));
	const next = current === -1 ? fromElsewhere : places[(current + 1) % places.length];
	if (!next || (current !== -1 && places.length === 1)) {
		const {screen: jumped, notice} = jumpToError(state, screen, current !== -1);
		const moved = jumped === screen ? state : withTop(state, jumped);
		return notice === undefined ? moved : withNotice(moved, notice);
	}

	const opened = goTo(state, next, references);
	const number = places.indexOf(next) + 1;
	if (number > counted) {
		return withNotice(opened, messages().notices.earlierReason);
	}

	if (next.copyOf !== undefined) {
		return withNotice(opened, messages().notices.copiedReason(next.copyOf));
	}

	return counted > 1 ? withNotice(opened, messages().notices.reason(number, counted)) : opened;
};

/** The agent that is queried for what tells why this task failed; undefined if all is known, or cannot be. */
const agentAskedFor = (state: State, task: TaskReference): AgentEntry | undefined => {
	const missing = missingOf(state, task);
	const entry = missing && state.unavailable?.id !== missing.id ? state.agents.get(missing.agent) : undefined;
	return entry?.connection.type === 'failing' ? undefined : entry;
};

/** Waits for the reason of a task until what tells it was read: so far it is known only as a copy in the log of a main task, or not at all. */
const awaitReason = (state: State, place: CausePlace | undefined, asked: readonly TaskReference[]): State | undefined => {
	const [only] = asked.length === 1 ? asked : [];
	const task = place ? (place.copyOf === undefined ? undefined : place.task) : only;
	const entry = task && !state.view.reasonAwaited ? agentAskedFor(state, task) : undefined;
	return entry && withNotice(withView(state, {reasonAwaited: task}), messages().notices.readingReason(entry.address.label));
};

/** Goes on to the reason that the user asked for once what tells it was read, or cannot be. */
export const followAwaited = (state: State, now: Timestamp): State => {
	const {reasonAwaited: task} = state.view;
	return task === undefined || agentAskedFor(state, task) ? state : openCause(withView(state, {reasonAwaited: undefined, notice: undefined}), now);
};

/** Goes to the log line with the reason: of the open task, or of the selected row, failures first. In a log, to the next reason. */
export const openCause = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'log') {
		return nextCause(state, screen);
	}

	const row = currentRow(state, now);
	const asked = isTaskScreen(screen) ? [screen.task] : (row ? tasksOf(state, row) : []);
	const own = reasonsOf(state, asked);
	// A main task does not fail with a part that its agent may still try again, but who asks for the reason wants to see that one.
	const parts = own.causes.length === 0 ? own.dags.flatMap(dag => failingPartsOf(state, dag)) : [];
	const references = parts.length > 0 ? parts : asked;
	const {dags, causes, counted} = parts.length > 0 ? reasonsOf(state, parts) : own;
	const places = placesOf(causes);
	const [place] = places;
	const awaiting = awaitReason(state, place, asked);
	if (awaiting) {
		return awaiting;
	}

	if (dags.length === 0) {
		return withNotice(state, noTaskText(state, references, now));
	}

	if (!place) {
		const [first] = causes;
		const trouble = troubleNow(state, row, {references, now});
		const said = [...lostMembers(state, row, now).slice(0, 1), ...(first ? [waitText(state, row, {first, references})] : [])].join('; ');
		return withNotice(state, noLogText(said === '' ? undefined : said, trouble) ?? nothingFailed(dags, row));
	}

	const opened = goTo(state, place, references);
	if (place.copyOf !== undefined) {
		return withNotice(opened, messages().notices.copiedReason(place.copyOf));
	}

	if (counted === 0) {
		return withNotice(opened, messages().notices.earlierReason);
	}

	return counted > 1 ? withNotice(opened, messages().notices.firstReason(counted)) : opened;
};

