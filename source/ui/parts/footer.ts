import {type HintCondition, type KeyContext} from '../../keymap/key-record.js';
import {footerHints, withoutArrows, type KeyTable} from '../../keymap/read-keys.js';
import {fitLine, piece, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

/** What the last line can say. */
export type FooterProps = {readonly context: KeyContext; readonly conditions: readonly HintCondition[]; readonly notice?: string | undefined; readonly keys?: KeyTable | undefined};

/** The last line: a notice for the user, else the keys that help most here. */
export const footerLine = ({context, conditions, notice, keys: table}: FooterProps, width: number, theme: Theme): readonly Piece[] => {
	if (notice !== undefined) {
		return fitLine([piece(` ${notice}`, 'attention')], width, theme.glyphs.ellipsis);
	}

	const hints = footerHints(context, conditions, width - 2, table);
	return fitLine(hints.flatMap(({keys, label}, index) => [
		piece(index === 0 ? ' ' : '  '),
		piece(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true),
		piece(` ${label}`, 'quiet'),
	]), width, theme.glyphs.ellipsis);
};
