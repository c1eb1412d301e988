import {type LogRow, type LogView} from '../../store/views.js';
import {sliceColumns} from '../../text/columns.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {stalenessLines} from '../parts/staleness.js';
import {fitLine, piece, type Piece} from '../piece.js';
import {outcomeText, toneOf, toneOfSeverity, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

// A line can be megabytes long: only the part in sight is ever given to the renderer.
const rowLine = ({text, severity}: LogRow, left: number, width: number): Line => {
	const part = sliceColumns(text, left, width - 1);
	return part === '' ? [] : [piece(` ${part}`, toneOfSeverity(severity))];
};

/** At the right end: how the sub-task is, where in its log one is, and whether the end is followed. */
const stateOf = ({outcome, list, isFollowing, left}: LogView, isNarrow: boolean, theme: Theme): readonly Piece[] => {
	const last = list.top + list.rows.length;
	const place = isFollowing || list.total === 0 ? '' : `  ${last}/${list.total}`;
	const aside = left > 0 ? `  +${left}` : '';
	return [
		...(isNarrow ? [] : [piece(outcomeText(outcome, theme), toneOf(outcome))]),
		piece(aside + place, 'quiet'),
		...(isFollowing ? [piece(`  follow ${theme.glyphs.following}`, 'accent')] : []),
		piece(' '),
	];
};

/** One sub-task's log. */
export const logScreen = (view: LogView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => frameLines({
	head: [
		breadcrumbLine(view.breadcrumb, width, theme, stateOf(view, width < 72, theme)),
		...stalenessLines(view.staleness, {width, hour}, theme),
	],
	body: view.note === undefined
		? view.list.rows.map(row => rowLine(row, view.left, width))
		: [[], fitLine([piece(`   ${view.note}`, 'quiet')], width, theme.glyphs.ellipsis)],
	foot: footerLine(footer, width, theme),
}, rows - 1);
