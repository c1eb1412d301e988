import {styleText} from 'node:util';
import {messages} from '../lib/messages/messages.js';
import {textTable} from '../lib/fit-columns.js';
import {type Messages} from '../lib/messages/en/english.js';
import {formatDuration, formatInstant, localOffset, type Timestamp} from '../lib/time.js';
import {type Outcome, outcomeLabel} from '../protocol/outcome.js';
import {printedTexts} from '../protocol/raw-texts.js';
import {type Dag, type SubTask, type TaskNode} from '../protocol/task.js';
import {allTroubles} from '../store/changes.js';
import {agentBehind, agentsOf, errorOf, ownerLabel, placeOfTask} from '../store/lookup.js';
import {type Usual} from '../store/runs.js';
import {rowsOf} from '../store/selectors/agent-rows.js';
import {type AgentsRow, selectAgents} from '../store/selectors/agents.js';
import {agentNow, durationOf, partLabel, partOutcome, stageOutcome, taskCells} from '../store/selectors/basics.js';
import {failedPartTest, isFailing} from '../store/selectors/cause.js';
import {reasonText} from '../store/selectors/reason.js';
import {isStalledTask} from '../store/selectors/summary.js';
import {problemOf, problemText as wordsOf, troubleOf} from '../store/selectors/connection.js';
import {passwordWay} from '../store/selectors/error-text.js';
import {isSlowStage, usualStages, usualTimes} from '../store/selectors/usual.js';
import {type RowSource, type Tone} from '../store/selectors/view-types.js';
import {type AgentEntry, type State} from '../store/state.js';
import {stageText} from '../ui/format.js';
import {createTheme, type SpanTone, styleOf, toneOf, toneOfPart} from '../ui/theme.js';
import {ownedTasks, type UnreadPart, unreadOf, unreadParts} from './exit-code.js';

/** How much is printed of tasks: their heads, their stages too, or every line of their logs as well. */
export type Detail = 'tasks' | 'stages' | 'logs';

/** The states of a connection, in the words that are documented for programs; people read those of the catalogue. */
export const allConnectionWords = ['connected', 'connecting', ...allTroubles] as const;

export type ConnectionWord = (typeof allConnectionWords)[number];

/** The state of an agent's connection, in these words. */
export const connectionCodeWord = (entry: AgentEntry): ConnectionWord =>
	troubleOf(entry) ?? (entry.connection.type === 'connecting' ? 'connecting' : 'connected');

/** The agent named by the user at the start of the chain of agents that named each other. */
const namedBehind = ({agents}: Pick<State, 'agents'>, entry: AgentEntry): AgentEntry => {
	let named = entry;
	// An agent that was dropped and found again can have been found by one that it found itself.
	for (let steps = 0; named.foundBy !== undefined && steps < agents.size; steps += 1) {
		named = agents.get(named.foundBy) ?? named;
	}

	return named;
};

/** The command that shows the key of an agent and asks whether to accept it; for a new key of a found agent, together with all others. */
const trustCommand = (state: Pick<State, 'agents'>, entry: AgentEntry, isNew: boolean): string => isNew && entry.foundBy !== undefined
	? `obwatch trust --discover ${namedBehind(state, entry).address.label}`
	: `obwatch trust ${entry.address.label}`;

/** What is wrong with an agent's connection, and the command that helps. Undefined while it responds. `now` is our clock. */
export const problemText = (state: Pick<State, 'agents'>, entry: AgentEntry, now: Timestamp, language: Messages = messages()): string | undefined => {
	const problem = problemOf(entry, now);
	if (!problem) {
		return entry.connection.type === 'connecting' ? language.output.fleet.noResponse : undefined;
	}

	const words = wordsOf(problem, language);
	const change = errorOf(entry, 'key-changed');
	if (change) {
		return language.output.fleet.remedy(words, trustCommand(state, entry, change.known === undefined));
	}

	const refusal = errorOf(entry, 'unauthorized');
	return refusal?.reason === 'missing' ? language.output.fleet.remedy(words, passwordWay(refusal.wants, language)) : words;
};

const outcomeColumn = 3;

const rightColumns = new Set([5]);

type FleetRow = {readonly cells: readonly string[]; readonly tone: Tone};

const troubleIn = (source: RowSource): string | undefined => {
	if (source.type !== 'agent') {
		return source.isUnchecked ? messages().tasks.instead.notChecked : undefined;
	}

	const trouble = troubleOf(source.entry) ?? (source.entry.connection.type === 'connecting' ? 'no answer' : undefined);
	return trouble && messages().agents.troubles[trouble];
};

