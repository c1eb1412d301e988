import {rawsFrom, rawsWith, rawTexts, type ReadTexts} from './raw-texts.js';
import {type LogEntry} from './task.js';

// What single log entries mean to the engine. All of it is read from text, because the engine writes nothing else (docs/protocol.md#logs).

/** "remote task <id> <name> running [1/1]" and the line that ends it: the id is that of the DAG on the agent that does the work. */
const remoteTask = /(?:^|: )[Rr]emote task (?<id>[1-5]\d{1,79}) /;

// Most lines name none, which this tells faster than the expression.
const mayNameTask = (entry: string): boolean => entry.startsWith('emote task ', 1) || entry.includes(': remote task ') || entry.includes(': Remote task ');

/** The DAG id that an entry about a remote task names; undefined for any other entry. */
export const remoteTaskId = (entry: string): string | undefined =>
	entry.length < 2048 && mayNameTask(entry) ? remoteTask.exec(entry)?.groups?.['id'] : undefined;

/** Whether an entry only sums up that a remote task failed, without the reason. */
export const isRemoteSummary = (entry: string): boolean => entry.includes('[Task.RemoteTask.Failed]');

/** The entries, without an ERROR line, with which the engine ends a failed sub-task. */
const endings = {'sub task timeout': 'timeout', 'sub task cancelled': 'cancelled'} as const;

type Ending = (typeof endings)[keyof typeof endings];

/** How the engine itself ended a sub-task, if the entry says so, even after "task NAME: ". */
export const endingOf = (entry: string): Ending | undefined => {
	const line = withoutTaskPrefix(entry).trim();
	return line === 'sub task timeout' || line === 'sub task cancelled' ? endings[line] : undefined;
};

// The name may hold ": " itself, so the shortest prefix that leaves some text is used.
const taskPrefix = /^task [^\n]{1,200}?: /;

// A main task copies the lines of its parts as "STAGE: line". Removed only before text with a meaning of its own, because any other line may begin so.
const stagePrefix = /^(?<stage>[^\n:]{1,200}): (?=(?:ERROR|WARN): |sub task (?:timeout|cancelled)\s*$)/;

/** An entry without the "task NAME: " or "STAGE: " of a copied line. */
export const withoutTaskPrefix = (entry: string): string => entry.replace(taskPrefix, '').replace(stagePrefix, '');

/** The stage of another task whose failure an entry copies; undefined for any other entry. */
export const copiedStageOf = (entry: string): string | undefined => stagePrefix.exec(entry)?.groups?.['stage'];

const severityPrefix = /^(?:ERROR|WARN): /;

const errorCode = /^\[[\w.]{1,100}\]: /;

// In both languages that agents speak.
const generalPrefix = /^(?:Unexpected error: |非预期错误[：:]\s*)/;

/** The message of an ERROR or WARN entry with all its lines, without prefixes and error code: "observer: cannot allocate memory: exit status 1". */
export const messageOf = (entry: string): string => withoutTaskPrefix(entry).replace(severityPrefix, '').replace(errorCode, '').replace(generalPrefix, '')
	// An error that was wrapped goes on in the next line with ": cause".
	.replaceAll(/\n[^\S\n]*: /g, ': ')
	.trim();

const consequences = [
	/\bcontext cancell?ed\b/,
	/^agent \S+ not succeed/,
	/\bmain DAG failed\s*$/,
];

/** Whether an ERROR entry only follows from another failure: of another agent, or of a task that was started there. */
export const isConsequence = (entry: string): boolean => {
	if (isRemoteSummary(entry) || entry.includes('[Task.SubDag.NotAllSucceed]')) {
		return true;
	}

	// Such lines are short.
	const message = entry.length < 2048 ? messageOf(entry) : '';
	return consequences.some(consequence => consequence.test(message));
};

const notSucceeded = /\bagent (?<agent>\S+) not succeed/;

const failedAgents = /\bSub DAG of agents: \[(?<agents>[^\]\n]*)\] failed/;

