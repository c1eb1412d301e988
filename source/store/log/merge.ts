// Many logs as one: their lines by time, each with the agent that it is about.

import {shortNames} from '../../lib/host-port.js';
import {rawAt, rawTexts} from '../../protocol/raw-texts.js';
import {emptyLog, type LogBuffer, type LogPart, memoryOf, type Merged} from './buffer.js';
import {keepSeverities} from './severities.js';

/** What the separator above an entry says, if there is one, as bits. */
export const heads = {none: 0, attempt: 1, stage: 2} as const;

export type MergedLog = LogBuffer & {readonly merged: Merged};

export const isMergedLog = (buffer: LogBuffer): buffer is MergedLog => buffer.merged !== undefined;

type Lines = {readonly part: number; readonly from: number};

/** Lines to add, one part after the other, each in order; `begins`: where each part begins. In columns, since there can be half a million. */
type News = {
	readonly part: Uint16Array;
	readonly index: Uint32Array;
	readonly at: Float64Array;
	readonly isAttempt: Uint8Array;
	readonly begins: readonly number[];
	readonly length: number;
};

const textSets = new WeakMap<readonly string[], ReadonlySet<string>>();

const setOf = (texts: readonly string[]): ReadonlySet<string> => {
	const known = textSets.get(texts) ?? new Set(texts);
	textSets.set(texts, known);
	return known;
};

/** The parts whose lines another part may hold as copies: those of linked tasks on the same agent. */
const originalsOf = ({agent, stage}: LogPart, parts: readonly LogPart[]): readonly LogPart[] => stage === 0 ? [] : parts.filter(other => other.stage === 0 && other.agent === agent);

/** Whether a line is a copy of one that is there itself. */
const isCopy = (text: string, originals: readonly LogPart[]): boolean => originals.some(({name, buffer}) => [`${name}: `, `task ${name}: `].some(prefix =>
	text.startsWith(prefix) && setOf(buffer.texts).has(text.slice(prefix.length))));

const isContinued = (previous: LogBuffer, next: LogBuffer): boolean => {
	const last = previous.texts.length - 1;
	return previous.dropped === next.dropped && (previous.times === undefined) === (next.times === undefined) && previous.texts.length <= next.texts.length
		&& previous.texts[0] === next.texts[0] && (last < 0 || previous.texts[last] === next.texts[last]);
};

/** The lines of some parts, each from an index on. One without a time of its own stays behind the line before it. */
const newsOf = (added: readonly Lines[], parts: readonly LogPart[]): News => {
	const most = added.reduce((sum, {part, from}) => sum + Math.max(0, parts[part]!.buffer.texts.length - from), 0);
	const news = {part: new Uint16Array(most), index: new Uint32Array(most), at: new Float64Array(most), isAttempt: new Uint8Array(most)};
	const begins: number[] = [];
	let length = 0;

	const add = ({part, from}: Lines): void => {
		const own = parts[part]!;
		const {buffer: {texts, times, executions}, ahead, start} = own;
		const originals = originalsOf(own, parts);
		let at = start ?? 0;
		let isAttempt = false;
		for (const [index, text] of texts.entries()) {
			const time = times?.[index];
			at = time === undefined || Number.isNaN(time) ? at : Math.max(index === 0 ? -Infinity : at, time - ahead);
			isAttempt ||= index > 0 && executions !== undefined && executions[index] !== executions[index - 1];
			if (index < from || (originals.length > 0 && isCopy(text, originals))) {
				isAttempt &&= index >= from;
				continue;
			}

			news.part[length] = part;
			news.index[length] = index;
			news.at[length] = at;
			news.isAttempt[length] = isAttempt ? 1 : 0;
			length++;
			isAttempt = false;
		}
	};

	for (const lines of added) {
		begins.push(length);
		add(lines);
	}

	return {...news, begins, length};
};

/** Merges two neighbouring runs of places, each sorted by time; of equal times, those of the first come first. */
const mergeRuns = (to: Uint32Array, from: Uint32Array, at: Float64Array, [begin, middle, end]: readonly [begin: number, middle: number, end: number]): void => {
	let left = begin;
	let right = middle;
	if (middle >= end || middle <= begin || at[from[middle - 1]!]! <= at[from[middle]!]!) {
		to.set(from.subarray(begin, end), begin);
		return;
	}

	for (let place = begin; place < end; place++) {
		const isLeft = right >= end || (left < middle && at[from[left]!]! <= at[from[right]!]!);
		to[place] = from[isLeft ? left++ : right++]!;
	}
};

/** The places of new lines by time, and of equal times by part: each part is in order, so that they only have to be merged. */
const sorted = ({at, begins, length}: News): Uint32Array => {
	let order = new Uint32Array(length).map((_, place) => place);
	let other = new Uint32Array(length);
	let runs = begins;
	while (runs.length > 1) {
		const next: number[] = [];
		for (let run = 0; run < runs.length; run += 2) {
			next.push(runs[run]!);
			mergeRuns(other, order, at, [runs[run]!, runs[run + 1] ?? length, runs[run + 2] ?? length]);
		}

		[order, other] = [other, order];
		runs = next;
	}

	return order;
};

