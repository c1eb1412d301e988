// The last lines of the other logs of a task, for the rows that a list or a log leaves free. They are known with the task: nothing is asked for them.

import {shortNames} from '../../lib/host-port.js';
import {messages} from '../../lib/messages/messages.js';
import {remoteTaskId, type Severity, severityOf, withoutTaskPrefix} from '../../protocol/logs.js';
import {isActive, isFault, type Outcome} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {findNode, findTask} from '../lookup.js';
import {type LogScreen, type State, type TaskScreen} from '../state.js';
import {partOutcome, selectedIndexOf, stageOutcome, subTaskMarks} from './basics.js';
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

type Log = {readonly name: string; readonly entries: readonly string[]};

/** A log, or those of a stage. */
type Source = Omit<LogEnd, 'lines'> & {readonly logs: readonly Log[]};

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

/** Those with lines, what failed first, then what is at work, at most so many: a stage can have a thousand. */
const mostUrgent = (dag: Dag, subTasks: readonly SubTask[], most: number): readonly SubTask[] => {
	if (most < 1) {
		return [];
	}

	const [failed, active, others]: readonly [SubTask[], SubTask[], SubTask[]] = [[], [], []];
	for (const subTask of subTasks) {
		const outcome = partOutcome(dag, subTask);
		const same = isFault(outcome) ? failed : (isActive(outcome) ? active : others);
		if (same.length < most && hasLines(subTask)) {
			same.push(subTask);
		}
	}

	return [...failed, ...active, ...others].slice(0, most);
};

const agentOf = ({agent}: SubTask): string => agent ?? messages().screens.cluster;

/** The same of a stage, of which the state says whether any is urgent. */
const toShow = (dag: Dag, node: TaskNode, most: number): readonly SubTask[] => {
	const outcome = stageOutcome(dag, node);
	return isFault(outcome) || isActive(outcome) ? mostUrgent(dag, node.subTasks, most) : node.subTasks.values().filter(subTask => hasLines(subTask)).take(most).toArray();
};

/** The logs of a stage but for one. */
const endsOfStage = (state: State, {dag, node, but, most}: {readonly dag: Dag; readonly node: TaskNode; readonly but: string | undefined; readonly most: number}): readonly Source[] => {
	const shown = mostUrgent(dag, node.subTasks.filter(({key}) => key !== but), most);
	const failed = new Set(shown.length === 0 ? [] : failedPartPlaces(state, dag).map(({subTask}) => subTask));
	const markOf = subTaskMarks(node);
	return shown.map(subTask => ({
		key: subTask.key,
		title: [agentOf(subTask), markOf(subTask)].filter(text => text !== '').join(' '),
		agent: undefined,
		outcome: {outcome: partOutcome(dag, subTask), hasFailedPart: failed.has(subTask)},
		logs: [{name: '', entries: subTask.logs ?? []}],
	}));
};

const hasAgents = (subTasks: readonly SubTask[], [first] = subTasks): boolean => subTasks.some(({agent}) => agent !== first?.agent);

const mostNamed = 50;

/** The logs of the stages around one, in order: the nearest ones if there is no room for all, and of two as near the one before. */
const endsAround = (dag: Dag, index: number, most: number): readonly Source[] => {
	const {nodes = []} = dag;
	const first = nodes[0]?.subTasks[0];
	const isShared = nodes.some(({subTasks}) => hasAgents(subTasks, first ? [first] : []));
	const places = nodes.map((_, place) => place).filter(place => place !== index).toSorted((one, other) => Math.abs(one - index) - Math.abs(other - index) || one - other);
	const found = new Map<number, Source>();
	for (const place of places) {
		const node = nodes[place];
		const subTasks = node && found.size < most ? toShow(dag, node, most) : [];
		if (!node || subTasks.length === 0) {
			continue;
		}

		// By all agents of the stage, so that a name stays the same.
		const all = [...new Set([...subTasks, ...node.subTasks.slice(0, mostNamed)].map(subTask => agentOf(subTask)))];
		const names = all.length > 1 ? shortNames(all) : [];
		found.set(place, {
			key: node.key,
			title: `${place + 1} ${messages().tasks.engineName(node.name)}`,
			agent: isShared && names.length === 0 ? subTasks.map(subTask => agentOf(subTask))[0] : undefined,
			outcome: undefined,
			logs: subTasks.map(subTask => ({name: names[all.indexOf(agentOf(subTask))] ?? '', entries: subTask.logs ?? []})),
		});
	}

	return nodes.flatMap((_, place) => found.get(place) ?? []);
};

