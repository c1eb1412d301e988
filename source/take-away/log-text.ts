import {type SubTask} from '../protocol/task.js';
import {executionWords} from '../store/log/execution-words.js';
import {type LogBuffer} from '../store/log/log-buffer.js';
import {formatDate, formatPreciseTime} from '../store/clock-time.js';

type Executed = Pick<SubTask, 'operator' | 'executeTimes'>;

const timeColumns = '2026-03-01 10:41:59.123 '.length;

const timeOf = (time: number | undefined, offset: number): string => time === undefined || Number.isNaN(time)
	? ' '.repeat(timeColumns)
	: `${formatDate(time, offset)} ${formatPreciseTime(time, offset)} `;

/**
Every line of a log as a file holds it: times at an offset (minutes east of UTC) where there are any, further lines of an entry below its first, a rule above each of several executions.

@yields An entry, without a line feed at its end.
*/
export function * logLines(buffer: LogBuffer, subTask: Executed, offset: number): Generator<string> {
	const {texts, times, executions, dropped} = buffer;
	const indent = times ? ' '.repeat(timeColumns) : '';
	const hasSeveral = executions !== undefined && executions.length > 0 && executions[0] !== executions.at(-1);
	if (dropped > 0) {
		yield `-- ${dropped} older lines are missing --`;
	}

	for (const [index, text] of texts.entries()) {
		const execution = executions?.[index];
		if (hasSeveral && execution !== undefined && (index === 0 || execution !== executions[index - 1])) {
			yield `-- ${executionWords(execution, buffer, subTask)} --`;
		}

		yield (times ? timeOf(times[index], offset) : '') + text.replaceAll('\n', `\n${indent}`);
	}
}

// Much less, and most of the time goes into asking the system; much more, and keys wait.
const pieceLength = 65_536;

/**
Parts of a file in pieces that are worth writing.

@yields Several parts, each with `end` behind it.
*/
export function * inPieces(parts: Iterable<string>, end = '\n'): Generator<string> {
	let piece = '';
	for (const part of parts) {
		piece += part + end;
		if (!(piece.length >= pieceLength)) {
			continue;
		}

		yield piece;
		piece = '';
	}

	yield piece;
}
