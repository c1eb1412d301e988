import {columnsOf} from '../../text/columns.js';
import {cut} from '../../format/cell.js';
import {piece, spreadLine, widthOf, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

const program = 'obwatch';
const shortest = 8;

const linked = (crumbs: readonly string[], {glyphs}: Theme): readonly Piece[] => [
	piece(' '),
	piece(program, 'accent', true),
	...crumbs.flatMap((crumb, index) => [piece(` ${glyphs.crumb} `, 'quiet'), piece(crumb, 'plain', index === crumbs.length - 1)]),
];

/** Shortens the longest crumb, again and again, until all fit: where one is stays readable at both ends. */
const shorten = (crumbs: readonly string[], theme: Theme, width: number): readonly string[] => {
	let short = crumbs;
	for (let over = widthOf(linked(short, theme)) - width; over > 0; over = widthOf(linked(short, theme)) - width) {
		const widths = short.map(crumb => columnsOf(crumb));
		const longest = Math.max(...widths, 0);
		if (longest <= shortest) {
			return short;
		}

		const index = widths.indexOf(longest);
		short = short.map((crumb, place) => place === index ? cut(crumb, Math.max(shortest, longest - over), theme.glyphs.ellipsis) : crumb);
	}

	return short;
};

/** Where the user is, from the program's name on, with something at the right end of the line. */
export const breadcrumbLine = (crumbs: readonly string[], width: number, theme: Theme, right: readonly Piece[] = []): readonly Piece[] => {
	const room = right.length === 0 ? width : width - widthOf(right) - 2;
	return spreadLine(linked(shorten(crumbs, theme, room), theme), right, width, theme.glyphs.ellipsis);
};