type Wanted = {readonly state: State; readonly screen: TaskScreen; /** No list above shows the logs of the other stages. */ readonly isAlone: boolean};

const isOneLog = (screen: TaskScreen): screen is LogScreen => screen.type === 'log' && screen.subTask !== undefined && screen.node !== undefined;

/** The logs beside what the screen and its preview show, at most so many, in the order in which they are shown. */
const sourcesBeside = ({state, screen, isAlone}: Wanted, most: number): readonly Source[] => {
	const dag = findTask(state, screen.task);
	const nodes = dag?.nodes ?? [];
	if (!dag) {
		return [];
	}

	if (screen.type === 'task') {
		return endsAround(dag, selectedIndexOf(nodes, screen.selected, usualStageIndex(state, dag)), most);
	}

	const node = screen.type === 'node' || isOneLog(screen) ? findNode(dag, screen.node) : undefined;
	if (!node) {
		return [];
	}

	const own = isOneLog(screen) ? endsOfStage(state, {dag, node, but: screen.subTask, most}) : [];
	return screen.type === 'node' || isAlone ? [...own, ...endsAround(dag, nodes.indexOf(node), most - own.length)] : own;
};

// A title, and one line.
const leastRows = 2;

/** How many rows would show all that there is, up to `most`. */
export const rowsOfEnds = (wanted: Wanted, most: number): number => {
	let rows = 0;
	for (const {logs} of sourcesBeside(wanted, Math.floor(most / leastRows))) {
		rows += 1 + logs.reduce((sum, {entries}) => sum + entries.length, 0);
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

const sizeOf = (logs: ReadonlyArray<{readonly length: number}>): number => logs.reduce((sum, {length}) => sum + length, 0);

// More than its part of a log is read, because some of its lines say nothing new.
const readAhead = {factor: 2, lines: 4} as const;

/** The last lines of several logs in so many rows, one after the other. */
const linesTogether = (logs: readonly Log[], rows: number): readonly EndLine[] => {
	const first = fairShares(logs.map(({entries}) => entries.length), rows);
	const read = logs.map(({entries, name}, index) => lastLines(entries, Math.min(rows, ((first[index] ?? 0) * readAhead.factor) + readAhead.lines), name));
	const shares = fairShares(read.map(({length}) => length), rows);
	return read.flatMap((lines, index) => lines.slice(lines.length - (shares[index] ?? 0)));
};

/** The ends of the other logs of a task in so many rows, each with a title. */
export const selectLogEnds = (wanted: Wanted, rows: number): LogEndsView => {
	const sources = sourcesBeside(wanted, Math.floor(rows / leastRows));
	const room = rows - sources.length;
	const first = fairShares(sources.map(({logs}) => sizeOf(logs.map(({entries}) => entries))), room);
	const read = sources.map(({logs}, index) => linesTogether(logs, Math.min(room, ((first[index] ?? 0) * readAhead.factor) + readAhead.lines)));
	const shares = fairShares(read.map(({length}) => length), room);
	return {ends: sources.map(({logs, ...source}, index) => ({...source, lines: logs.length === 1 ? read[index]!.slice(read[index]!.length - (shares[index] ?? 0)) : linesTogether(logs, shares[index] ?? 0)}))};
};
