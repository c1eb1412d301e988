import {minimumSize} from '../../store/layout.js';
import {type NothingView} from '../../store/views.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {noteLines} from '../parts/note.js';
import {stalenessLines} from '../parts/staleness.js';
import {fitLine, piece, spinner} from '../piece.js';
import {type Theme} from '../theme.js';
import {type Size} from '../../store/state.js';
import {type ScreenProps} from './screen-props.js';

/** An agent or task of which there is nothing to show, and why. */
export const nothingScreen = (view: NothingView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => frameLines({
	head: [breadcrumbLine(view.breadcrumb, width, theme), ...stalenessLines(view.staleness, {width, hour}, theme)],
	body: [[], ...noteLines(view.text, width).map((line, row) => row === 0 && view.isWaiting ? [piece(' '), spinner('accent'), piece(line.slice(2), 'quiet')] : [piece(line, 'quiet')])],
	foot: footerLine(footer, width, theme),
}, rows - 1);

export const isTooSmall = ({columns, rows}: Size): boolean => columns < minimumSize.columns || rows < minimumSize.rows;

/** What a terminal shows in which no screen would make sense. */
export const tooSmallScreen = ({columns, rows}: Size, theme: Theme): readonly Line[] =>
	[fitLine([piece(`too small: ${columns}x${rows}, needs ${minimumSize.columns}x${minimumSize.rows}`)], columns, theme.glyphs.ellipsis)];
