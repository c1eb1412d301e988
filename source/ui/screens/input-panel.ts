import {columnsOf, sliceColumns} from '../../text/columns.js';
import {type OverlayView} from '../app-view.js';
import {type Line} from '../parts/frame-lines.js';
import {fitLine, piece} from '../piece.js';
import {type ScreenProps} from './screen-props.js';

const signs = {search: '/', filter: '&', rows: '/', place: '@'} as const;

const hints = {
	search: 'Enter keep  Esc cancel',
	filter: 'Enter keep  Esc cancel  empty: all',
	rows: 'Enter keep  Esc cancel  empty: all',
	place: 'Enter go  Esc cancel  12:34, +10m, -1h, 50%',
} as const;

/** The line on which a search, a filter or a place is typed, with what is wrong with it. Of a long one the end is in sight. */
export const inputPanel = ({purpose, text, problem}: Extract<OverlayView, {type: 'input'}>, {size: {columns}, theme}: ScreenProps): readonly Line[] => {
	const room = Math.max(10, columns - 30);
	const shown = sliceColumns(text, Math.max(0, columnsOf(text) - room), room);
	return [fitLine([
		piece(` ${signs[purpose]}`, 'accent', true),
		piece(shown),
		piece(' ', 'match'),
		piece(`  ${problem ?? hints[purpose]}`, problem === undefined ? 'quiet' : 'bad'),
	], columns, theme.glyphs.ellipsis)];
};
