import {columnsOf, sliceColumns} from '../../text/columns.js';
import {type OverlayView} from '../app-view.js';
import {type Line} from '../parts/frame-lines.js';
import {fitLine, piece} from '../piece.js';
import {type ScreenProps} from './screen-props.js';

const signs = {search: '/', filter: '&', agents: '/'} as const;

/** The line on which a search or a filter is typed, with what is wrong with it. Of a long one the end is in sight. */
export const inputPanel = ({purpose, text, problem}: Extract<OverlayView, {type: 'input'}>, {size: {columns}, theme}: ScreenProps): readonly Line[] => {
	const room = Math.max(10, columns - 30);
	const shown = sliceColumns(text, Math.max(0, columnsOf(text) - room), room);
	const hint = `Enter keep  Esc cancel${purpose === 'search' ? '' : '  empty: all'}`;
	return [fitLine([
		piece(` ${signs[purpose]}`, 'accent', true),
		piece(shown),
		piece(' ', 'match'),
		piece(`  ${problem ?? hint}`, problem === undefined ? 'quiet' : 'bad'),
	], columns, theme.glyphs.ellipsis)];
};
