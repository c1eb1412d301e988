import chalk from 'chalk';
import {Text} from 'ink';
import Spinner from 'ink-spinner';
import {memo, type ReactNode} from 'react';
import {type Line, type Span} from '../span.js';
import {toAscii, styleOf, type Theme} from '../theme.js';

type LineProps = {readonly line: Line; readonly theme: Theme};

const isSameSpan = (one: Span | undefined, other: Span | undefined): boolean =>
	one?.text === other?.text && one?.tone === other?.tone && one?.isBold === other?.isBold && one?.isSpinning === other?.isSpinning;

const isSameLine = (one: LineProps, other: LineProps): boolean =>
	one.theme === other.theme && one.line.length === other.line.length && one.line.every((part, index) => isSameSpan(part, other.line[index]));

/** A span with its style, as `Text` would draw it. */
const styled = ({text, tone, isBold = false}: Span, theme: Theme): string => {
	const {color, dimColor = false, bold = false, inverse = false} = styleOf(tone, isBold, theme);
	let drawn = theme.isAscii ? toAscii(text) : text;
	drawn = dimColor ? chalk.dim(drawn) : drawn;
	drawn = color === undefined ? drawn : chalk[color](drawn);
	drawn = bold ? chalk.bold(drawn) : drawn;
	return inverse ? chalk.inverse(drawn) : drawn;
};

const isSameStyle = (one: Span, other: Span): boolean =>
	one.tone === other.tone && (one.isBold ?? false) === (other.isBold ?? false) && !one.isSpinning && !other.isSpinning;

/** Neighbours of one style as one span. */
const joined = (line: Line): Line => {
	const parts: Span[] = [];
	for (const part of line) {
		const last = parts.at(-1);
		if (last && isSameStyle(last, part)) {
			parts[parts.length - 1] = {...last, text: last.text + part.text};
		} else {
			parts.push(part);
		}
	}

	return parts;
};

/**
One line of prose, of a table or of a log: one text, which Ink draws in half the time of a text for each span.
An empty text would have no height at all. Lines are cut already; if a terminal's font and our tables disagree on a width, truncating still
keeps the frame's height.
*/
export const LineText = memo(({line, theme}: LineProps): ReactNode => (
	<Text wrap='truncate-end'>
		{line.some(({isSpinning}) => isSpinning)
			? line.map((part, index) => part.isSpinning
				? <Text key={index} {...styleOf(part.tone, part.isBold ?? false, theme)}><Spinner type={theme.isAscii ? 'line' : 'dots'}/></Text>
				: styled(part, theme))
			: joined(line).map(part => styled(part, theme)).join('') || ' '}
	</Text>
), isSameLine);

/** Lines one below the other. A line's index is its key, because it has no other identity. */
export const Lines = ({lines, theme}: {readonly lines: readonly Line[]; readonly theme: Theme}): ReactNode =>
	lines.map((line, index) => <LineText key={index} line={line} theme={theme}/>);
