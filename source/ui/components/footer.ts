import {type KeyChange} from '../../store/selectors/view-types.js';
import {type Notice} from '../../store/state.js';
import {footerHints, type KeyTable, withoutArrows} from '../keys/resolve.js';
import {type HintCondition, type KeyContext} from '../keys/table.js';
import {type Line, type Span, span, spreadLine, widthOf} from '../span.js';
import {type Theme} from '../theme.js';
import {paragraph} from './text.js';

/** What the last line can say. */
export type FooterProps = {
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly notice?: Notice | undefined;
	readonly news?: number;
	readonly cautions?: readonly string[];
	readonly keys?: KeyTable | undefined;
};

const hintPieces = ({context, conditions, keys: table}: FooterProps, width: number, theme: Theme): readonly Span[] =>
	footerHints(context, conditions, width, table).flatMap(({keys, label}, index) => [
		span(index === 0 ? ' ' : '  '),
		span(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true),
		span(` ${label}`, 'quiet'),
	]);

/** What is said whatever the keys are: how much came while nobody was there, and what is not checked. In the journal itself the former stands above the list. */
const standing = ({context, notice, news = 0, cautions = []}: FooterProps): readonly Span[] => {
	const parts = [...(news > 0 && context !== 'journal' && notice === undefined ? [`${news} new in J`] : []), ...cautions];
	return parts.length === 0 ? [] : [span(`${parts.join(', ')} `, 'attention')];
};

/** A notice for the user as a line. */
export const noticeLine = ({text, isProblem}: Notice): readonly Span[] => [span(` ${text}`, isProblem ? 'bad' : 'attention')];

/** The last line: a notice for the user where no other line is free for it, else the keys that help most here; at its right end what stands there all the time. */
export const footerLine = (props: FooterProps, width: number, theme: Theme): readonly Span[] => {
	const right = standing(props);
	const {notice} = props;
	const left = notice === undefined ? hintPieces(props, width - 2 - widthOf(right), theme) : noticeLine(notice);
	return spreadLine(left, right, width, theme.glyphs.ellipsis);
};

const keyLine = (when: string, fingerprint: string, bits: number, columns: number): readonly Line[] => {
	const line = ` ${when.padEnd(6)}  ${fingerprint}  ${bits} bit`;
	return line.length < columns ? [[span(line)]] : [[span(` ${when}, ${bits} bit:`)], ...paragraph(fingerprint, columns)];
};

/** An agent's old and new key, one below the other, so that they can be compared. */
export const keyLines = ({known, knownBits, offered, offeredBits}: KeyChange, columns: number): readonly Line[] => [
	...(known === undefined ? [[span(' before  no key was known', 'quiet')]] : keyLine('before', known, knownBits, columns)),
	...keyLine('now', offered, offeredBits, columns),
];
