// Why one sub-task failed, by its log: the most telling line of its last attempt.

import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {cutMiddle} from '../../lib/wrap.js';
import {parseGenericId} from '../../protocol/ids.js';
import {endingOf, hasTraceback, isConsequence, looksLikeError, messageOf, severityOf, summaryOf, tellingLine} from '../../protocol/logs.js';
import {type SubTask} from '../../protocol/task.js';

/**
The kinds of reasons, causes first. What only follows from another failure is last, so that it never hides a cause.

- error: an ERROR line, or what a program wrote that looks like an error
- timeout, cancelled: the engine ended the sub-task
- silent: it failed and no line says why
- consequence: an ERROR line that follows from a failure elsewhere ("context canceled", "Remote task … failed", "agent … not succeed")
*/
export const reasonKinds = ['error', 'timeout', 'silent', 'cancelled', 'consequence'] as const;

export type ReasonKind = (typeof reasonKinds)[number];

/**
What no log says, about the text of a reason.

- no-line: there is no line; no-error-line: the text is the last one; by-hand: an operator cancelled it
- waiting: for the main task whose id is the text, with its name after it, as far as they are known
- no-reason: of a task without a failed sub-task; the text is its stage ("3/11") if the name is not known
*/
type Said = 'no-line' | 'no-error-line' | 'by-hand' | 'waiting' | 'no-reason';

/**
Why a sub-task failed, by its own log.

- said: what obwatch says itself about the text, or instead of it (`toldOf`); undefined if the text is the reason
- text: one printable line: the first and the last meaningful line of the entry; empty if there is none
- shortest: only the most telling line
- entry: the index of that entry in `logs`, -1 if no line says why; start: where in it that line begins
- whole: the message with all its lines
*/
export type Explanation = {
	readonly kind: ReasonKind;
	readonly said?: Said | undefined;
	readonly text: string;
	readonly shortest: string;
	readonly entry: number;
	readonly start: number;
	readonly whole: () => string;
};

/** Where the last attempt begins in lines that join all attempts without a mark: at the last repetition of the very first line. 0 if that is unknown. */
export const lastAttemptStart = ({logs = [], executeTimes}: Pick<SubTask, 'logs' | 'executeTimes'>): number => {
	const [first] = logs;
	return executeTimes > 1 && first !== undefined ? logs.lastIndexOf(first) : 0;
};

type Line = {readonly text: string; readonly index: number; readonly kind: ReasonKind};

const kindOf = (entry: string): ReasonKind => endingOf(entry) ?? (isConsequence(entry) ? 'consequence' : 'error');

/**
The line with the reason: of the last attempt the first real error, then the engine's ending, then a consequence; if attempts cannot be told
apart, the last one.
*/
const explainingLine = (subTask: SubTask): Line | undefined => {
	const {logs = [], executeTimes} = subTask;
	const start = lastAttemptStart(subTask);
	const isTold = executeTimes < 2 || start > 0;
	let best: Line | undefined;
	// There can be a hundred thousand of them, nearly always with a real error among the first.
	for (let step = 0, count = logs.length - start; step < count; step++) {
		const index = isTold ? start + step : logs.length - 1 - step;
		const text = logs[index] ?? '';
		if (severityOf(text) !== 'error') {
			continue;
		}

		const line: Line = {text, index, kind: kindOf(text)};
		best = best === undefined || reasonKinds.indexOf(line.kind) < reasonKinds.indexOf(best.kind) ? line : best;
		if (best.kind === 'error') {
			return best;
		}
	}

	return best;
};

// If a program only says that it ended, the reason is in what it wrote before.
const bareExit = /^(?:exit status \d+|signal: [\w ]+)$/;

// How many entries before such a line are searched.
const reach = 500;

type Output = {readonly index: number; readonly start: number; readonly text: string};

/** What a program wrote before it ended: the exception of a traceback with one entry a line, or the last entry that looks like an error. */
const outputBefore = (logs: readonly string[], from: number, end: number): Output | undefined => {
	const first = Math.max(from, end - reach);
	const entries = logs.slice(first, end);
	const traceback = entries.findLastIndex(entry => hasTraceback(entry));
	const behind = traceback === -1 || entries[traceback]?.includes('\n') ? -1 : entries.findIndex((entry, index) => index > traceback && entry.trim() !== '' && !entry.startsWith(' '));
	const found = behind === -1 ? Math.max(traceback, entries.findLastIndex(entry => looksLikeError(tellingLine(entry).text))) : behind;
	const entry = entries[found];
	if (entry === undefined) {
		return undefined;
	}

	const {shortest, start} = summaryOf(entry);
	return {index: first + found, start, text: shortest};
};

// Longer lines are no prose: their ends say enough.
const longest = 2000;

