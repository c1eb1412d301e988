import {type KeyChange} from '../../store/views.js';
import {piece} from '../piece.js';
import {type Line} from './frame-lines.js';
import {paragraph} from './paragraph.js';

const keyLine = (when: string, fingerprint: string, bits: number, columns: number): readonly Line[] => {
	const line = ` ${when.padEnd(6)}  ${fingerprint}  ${bits} bit`;
	return line.length < columns ? [[piece(line)]] : [[piece(` ${when}, ${bits} bit:`)], ...paragraph(fingerprint, columns)];
};

/** An agent's old and new key, one below the other, so that they can be compared. */
export const keyLines = ({known, knownBits, offered, offeredBits}: KeyChange, columns: number): readonly Line[] => [
	...(known === undefined ? [[piece(' before  no key was known', 'quiet')]] : keyLine('before', known, knownBits, columns)),
	...keyLine('now', offered, offeredBits, columns),
];
