import {formatDate, formatTime, isSameDay, localOffset} from '../../store/clock-time.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type Knowledge} from '../../replay/create-taker.js';

/** What a recording was, from its first time to its last (undefined where it was not read to its end), and what of it is not to be relied on. */
export type Recorded = Pick<Knowledge, 'damaged' | 'lost' | 'disordered'> & {readonly span: {readonly from: Timestamp; readonly to: Timestamp | undefined} | undefined};

const counted = (count: number, one: string, more: string): readonly string[] => count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];

const spanWords = ({from, to}: NonNullable<Recorded['span']>): string => {
	const offset = localOffset(from);
	const begin = `recording of ${formatDate(from, offset)} ${formatTime(from, offset)}`;
	if (to === undefined) {
		return `${begin} and later`;
	}

	const last = localOffset(to);
	return `${begin} to ${isSameDay(from, to, last) ? '' : `${formatDate(to, last)} `}${formatTime(to, last)}`;
};

/** What is said beside what a recording tells, so that nobody takes it for the present: "recording of 2026-03-01 10:00:01 to 12:00:00: not live", and a line for each thing that is wrong with it. The times are this machine's. */
export const recordedLines = ({span, damaged, lost, disordered}: Recorded): readonly string[] => {
	const missing = [...counted(damaged, 'damaged line', 'damaged lines'), ...counted(lost, 'answer that was not recorded', 'answers that were not recorded')];
	return [
		`${span ? spanWords(span) : 'a recording'}: not live`,
		...(missing.length > 0 ? [`left out: ${missing.join(', ')}`] : []),
		...counted(disordered, 'line', 'lines').map(lines => `${lines} out of order: what is told may not be what was`),
	];
};
