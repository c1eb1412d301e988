// What a screen reader reads of a line: its words in their order, without anything that is only drawn.

import {messages} from '../lib/messages/messages.js';
import {withoutArrows} from './keys/hints.js';
import {type Line} from './span.js';

// Bars, rules, frames, marks of outcomes and of the selection: words say the same.
const drawn = /[▰▱█▓─│└▸▴▾‹⇤●✔✖◌↺⟲⊘»■]/gu;

// Two blanks are between columns, and a dot or an angle between parts.
const between = / {2,}|[·›]/g;

// Between two times; other arrows are keys.
const span = /(?<=\d) → (?=\d)/g;

const tidy = (text: string, separator: string): string => text.split(between).map(part => part.trim()).filter(part => part !== '').join(separator);

/** A line as words. */
export const spokenLine = (line: Line): string => {
	const {separator, reader} = messages().screens;
	const text = line.map(part => part.isSpinning ? ' ' : part.text).join('').replaceAll(drawn, ' ').replaceAll(span, ` ${reader.to} `);
	return tidy(withoutArrows(text), separator);
};

/** "3/7" as words, and every other text as it is. */
export const spokenCell = (text: string, isStage = false): string => {
	const {reader} = messages().screens;
	const [, one, of] = /^\D{0,3}(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
	return one === undefined || of === undefined ? text : (isStage ? reader.stage : reader.of)(Number(one), Number(of));
};
