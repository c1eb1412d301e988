import {padEnd, widest} from '../lib/columns.js';
import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {formatDate, formatPreciseTime} from '../lib/time.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {type SubTask} from '../protocol/task.js';
import {type FetchedLog, type LogBuffer, logFromLines} from '../store/log/buffer.js';
import {errorText} from '../store/selectors/error-text.js';
import {type MergedLog} from '../store/log/merge.js';
import {executionText, mergedSeparator} from '../store/selectors/log.js';

type Executed = Pick<SubTask, 'operator' | 'executeTimes'>;

const timeColumns = '2026-03-01 10:41:59.123 '.length;

const timeOf = (time: number | undefined, offset: number): string => time === undefined || Number.isNaN(time)
	? ' '.repeat(timeColumns)
	: `${formatDate(time, offset)} ${formatPreciseTime(time, offset)} `;

/**
Every line of a log as a file holds it: with times, if any, at an offset (minutes east of UTC); further lines of an entry below
its first; a rule above each of several attempts. `whole`: the log of which these are the lines.

@yields An entry, without a line feed at its end.
*/
export function * logLines(buffer: LogBuffer, subTask: Executed, offset: number, whole = buffer): Generator<string> {
	const {texts, times, executions, dropped} = buffer;
	const indent = times ? ' '.repeat(timeColumns) : '';
	const hasSeveral = executions !== undefined && executions.length > 0 && executions[0] !== executions.at(-1);
	if (dropped > 0) {
		yield `-- ${messages().output.logs.older(dropped)} --`;
	}

	for (const [index, text] of texts.entries()) {
		const execution = executions?.[index];
		if (hasSeveral && execution !== undefined && (index === 0 || execution !== executions[index - 1])) {
			yield `-- ${executionText(execution, whole, subTask)} --`;
		}

		yield (times ? timeOf(times[index], offset) : '') + text.replaceAll('\n', `\n${indent}`);
	}
}

/**
The same for several logs as one, from an index on: each line behind the short name of its agent, as `named` shows it, and a rule where a
stage or an attempt begins. Only the lines that `isWanted` are given.

@yields An entry, without a line feed at its end.
*/
export function * mergedLines(buffer: MergedLog, offset: number, {named, isWanted = () => true}: {
	readonly named: (name: string, agent: number) => string; readonly isWanted?: (index: number) => boolean;
}): Generator<string> {
	const {texts, times, merged: {agents, agentOf, names, part}} = buffer;
	const width = agents.length < 2 ? 0 : widest(names, 0, Infinity);
	const indent = ' '.repeat((times ? timeColumns : 0) + (width === 0 ? 0 : width + 1));
	for (const [index, text] of texts.entries()) {
		if (!isWanted(index)) {
			continue;
		}

		const separator = mergedSeparator(buffer, index);
		if (separator !== '') {
			yield `-- ${separator} --`;
		}

		const agent = agentOf[part[index] ?? 0] ?? 0;
		const name = width === 0 ? '' : `${named(padEnd(names[agent] ?? '', width), agent)} `;
		yield (times ? timeOf(times[index], offset) : '') + name + text.replaceAll('\n', `\n${indent}`);
	}
}

// Characters. Smaller chunks cost more system calls, larger ones hold up keys.
const chunkLength = 65_536;

/**
Parts of a file in chunks that are worth a write.

@yields Several parts, each followed by `end`.
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

/** The name of a task or stage for people, with obshell's own name behind it if that is another one: for what is passed on or typed. */
export const fullName = (name: string): string => messages().output.named(messages().tasks.engineName(name), name);

/** Why a log is incomplete: an agent's error, or one of the catalogue's words for it. */
export type Shortfall = keyof Messages['output']['logs']['shortfalls'] | AgentError;

export const shortfallText = (shortfall: Shortfall, language: Messages = messages()): string =>
	typeof shortfall === 'string' ? language.output.logs.shortfalls[shortfall] : errorText(shortfall, language);

/** A log as complete as possible. `shortfall` says why it is incomplete; `error` is what kept it from being fetched. */
export type WholeLog = {readonly buffer: LogBuffer; readonly shortfall: Shortfall | undefined; readonly error: AgentError | undefined};

/** A response as a log; without lines, the ones known before are used. */
export const wholeLogOf = (response: FetchedLog, known: LogBuffer): WholeLog => {
	switch (response.type) {
		case 'lines': {
			const isEmpty = response.lines.texts.length === 0 && known.texts.length > 0;
			return isEmpty
				? {buffer: known, shortfall: 'noLines', error: undefined}
				: {buffer: logFromLines(undefined, response.lines, Infinity), shortfall: undefined, error: undefined};
		}

		case 'error': {
			// Such an agent has only the lines in the task itself; only their times are missing.
			if (isMissingEndpoint(response.error)) {
				return {buffer: known, shortfall: undefined, error: undefined};
			}

			return {buffer: known, shortfall: response.error, error: response.error};
		}
	}
};
