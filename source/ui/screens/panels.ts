import {type OverlayView} from '../app-view.js';
import {footerLine} from '../parts/footer.js';
import {type Line} from '../parts/frame-lines.js';
import {wrapWords} from '../format/wrap-words.js';
import {fitLine, piece} from '../piece.js';
import {type PieceTone, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

const titleLine = (title: string, width: number, {glyphs}: Theme): Line => fitLine([
	piece(`${glyphs.rule.repeat(2)} `, 'quiet'),
	piece(title, 'accent', true),
	piece(` ${glyphs.rule.repeat(width)}`, 'quiet'),
], width, glyphs.rule);

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

/** Both fingerprints of a changed key, what that means, and the question. */
export const keyPanel = ({agent, change}: Extract<OverlayView, {type: 'key'}>, {size: {columns}, theme, footer}: ScreenProps): readonly Line[] => {
	const title = titleLine('changed key', columns, theme);
	const foot = footerLine(footer, columns, theme);
	if (!change) {
		return [title, ...paragraph(`There is nothing to decide about ${agent} any more.`, columns), foot];
	}

	const {known, knownBits, offered, offeredBits} = change;
	return [
		title,
		...paragraph(`${agent} asks to encrypt with another key than before. Nothing has been sent with it.`, columns, 'attention'),
		...paragraph(`before  ${known}  ${knownBits} bit`, columns),
		...paragraph(`now     ${offered}  ${offeredBits} bit`, columns),
		...paragraph(
			knownBits < 1024 && offeredBits > knownBits
				? 'An upgrade of the agent replaces its short key by a longer one. Was it upgraded? If not: whoever else answers there gets the password.'
				: 'If the agent was installed anew, this is its new key. If not, somebody else may be answering: he would get the password.',
			columns,
		),
		foot,
	];
};
