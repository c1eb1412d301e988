import {type ActionRow, type ActionsView} from '../../store/operate/views.js';
import {actionLetters} from '../../keymap/action-letters.js';
import {wrapWords} from '../../text/wrap-words.js';
import {footerLine} from '../parts/footer.js';
import {type Line} from '../parts/frame-lines.js';
import {markerOf} from '../parts/table.js';
import {actionWords} from '../action-words.js';
import {titleLine} from '../parts/title-line.js';
import {fitLine, piece} from '../piece.js';
import {type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

const nameWidth = Math.max(...Object.values(actionWords).map(([name]) => name.length));

const rowLine = ({action, why, isSelected}: ActionRow, width: number, theme: Theme): Line => {
	const [name, what] = actionWords[action];
	return fitLine([
		markerOf(isSelected, theme),
		piece(`${actionLetters[action]}  `, why === undefined ? 'accent' : 'quiet', why === undefined),
		piece(`${name.padEnd(nameWidth)}  `, why === undefined ? 'plain' : 'quiet', isSelected),
		piece(why === undefined ? what : `no: ${why}`, why === undefined ? 'plain' : 'quiet'),
	], width, theme.glyphs.ellipsis);
};

/** How operations are allowed, for whoever may only look; where the config file forbids them, it is named. */
export const howToAllow = (leftAlone: string | undefined): string => leftAlone === undefined
	? 'Read-only: nothing can be sent. Start obwatch with --operate to allow it.'
	: `Read-only: nothing can be sent. This agent is to be left alone: ${leftAlone}. --operate does not change that.`;

/** What may be done with a task, and why the rest may not. */
export const actionsPanel = ({task, rows, waitsFor, isReadOnly, leftAlone}: ActionsView, {size: {columns}, theme, footer}: ScreenProps): readonly Line[] => [
	titleLine(`actions on ${task}`, columns, theme),
	...(waitsFor === undefined ? [] : wrapWords(`Not failed: it waits for ${waitsFor}. Act on that one instead.`, columns - 2).map((line): Line => [piece(` ${line}`, 'attention')])),
	...rows.map(row => rowLine(row, columns, theme)),
	...(isReadOnly ? wrapWords(howToAllow(leftAlone), columns - 2).map((line): Line => [piece(` ${line}`, 'attention')]) : []),
	footerLine(footer, columns, theme),
];