const ofCluster: ReadonlySet<UnreadPart> = new Set(['cluster task', 'unfinished tasks']);

/** Which parts were not read, as a sentence; undefined if all were. */
const unreadText = (parts: readonly UnreadPart[]): string | undefined => {
	const {notRead, unread} = messages().output.fleet;
	return parts.length === 0 ? undefined : notRead(...parts.map(part => unread[part]));
};

/** What of an agent was not read; undefined if all was. */
export const agentUnreadText = (state: State, entry: AgentEntry): string | undefined => unreadText(unreadOf(state, entry));

/** The same for a row: what concerns a cluster is in its heading, if it has one. */
const unreadIn = (state: State, source: RowSource): string | undefined => {
	switch (source.type) {
		case 'agent': {
			return unreadText(unreadOf(state, source.entry).filter(part => source.depth === 0 || !ofCluster.has(part)));
		}

		case 'cluster': {
			const missing = new Set(agentsOf(state, source.cluster).flatMap(entry => unreadOf(state, entry)));
			return unreadText(unreadParts.filter(part => ofCluster.has(part) && missing.has(part)));
		}

		case 'task': {
			return undefined;
		}
	}
};

/** A line below the table, if more was not read in time than its rows say. */
export const incompleteLines = (state: State, isComplete: boolean): readonly string[] =>
	isComplete || state.agents.values().some(entry => problemText(state, entry, 0) !== undefined || unreadOf(state, entry).length > 0) ? [] : [messages().output.fleet.notAllRead];

const toRow = (row: AgentsRow, source: RowSource, state: State): FleetRow => {
	const {task, depth, role} = row;
	const label = source.type === 'task' ? placeOfTask(state, {owner: source.owner, id: source.dag.id}) : row.label;
	// Its owner's label needs no further indent; another agent's is indented as that agent would be.
	const isOfOwner = source.type === 'task' && label === ownerLabel(state, source.owner) && !source.isMain;
	const trouble = troubleIn(source);
	const {fleet} = messages().output;
	const indented = ' '.repeat(2 * (isOfOwner ? depth - 1 : depth)) + label;
	const outcome = task ? fleet.outcome(outcomeLabel(task.outcome), row) : '';
	const isOld = trouble !== undefined;
	const lastSeenAt = row.asOf === undefined ? undefined : `${formatInstant(row.asOf, localOffset(row.asOf), state.view.hour)} ${messages().screens.local}`;
	return {
		cells: [
			indented,
			source.type === 'task' && source.isMain ? messages().tasks.mainTask : (row.isDatabaseDown && row.problem === undefined ? messages().tasks.counts['database down'] : role),
			task?.name ?? (isOld ? '' : row.note ?? ''),
			isOld ? trouble : outcome,
			task ? stageText(task) : '',
			task?.duration === undefined ? '' : formatDuration(task.duration),
			fleet.reasons(
				...(source.type === 'agent' && isOld ? [problemText(state, source.entry, state.view.hour) ?? ''] : []),
				...(isOld && task ? [source.type === 'agent' && row.asOf === undefined ? outcome : fleet.lastSeen(outcome, lastSeenAt)] : []),
				...[unreadIn(state, source) ?? []].flat(),
				...(row.why === undefined ? [] : [reasonText({...row.why, key: undefined})]),
			),
		],
		tone: isOld ? 'bad' : (task ? toneOf(task.outcome) : 'quiet'),
	};
};

/** Every agent with its cluster's and its own tasks, as an aligned table with a head. */
export const fleetLines = (state: State, now: Timestamp, colorize: Colorize): readonly string[] => {
	const sources = rowsOf(state);
	const {list} = selectAgents(state, now, sources.length);
	const rows = list.rows.flatMap((row, index) => {
		const source = sources[index];
		return source ? [toRow(row, source, state)] : [];
	});
	const {agent, role, task, outcome, stage, time, why} = messages().screens.columns;
	return textTable([[agent, role, task, outcome, stage, time, why], ...rows.map(({cells}) => cells)], {
		right: rightColumns,
		colorize(text, column, row) {
			const tone = rows[row - 1]?.tone;
			return tone === undefined ? colorize(text, 'quiet') : colorize(text, column === outcomeColumn ? tone : 'plain');
		},
	});
};

/** Colours a text; without colours, returns it as it is. */
export type Colorize = (text: string, tone: SpanTone) => string;

