import chalk from 'chalk';
import {Text, Transform} from 'ink';
import Spinner from 'ink-spinner';
import {createContext, memo, type ReactNode, useContext} from 'react';
import {messages} from '../../lib/messages/messages.js';
import {type Line, type Span, spaces, widthOf} from '../span.js';
import {spokenLine} from '../spoken.js';
import {drawingOf, isSelectionInverse, toAscii, type SpanTone, type Theme} from '../theme.js';

/** `fill`: it is selected, and its background is filled up to so many columns. */
type LineProps = {
	readonly line: Line;
	readonly theme: Theme;
	readonly fill?: number | undefined;
	/** Read by a screen reader in its place. */
	readonly label?: string | undefined;
};

const isSameSpan = (one: Span | undefined, other: Span | undefined): boolean =>
	one?.text === other?.text && one?.tone === other?.tone && one?.isBold === other?.isBold && one?.isSpinning === other?.isSpinning;

const isSameLine = (one: LineProps, other: LineProps): boolean =>
	one.theme === other.theme && one.fill === other.fill && one.label === other.label && one.line.length === other.line.length && one.line.every((part, index) => isSameSpan(part, other.line[index]));

/** Whether keys act on what is drawn. In another pane the selected row has only its mark. */
export const HasKeysContext = createContext(true);

type Paint = (text: string) => string;

const makePaint = (tone: SpanTone, isBold: boolean, isSelected: boolean, theme: Theme): Paint => {
	const {color, fill, dimColor = false, bold = false, inverse = false} = drawingOf(tone, {isBold, isSelected, level: chalk.level}, theme);
	let paint = chalk;
	paint = inverse ? paint.inverse : paint;
	paint = bold ? paint.bold : paint;
	paint = fill === undefined ? paint : (typeof fill === 'number' ? paint.bgAnsi256(fill) : paint.bgHex(fill));
	paint = color === undefined ? paint : (typeof color === 'number' ? paint.ansi256(color) : paint[color]);
	return dimColor ? paint.dim : paint;
};

type Paints = {readonly level: number; readonly byStyle: ReadonlyArray<Map<SpanTone, Paint>>};

// Each style's sequences are put together once.
const paintsOf = new WeakMap<Theme, Paints>();

const paintFor = (tone: SpanTone, isBold: boolean, isSelected: boolean, theme: Theme): Paint => {
	let paints = paintsOf.get(theme);
	if (paints?.level !== chalk.level) {
		paints = {level: chalk.level, byStyle: [new Map(), new Map(), new Map(), new Map()]};
		paintsOf.set(theme, paints);
	}

	const ofStyle = paints.byStyle[(isBold ? 1 : 0) + (isSelected ? 2 : 0)];
	const known = ofStyle?.get(tone);
	if (known) {
		return known;
	}

	const paint = makePaint(tone, isBold, isSelected, theme);
	ofStyle?.set(tone, paint);
	return paint;
};

/** A span with its style, as `Text` would draw it. A bar is never inverse: its free part would look filled. */
const styled = ({text, tone, isBold = false, isBar = false}: Span, theme: Theme, isSelected: boolean): string =>
	paintFor(tone, isBold, isSelected && !(isBar && isSelectionInverse(theme, chalk.level)), theme)(theme.isAscii ? toAscii(text) : text);

const isSameStyle = (one: Span, other: Span): boolean =>
	one.tone === other.tone && (one.isBold ?? false) === (other.isBold ?? false) && (one.isBar ?? false) === (other.isBar ?? false) && !one.isSpinning && !other.isSpinning;

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

const Spoken = ({text, isSelected, theme: {isAscii}}: {readonly text: string; readonly isSelected: boolean; readonly theme: Theme}): ReactNode => {
	if (text === '') {
		return undefined;
	}

	const said = isSelected ? messages().screens.reader.selected(text) : text;
	return <Text aria-label={isAscii ? toAscii(said) : said}>{said}</Text>;
};

const Moving = ({tone, theme}: {readonly tone: SpanTone; readonly theme: Theme}): ReactNode =>
	<Transform transform={text => paintFor(tone, false, false, theme)(text)}><Spinner type={theme.isAscii ? 'line' : 'dots'}/></Transform>;

/**
One line of prose, of a table or of a log: one text, which Ink draws in half the time of a text for each span.
An empty text would have no height at all. Lines are cut already; if a terminal's font and our tables disagree on a width, truncating still
keeps the frame's height.
*/
export const LineText = memo(({line, theme, fill, label}: LineProps): ReactNode => {
	const hasKeys = useContext(HasKeysContext);
	const isSelected = fill !== undefined && hasKeys;
	if (theme.isRead) {
		return <Spoken text={label ?? spokenLine(line)} isSelected={isSelected} theme={theme}/>;
	}

	const whole = isSelected ? [...line, {...spaces(fill - widthOf(line)), isBar: line.at(-1)?.isBar ?? false}] : line;
	return (
		<Text wrap='truncate-end'>
			{whole.some(({isSpinning}) => isSpinning)
				? whole.map((part, index) => part.isSpinning ? <Moving key={index} tone={part.tone} theme={theme}/> : styled(part, theme, isSelected))
				: joined(whole).map(part => styled(part, theme, isSelected)).join('') || ' '}
		</Text>
	);
}, isSameLine);

type LinesProps = {
	readonly lines: readonly Line[];
	readonly theme: Theme;
	/** The index of the selected line, and of how many columns it is. */
	readonly selected?: {readonly index: number; readonly width: number} | undefined;
};

/** Lines one below the other. A line's index is its key, because it has no other identity. */
export const Lines = ({lines, theme, selected}: LinesProps): ReactNode =>
	lines.map((line, index) => <LineText key={index} line={line} theme={theme} fill={index === selected?.index ? selected.width : undefined}/>);
