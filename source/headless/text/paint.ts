import {styleText} from 'node:util';
import {type Tone} from '../../store/views.js';
import {createTheme, styleOf} from '../../ui/theme.js';

/** Puts a colour around a text, or nothing where there are none. */
export type Paint = (text: string, tone: Tone) => string;

export const createPaint = (isColored: boolean): Paint => {
	if (!isColored) {
		return text => text;
	}

	const theme = createTheme();
	return (text, tone) => {
		const {color, dimColor} = styleOf(tone, false, theme);
		// Whether the output takes colours was found out before.
		return styleText([...(color === undefined ? [] : [color]), ...(dimColor ? ['dim' as const] : [])], text, {validateStream: false});
	};
};
