import {helpSections, withoutArrows, type HelpSection, type KeyTable} from '../../keymap/read-keys.js';
import {cell} from '../../format/cell.js';
import {bodyHeight} from '../../store/layout.js';
import {type Size} from '../../store/state.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {fitLine, piece, spaces, widthOf} from '../piece.js';
import {type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

const keysWidth = 15;
const columnWidth = 38;

const sectionLines = ({title, lines}: HelpSection, theme: Theme): readonly Line[] => [
	[piece(` ${title}`, 'accent', true)],
	...lines.map(({keys, description}): Line => [
		piece(`  ${cell(theme.isAscii ? withoutArrows(keys) : keys, keysWidth)}`, 'plain', true),
		piece(description),
	]),
	[],
];

/** Sections one below the other, in as many columns as there is room for and as it takes to show all without scrolling. */
const inColumns = (blocks: ReadonlyArray<readonly Line[]>, width: number): readonly Line[] => {
	const count = Math.max(1, Math.min(3, Math.floor(width / columnWidth)));
	const total = blocks.reduce((sum, block) => sum + block.length, 0);
	const columns = Array.from({length: count}, (): Line[] => []);
	let place = 0;
	for (const block of blocks) {
		const isFull = (columns[place]?.length ?? 0) + (block.length / 2) > total / count;
		if (isFull && place < count - 1) {
			place += 1;
		}

		columns[place]?.push(...block);
	}

	const height = Math.max(...columns.map(({length}) => length));
	return Array.from({length: height}, (_, row): Line => columns.flatMap((column, index) => {
		const line = column[row] ?? [];
		return index === count - 1 ? line : [...line, spaces(columnWidth - widthOf(line))];
	}));
};

const allLines = ({columns}: Size, theme: Theme, keys: KeyTable | undefined): readonly Line[] => {
	const lines = inColumns(helpSections(keys).map(section => sectionLines(section, theme)), columns);
	return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
};

/** How far the help can scroll: the topmost line of its last page. */
export const lastHelpTop = (size: Size, theme: Theme, keys?: KeyTable): number =>
	Math.max(0, allLines(size, theme, keys).length - bodyHeight({type: 'help', rows: size.rows, isStale: false}));

/** All keys, from the key table. */
export const helpScreen = (top: number, {size, theme, footer}: ScreenProps): readonly Line[] => {
	const {columns, rows} = size;
	const from = Math.min(top, lastHelpTop(size, theme, footer.keys));
	return frameLines({
		head: [breadcrumbLine(['keys'], columns, theme)],
		body: allLines(size, theme, footer.keys).slice(from).map(line => fitLine(line, columns, theme.glyphs.ellipsis)),
		foot: footerLine(footer, columns, theme),
	}, rows - 1);
};
