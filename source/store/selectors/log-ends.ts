// The last lines of the other logs of a task, for the rows that a list or a log leaves free. They are known with the task: nothing is asked for them.

import {messages} from '../../lib/messages/messages.js';
import {remoteTaskId, type Severity, severityOf, withoutTaskPrefix} from '../../protocol/logs.js';
import {isActive, isFault, type Outcome} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {shortNames} from '../log/merge.js';
import {findNode, findTask} from '../lookup.js';
import {type LogScreen, type State, type TaskScreen} from '../state.js';
import {partOutcome, selectedIndexOf, subTaskMarks} from './basics.js';
import {failedPartPlaces, usualStageIndex} from './cause.js';

/** A line of a log. `name`: of its agent, in a stage of several; `repeats`: so many equal ones follow each other. */
export type EndLine = {readonly text: string; readonly severity: Severity; readonly name: string; readonly repeats: number};

/**
The end of one log, or of the logs of a whole stage.

- key: of the sub-task or the stage
- agent: of a stage with only one, where the task has several
- outcome: of a sub-task; that of a stage is said in the list of stages
- lines: the last ones, of each log as many as there is room for
*/
export type LogEnd = {
	readonly key: string;
	readonly title: string;
	readonly agent: string | undefined;
	readonly outcome: {readonly outcome: Outcome; readonly hasFailedPart: boolean} | undefined;
	readonly lines: readonly EndLine[];
};

export type LogEndsView = {readonly ends: readonly LogEnd[]};

/** A log, or those of a stage. `rank`: those with the lowest get room first. */
type Source = Omit<LogEnd, 'lines'> & {readonly rank: number; readonly logs: ReadonlyArray<{readonly name: string; readonly logs: readonly string[]}>};

/** A fair part of `room` for each: none gets more than it wants, and what one leaves goes to the others, the first ones before the last. */
export const fairShares = (wanted: readonly number[], room: number): readonly number[] => {
	const shares = wanted.map(() => 0);
	let left = Math.min(room, wanted.reduce((sum, each) => sum + each, 0));
	while (left > 0) {
		const open = wanted.flatMap((each, index) => each > (shares[index] ?? 0) ? [index] : []);
		const each = Math.max(1, Math.floor(left / open.length));
		for (const index of open) {
			const more = Math.min(each, left, (wanted[index] ?? 0) - (shares[index] ?? 0));
			shares[index] = (shares[index] ?? 0) + more;
			left -= more;
		}
	}

	return shares;
};

const hasLines = ({logs}: SubTask): boolean => logs?.some(entry => entry.trim() !== '') ?? false;

/** Those that failed first, then those at work. */
const urgencyOf = (dag: Dag, subTask: SubTask): number => {
	const outcome = partOutcome(dag, subTask);
	return isFault(outcome) ? 0 : (isActive(outcome) ? 1 : 2);
};

const agentOf = ({agent}: SubTask): string => agent ?? messages().screens.cluster;

const endsOfStage = (dag: Dag, node: TaskNode, but: string | undefined, failed: ReadonlySet<SubTask>): readonly Source[] => {
	const markOf = subTaskMarks(node);
	return node.subTasks
		.filter(subTask => subTask.key !== but && hasLines(subTask))
		.toSorted((one, other) => urgencyOf(dag, one) - urgencyOf(dag, other))
		.map((subTask, index) => ({
			key: subTask.key,
			title: [agentOf(subTask), markOf(subTask)].filter(text => text !== '').join(' '),
			agent: undefined,
			outcome: {outcome: partOutcome(dag, subTask), hasFailedPart: failed.has(subTask)},
			rank: index - node.subTasks.length,
			logs: [{name: '', logs: subTask.logs ?? []}],
		}));
};

/** The logs of the stages around one, the nearest ones first to get room, and of two as near the one before. */
const endsAround = (dag: Dag, index: number): readonly Source[] => {
	const nodes = dag.nodes ?? [];
	const hasAgents = new Set(nodes.flatMap(node => node.subTasks.map(({agent}) => agent))).size > 1;
	return nodes.flatMap((node, place): readonly Source[] => {
		const subTasks = node.subTasks.filter(subTask => hasLines(subTask));
		if (place === index || subTasks.length === 0) {
			return [];
		}

		const agents = [...new Set(node.subTasks.map(subTask => agentOf(subTask)))];
		const names = agents.length > 1 ? shortNames(agents) : [];
		return [{
			key: node.key,
			title: `${place + 1} ${messages().tasks.engineName(node.name)}`,
			agent: hasAgents && agents.length === 1 ? agents[0] : undefined,
			outcome: undefined,
			rank: (Math.abs(place - index) * 2) - (place < index ? 1 : 0),
			logs: subTasks.map(subTask => ({name: names[agents.indexOf(agentOf(subTask))] ?? '', logs: subTask.logs ?? []})),
		}];
	});
};

