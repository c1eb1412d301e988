import {Box, Text} from 'ink';
import Spinner from 'ink-spinner';
import {memo, type ReactNode} from 'react';
import {type Line} from './parts/frame-lines.js';
import {type Piece} from './piece.js';
import {styleOf, type Theme} from './theme.js';

type LineProps = {readonly line: Line; readonly theme: Theme};

const isSamePiece = (one: Piece | undefined, other: Piece | undefined): boolean =>
	one?.text === other?.text && one?.tone === other?.tone && one?.isBold === other?.isBold && one?.isSpinning === other?.isSpinning;

const isSameLine = (one: LineProps, other: LineProps): boolean =>
	one.theme === other.theme && one.line.length === other.line.length && one.line.every((part, index) => isSamePiece(part, other.line[index]));

// An empty text would have no height at all. Lines are cut already; where a terminal font and our tables disagree on a width, truncating still keeps the frame's height.
const LineText = memo(({line, theme}: LineProps): ReactNode => (
	<Text wrap='truncate-end'>
		{line.length === 0 ? ' ' : undefined}
		{line.map(({text, tone, isBold = false, isSpinning = false}, index) => (
			<Text key={index} {...styleOf(tone, isBold, theme)}>{isSpinning ? <Spinner type={theme.isAscii ? 'line' : 'dots'}/> : text}</Text>
		))}
	</Text>
), isSameLine);

/** Lines one below the other. Only those in sight ever get here, and one that did not change is not rendered again. A line's place is its key: it has no other identity. */
export const FrameLines = ({lines, theme}: {readonly lines: readonly Line[]; readonly theme: Theme}): ReactNode => (
	<Box flexDirection='column' flexShrink={0}>
		{lines.map((line, index) => <LineText key={index} line={line} theme={theme}/>)}
	</Box>
);
