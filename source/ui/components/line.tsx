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

/**
One line of prose, of a table or of a log: one text with its spans, which Ink draws in half the time of a box for each span.
An empty text would have no height at all. Lines are cut already; if a terminal's font and our tables disagree on a width, truncating still
keeps the frame's height.
*/
export const LineText = memo(({line, theme}: LineProps): ReactNode => (
	<Text wrap='truncate-end'>
		{line.every(({text}) => text === '') ? ' ' : undefined}
		{line.map(({text, tone, isBold = false, isSpinning = false}, index) => (
			<Text key={index} {...styleOf(tone, isBold, theme)}>
				{isSpinning ? <Spinner type={theme.isAscii ? 'line' : 'dots'}/> : (theme.isAscii ? toAscii(text) : text)}
			</Text>
		))}
	</Text>
), isSameLine);

/** Lines one below the other. A line's index is its key, because it has no other identity. */
export const Lines = ({lines, theme}: {readonly lines: readonly Line[]; readonly theme: Theme}): ReactNode =>
	lines.map((line, index) => <LineText key={index} line={line} theme={theme}/>);
