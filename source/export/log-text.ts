import {formatDate, formatPreciseTime} from '../lib/time.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {type SubTask} from '../protocol/task.js';
import {type FetchedLog, type LogBuffer, logFromLines} from '../store/log/buffer.js';
import {errorWords} from '../store/selectors/connection.js';
import {executionWords} from '../store/selectors/log.js';

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
const chunkLength = 65_536;

/**
Parts of a file in pieces that are worth writing.

@yields Several parts, each with `end` behind it.
*/
export function * inChunks(parts: Iterable<string>, end = '\n'): Generator<string> {
	let chunk = '';
	for (const part of parts) {
		chunk += part + end;
		if (!(chunk.length >= chunkLength)) {
			continue;
		}

		yield chunk;
		chunk = '';
	}

	yield chunk;
}

/** A log as completely as it can be had. `shortfall` is why it is less than the whole; `error` what kept it from coming. */
export type WholeLog = {readonly buffer: LogBuffer; readonly shortfall: string | undefined; readonly error: AgentError | undefined};

/** An answer as a log; the lines that were known before stand in where there is none. */
export const wholeLogOf = (response: FetchedLog, known: LogBuffer): WholeLog => {
	switch (response.type) {
		case 'lines': {
			const isEmpty = response.lines.texts.length === 0 && known.texts.length > 0;
			return isEmpty
				? {buffer: known, shortfall: 'the agent gave no lines, these were read before', error: undefined}
				: {buffer: logFromLines(undefined, response.lines, Infinity), shortfall: undefined, error: undefined};
		}

		case 'error': {
			// The lines that came with the task are all that such an agent has; only their times are missing.
			if (isMissingEndpoint(response.error)) {
				return {buffer: known, shortfall: undefined, error: undefined};
			}

			return {buffer: known, shortfall: errorWords(response.error), error: response.error};
		}
	}
};