const noMerged: MergedLog = {
	...emptyLog, merged: {
		parts: [], part: new Uint16Array(), index: new Uint32Array(), at: new Float64Array(), head: new Uint8Array(), agents: [], agentOf: [], names: [], kept: 0,
	},
};

const emptied = (part: LogPart): LogPart => part.buffer.texts.length === 0 ? part : {...part, buffer: emptyLog};

/** What to take away and what to add, to get from the parts before to those of now. */
const changesOf = ({merged: {parts: before}}: MergedLog, now: readonly LogPart[]): {readonly parts: readonly LogPart[]; readonly gone: ReadonlySet<number>; readonly added: readonly Lines[]} => {
	const wanted = new Map(now.map(part => [part.key, part]));
	const known = new Set(before.map(({key}) => key));
	// A part keeps its number. One that is no longer wanted stays without lines.
	const parts = [...before.map(part => wanted.get(part.key) ?? emptied(part)), ...now.filter(({key}) => !known.has(key))];
	const changed = new Set(parts.flatMap((part, number) => part.buffer === before[number]?.buffer && part.ahead === before[number].ahead ? [] : [number]));
	const gone = new Set<number>();
	if (changed.size === 0) {
		return {parts, gone, added: []};
	}

	const copied = new Set(parts.flatMap(({stage, agent}, number) => stage === 0 && changed.has(number) ? [agent] : []));
	const added = parts.flatMap((part, number): readonly Lines[] => {
		const isMirror = part.stage > 0 && copied.has(part.agent);
		if (!changed.has(number) && !isMirror) {
			return [];
		}

		const old = before[number];
		if (old && !isMirror && old.ahead === part.ahead && isContinued(old.buffer, part.buffer)) {
			return [{part: number, from: old.buffer.texts.length}];
		}

		gone.add(number);
		return [{part: number, from: 0}];
	});
	return {parts, gone, added};
};

