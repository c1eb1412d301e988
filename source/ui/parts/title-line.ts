import {fitLine, piece} from '../piece.js';
import {type Theme} from '../theme.js';
import {type Line} from './frame-lines.js';

/** The first line of a panel: its title in a rule. */
export const titleLine = (title: string, width: number, {glyphs}: Theme): Line => fitLine([
	piece(`${glyphs.rule.repeat(2)} `, 'quiet'),
	piece(title, 'accent', true),
	piece(` ${glyphs.rule.repeat(width)}`, 'quiet'),
], width, glyphs.rule);