const cut = (text: string): string => cutMiddle(text, longest).toWellFormed();

/** A reason as text. */
type Told = Pick<Explanation, 'text' | 'shortest' | 'whole'>;

const alike = (text: string): Told => ({text, shortest: text, whole: () => text});

/** "Start OB #14"; while its name is not read yet, "main task #14", so that both are seen to be the same. */
const mainTaskName = (id: string, name: string, {tasks: {engineName, reasons}}: Messages): string => {
	const number = `#${parseGenericId(id)?.localId ?? id}`;
	return name === '' ? reasons.mainTask(number) : reasons.namedTask(`${engineName(name)} ${number}`);
};

/** A reason in a language: an agent's own lines as they are. */
export const toldOf = ({said, text, shortest, whole}: Told & Pick<Explanation, 'said'>, language: Messages = messages()): Told => {
	const {tasks: {reasons}} = language;
	switch (said) {
		case undefined: {
			return {text, shortest, whole};
		}

		case 'no-line': {
			return alike(reasons.noLine);
		}

		case 'no-error-line': {
			return {text: cut(reasons.noErrorLine(text)), shortest, whole: () => reasons.noErrorLine(whole())};
		}

		case 'by-hand': {
			return alike(reasons.cancelled);
		}

		case 'waiting': {
			const [id = '', ...name] = text.split(' ');
			return alike(id === '' ? reasons.waits : reasons.waitsFor(mainTaskName(id, name.join(' '), language)));
		}

		case 'no-reason': {
			const [stage = 0, stages = 0] = text.split('/').map(Number);
			return alike(text === '' ? reasons.noReason : reasons.noReasonInStage(stage, stages));
		}
	}
};

const withoutLine = ({logs = [], operator}: SubTask): Explanation => {
	const last = logs.at(-1);
	const entry = logs.length - 1;
	const {brief, shortest, start} = last === undefined ? {brief: '', shortest: '', start: 0} : summaryOf(last);
	if (operator === 'CANCEL') {
		return {kind: 'cancelled', said: 'by-hand', entry, start, ...alike('')};
	}

	return last === undefined
		? {kind: 'silent', said: 'no-line', entry, start, ...alike('')}
		: {kind: 'silent', said: 'no-error-line', text: cut(brief), shortest: cut(shortest), entry, start, whole: () => messageOf(last)};
};

/** What a program wrote, as a reason of its own; `behind` is said after it. */
const ofOutput = (logs: readonly string[], {text, index, start}: Output, behind = ''): Explanation => ({
	kind: 'error', text: cut(text + behind), shortest: cut(text), entry: index, start, whole: () => messageOf(logs[index] ?? '') + behind,
});

/** No line has the engine's ERROR. One that looks like an error says more than the last one, which may only follow from it. */
const withoutErrorLine = (subTask: SubTask): readonly Explanation[] => {
	const {logs = []} = subTask;
	const own = withoutLine(subTask);
	const output = outputBefore(logs, lastAttemptStart(subTask), logs.length);
	if (!output) {
		return [own];
	}

	if (own.kind === 'cancelled') {
		return [ofOutput(logs, output), own];
	}

	const isLast = output.index === logs.length - 1 || own.shortest === '';
	return [ofOutput(logs, output, isLast ? '' : ` … ${own.shortest}`)];
};

/** Why a sub-task failed, as far as its own log says, the most telling reason first. That the engine ended it, or a failure elsewhere, never hides what was written before. */
export const explanationsOf = (subTask: SubTask): readonly Explanation[] => {
	const {logs = []} = subTask;
	const line = explainingLine(subTask);
	if (!line) {
		return withoutErrorLine(subTask);
	}

	const {brief, shortest, start} = summaryOf(line.text);
	const isBare = bareExit.test(brief);
	const output = isBare || line.kind !== 'error' ? outputBefore(logs, lastAttemptStart(subTask), line.index) : undefined;
	if (output && isBare) {
		return [ofOutput(logs, output, `: ${brief}`)];
	}

	const own: Explanation = {kind: line.kind, text: cut(brief), shortest: cut(shortest), entry: line.index, start, whole: () => messageOf(line.text)};
	return [...(output ? [ofOutput(logs, output)] : []), own, ...timeoutAfter(logs, line)];
};

/** That the engine ended it, after a line that says why. */
const timeoutAfter = (logs: readonly string[], {index}: Line): readonly Explanation[] => {
	const last = logs.at(-1) ?? '';
	if (index === logs.length - 1 || endingOf(last) !== 'timeout') {
		return [];
	}

	const {brief, shortest, start} = summaryOf(last);
	return [{kind: 'timeout', text: brief, shortest, entry: logs.length - 1, start, whole: () => brief}];
};
