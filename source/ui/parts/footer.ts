import {type HintCondition, type KeyContext} from '../../keymap/key-record.js';
import {footerHints, withoutArrows, type KeyTable} from '../../keymap/read-keys.js';
import {fitLine, piece, spreadLine, widthOf, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

/** What the last line can say. */
export type FooterProps = {readonly context: KeyContext; readonly conditions: readonly HintCondition[]; readonly notice?: string | undefined; readonly news?: number; readonly keys?: KeyTable | undefined};

/** The last line: a notice for the user, else the keys that help most here, and how much came while nobody was there. */
export const footerLine = ({context, conditions, notice, news = 0, keys: table}: FooterProps, width: number, theme: Theme): readonly Piece[] => {
	if (notice !== undefined) {
		return fitLine([piece(` ${notice}`, 'attention')], width, theme.glyphs.ellipsis);
	}

	// In the journal itself it stands above the list.
	const right = news > 0 && context !== 'journal' ? [piece(`${news} new in J `, 'attention')] : [];
	const hints = footerHints(context, conditions, width - 2 - widthOf(right), table);
	return spreadLine(hints.flatMap(({keys, label}, index) => [
		piece(index === 0 ? ' ' : '  '),
		piece(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true),
		piece(` ${label}`, 'quiet'),
	]), right, width, theme.glyphs.ellipsis);
};
