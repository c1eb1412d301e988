import {Box} from 'ink';
import {type ReactNode} from 'react';
import {columnsOf} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {type NothingView} from '../../store/selectors/task-head.js';
import {type Size} from '../../store/state.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {noteLines, stalenessLines} from '../components/text.js';
import {minimumSize} from '../layout.js';
import {fitLine, type Line, span, spinner} from '../span.js';
import {type Theme} from '../theme.js';

/** Its first line has a spinner while a response is awaited. */
const waitingLines = ({text, isWaiting}: NothingView, width: number): readonly Line[] => noteLines(text, width).map((line, row) =>
	row === 0 && isWaiting ? [span(' '), spinner('accent'), span(line.slice(2), 'quiet')] : [span(line, 'quiet')]);

/** An agent or task without anything to show, and why. */
export const NothingScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: NothingView}): ReactNode => {
	const {columns: width} = size;
	const stale = stalenessLines(view.staleness, {size, hour}, theme);
	const lines = waitingLines(view, width);
	const help: readonly Line[] = view.help === undefined ? [] : noteLines(view.help, width).map(line => [span(line, 'quiet')]);
	// Help is whole or not there.
	const said = 1 + lines.length + help.length <= roomBelow(1 + stale.length, size) ? [...lines, ...help] : lines;
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={1 + said.length < roomBelow(1 + stale.length, size)}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part}/>
				<Lines lines={stale} theme={theme}/>
			</>}
		>
			<Box flexDirection='column' marginTop={1}><Lines lines={said} theme={theme}/></Box>
		</Screen>
	);
};

export const isTooSmall = ({columns, rows}: Size): boolean => columns < minimumSize.columns || rows < minimumSize.rows;

/** Shown by terminals that are too small for screens. The size that is needed is what the user must know, so it is said alone if there is no room for more. */
export const TooSmall = ({size: {columns, rows}, theme}: {readonly size: Size; readonly theme: Theme}): ReactNode => {
	const {tooSmall, tooSmallFor} = messages().screens;
	const least = `${minimumSize.columns}x${minimumSize.rows}`;
	const whole = tooSmall(`${columns}x${rows}`, least);
	const text = columnsOf(whole) <= columns ? whole : tooSmallFor(least);
	return <LineText line={fitLine([span(text)], columns, theme.glyphs.ellipsis)} theme={theme}/>;
};
