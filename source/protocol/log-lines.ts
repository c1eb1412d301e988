import {rawsFrom, rawsWith, rawTexts, type ReadTexts} from './raw-texts.js';
import {type LogEntry} from './task.js';

/**
The lines of a sub-task in the order in which they were written, in columns: a line costs little beside its text.

- times: milliseconds since 1970, NaN where unknown
- executions: the number of its execution, 1-based
*/
export type LogLines = ReadTexts & {readonly times: Float64Array; readonly executions: Uint16Array};

export const linesOf = (entries: readonly LogEntry[]): LogLines => {
	const times = new Float64Array(entries.length);
	const executions = new Uint16Array(entries.length);
	// By hand: `from` takes several times as long for a hundred thousand.
	const indexes: number[] = [];
	const raws: string[] = [];
	for (const [index, {time, executeTimes, raw}] of entries.entries()) {
		times[index] = time ?? NaN;
		executions[index] = executeTimes;
		if (raw === undefined) {
			continue;
		}

		indexes.push(index);
		raws.push(raw);
	}

	return {texts: entries.map(({text}) => text), ...rawTexts(indexes, raws), times, executions};
};

/** Lines from an index on. */
export const linesFrom = ({texts, raws, times, executions}: LogLines, from: number): LogLines =>
	({texts: texts.slice(from), ...rawsFrom(raws, from), times: times.slice(from), executions: executions.slice(from)});

/** The first `kept` lines, and more behind them. */
export const linesWith = ({texts, raws, times, executions}: LogLines, kept: number, more: LogLines): LogLines => {
	const length = kept + more.texts.length;
	const longTimes = new Float64Array(length);
	longTimes.set(times.subarray(0, kept));
	longTimes.set(more.times, kept);
	const longExecutions = new Uint16Array(length);
	longExecutions.set(executions.subarray(0, kept));
	longExecutions.set(more.executions, kept);
	return {
		texts: [...texts.slice(0, kept), ...more.texts], ...rawsWith(raws, kept, more.raws), times: longTimes, executions: longExecutions,
	};
};
