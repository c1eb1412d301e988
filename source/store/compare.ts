// Comparing two runs of a task: which stages both have, and where their logs begin to differ.

import {severityOf} from '../protocol/logs.js';
import {isActive, isFault} from '../protocol/outcome.js';
import {type SubTask, type TaskNode} from '../protocol/task.js';
import {subTaskOutcome} from './selectors/basics.js';

/** A stage of both runs, of this one only, or of the other one only. The key of a stage of this run stays the same whatever it is compared with. */
export type StagePair = {readonly key: string; readonly one: TaskNode | undefined; readonly other: TaskNode | undefined};

const pairOf = (one: TaskNode | undefined, other: TaskNode | undefined): StagePair => ({key: one?.key ?? `+${other?.key ?? ''}`, one, other});

/** The most stages in common, in order, by name: a name can come more than once. */
export const pairStages = (one: readonly TaskNode[], other: readonly TaskNode[]): readonly StagePair[] => {
	const isSame = (index: number, at: number): boolean => one[index]?.name === other[at]?.name;
	/** How many stages from these on both have. */
	const common = Array.from({length: one.length + 1}, () => new Uint16Array(other.length + 1));
	const from = (index: number, at: number): number => common[index]?.[at] ?? 0;
	for (let index = one.length - 1; index >= 0; index -= 1) {
		for (let at = other.length - 1; at >= 0; at -= 1) {
			common[index]![at] = isSame(index, at) ? from(index + 1, at + 1) + 1 : Math.max(from(index + 1, at), from(index, at + 1));
		}
	}

	const pairs: StagePair[] = [];
	let [index, at] = [0, 0];
	while (index < one.length || at < other.length) {
		if (index < one.length && at < other.length && isSame(index, at)) {
			pairs.push(pairOf(one[index], other[at]));
			index += 1;
			at += 1;
		} else if (at >= other.length || (index < one.length && from(index + 1, at) >= from(index, at + 1))) {
			pairs.push(pairOf(one[index], undefined));
			index += 1;
		} else {
			pairs.push(pairOf(undefined, other[at]));
			at += 1;
		}
	}

	return pairs;
};

// What differs in every run and says nothing. Codes, exit statuses and small counts stay.
const times = /\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?|\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?/g;

const ids = /\b(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|0x[\da-f]+|(?=[\da-f]*\d)(?=\d*[a-f])[\da-f]{8,})\b/gi;

// A version looks like an address, but says what runs.
const addresses = /\[[\da-f]{0,4}:[\da-f:]{1,40}\](?::\d{1,5})?|(?<![\d.v])(?<!version[:= ]{1,2})\d{1,3}(?:\.\d{1,3}){3}(?![-.]\d)(?::\d{1,5})?/gi;