export const createColorize = (isColored: boolean): Colorize => {
	if (!isColored) {
		return text => text;
	}

	const theme = createTheme();
	return (text, tone) => {
		const {color, dimColor} = styleOf(tone, false, theme);
		// Whether the output supports colours was checked before.
		return styleText([...(color === undefined ? [] : [color]), ...(dimColor ? ['dim' as const] : [])], text, {validateStream: false});
	};
};

type TaskRow = {readonly cells: readonly string[]; readonly tone: Tone; readonly subTask?: SubTask};

const spent = (duration: number | undefined): string => duration === undefined ? '' : formatDuration(duration);

const cellsOf = (number: string, name: string, part: {readonly outcome: Outcome; readonly hasFailedPart: boolean}, duration: number | undefined): TaskRow =>
	({cells: [number, name, partLabel(part), spent(duration)], tone: toneOfPart(part)});

/** `isPartFailed`: whether what a stage or sub-task followed failed at another agent. */
type StagesContext = {readonly present: Timestamp | undefined; readonly isPartFailed: ReturnType<typeof failedPartTest>};

const stageRow = (dag: Dag, {node, index, usual}: {readonly node: TaskNode; readonly index: number; readonly usual: Usual | undefined}, {present, isPartFailed}: StagesContext): TaskRow => {
	const duration = durationOf(node, present);
	const row = cellsOf(String(index + 1), messages().tasks.engineName(node.name), {outcome: stageOutcome(dag, node), hasFailedPart: isPartFailed(node)}, duration);
	return usual ? {...row, cells: [...row.cells, messages().output.fleet.usually(formatDuration(usual.median), isSlowStage(node, duration, usual))]} : row;
};

const stageRows = (dag: Dag, stage: {readonly node: TaskNode; readonly index: number; readonly usual: Usual | undefined}, context: StagesContext): readonly TaskRow[] => [
	stageRow(dag, stage, context),
	...stage.node.subTasks.map(subTask => ({
		...cellsOf('', `  ${subTask.agent ?? '?'}`, {outcome: partOutcome(dag, subTask), hasFailedPart: context.isPartFailed(subTask)}, durationOf(subTask, context.present)), subTask,
	})),
];

/** The stages of a task, each followed by its sub-tasks, and each of those by its log if requested. */
const stageLines = (dag: Dag, usual: ReadonlyArray<Usual | undefined>, {detail, colorize, ...context}: StagesContext & {readonly detail: Detail; readonly colorize: Colorize}): readonly string[] => {
	if (!dag.nodes) {
		return [`  ${messages().output.fleet.noStages}`];
	}

	const rows = dag.nodes.flatMap((node, index) => stageRows(dag, {node, index, usual: usual[index]}, context));
	const {stage, outcome, time, usually} = messages().screens.columns;
	const lines = textTable([['#', stage, outcome, time, ...(usual.some(each => each !== undefined) ? [usually] : [])], ...rows.map(({cells}) => cells)], {
		right: new Set([0, 3, 4]),
		colorize: (text, column, row) => colorize(text, row === 0 ? 'quiet' : (column === 2 ? rows[row - 1]?.tone ?? 'plain' : 'plain')),
	});
	return lines.flatMap((line, index) => {
		const {logs: texts = [], rawLogs: raws} = rows[index - 1]?.subTask ?? {};
		const logs = detail === 'logs' ? printedTexts({texts, raws}) : [];
		return [`  ${line}`, ...logs.flatMap(entry => entry.split('\n')).map(text => `        | ${text}`.trimEnd())];
	});
};

/** Every task with its stages and sub-tasks (and `logs`), a blank line before each. */
export const taskLines = (state: State, now: Timestamp, detail: Detail, colorize: Colorize): readonly string[] => {
	if (detail === 'tasks') {
		return [];
	}

	return ownedTasks(state).flatMap(({owner, dag}) => {
		const present = agentNow(agentBehind(state, owner), now, dag);
		const {name, outcome} = taskCells(dag, present);
		const {fleet} = messages().output;
		const said = fleet.outcome(outcomeLabel(outcome), {isStalled: isStalledTask(state, owner, dag, now), isFailing: isFailing(state, dag)});
		const title = fleet.taskTitle(placeOfTask(state, {owner, id: dag.id}), name, colorize(said, toneOf(outcome)), dag.id);
		return ['', title, ...stageLines(dag, usualStages(usualTimes(state, owner, dag), dag.nodes ?? []), {present, isPartFailed: failedPartTest(state, dag), detail, colorize})];
	});
};
