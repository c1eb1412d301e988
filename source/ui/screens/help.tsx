import {type ReactNode} from 'react';
import {cell, widest} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {wrapText} from '../../lib/wrap.js';
import {type Caution, type Size} from '../../store/state.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {positionSpans} from '../components/table.js';
import {type HelpSection, helpSections, withoutArrows} from '../keys/hints.js';
import {type KeyTable} from '../keys/resolve.js';
import {type KeyContext} from '../keys/table.js';
import {bodyHeight, isRoomy} from '../layout.js';
import {fitLine, type Line, spaces, span, widthOf, withoutBlankEnd} from '../span.js';
import {type Theme} from '../theme.js';

const mostColumns = 3;

const gap = 2;

const keysOf = (keys: string, {isAscii}: Theme): string => isAscii ? withoutArrows(keys) : keys;

/** One column: its sections one below the other, their descriptions aligned. */
const columnLines = (sections: readonly HelpSection[], theme: Theme): readonly Line[] => {
	const keysWidth = widest(sections.flatMap(({lines}) => lines.map(({keys}) => keysOf(keys, theme))), 0, Infinity) + gap;
	return sections.flatMap(({title, lines}, index): readonly Line[] => [
		...(index === 0 ? [] : [[]]),
		[span(` ${title}`, 'accent', true)],
		...lines.map(({keys, description}): Line => [span(`  ${cell(keysOf(keys, theme), keysWidth)}`, 'plain', true), span(description)]),
	]);
};

const heightOf = ({lines}: HelpSection): number => lines.length + 2;

/** The sections in order over so many columns, about equally high. */
const distributed = (sections: readonly HelpSection[], count: number): ReadonlyArray<readonly HelpSection[]> => {
	const total = sections.reduce((sum, section) => sum + heightOf(section), 0);
	const columns = Array.from({length: count}, (): HelpSection[] => []);
	let before = 0;
	for (const section of sections) {
		// Decided by its middle.
		columns[Math.min(count - 1, Math.floor(((before + (heightOf(section) / 2)) / total) * count))]?.push(section);
		before += heightOf(section);
	}

	return columns;
};

/** What the footer has no room for: why webhooks do not work, and why nothing is recorded. */
const problemLines = (width: number, cautions: readonly Caution[]): readonly Line[] => {
	const {screens: {footer}, webhooks: {about}} = messages();
	const texts = cautions.flatMap(caution => caution.type === 'webhooks-failing'
		? caution.failing.map(({name, problem}) => about(name, problem))
		: (caution.type === 'not-recording' ? [footer.notRecording(caution.problem)] : []));
	const lines = texts.flatMap(text => wrapText(text, width - 2)).map((line): Line => [span(` ${line}`, 'bad')]);
	return lines.length === 0 ? [] : [...lines, []];
};

/** The keys, below what does not work. */
const allLines = (size: Size, theme: Theme, shown: Shown): readonly Line[] => [...problemLines(size.columns, shown.cautions ?? []), ...keyLines(size, theme, shown)];

/** As many columns as fit with their longest lines: nothing is cut, and nothing touches. */
const keyLines = (size: Size, theme: Theme, {keys, of}: Shown): readonly Line[] => {
	const {columns: width} = size;
	const sections = helpSections(keys, of, isRoomy(size));
	// Side by side they could not be read in their order.
	for (let count = theme.isRead ? 1 : mostColumns; count > 1; count -= 1) {
		const columns = distributed(sections, count).map(part => columnLines(part, theme));
		const widths = columns.map(lines => Math.max(0, ...lines.map(line => widthOf(line))));
		if (widths.reduce((sum, next) => sum + gap + next) <= width) {
			return Array.from({length: Math.max(...columns.map(({length}) => length))}, (_, row): Line => columns.flatMap((lines, index) => {
				const line = lines[row] ?? [];
				return index === count - 1 ? line : [...line, spaces((widths[index] ?? 0) + gap - widthOf(line))];
			}));
		}
	}

	return columnLines(sections, theme);
};

/** The key table, and the screen whose keys are shown; without it, all keys are. */
type Shown = {readonly keys?: KeyTable | undefined; readonly of?: KeyContext | undefined; readonly cautions?: readonly Caution[] | undefined};

/** How far the help can scroll: the topmost line of its last page. */
export const lastHelpTop = (size: Size, theme: Theme, shown: Shown = {}): number =>
	Math.max(0, allLines(size, theme, shown).length - bodyHeight({type: 'help', rows: size.rows}));

/** The keys of the screen behind it, or all of them, from the key table. */
export const HelpScreen = ({top, of, size, theme, footer}: ScreenProps & {readonly top: number; readonly of: KeyContext | undefined}): ReactNode => {
	const {columns, rows} = size;
	const {help: words} = messages().screens;
	const shown = {keys: footer.keys, of, cautions: footer.cautions};
	const from = Math.min(top, lastHelpTop(size, theme, shown));
	const all = allLines(size, theme, shown);
	const position = positionSpans({rows: all.slice(from, from + bodyHeight({type: 'help', rows})), top: from, total: all.length}, theme);
	const crumbs = of === undefined ? [words.all] : [messages().keys.contexts[of], words.title];
	const inSight = all.slice(from, from + bodyHeight({type: 'help', rows}));
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={withoutBlankEnd(inSight).length < roomBelow(1, size)}
			head={<Breadcrumb crumbs={crumbs} width={columns} theme={theme} right={position}/>}
		>
			<Lines lines={inSight.map(line => fitLine(line, columns, theme.glyphs.ellipsis))} theme={theme}/>
		</Screen>
	);
};
