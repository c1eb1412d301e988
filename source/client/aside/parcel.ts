// What goes from the thread that reads to the one that asked: of long lists of lines only those that are not known there. Everything that arrives costs that thread time and memory, and lines are only ever added, but for a list that begins anew.

import {linesFrom, linesWith, type LogLines} from '../../protocol/log-lines.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {markOf, type Mark, type Marks} from './mark.js';

/** Something to hand over, and the marks of its lists for the next time. */
export type Packed<P> = {readonly parcel: P; readonly marks: Marks};

/** A log of which the first `kept` lines are known. */
export type LinesParcel = {readonly kept: number; readonly more: LogLines};

type Tail = {readonly node: string; readonly subTask: string; readonly kept: number; readonly more: readonly string[]};

/** A task or a stage, without its long lists of lines, and those. */
export type TaskParcel<T> = {readonly data: T; readonly tails: readonly Tail[]};

const bytesOf = ({times, executions}: LogLines, count: number): readonly Uint8Array[] =>
	[times.subarray(0, count), executions.subarray(0, count)].map(({buffer, byteOffset, byteLength}) => new Uint8Array(buffer, byteOffset, byteLength));

/** How many of the items begin with what is known. */
const keptOf = (known: Mark | undefined, length: number, markOfFirst: (count: number) => Mark): number =>
	known && known.count <= length && markOfFirst(known.count).digest === known.digest ? known.count : 0;

const whole = '';

export const packLines = (lines: LogLines, marks: Marks): Packed<LinesParcel> => {
	const {length} = lines.texts;
	const markOfFirst = (count: number): Mark => markOf(lines.texts, count, bytesOf(lines, count));
	const kept = keptOf(marks.get(whole), length, markOfFirst);
	return {parcel: {kept, more: linesFrom(lines, kept)}, marks: new Map([[whole, markOfFirst(length)]])};
};

/** `known` is what the marks were made of. */
export const unpackLines = ({kept, more}: LinesParcel, known: LogLines | undefined): LogLines => {
	if (!known || kept === 0) {
		return more;
	}

	return kept === known.texts.length && more.texts.length === 0 ? known : linesWith(known, kept, more);
};

// Shorter ones cost less than it takes to find out.
const longList = 500;

type Change = (logs: readonly string[], node: string, subTask: string) => readonly string[];

const changedSubTask = (subTask: SubTask, node: string, change: Change): SubTask => {
	const logs = subTask.logs && change(subTask.logs, node, subTask.key);
	return logs === subTask.logs ? subTask : {...subTask, logs};
};

const inNode = (node: TaskNode, change: Change): TaskNode => ({...node, subTasks: node.subTasks.map(subTask => changedSubTask(subTask, node.key, change))});

const inTask = (dag: Dag, change: Change): Dag => dag.nodes ? {...dag, nodes: dag.nodes.map(node => inNode(node, change))} : dag;

/** How to get at the lists of lines in what holds them. */
type Changing<T> = (data: T, change: Change) => T;

const keyOf = (node: string, subTask: string): string => `${node} ${subTask}`;

const pack = <T>(data: T, marks: Marks, changing: Changing<T>): Packed<TaskParcel<T>> => {
	const tails: Tail[] = [];
	const own = new Map<string, Mark>();
	const light = changing(data, (logs, node, subTask) => {
		if (logs.length < longList) {
			return logs;
		}

		const key = keyOf(node, subTask);
		const kept = keptOf(marks.get(key), logs.length, count => markOf(logs, count));
		own.set(key, markOf(logs, logs.length));
		tails.push({
			node, subTask, kept, more: logs.slice(kept),
		});
		return [];
	});
	return {parcel: {data: light, tails}, marks: own};
};

const unpack = <T>({data, tails}: TaskParcel<T>, known: T | undefined, changing: Changing<T>): T => {
	if (tails.length === 0) {
		return data;
	}

	const before = new Map<string, readonly string[]>();
	if (known) {
		changing(known, (logs, node, subTask) => {
			before.set(keyOf(node, subTask), logs);
			return logs;
		});
	}

	const byKey = new Map(tails.map(tail => [keyOf(tail.node, tail.subTask), tail]));
	return changing(data, (logs, node, subTask) => {
		const key = keyOf(node, subTask);
		const tail = byKey.get(key);
		const old = before.get(key) ?? [];
		if (!tail) {
			return logs;
		}

		return tail.kept === old.length && tail.more.length === 0 ? old : [...old.slice(0, tail.kept), ...tail.more];
	});
};

export const packTask = (dag: Dag, marks: Marks): Packed<TaskParcel<Dag>> => pack(dag, marks, inTask);
export const unpackTask = (parcel: TaskParcel<Dag>, known: Dag | undefined): Dag => unpack(parcel, known, inTask);
export const packNode = (node: TaskNode, marks: Marks): Packed<TaskParcel<TaskNode>> => pack(node, marks, inNode);
export const unpackNode = (parcel: TaskParcel<TaskNode>, known: TaskNode | undefined): TaskNode => unpack(parcel, known, inNode);
