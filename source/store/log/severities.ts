// How severe each line of a log is, found out once: a key looks at thousands of them.

import {type Severity, severityOf} from '../../protocol/logs.js';

const words: readonly Severity[] = ['plain', 'warning', 'error'];

/** By the list of lines: 1 more than the index of its word, 0 while unknown. */
const known = new WeakMap<readonly string[], Uint8Array>();

const valuesOf = (texts: readonly string[]): Uint8Array => {
	const values = known.get(texts) ?? new Uint8Array(texts.length);
	known.set(texts, values);
	return values;
};

const valueOf = (text: string): number => words.indexOf(severityOf(text)) + 1;

/** The severity of the line at an index. */
export const severityAt = (texts: readonly string[], index: number): Severity => {
	const values = valuesOf(texts);
	values[index] ||= valueOf(texts[index] ?? '');
	return words[(values[index] ?? 1) - 1] ?? 'plain';
};

/** The next line from an index on that is at least so severe, in steps of 1 or -1, looking at so many of them; undefined if there is none. */
export const nextSevere = (texts: readonly string[], from: number, {step, least, most}: {readonly step: 1 | -1; readonly least: Exclude<Severity, 'plain'>; readonly most: number}): number | undefined => {
	const values = valuesOf(texts);
	const wanted = words.indexOf(least) + 1;
	for (let index = from, tries = 0; index >= 0 && index < texts.length && tries < most; index += step, tries++) {
		values[index] ||= valueOf(texts[index] ?? '');
		if (values[index]! >= wanted) {
			return index;
		}
	}

	return undefined;
};

/** Lists of which every line up to an index is known. */
const learnt = new WeakMap<readonly string[], number>();

/** Whether the severity of every line is known, so that none has to be found out while a key waits. */
export const areSeveritiesKnown = (texts: readonly string[]): boolean => (learnt.get(texts) ?? 0) >= texts.length;

/** Finds out the severities of so many more lines. */
export const learnSeverities = (texts: readonly string[], most: number): void => {
	const values = valuesOf(texts);
	const from = learnt.get(texts) ?? 0;
	const to = Math.min(texts.length, from + most);
	for (let index = from; index < to; index++) {
		values[index] ||= valueOf(texts[index] ?? '');
	}

	learnt.set(texts, to);
};

/** Takes over what is known of the lines that two lists begin with. */
export const keepSeverities = (before: readonly string[], texts: readonly string[], same: number): void => {
	const values = known.get(before);
	if (!values || before === texts) {
		return;
	}

	valuesOf(texts).set(values.subarray(0, same));
	learnt.set(texts, Math.min(same, learnt.get(before) ?? 0));
};
