import {type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type Span} from '../views.js';
import {beganAt, durationOf} from './duration.js';

export type Timeline = {
	/** From the first start to the last end (or now), in ms; 0 when nothing has begun. */
	readonly length: number;
	/** By node, in order. */
	readonly spans: ReadonlyArray<Span | undefined>;
};

// In ms. What is said to have taken 0s must not look as if it had taken a quarter of a short task's time.
const shortest = 1000;

/** Where each node lies in time. Scaled from the earliest node's start, since a DAG's own start is that of its last attempt only. */
export const timelineOf = (nodes: readonly TaskNode[], agentNow: Timestamp): Timeline => {
	const intervals = nodes.map(node => {
		const duration = durationOf(node, agentNow);
		const start = beganAt(node);
		return start === undefined || duration === undefined ? undefined : {start, end: start + duration};
	});
	let first = Infinity;
	let last = -Infinity;
	for (const interval of intervals) {
		first = Math.min(first, interval?.start ?? first);
		last = Math.max(last, interval?.end ?? last);
	}

	const length = Math.max(0, last - first);
	if (!Number.isFinite(length)) {
		return {length: 0, spans: nodes.map(() => undefined)};
	}

	const fraction = (time: Timestamp): number => length === 0 ? 0 : (time - first) / length;
	return {length, spans: intervals.map(interval => interval && {start: fraction(interval.start), end: fraction(interval.end - interval.start < shortest ? interval.start : interval.end)})};
};
