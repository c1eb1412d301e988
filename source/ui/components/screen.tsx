import chalk from 'chalk';
import {Box} from 'ink';
import {type ReactNode} from 'react';
import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type JournalRow} from '../../store/selectors/journal.js';
import {type Caution, type Notice, type Size, type View} from '../../store/state.js';
import {footerHints, withoutArrows} from '../keys/hints.js';
import {type KeyTable} from '../keys/resolve.js';
import {type HintCondition, type KeyContext} from '../keys/table.js';
import {type Place} from '../layout.js';
import {fitLine, type Span, span, spreadLine, widthOf} from '../span.js';
import {spokenLine} from '../spoken.js';
import {drawingOf, type Theme} from '../theme.js';
import {Lines, LineText} from './line.js';
import {noteLines} from './text.js';

/** What the last line can say. */
type FooterProps = {
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly notice?: Notice | undefined;
	readonly count?: number | undefined;
	readonly news?: number;
	readonly cautions?: readonly Caution[];
	readonly keys?: KeyTable | undefined;
	/** It is below all parts of the terminal, and not in the screen, which is one of them. */
	readonly isShared?: boolean;
	/** A panel with keys of its own lies over it. */
	readonly isCovered?: boolean;
};

const hintSpans = ({context, conditions, keys: table}: FooterProps, width: number, theme: Theme): readonly Span[] =>
	footerHints(context, conditions, width, table).flatMap(({keys, label}, index) => [
		span(index === 0 ? ' ' : '  '),
		span(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true),
		span(` ${label}`, 'quiet'),
	]);

const cautionText = (caution: Caution): string => {
	const {footer} = messages().screens;
	switch (caution.type) {
		case 'not-recording': {
			return footer.notRecording(caution.problem);
		}

		case 'webhooks-failing': {
			return footer.webhooksFailing(caution.failing.map(({name}) => name));
		}

		case 'certificates-unchecked':
		case 'keys-unchecked':
		case 'recording':
		case 'replaced':
		case 'removed': {
			return footer.cautions[caution.type];
		}
	}
};

/**
Shown whatever the keys are: how many changes came while the user was away, which checks are off, and the count that is being typed. The
journal itself shows the first of them above its list.
*/
const standing = ({context, notice, count, news = 0, cautions = []}: FooterProps): readonly Span[] => {
	const {footer} = messages().screens;
	const parts = [
		...(news > 0 && context !== 'journal' && notice === undefined ? [footer.news(news)] : []),
		...cautions.map(caution => cautionText(caution)),
	];
	return [
		...(parts.length === 0 ? [] : [span(`${parts.join(messages().screens.separator)} `, 'attention')]),
		...(count === undefined ? [] : [span(` ${count} `, 'plain', true)]),
	];
};

/** A notice as a line. */
const noticeLine = ({text, isProblem}: Notice): readonly Span[] => [span(` ${text}`, isProblem ? 'bad' : 'attention')];

// Columns that a notice which is cut anyway leaves for the most helpful key.
const leastKeys = 14;

/** The last line: a notice if no other line is free for it, and the most helpful keys; at its right end what is always shown. */
const footerLine = (props: FooterProps, width: number, theme: Theme): readonly Span[] => {
	const {ellipsis} = theme.glyphs;
	// A long reason must leave room for the most important keys.
	const right = fitLine(standing(props), Math.ceil(width * 2 / 3), ellipsis);
	const room = width - 2 - widthOf(right);
	if (props.notice === undefined) {
		return spreadLine(hintSpans(props, room, theme), right, width, ellipsis);
	}

	const notice = noticeLine(props.notice);
	const free = room - widthOf(notice) - 1;
	// A screen reader reads the notice alone.
	const keys = theme.isRead ? [] : hintSpans(props, free < 0 ? leastKeys : free, theme);
	return spreadLine([...fitLine(notice, free < 0 ? room - widthOf(keys) - 1 : widthOf(notice), ellipsis), span(' '), ...keys], right, width, ellipsis);
};

// The most helpful ones, as on a terminal of that width.
const spokenKeysWidth = 100;

/** The keys in one line, and behind them what is always shown: it changes, and is news then. */
const spokenKeys = (props: FooterProps, theme: Theme): string => {
	const keys = spokenLine(hintSpans(props, spokenKeysWidth, theme));
	const more = spokenLine(standing(props));
	return [more, keys === '' ? '' : messages().screens.reader.keys(keys)].filter(text => text !== '').join('\n');
};

/** The last line of a screen or a panel. */
export const Footer = ({width, theme, ...props}: FooterProps & {readonly width: number; readonly theme: Theme}): ReactNode => theme.isRead && props.isCovered && props.notice === undefined
	? undefined
	: <LineText line={footerLine(props, width, theme)} theme={theme} label={theme.isRead && props.notice === undefined ? spokenKeys(props, theme) : undefined}/>;

