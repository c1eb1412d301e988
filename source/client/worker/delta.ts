// Lists that the main thread has already are recognised by their digests, so that only new lines are passed between threads.

import {createHash} from 'node:crypto';
import {linesFrom, linesWith, type LogLines} from '../../protocol/logs.js';
import {countBefore, rawsFrom, rawsWith, rawTexts, type ReadTexts} from '../../protocol/raw-texts.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';

/** What is known of a list: how many items it has, and their SHA-256. */
type ListDigest = {readonly count: number; readonly digest: string};

/** By where each list is in a response. */
export type ListDigests = ReadonlyMap<string, ListDigest>;

// Printable strings contain no such character, so two lists never look the same; raw ones may, so their lengths are hashed too.
const end = '\0';

const batchLength = 1000;

/** The digest of the first `count` strings, of their raw forms, and of the columns beside them. */
const digestOfList = ({texts, raws}: ReadTexts, count: number, columns: readonly Uint8Array[] = []): ListDigest => {
	const hash = createHash('sha256');
	const add = (list: readonly string[], length: number): void => {
		for (let from = 0; from < length; from += batchLength) {
			hash.update(list.slice(from, Math.min(length, from + batchLength)).join(end)).update(end);
		}
	};

	add(texts, count);
	if (raws) {
		const rawCount = countBefore(raws, count);
		add(raws.texts, rawCount);
		const numbers = raws.indexes.slice(0, rawCount).flatMap((index, number) => [index, raws.texts[number]?.length ?? 0]);
		hash.update(numbers.join(end));
	}

	for (const bytes of columns) {
		hash.update(bytes);
	}

	return {count, digest: hash.digest('base64')};
};

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

// What the worker sends: of long lists of lines only those that the main thread does not have. Everything received costs that thread time and memory, and lists only grow, unless a log starts again.

/** Encoded data, the strings of its lists in order, which are sent apart from it in batches, and the lists' digests for the next time. */
export type Encoded<P> = {readonly delta: P; readonly strings: readonly string[]; readonly digests: ListDigests};

/** The indexes of the strings whose raw form differs; the raw forms follow the strings. */
type Written = {readonly written: readonly number[]};

/** A log whose first `kept` lines are known. */
export type LinesDelta = Written & {readonly kept: number; readonly more: Omit<LogLines, 'texts' | 'raws'>};

type Tail = Written & {readonly node: string; readonly subTask: string; readonly kept: number; readonly count: number};

/** A task or a stage without its long lists of lines, and what is new in those. */
export type TaskDelta<T> = {readonly data: T; readonly tails: readonly Tail[]};

const bytesOf = ({times, executions}: LogLines, count: number): readonly Uint8Array[] =>
	[times.subarray(0, count), executions.subarray(0, count)].map(({buffer, byteOffset, byteLength}) => new Uint8Array(buffer, byteOffset, byteLength));

/** How many leading items are known already. */
const keptOf = (known: ListDigest | undefined, length: number, digestOfFirst: (count: number) => ListDigest): number =>
	known && known.count <= length && digestOfFirst(known.count).digest === known.digest ? known.count : 0;

const wholeList = '';

/** The strings of one list, from its place in all that was sent. */
const received = (sent: readonly string[], from: number, count: number, {written}: Written): ReadTexts =>
	({texts: sent.slice(from, from + count), ...rawTexts(written, sent.slice(from + count, from + count + written.length))});

export const encodeLines = (lines: LogLines, digests: ListDigests): Encoded<LinesDelta> => {
	const {length} = lines.texts;
	const digestOfFirst = (count: number): ListDigest => digestOfList(lines, count, bytesOf(lines, count));
	const kept = keptOf(digests.get(wholeList), length, digestOfFirst);
	const {texts, raws, ...more} = linesFrom(lines, kept);
	return {delta: {kept, more, written: raws?.indexes ?? []}, strings: raws ? [...texts, ...raws.texts] : texts, digests: new Map([[wholeList, digestOfFirst(length)]])};
};