type Wanted = {readonly state: State; readonly screen: TaskScreen; /** No list above shows the logs of the other stages. */ readonly isAlone: boolean};

const isOneLog = (screen: TaskScreen): screen is LogScreen => screen.type === 'log' && screen.subTask !== undefined && screen.node !== undefined;

/** All logs beside what the screen and its preview show, in the order in which they are shown. */
const sourcesBeside = ({state, screen, isAlone}: Wanted): readonly Source[] => {
	const dag = findTask(state, screen.task);
	const nodes = dag?.nodes ?? [];
	if (!dag || !(screen.type === 'task' || screen.type === 'node' || isOneLog(screen))) {
		return [];
	}

	if (screen.type === 'task') {
		return endsAround(dag, selectedIndexOf(nodes, screen.selected, usualStageIndex(state, dag)));
	}

	const node = findNode(dag, screen.node);
	if (!node) {
		return [];
	}

	const around = screen.type === 'node' || isAlone ? endsAround(dag, nodes.indexOf(node)) : [];
	return screen.type === 'node' ? around : [...endsOfStage(dag, node, screen.subTask, new Set(failedPartPlaces(state, dag).map(({subTask}) => subTask))), ...around];
};

/** Its title, and one line. */
const leastRows = 2;

/** How many rows would show all that there is, up to `most`. */
export const rowsOfEnds = (wanted: Wanted, most: number): number => {
	let rows = 0;
	for (const {logs} of sourcesBeside(wanted)) {
		rows += 1 + logs.reduce((sum, {logs: entries}) => sum + entries.length, 0);
		if (rows >= most) {
			return most;
		}
	}

	return rows;
};

// Of an entry of megabytes, and of a long line.
const reach = 20_000;

/** The lines of an entry that are not empty, each with those that continue it: ": exit status 1". */
const linesOf = (entry: string): readonly string[] => {
	const lines: string[] = [];
	for (const line of (entry.length > reach ? entry.slice(-reach) : entry).split('\n')) {
		const begun = lines.at(-1);
		if (begun !== undefined && line.trimStart().startsWith(': ')) {
			lines[lines.length - 1] = begun + line.trimStart();
		} else if (line.trim() !== '') {
			lines.push(line);
		}
	}

	return lines;
};

/** The lines of a log, the last one first. */
function * linesFromEnd(entries: readonly string[]): Generator<string, undefined> {
	for (let index = entries.length - 1; index >= 0; index--) {
		yield * linesOf(entries[index] ?? '').toReversed();
	}
}

/** The last lines of a log, at most so many, without the names of tasks that they were copied from. That a remote task runs is said while it is the last word. */
const lastLines = (entries: readonly string[], most: number, name: string): readonly EndLine[] => {
	const lines: EndLine[] = [];
	for (const line of linesFromEnd(entries)) {
		const last = lines.at(-1);
		const text = withoutTaskPrefix(line);
		if (last?.text === text) {
			lines[lines.length - 1] = {...last, repeats: last.repeats + 1};
			continue;
		}

		if (lines.length === most) {
			break;
		}

		if (!last || remoteTaskId(text) === undefined) {
			lines.push({text, severity: severityOf(line), name, repeats: 1});
		}
	}

	return lines.toReversed();
};

/** The ends of the other logs of a task in so many rows, each with a title. */
export const selectLogEnds = (wanted: Wanted, rows: number): LogEndsView => {
	const sources = sourcesBeside(wanted);
	const fitting = new Set(sources.toSorted((one, other) => one.rank - other.rank).slice(0, Math.floor(rows / leastRows)));
	const shown = sources.filter(source => fitting.has(source));
	const byRank = shown.toSorted((one, other) => one.rank - other.rank);
	const logs = byRank.flatMap(source => source.logs.map(log => ({source, lines: lastLines(log.logs, rows, log.name)})));
	// Each title has one line below it before any has two.
	const shares = fairShares(logs.map(({lines}) => lines.length), rows - shown.length);
	const endOf = (source: Source): readonly EndLine[] => logs.flatMap((log, index) => log.source === source ? log.lines.slice(log.lines.length - (shares[index] ?? 0)) : []);
	const ends = shown.map((source): LogEnd => ({key: source.key, title: source.title, agent: source.agent, outcome: source.outcome, lines: endOf(source)}));
	return {ends: ends.filter(({lines}) => lines.length > 0)};
};
