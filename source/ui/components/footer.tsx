import {type ReactNode} from 'react';
import {type Notice} from '../../store/state.js';
import {footerHints, type KeyTable, withoutArrows} from '../keys/resolve.js';
import {type HintCondition, type KeyContext} from '../keys/table.js';
import {fitLine, type Span, span, spreadLine, widthOf} from '../span.js';
import {type Theme} from '../theme.js';
import {LineText} from './line.js';

/** What the last line can say. */
export type FooterProps = {
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly notice?: Notice | undefined;
	readonly news?: number;
	readonly cautions?: readonly string[];
	readonly keys?: KeyTable | undefined;
};

const hintSpans = ({context, conditions, keys: table}: FooterProps, width: number, theme: Theme): readonly Span[] =>
	footerHints(context, conditions, width, table).flatMap(({keys, label}, index) => [
		span(index === 0 ? ' ' : '  '),
		span(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true),
		span(` ${label}`, 'quiet'),
	]);

/**
Shown whatever the keys are: how many changes came while the user was away, and which checks are off. The journal itself shows the former
above its list.
*/
const standing = ({context, notice, news = 0, cautions = []}: FooterProps): readonly Span[] => {
	const parts = [...(news > 0 && context !== 'journal' && notice === undefined ? [`${news} new in J`] : []), ...cautions];
	return parts.length === 0 ? [] : [span(`${parts.join(', ')} `, 'attention')];
};

/** A notice as a line. */
export const noticeLine = ({text, isProblem}: Notice): readonly Span[] => [span(` ${text}`, isProblem ? 'bad' : 'attention')];

/** The last line: a notice if no other line is free for it, else the most helpful keys; at its right end what is always shown. */
export const footerLine = (props: FooterProps, width: number, theme: Theme): readonly Span[] => {
	const right = standing(props);
	const {notice} = props;
	const left = notice === undefined ? hintSpans(props, width - 2 - widthOf(right), theme) : noticeLine(notice);
	return spreadLine(left, right, width, theme.glyphs.ellipsis);
};

/** The last line of a screen or a panel. */
export const Footer = ({width, theme, ...props}: FooterProps & {readonly width: number; readonly theme: Theme}): ReactNode =>
	<LineText line={footerLine(props, width, theme)} theme={theme}/>;

/** A notice in a line of its own. */
export const NoticeLine = ({notice, width, theme}: {readonly notice: Notice; readonly width: number; readonly theme: Theme}): ReactNode =>
	<LineText line={fitLine(noticeLine(notice), width, theme.glyphs.ellipsis)} theme={theme}/>;
