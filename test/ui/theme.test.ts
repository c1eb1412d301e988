import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {type OutcomeWord, outcomeLabel} from '../../source/protocol/outcome.js';
import {createTheme, outcomeText, type SpanTone, styleOf, toneOf} from '../../source/ui/theme.js';

const words: readonly OutcomeWord[] = [
	'running', 'succeeded', 'failed', 'waiting', 'rolling back', 'rolled back', 'failed to roll back', 'cancelling', 'cancelled', 'passed', 'pending',
];
const tones: readonly SpanTone[] = ['good', 'active', 'bad', 'attention', 'quiet', 'plain', 'accent'];

const charactersOf = (glyphs: object): readonly string[] =>
	Object.values(glyphs).flatMap((value: unknown) => typeof value === 'string' ? [value] : charactersOf(value as object));

describe('an outcome', () => {
	test.each(words)('%s is a glyph and its own word', word => {
		expect(outcomeText({word}, createTheme())).toMatch(new RegExp(`^. ${word}$`, 'u'));
	});

	test('is green only when all of it was done', () => {
		expect(words.filter(word => toneOf({word}) === 'good')).toEqual(['succeeded']);
	});

	test('that is unknown is shown as it came, and as no success', () => {
		const outcome = {word: 'unknown', reason: 'pair', text: 'BROKEN / RUN'} as const;
		expect(outcomeLabel(outcome)).toBe('BROKEN / RUN');
		expect(toneOf(outcome)).toBe('bad');
	});
});

describe('a theme', () => {
	test.each([true, false])('draws with characters of one column (ASCII: %s)', isAscii => {
		for (const character of charactersOf(createTheme({isAscii}).glyphs)) {
			expect(stringWidth(character), character).toBe(1);
			// Emoji presentation is where terminals disagree.
			expect(character).not.toMatch(/\p{Emoji_Presentation}/u);
		}
	});

	test('of ASCII has nothing else', () => {
		expect(charactersOf(createTheme({isAscii: true}).glyphs).join('')).toMatch(/^[\u0020-\u007E]+$/);
	});

	test('without colours has none, and still sets apart what is selected', () => {
		const theme = createTheme({isColorful: false});
		expect(tones.filter(tone => styleOf(tone, false, theme).color !== undefined)).toEqual([]);
		expect(styleOf('plain', true, theme)).toEqual({bold: true});
	});

	test('with colours has only those of the sixteen that a person chose for the terminal', () => {
		const used = tones.map(tone => styleOf(tone, false, createTheme()).color).filter(color => color !== undefined);
		expect(new Set(used)).toEqual(new Set(['green', 'cyan', 'red', 'yellow']));
	});
});
