// A terminal's screen as an SVG picture, and what an SVG picture shows, to compare it with a screen.

import {columnsOf} from '../../source/lib/columns.js';
import {type Cell, type Style} from '../helpers/pty-screen.js';

const cellWidth = 8.4;
const lineHeight = 18;
const margin = 12;
/** The baseline of a line of text in its row. */
const baseline = 13;

const background = '#1c1f26';
const foreground = '#d5d8df';
/** The 16 colours that every terminal has its own of. */
const palette = ['#3b4048', '#f0716f', '#8cc265', '#e5c07b', '#6cb0f5', '#d38aea', '#4fc1d6', foreground, '#7d8590', '#ff8f8c', '#a5e075', '#f0d197', '#8cc7ff', '#e6a9f7', '#72dcef', '#ffffff'];

/** One of the 256 colours: from 16 on, a cube of six steps each, then greys. */
const indexed = (index: number): string => {
	const step = (part: number): number => part === 0 ? 0 : 55 + (40 * part);
	const cube = [Math.floor((index - 16) / 36), Math.floor((index - 16) / 6) % 6, (index - 16) % 6].map(part => step(part));
	const grey = 8 + ((index - 232) * 10);
	return palette[index] ?? `#${(index < 232 ? cube : [grey, grey, grey]).map(part => part.toString(16).padStart(2, '0')).join('')}`;
};

const colourOf = (colour: number | string, usual: string): string => typeof colour === 'number' ? indexed(colour) : (colour === 'default' ? usual : colour);

const colours = (style: Style): {readonly ink: string; readonly paper: string} => {
	const ink = colourOf(style.color, foreground);
	const paper = colourOf(style.background, background);
	return style.isInverse ? {ink: paper, paper: ink} : {ink, paper};
};

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescape = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const isWide = ({text}: Cell): boolean => columnsOf(text) === 2;

const looksOf = (style: Cell): string => {
	const {ink, paper} = colours(style);
	// What is not ASCII may come from another font, which must not decide about its neighbours.
	return JSON.stringify([ink, paper, style.isBold, style.isDim, style.isUnderlined, /^\p{ASCII}$/u.test(style.text), isWide(style)]);
};

/** Neighbours that look the same, and are drawn as one text. A wide character is drawn alone: it is not stretched, and every font puts it where it belongs. */
const runsOf = (row: readonly Cell[]): ReadonlyArray<readonly Cell[]> => {
	const runs: Cell[][] = [];
	for (const cell of row) {
		const last = runs.at(-1);
		// The second half of a wide character is without a text, and belongs to it.
		if (last?.[0] && (cell.text === '' || (!isWide(cell) && looksOf(last[0]) === looksOf(cell)))) {
			last.push(cell);
		} else {
			runs.push([cell]);
		}
	}

	return runs;
};

const round = (value: number): string => String(Math.round(value * 10) / 10);
const xOf = (column: number): number => margin + (column * cellWidth);
const yOf = (row: number): number => margin + (row * lineHeight);

const drawRun = (run: readonly Cell[]): string => {
	const [first] = run;
	if (!first) {
		return '';
	}

	const {ink, paper} = colours(first);
	const at = (column: number): string => round(xOf(column));
	const parts = paper === background ? [] : [`<rect x="${at(first.column)}" y="${round(yOf(first.row))}" width="${round(run.length * cellWidth)}" height="${lineHeight}" fill="${paper}"/>`];
	const inked = run.slice(run.findIndex(({text}) => text !== ' '), run.findLastIndex(({text}) => text !== ' ') + 1);
	const [start] = inked;
	if (start) {
		const looks = [first.isBold ? ' font-weight="bold"' : '', first.isDim ? ' opacity="0.6"' : '', first.isUnderlined ? ' text-decoration="underline"' : ''].join('');
		// With its length, so that every font puts the next column where it belongs; blanks that browsers cannot join.
		const text = escape(inked.map(cell => cell.text).join('').replaceAll(' ', '\u00A0'));
		const length = isWide(start) ? '' : ` textLength="${round(inked.length * cellWidth)}" lengthAdjust="spacingAndGlyphs"`;
		parts.push(`<text x="${at(start.column)}" y="${round(yOf(first.row) + baseline)}"${length} fill="${ink}"${looks}>${text}</text>`);
	}

	return parts.join('\n');
};

/** The same screen gives the same text, byte by byte. */
export const screenSvg = (title: string, rows: ReadonlyArray<readonly Cell[]>): string => {
	const width = round(xOf(Math.max(...rows.map(row => row.length))) + margin);
	const height = round(yOf(rows.length) + margin);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace" font-size="14">`,
		`<title>${escape(title)}</title>`,
		`<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
		...rows.flatMap(row => runsOf(row).map(run => drawRun(run))).filter(text => text !== ''),
		'</svg>',
		'',
	].join('\n');
};

const tag = /<(\/?)([a-z]+)(?: [\w:-]+="[^"<]*")*(\/?)>/gi;

const isWellFormed = (svg: string): boolean => {
	const open: string[] = [];
	for (const [, end, name = '', single] of svg.matchAll(tag)) {
		if (end === '/') {
			if (open.pop() !== name) {
				return false;
			}
		} else if (single === '') {
			open.push(name);
		}
	}

	return open.length === 0 && svg.startsWith('<svg ') && svg.endsWith('</svg>\n') && !/[<&]/.test(svg.replaceAll(tag, '').replaceAll(/&(?:lt|gt|amp);/g, ''));
};

/** The lines that a picture shows, without trailing blanks, and the colours of its texts. Throws where it is not well formed. */
export const readSvg = (svg: string): {readonly lines: readonly string[]; readonly colours: ReadonlySet<string>} => {
	if (!isWellFormed(svg)) {
		throw new Error('not a well-formed SVG');
	}

	const lines: string[] = [];
	const used = new Set<string>();
	for (const [, x, y, fill, text] of svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*? fill="([^"]+)"[^>]*>([^<]*)<\/text>/g)) {
		const row = Math.round((Number(y) - baseline - margin) / lineHeight);
		const column = Math.round((Number(x) - margin) / cellWidth);
		const before = lines[row] ?? '';
		lines[row] = before + ' '.repeat(Math.max(0, column - columnsOf(before))) + unescape(text ?? '').replaceAll('\u00A0', ' ');
		used.add(fill ?? '');
	}

	return {lines: Array.from(lines, line => (line ?? '').trimEnd()), colours: used};
};