/** How many entries at the beginning stay where they are. */
const keptOf = ({merged: {part, at}}: MergedLog, gone: ReadonlySet<number>, first: {readonly at: number; readonly part: number} | undefined): number => {
	let low = 0;
	let high = part.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (!first || at[middle]! < first.at || (at[middle] === first.at && part[middle]! <= first.part)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	const removed = gone.size === 0 ? -1 : part.findIndex(number => gone.has(number));
	return Math.min(low, removed === -1 ? Infinity : removed);
};

/** The columns of a merged log while it is put together. */
type Columns = {readonly part: Uint16Array; readonly index: Uint32Array; readonly at: Float64Array; readonly head: Uint8Array; readonly times: Float64Array; readonly executions: Uint16Array};

const columnsFor = (length: number): Columns => ({
	part: new Uint16Array(length), index: new Uint32Array(length), at: new Float64Array(length), head: new Uint8Array(length), times: new Float64Array(length), executions: new Uint16Array(length),
});

/** Copies so many entries at the beginning of a log. */
const copyBegin = (to: Columns, from: Columns, count: number): void => {
	to.part.set(from.part.subarray(0, count));
	to.index.set(from.index.subarray(0, count));
	to.at.set(from.at.subarray(0, count));
	to.head.set(from.head.subarray(0, count));
	to.times.set(from.times.subarray(0, count));
	to.executions.set(from.executions.subarray(0, count));
};

const columnsOf = ({merged: {part, index, at, head}, times, executions}: MergedLog): Columns => ({
	part, index, at, head, times: times ?? new Float64Array(part.length).fill(NaN), executions: executions ?? new Uint16Array(part.length),
});

/** The entries that stay, in runs of which each is as long as it can be, with the new ones between them; from an entry on. */
const runsOf = ({merged: {part, at}}: MergedLog, gone: ReadonlySet<number>, news: News, order: Uint32Array, kept: number) => {
	const runs: Array<readonly [begin: number, end: number]> = [];
	const before: number[] = [];
	let next = 0;
	let begin = kept;
	const close = (end: number): void => {
		if (end > begin) {
			runs.push([begin, end]);
			before.push(next);
		}

		begin = end;
	};

	for (let place = kept; place < part.length; place++) {
		const [oldPart, oldAt] = [part[place]!, at[place]!];
		const isBefore = (one: number): boolean => news.at[one]! < oldAt || (news.at[one] === oldAt && news.part[one]! < oldPart);
		if (next < order.length && isBefore(order[next]!)) {
			close(place);
			while (next < order.length && isBefore(order[next]!)) {
				next++;
			}
		}

		if (!gone.has(oldPart)) {
			continue;
		}

		close(place);
		begin = place + 1;
	}

	close(part.length);
	/** `before`: how many new entries come before each run. */
	return {runs, before};
};

/** The logs of these parts as one; the same object if nothing changed. What stays in place is not sorted again. */
export const mergeLogs = (before: MergedLog | undefined, now: readonly LogPart[]): MergedLog => {
	const previous = before ?? noMerged;
	const {parts, gone, added} = changesOf(previous, now);
	if (added.length === 0) {
		return previous;
	}

	const news = newsOf(added, parts);
	const order = sorted(news);
	const [earliest] = order;
	const kept = keptOf(previous, gone, earliest === undefined ? undefined : {at: news.at[earliest]!, part: news.part[earliest]!});
	const old = columnsOf(previous);
	const columns = columnsFor(old.part.length + order.length);
	copyBegin(columns, old, kept);
	const texts = previous.texts.slice(0, kept);
	// Half a million texts that are added one by one would be copied, and looked through, again and again.
	texts.length = old.part.length + order.length;
	let length = kept;

	const addNews = (one: number): void => {
		const {buffer, ahead} = parts[news.part[one]!]!;
		const place = news.index[one]!;
		texts[length] = buffer.texts[place] ?? '';
		columns.part[length] = news.part[one]!;
		columns.index[length] = place;
		columns.at[length] = news.at[one]!;
		columns.times[length] = (buffer.times?.[place] ?? NaN) - ahead;
		columns.executions[length] = buffer.executions?.[place] ?? 0;
		columns.head[length] = news.isAttempt[one] === 1 ? heads.attempt : heads.none;
		length++;
	};

	// Most runs are of a few entries: views of the columns would cost more than what they copy.
	const addRun = ([begin, end]: readonly [begin: number, end: number]): void => {
		for (let place = begin; place < end; place++, length++) {
			texts[length] = previous.texts[place] ?? '';
			columns.part[length] = old.part[place]!;
			columns.index[length] = old.index[place]!;
			columns.at[length] = old.at[place]!;
			columns.head[length] = old.head[place]!;
			columns.times[length] = old.times[place]!;
			columns.executions[length] = old.executions[place]!;
		}
	};

	let next = 0;
	const {runs, before: counts} = runsOf(previous, gone, news, order, kept);
	for (const [number, run] of runs.entries()) {
		for (; next < counts[number]!; next++) {
			addNews(order[next]!);
		}

		addRun(run);
	}

	for (; next < order.length; next++) {
		addNews(order[next]!);
	}

	texts.length = length;
	const stages = stagesOf(parts);
	if (stages > 1) {
		markStages({...columns, parts}, {from: stages === stagesOf(previous.merged.parts) ? kept : 0, to: length});
	}

	keepSeverities(previous.texts, texts, kept);
	const agents = [...new Set(parts.map(({agent}) => agent))];
	const {part, index, at, head, times, executions} = columns;
	return {
		texts,
		...rawsOf(parts, {part, index, length}),
		times: parts.some(({buffer}) => buffer.times) ? times.subarray(0, length) : undefined,
		executions: executions.subarray(0, length),
		dropped: 0,
		...memoryOf(before),
		merged: {
			parts,
			part: part.subarray(0, length),
			index: index.subarray(0, length),
			at: at.subarray(0, length),
			head: head.subarray(0, length),
			agents,
			agentOf: parts.map(({agent}) => agents.indexOf(agent)),
			names: shortNames(agents),
			kept,
		},
	};
};

/** The originals of the entries that are shown differently. Few logs have any. */
const rawsOf = (parts: readonly LogPart[], {part, index, length}: Pick<Merged, 'part' | 'index'> & {readonly length: number}): ReturnType<typeof rawTexts> => {
	const indexes: number[] = [];
	const raws: string[] = [];
	if (parts.every(({buffer}) => buffer.raws === undefined)) {
		return {};
	}

	for (let place = 0; place < length; place++) {
		const raw = rawAt(parts[part[place]!]!.buffer.raws, index[place]!);
		if (raw === undefined) {
			continue;
		}

		indexes.push(place);
		raws.push(raw);
	}

	return rawTexts(indexes, raws);
};

/** How many stages of the task itself there are. */
const stagesOf = (parts: readonly LogPart[]): number => new Set(parts.flatMap(({stage}) => stage === 0 ? [] : [stage])).size;

/** Marks where each stage of the task itself begins, in a part of the log whose beginning is marked already. */
const markStages = ({parts, part, head}: Pick<Merged, 'parts' | 'part' | 'head'>, {from, to}: {readonly from: number; readonly to: number}): void => {
	const last = head.subarray(0, from).findLastIndex(bits => (bits & heads.stage) > 0);
	let furthest = last === -1 ? 0 : parts[part[last]!]!.stage;
	for (let place = from; place < to; place++) {
		const {stage} = parts[part[place]!]!;
		const attempt = head[place]! & heads.attempt;
		head[place] = stage > furthest ? attempt | heads.stage : attempt;
		furthest = Math.max(furthest, stage);
	}
};

/** Where an entry of a merged log is in the next one; the nearest place if it is gone. */
export const placeIn = (next: MergedLog, previous: MergedLog, entry: number): number => {
	const {merged: {part, index, kept}} = next;
	if (entry < kept) {
		return entry;
	}

	const [wantedPart, wantedIndex] = [previous.merged.part[entry], previous.merged.index[entry]];
	for (let place = kept; place < part.length; place++) {
		if (part[place] === wantedPart && index[place] === wantedIndex) {
			return place;
		}
	}

	return Math.max(0, Math.min(entry, part.length - 1));
};
