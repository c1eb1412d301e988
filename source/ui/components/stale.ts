import {type KeyChange, type Staleness} from '../../store/selectors/view-types.js';
import {hasRoomForKeys, stalenessTexts} from '../layout.js';
import {fitLine, type Line, span} from '../span.js';
import {type Theme} from '../theme.js';
import {type ScreenProps} from './screen.js';
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

/** That the agent cannot be queried, when the data below were read, and where its log is; if its key changed, both keys. No line while it responds. */
export const stalenessLines = (staleness: Staleness | undefined, {size, hour}: Pick<ScreenProps, 'size' | 'hour'>, {glyphs}: Theme): readonly Line[] => {
	if (!staleness) {
		return [];
	}

	const {keys} = staleness;
	const said = stalenessTexts(staleness, {size, hour, mark: glyphs.ellipsis}).map(({problem, detail}) =>
		fitLine([span(` ${problem}`, 'bad'), span(detail.replaceAll('·', glyphs.dot), 'quiet')], size.columns, glyphs.ellipsis));
	return [...said, ...(keys && hasRoomForKeys(size) ? keyLines(keys, size.columns) : [])];
};