/** The agents ("ip:port") whose parts of a main task an entry says to have failed. */
export const failedAgentsIn = (entry: string): readonly string[] => {
	const list = failedAgents.exec(entry)?.groups?.['agents'] ?? notSucceeded.exec(entry)?.groups?.['agent'] ?? '';
	return list.split(/[\s,]+/).filter(name => name !== '');
};

/**
The lines of a sub-task in the order in which they were written, in columns: a line costs little beside its text.

- times: milliseconds since 1970, NaN if unknown
- executions: the number of its execution, 1-based
*/
export type LogLines = ReadTexts & {readonly times: Float64Array; readonly executions: Uint16Array};

export const linesOf = (entries: readonly LogEntry[]): LogLines => {
	const times = new Float64Array(entries.length);
	const executions = new Uint16Array(entries.length);
	// A loop, because `from` takes several times as long for a hundred thousand.
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

/** The first `kept` lines, and more after them. */
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

export type Severity = 'error' | 'warning' | 'plain';

// The longest prefix that is checked: entries can be megabytes long.
const headLength = 256;

/** Whether the last letter is that of an ending, or a space behind it. */
const mayEnd = (entry: string): boolean => {
	const last = entry.at(-1) ?? '';
	return (last === 't' || last === 'd' || last <= ' ') && entry.includes('sub task ');
};

/**
How serious a log entry is: by its prefix, even after the name of the task that it was copied from; as the engine's own end of a failed
sub-task; or by a line of it that begins with ERROR.
*/
export const severityOf = (entry: string): Severity => {
	// Nearly all lines are plain, which this tells fastest.
	if (!mayEnd(entry) && !entry.includes('ERROR: ') && !entry.includes('WARN: ')) {
		return 'plain';
	}

	const line = withoutTaskPrefix(entry.slice(0, headLength));
	if (line.startsWith('ERROR: ') || endingOf(line) !== undefined) {
		return 'error';
	}

	// The output of a script may be one entry of many lines.
	return entry.includes('\nERROR: ') ? 'error' : (line.startsWith('WARN: ') ? 'warning' : 'plain');
};

// Finds the most telling line of an entry of many lines: scripts write all their output as one entry, noise first, the reason last.

/** A line of an entry, and its index there. */
type EntryLine = {readonly text: string; readonly start: number};

// An entry can be megabytes long. The reason is near its end, or near the last traceback.
const reach = 100_000;

function * linesBehind(entry: string, from: number): Generator<EntryLine, undefined> {
	const limit = Math.min(entry.length, from + reach);
	for (let start = from; start < limit;) {
		const next = entry.indexOf('\n', start);
		const end = next === -1 ? entry.length : next;
		yield {text: entry.slice(start, end), start};
		start = end + 1;
	}
}

function * linesFromEnd(entry: string): Generator<EntryLine, undefined> {
	const limit = entry.length - reach;
	for (let end = entry.length; end >= 0 && end > limit;) {
		const start = end === 0 ? 0 : entry.lastIndexOf('\n', end - 1) + 1;
		yield {text: entry.slice(start, end), start};
		end = start - 1;
	}
}

const isBlank = (line: string): boolean => line.trim() === '';

const isIndented = (line: string): boolean => line.startsWith(' ');

/** A wrapped error: it continues the line before. */
const goesOn = (line: string): boolean => /^\s*: /.test(line);

const traceback = 'Traceback (most recent call last):';

/** Whether an entry begins or holds a Python traceback. */
export const hasTraceback = (entry: string): boolean => entry.includes(traceback);

const errorWord = /(?:^|[^\w.])(?:ERROR|FATAL|CRITICAL)(?![\w.])|^(?:panic|fatal error|Caused by|[\w.]{1,100}(?:Error|Exception)): /;

/** Whether a line looks like a program's error message. */
export const looksLikeError = (line: string): boolean => errorWord.test(line.slice(0, 400));

/** The last line of a traceback. */
const exceptionLine = (entry: string): EntryLine | undefined => {
	const at = entry.lastIndexOf(traceback);
	const end = at === -1 ? -1 : entry.indexOf('\n', at);
	return end === -1 ? undefined : linesBehind(entry, end + 1).find(({text}) => !isBlank(text) && !isIndented(text));
};

const isEngineError = (entry: string): boolean => /^(?:ERROR|WARN): /.test(withoutTaskPrefix(entry.slice(0, 400)));

/**
The most telling line of an entry: the end of a traceback, else the last one that looks like an error, else the last one. The first line,
which only introduces the others, counts least.
*/
export const tellingLine = (entry: string): EntryLine => {
	const exception = exceptionLine(entry);
	if (exception) {
		return exception;
	}

	let last: EntryLine | undefined;
	for (const line of linesFromEnd(entry)) {
		// An ERROR line with others below it only introduces them.
		if (line.start === 0 && isEngineError(entry)) {
			break;
		}

		if (isBlank(line.text) || goesOn(line.text)) {
			continue;
		}

		if (looksLikeError(line.text)) {
			return line;
		}

		last ??= isIndented(line.text) ? undefined : line;
	}

	return last ?? {text: firstLine(entry), start: 0};
};

const firstLine = (entry: string): string => entry.split('\n', 1)[0] ?? '';

/** With its continuation in the next lines, and without prefixes. */
const wordsOf = (entry: string, {text, start}: EntryLine): string => {
	const further: string[] = [];
	for (const line of linesBehind(entry, start + text.length + 1)) {
		if (!goesOn(line.text)) {
			break;
		}

		further.push(line.text);
	}

	return messageOf([text, ...further].join('\n'));
};

// An entry up to this length is shown whole.
const fewLines = 3;

const fewCharacters = 400;

const isShort = (entry: string): boolean => entry.length <= fewCharacters && entry.split('\n').filter(line => !isBlank(line)).length <= fewLines;

const oneLine = (text: string): string => text.split('\n').map(line => line.trim()).filter(line => line !== '').join(' ');

/**
An entry in one line. `brief` has its first and its last meaningful line, or all of a short one; `shortest` only the most telling one, which
begins at `start` of the entry.
*/
export const summaryOf = (entry: string): {readonly brief: string; readonly shortest: string; readonly start: number} => {
	const line = tellingLine(entry);
	const shortest = wordsOf(entry, line);
	if (isShort(entry) && (isEngineError(entry) || line.start === 0)) {
		return {brief: oneLine(messageOf(entry)), shortest, start: line.start};
	}

	const head = line.start === 0 ? undefined : linesBehind(entry, 0).find(({text}) => !isBlank(text));
	const introduction = head === undefined || head.start >= line.start ? '' : wordsOf(entry, head);
	return {brief: introduction === '' ? shortest : `${introduction} … ${shortest}`, shortest, start: line.start};
};

/** A message without what says least: how a program ended, behind why it did. Behind its bare name, its end is all that is known. */
const withoutExit = (message: string): string => {
	const exit = /: (?:exit status \d+|signal: [\w ]+)$/.exec(message.slice(-100))?.[0] ?? '';
	const said = message.slice(0, message.length - exit.length);
	return said.includes(' ') ? said : message;
};

/**
A message in ever shorter versions, from its least useful end on, so that its first words stay: without how its program ended; of a quoted
line of the program's log only the code, "observer: cannot allocate memory … (ret=-4013)"; and not even that.
*/
export const shorterVersions = (message: string): readonly string[] => {
	const bare = withoutExit(message);
	const code = /\(ret=-?\d+\)$/.exec(bare.slice(-100))?.[0];
	const said = code === undefined ? '' : bare.slice(0, Math.max(0, bare.search(/: \[[A-Z]+\] /)));
	return /: \S+ \S/.test(said) ? [bare, `${said} … ${code}`, said] : [bare];
};
