import {columnsOf} from '../../text/columns.js';
import {cut} from '../../format/cell.js';
import {piece, spreadLine, widthOf, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

const program = 'obwatch';
// A crumb is shortened so far before those before it are left out, and then so far.
const readable = 12;
const shortest = 8;

const linked = (crumbs: readonly string[], {glyphs}: Theme): readonly Piece[] => [
	piece(' '),
	piece(program, 'accent', true),
	...crumbs.flatMap((crumb, index) => [piece(` ${glyphs.crumb} `, 'quiet'), piece(crumb, 'plain', index === crumbs.length - 1)]),
];

/** Shortens the longest crumb, again and again, until all fit or none is longer than `least`. */
const shorten = (crumbs: readonly string[], theme: Theme, width: number, least: number): readonly string[] => {
	let short = crumbs;
	for (let over = widthOf(linked(short, theme)) - width; over > 0; over = widthOf(linked(short, theme)) - width) {
		const widths = short.map(crumb => columnsOf(crumb));
		const longest = Math.max(...widths, 0);
		if (longest <= least) {
			return short;
		}

		const index = widths.indexOf(longest);
		short = short.map((crumb, place) => place === index ? cut(crumb, Math.max(least, longest - over), theme.glyphs.ellipsis) : crumb);
	}

	return short;
};

/** Shortened crumbs, or of a long way only the last of them: where one is counts for more than how one got there. An agent and its task both say where. */
const fitting = (crumbs: readonly string[], theme: Theme, width: number): readonly string[] => {
	if (crumbs.length <= 2) {
		return shorten(crumbs, theme, width, shortest);
	}

	for (const left of crumbs.keys()) {
		const short = shorten(left === 0 ? crumbs : [theme.glyphs.ellipsis, ...crumbs.slice(left)], theme, width, readable);
		if (widthOf(linked(short, theme)) <= width) {
			return short;
		}
	}

	return shorten([theme.glyphs.ellipsis, ...crumbs.slice(-1)], theme, width, shortest);
};

/** Where the user is, from the program's name on, with something at the right end of the line. */
export const breadcrumbLine = (crumbs: readonly string[], width: number, theme: Theme, right: readonly Piece[] = []): readonly Piece[] => {
	const room = right.length === 0 ? width : width - widthOf(right) - 2;
	return spreadLine(linked(fitting(crumbs, theme, room), theme), right, width, theme.glyphs.ellipsis);
};
