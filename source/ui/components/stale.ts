import {stalenessLines as linesOf, textMargin} from '../../store/layout.js';
import {type KeyChange, type Staleness} from '../../store/selectors/view-types.js';
import {fitLine, type Line, span} from '../span.js';
import {type Theme} from '../theme.js';
import {paragraph} from './text.js';

const keyLine = (when: string, fingerprint: string, bits: number, columns: number): readonly Line[] => {
	const line = ` ${when.padEnd(6)}  ${fingerprint}  ${bits} bit`;
	return line.length < columns ? [[span(line)]] : [[span(` ${when}, ${bits} bit:`)], ...paragraph(fingerprint, columns)];
};

/** An agent's old and new key, one below the other, so that they can be compared. */
export const keyLines = ({known, knownBits, offered, offeredBits}: KeyChange, columns: number): readonly Line[] => [
	...(known === undefined ? [[span(' before  no key was known', 'quiet')]] : keyLine('before', known, knownBits, columns)),
	...keyLine('now', offered, offeredBits, columns),
];

/** That the agent cannot be asked, of when the data below are, and where it keeps its log; where its key changed, both keys. No line while it answers. */
export const stalenessLines = (staleness: Staleness | undefined, {width, hour}: {readonly width: number; readonly hour: number}, {glyphs}: Theme): readonly Line[] => {
	if (!staleness) {
		return [];
	}

	const {rows, keys} = staleness;
	const lines = linesOf(staleness, {
		width: width - textMargin.left - textMargin.right, most: rows, hour, mark: glyphs.ellipsis,
	});
	// The store counted the lines: the list below has its height from that.
	const said = Array.from({length: rows}, (_, row) => {
		const {problem = '', detail = ''} = lines[row] ?? {};
		return fitLine([span(` ${problem}`, 'bad'), span(detail.replaceAll('·', glyphs.dot), 'quiet')], width, glyphs.ellipsis);
	});
	return [...said, ...(keys ? keyLines(keys, width) : [])];
};
