import {Box} from 'ink';
import {type ReactNode} from 'react';
import {type Timestamp} from '../../lib/time.js';
import {type Size, type View} from '../../store/state.js';
import {span} from '../span.js';
import {type Theme} from '../theme.js';
import {Footer, type FooterProps, NoticeLine} from './footer.js';
import {Lines} from './line.js';
import {noteLines} from './text.js';

/** What every screen gets beside its own values. */
export type ScreenProps = {
	readonly size: Size;
	readonly footer: FooterProps;
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
	/** A line is free for a notice: above `end`, so that the keys stay in sight. Otherwise the notice replaces the keys. */
	readonly hasFreeLine: boolean;
};

/** The layout of all screens, one line lower than the terminal: head, body, notice, end, footer. If that is too high, the beginning is cut. */
export const Screen = ({size, footer, theme, head, children, end, hasFreeLine}: LayoutProps): ReactNode => {
	const {notice} = footer;
	const isApart = hasFreeLine && notice !== undefined;
	return (
		<Box flexDirection='column' flexShrink={0} height={Math.max(1, size.rows - 1)} justifyContent='flex-end' overflowY='hidden'>
			<Box flexDirection='column' flexShrink={0}>{head}</Box>
			<Box flexDirection='column' flexBasis={0} flexGrow={1} flexShrink={1} overflowY='hidden'>
				<Box flexDirection='column' flexShrink={0}>{children}</Box>
			</Box>
			<Box flexDirection='column' flexShrink={0}>
				{isApart ? <NoticeLine notice={notice} width={size.columns} theme={theme}/> : undefined}
				{end}
				<Footer {...footer} notice={isApart ? undefined : notice} width={size.columns} theme={theme}/>
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

/** Instead of an empty list, below its head. */
export const Note = ({text, width, theme}: {readonly text: string; readonly width: number; readonly theme: Theme}): ReactNode => (
	<Box flexDirection='column' marginTop={1}>
		<Lines lines={noteLines(text, width).map(line => [span(line, 'quiet')])} theme={theme}/>
	</Box>
);
