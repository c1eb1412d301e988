// What goes from the thread that reads to the one that asked. Objects cost much more on the way than columns do, so log entries travel as columns.

import {type LogEntry} from '../../protocol/task.js';

/** Log entries: times in ms, NaN where unknown. */
export type Columns = {readonly texts: readonly string[]; readonly ids: Float64Array; readonly executions: Float64Array; readonly times: Float64Array};

export const toColumns = (entries: readonly LogEntry[]): Columns => {
	const {length} = entries;
	const columns = {
		texts: entries.map(({text}) => text), ids: new Float64Array(length), executions: new Float64Array(length), times: new Float64Array(length),
	};
	for (const [index, {id, executeTimes, time}] of entries.entries()) {
		columns.ids[index] = id;
		columns.executions[index] = executeTimes;
		columns.times[index] = time ?? NaN;
	}

	return columns;
};

export const fromColumns = ({texts, ids, executions, times}: Columns): readonly LogEntry[] => texts.map((text, index) => {
	const time = times[index] ?? NaN;
	return {
		id: ids[index] ?? 0, executeTimes: executions[index] ?? 0, text, time: Number.isNaN(time) ? undefined : time,
	};
});