/** A notice in a line of its own. */
export const NoticeLine = ({notice, width, theme}: {readonly notice: Notice; readonly width: number; readonly theme: Theme}): ReactNode =>
	<LineText line={fitLine(noticeLine(notice), width, theme.glyphs.ellipsis)} theme={theme}/>;

/**
A screen that is a part of the terminal.

- place: where it is from the list that it belongs to; undefined: it is that list
- hasKeys: keys act there
- shared: how many of its crumbs the list has, too
- hasPreview: what Enter would open is beside or below it
- saysReason: it has room for the whole reason of the selected row
- across: columns of the whole terminal; the first line of the agents goes on above what is beside them
- changes: the newest, for lines that are free
*/
export type PartProps = {readonly place: Place | undefined; readonly hasKeys: boolean; readonly shared: number; readonly hasPreview: boolean; readonly saysReason?: boolean; readonly across?: number | undefined; readonly changes?: readonly JournalRow[] | undefined};

/** What every screen gets beside its own values. */
export type ScreenProps = {
	readonly size: Size;
	readonly footer: FooterProps;
	/** How it stands beside the others. */
	readonly part?: PartProps | undefined;
	readonly theme: Theme;
	readonly timeZone: View['timeZone'];
	/** The present, rounded down to the hour. */
	readonly hour: Timestamp;
	/** A panel lies over its end. */
	readonly isCovered?: boolean;
};

/** Lines of a screen between `head` lines and the footer: a frame is one line lower than the terminal. */
export const roomBelow = (head: number, {rows}: Size): number => Math.max(0, rows - 1 - head - 1);

type LayoutProps = Pick<ScreenProps, 'size' | 'footer' | 'theme'> & {
	readonly head: ReactNode;
	/** Below the head, cut if there is no room. */
	readonly children?: ReactNode;
	/** Right above the footer. */
	readonly end?: ReactNode;
	/** A line is free for a notice: above `end`, so that the keys stay in sight. Otherwise the notice is before the keys. */
	readonly hasFreeLine: boolean;
};

/** The layout of all screens, one line lower than the terminal: head, body, notice, end, footer. If that is too high, the beginning is cut. */
export const Screen = ({size, footer, theme, head, children, end, hasFreeLine}: LayoutProps): ReactNode => {
	const {notice, isShared = false} = footer;
	const isApart = hasFreeLine && notice !== undefined;
	return (
		<Box flexDirection='column' flexShrink={0} height={Math.max(1, size.rows - (isShared ? 2 : 1))} justifyContent='flex-end' overflowY='hidden'>
			<Box flexDirection='column' flexShrink={0}>{head}</Box>
			<Box flexDirection='column' flexBasis={0} flexGrow={1} flexShrink={1} overflowY='hidden'>
				<Box flexDirection='column' flexShrink={0}>{children}</Box>
			</Box>
			<Box flexDirection='column' flexShrink={0}>
				{isApart ? <NoticeLine notice={notice} width={size.columns} theme={theme}/> : undefined}
				{end}
				{isShared ? undefined : <Footer {...footer} notice={isApart ? undefined : notice} width={size.columns} theme={theme}/>}
			</Box>
		</Box>
	);
};

/** A screen with a panel over its end, as high as the screen. */
export const WithPanel = ({size, panel, children}: Pick<ScreenProps, 'size'> & {readonly panel: ReactNode; readonly children: ReactNode}): ReactNode => (
	<Box flexDirection='column' flexShrink={0} height={Math.max(1, size.rows - 1)} justifyContent='flex-end' overflowY='hidden'>
		<Box flexDirection='column' flexBasis={0} flexGrow={1} flexShrink={1} overflowY='hidden'>{children}</Box>
		<Box flexDirection='column' flexShrink={0}>{panel}</Box>
	</Box>
);

// Only its left side is drawn.
const noBorder = {topLeft: '', top: '', topRight: '', right: '', bottomRight: '', bottom: '', bottomLeft: ''};

/** Right of a list, behind a rule. */
export const Beside = ({hasKeys, size, theme, children}: Pick<ScreenProps, 'size' | 'theme'> & {readonly hasKeys: boolean; readonly children: ReactNode}): ReactNode => {
	const {color} = drawingOf(hasKeys ? 'accent' : 'plain', {isBold: false, isSelected: false, level: chalk.level}, theme);
	return (
		<Box
			flexDirection='column'
			flexShrink={0}
			width={size.columns + 1}
			height={Math.max(1, size.rows - 2)}
			borderStyle={{...noBorder, left: theme.glyphs.divider}}
			borderDimColor={!hasKeys}
			borderColor={typeof color === 'number' ? `ansi256(${color})` : color}
			borderTop={false}
			borderRight={false}
			borderBottom={false}
			overflowY='hidden'
		>
			{children}
		</Box>
	);
};

/** Instead of an empty list, below its head. */
export const Note = ({text, width, theme}: {readonly text: string; readonly width: number; readonly theme: Theme}): ReactNode => (
	<Box flexDirection='column' marginTop={1}>
		<Lines lines={noteLines(text, width).map(line => [span(line, 'quiet')])} theme={theme}/>
	</Box>
);