/** `known` is what the digests were made of. */
export const decodeLines = ({kept, more, written}: LinesDelta, sent: readonly string[], known: LogLines | undefined): LogLines => {
	const lines = {...received(sent, 0, sent.length - written.length, {written}), ...more};
	if (!known || kept === 0) {
		return lines;
	}

	return kept === known.texts.length && sent.length === 0 ? known : linesWith(known, kept, lines);
};

// Shorter lists cost less to send than to compare.
const longList = 500;

type Change = (logs: ReadTexts, node: string, subTask: string) => ReadTexts;

const changedSubTask = (subTask: SubTask, node: string, change: Change): SubTask => {
	const {logs, rawLogs, ...rest} = subTask;
	if (!logs) {
		return subTask;
	}

	const {texts, raws} = change({texts: logs, raws: rawLogs}, node, subTask.key);
	return texts === logs ? subTask : {...rest, logs: texts, ...(raws && {rawLogs: raws})};
};

const inNode = (node: TaskNode, change: Change): TaskNode => ({...node, subTasks: node.subTasks.map(subTask => changedSubTask(subTask, node.key, change))});

const inTask = (dag: Dag, change: Change): Dag => dag.nodes ? {...dag, nodes: dag.nodes.map(node => inNode(node, change))} : dag;

/** How to replace the lists of lines in such data. */
type Changing<T> = (data: T, change: Change) => T;

const keyOf = (node: string, subTask: string): string => `${node} ${subTask}`;

const encode = <T>(data: T, digests: ListDigests, changing: Changing<T>): Encoded<TaskDelta<T>> => {
	const tails: Tail[] = [];
	const own = new Map<string, ListDigest>();
	const texts: string[] = [];
	const light = changing(data, (logs, node, subTask) => {
		const {length} = logs.texts;
		if (length < longList) {
			return logs;
		}

		const key = keyOf(node, subTask);
		const kept = keptOf(digests.get(key), length, count => digestOfList(logs, count));
		own.set(key, digestOfList(logs, length));
		const {raws} = rawsFrom(logs.raws, kept);
		tails.push({
			node, subTask, kept, count: length - kept, written: raws?.indexes ?? [],
		});
		for (const text of logs.texts.slice(kept)) {
			texts.push(text);
		}

		for (const raw of raws?.texts ?? []) {
			texts.push(raw);
		}

		return {texts: []};
	});
	return {delta: {data: light, tails}, strings: texts, digests: own};
};

const decode = <T>({data, tails}: TaskDelta<T>, texts: readonly string[], known: T | undefined, changing: Changing<T>): T => {
	if (tails.length === 0) {
		return data;
	}

	const before = new Map<string, ReadTexts>();
	if (known) {
		changing(known, (logs, node, subTask) => {
			before.set(keyOf(node, subTask), logs);
			return logs;
		});
	}

	const byKey = new Map<string, Tail & {readonly more: ReadTexts}>();
	let from = 0;
	for (const tail of tails) {
		byKey.set(keyOf(tail.node, tail.subTask), {...tail, more: received(texts, from, tail.count, tail)});
		from += tail.count + tail.written.length;
	}

	return changing(data, (logs, node, subTask) => {
		const key = keyOf(node, subTask);
		const tail = byKey.get(key);
		const old = before.get(key) ?? {texts: []};
		if (!tail) {
			return logs;
		}

		if (tail.kept === 0) {
			return tail.more;
		}

		return tail.kept === old.texts.length && tail.count === 0
			? old
			: {texts: [...old.texts.slice(0, tail.kept), ...tail.more.texts], ...rawsWith(old.raws, tail.kept, tail.more.raws)};
	});
};

export const encodeTask = (dag: Dag, digests: ListDigests): Encoded<TaskDelta<Dag>> => encode(dag, digests, inTask);

export const decodeTask = (delta: TaskDelta<Dag>, texts: readonly string[], known: Dag | undefined): Dag => decode(delta, texts, known, inTask);

export const encodeNode = (node: TaskNode, digests: ListDigests): Encoded<TaskDelta<TaskNode>> => encode(node, digests, inNode);

export const decodeNode = (delta: TaskDelta<TaskNode>, texts: readonly string[], known: TaskNode | undefined): TaskNode => decode(delta, texts, known, inNode);
