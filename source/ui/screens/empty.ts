import {type Timestamp} from '../../lib/time.js';
import {minimumSize} from '../../store/layout.js';
import {type NothingView} from '../../store/selectors/screen.js';
import {type Size, type View} from '../../store/state.js';
import {breadcrumbLine} from '../components/breadcrumb.js';
import {footerLine, type FooterProps} from '../components/footer.js';
import {stalenessLines} from '../components/stale.js';
import {noteLines} from '../components/text.js';
import {fitLine, frameLines, type Line, span, spinner} from '../span.js';
import {type Theme} from '../theme.js';

/** An agent or task of which there is nothing to show, and why. */
export const nothingScreen = (view: NothingView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => frameLines({
	head: [breadcrumbLine(view.breadcrumb, width, theme), ...stalenessLines(view.staleness, {width, hour}, theme)],
	body: [[], ...noteLines(view.text, width).map((line, row) => row === 0 && view.isWaiting ? [span(' '), spinner('accent'), span(line.slice(2), 'quiet')] : [span(line, 'quiet')])],
	foot: footerLine(footer, width, theme),
}, rows - 1);

export const isTooSmall = ({columns, rows}: Size): boolean => columns < minimumSize.columns || rows < minimumSize.rows;

/** What a terminal shows in which no screen would make sense. */
export const tooSmallScreen = ({columns, rows}: Size, theme: Theme): readonly Line[] =>
	[fitLine([span(`too small: ${columns}x${rows}, needs ${minimumSize.columns}x${minimumSize.rows}`)], columns, theme.glyphs.ellipsis)];

/** What every screen gets beside its own values. */
export type ScreenProps = {
	readonly size: Size;
	readonly footer: FooterProps;
	readonly theme: Theme;
	readonly timeZone: View['timeZone'];
	/** The present, rounded down to the hour. */
	readonly hour: Timestamp;
};