const named = /\b(pid|tid|ppid|port|fd|seq|id)([\s=:#]{1,3})\d+/gi;

const longNumbers = /(?<!(?:ret|errno|err|code|status|rc)\W{0,3}-?)(?<![\w.-])\d{4,}\b/gi;

// Amounts: not of a warning or an error, which they may explain.
const amounts = /\b(?:\d+[hms]){2,4}\b|\b\d+(?:\.\d+)? ?(?:[nuµm]?s|secs?|seconds?|min|minutes?|hours?|[hkmgt]i?b?|b|bytes?)(?:\/s)?\b|\b\d+(?:\.\d+)?%/gi;

// Of a line as long as a page, the beginning tells enough.
const longest = 2000;

/** A log line without what differs in every run: times, process and task ids, addresses, long numbers, amounts. */
export const normalLine = (line: string): string => {
	const text = line.slice(0, longest)
		.replaceAll(times, '<time>')
		.replaceAll(ids, '<id>')
		.replaceAll(addresses, '<address>')
		.replaceAll(named, '$1$2<n>')
		.replaceAll(longNumbers, '<n>');
	return severityOf(line) === 'plain' ? text.replaceAll(amounts, '<n>') : text;
};

/** The line of a log at which two differ, and those around it, as many as a screen can have use for; without a line the log has ended there. */
export type DifferingLine = {readonly line: string | undefined; readonly earlier: readonly string[]; readonly later: readonly string[]};

/** `isSameBefore`: the lines before it say the same. */
export type Difference = {readonly one: DifferingLine; readonly other: DifferingLine; readonly isSameBefore: boolean};

type Log = {readonly lines: readonly string[]; readonly normal: readonly string[]};

/** How many lines of a log are compared: a frame waits for it. */
export const mostLines = 20_000;

/** Every line of the entries, each once where it repeats itself. */
const logOf = (entries: readonly string[]): Log => {
	const lines: string[] = [];
	const normal: string[] = [];
	for (const line of entries.slice(0, mostLines).flatMap(entry => entry.split('\n'))) {
		const text = normalLine(line).trim();
		if (text === '' || text === normal.at(-1) || lines.length >= mostLines) {
			continue;
		}

		lines.push(line);
		normal.push(text);
	}

	return {lines, normal};
};

/** The first line that the other log does not have anywhere, and where in the other log it would be. */
const firstOwn = ({normal}: Log, other: Log): {readonly index: number; readonly at: number} | undefined => {
	const known = new Set(other.normal);
	const index = normal.findIndex(text => !known.has(text));
	if (index === -1) {
		return undefined;
	}

	const places = new Map(other.normal.toReversed().map((text, fromEnd) => [text, other.normal.length - fromEnd] as const));
	let at = 0;
	for (const text of normal.slice(0, index)) {
		at = Math.max(at, places.get(text) ?? 0);
	}

	return {index, at};
};

const around = 60;

const lineAt = ({lines}: Log, index: number): DifferingLine => ({line: lines[index], earlier: lines.slice(Math.max(0, index - around), index), later: lines.slice(index + 1, index + 1 + around)});

/** Where two logs first differ in more than what differs in every run; lines that both have in another order do not. Undefined if they are alike. */
export const firstDifference = (one: readonly string[], other: readonly string[]): Difference | undefined => {
	const [left, right] = [logOf(one), logOf(other)];
	const [own, others] = [firstOwn(left, right), firstOwn(right, left)];
	const differenceAt = (index: number, at: number): Difference => ({one: lineAt(left, index), other: lineAt(right, at), isSameBefore: left.normal[index - 1] === right.normal[at - 1]});
	if (own && (!others || own.at <= others.index)) {
		return differenceAt(own.index, own.at);
	}

	return others && differenceAt(others.at, others.index);
};

/** The logs of a stage in both runs: of the same agent, else of the same place among the sub-tasks. `isAtWork`: lines may follow, so that one log being shorter is no difference; then `ahead` is where it goes on in the other one. `isCut`: only its first `mostLines` were compared. */
export type SubTaskPair = {readonly one: SubTask; readonly other: SubTask; readonly difference: Difference | undefined; readonly ahead?: Difference | undefined; readonly isAtWork: boolean; readonly isCut: boolean};

/** The first sub-task of a stage whose log differs, those that failed first; else the first one of which both runs have a log. */
export const differingSubTask = ({one, other}: StagePair): SubTaskPair | undefined => {
	if (!one || !other) {
		return undefined;
	}

	const isFailed = (subTask: SubTask): boolean => isFault(subTaskOutcome(subTask));
	const subTasks = [...one.subTasks.entries()].toSorted(([, left], [, right]) => Number(isFailed(right)) - Number(isFailed(left)));
	let first: SubTaskPair | undefined;
	for (const [index, subTask] of subTasks) {
		const counterpart = other.subTasks.find(({agent}) => agent === subTask.agent) ?? other.subTasks[index] ?? other.subTasks[0];
		if (!counterpart?.logs || !subTask.logs) {
			continue;
		}

		const [isOneAtWork, isOtherAtWork] = [subTask, counterpart].map(part => isActive(subTaskOutcome(part)));
		const found = firstDifference(subTask.logs, counterpart.logs);
		const isShorter = (isOneAtWork === true && found?.one.line === undefined) || (isOtherAtWork === true && found?.other.line === undefined);
		const pair = {one: subTask, other: counterpart, difference: isShorter ? undefined : found, ...(isShorter && {ahead: found}), isAtWork: isOneAtWork === true || isOtherAtWork === true, isCut: Math.max(subTask.logs.length, counterpart.logs.length) > mostLines};
		first ??= pair;
		if (pair.difference) {
			return pair;
		}
	}

	return first;
};
