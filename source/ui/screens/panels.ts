import {type KeyChange, type OverlayView} from '../app-view.js';
import {footerLine} from '../parts/footer.js';
import {type Line} from '../parts/frame-lines.js';
import {wrapWords} from '../../format/wrap-words.js';
import {fitLine, piece} from '../piece.js';
import {titleLine} from '../parts/title-line.js';
import {type PieceTone} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

const paragraph = (text: string, width: number, tone: PieceTone = 'plain'): readonly Line[] =>
	wrapWords(text, width - 2).map(line => [piece(` ${line}`, tone)]);

const passwordNames = {root: 'password of root@sys', agent: 'agent password'} as const;

/**
The prompt for a password. Of what is typed it shows only that there is something: neither the characters nor how many.
*/
export const passwordPanel = (
	{agent, kind, scope}: Extract<OverlayView, {type: 'password'}>,
	hasTyped: boolean,
	{size: {columns}, theme, footer}: ScreenProps,
): readonly Line[] => {
	const choice = (name: string, isChosen: boolean): Line => [
		piece(isChosen ? ` ${theme.glyphs.selected} ` : ' '.repeat(3), 'accent', true),
		piece(name, isChosen ? 'plain' : 'quiet', isChosen),
	];
	return [
		titleLine(passwordNames[kind], columns, theme),
		...[[piece(' for'), ...choice(agent, scope === 'agent'), ...choice('all agents', scope === 'all')]].map(line => fitLine(line, columns, theme.glyphs.ellipsis)),
		[piece(' '), hasTyped ? piece('typed, not shown') : piece('type or paste it; it is not shown', 'quiet')],
		footerLine(footer, columns, theme),
	];
};

const keyLines = (when: string, fingerprint: string, bits: number, columns: number): readonly Line[] => {
	const line = ` ${when.padEnd(6)}  ${fingerprint}  ${bits} bit`;
	return line.length < columns ? [[piece(line)]] : [[piece(` ${when}, ${bits} bit:`)], ...paragraph(fingerprint, columns)];
};

// Old agents have keys of 512 bit, newer ones 1024 (API reference, section 3): an upgrade is the honest case.
const meaningOf = ({knownBits, offeredBits}: KeyChange): string => knownBits < 1024 && offeredBits > knownBits
	? 'An upgrade of the agent replaces a short key by a longer one. Was it upgraded? If not, somebody else may be answering, and would get the password.'
	: 'An agent that was installed anew has a new key. Was it? If not, somebody else may be answering, and would get the password.';

/** Both fingerprints of a changed key, what that means, and the question. */
export const keyPanel = ({agent, change}: Extract<OverlayView, {type: 'key'}>, {size: {columns, rows}, theme, footer}: ScreenProps): readonly Line[] => {
	const title = titleLine('changed key', columns, theme);
	const foot = footerLine(footer, columns, theme);
	if (!change) {
		return [title, ...paragraph(`There is nothing to decide about ${agent} any more.`, columns), foot];
	}

	if (change === 'replaced') {
		return [title, ...paragraph(`The key of ${agent} changed once more. Leave this question and look again: K.`, columns, 'attention'), foot];
	}

	const what = paragraph(`${agent} wants passwords encrypted with another key than before. Nothing was sent with it.`, columns, 'attention');
	const keys = [...keyLines('before', change.known, change.knownBits, columns), ...keyLines('now', change.offered, change.offeredBits, columns)];
	const meaning = paragraph(meaningOf(change), columns);
	const whole = [title, ...what, ...keys, ...meaning, foot];
	// What is to be compared comes before what explains it.
	return whole.length < rows ? whole : [title, ...keys, foot];
};
