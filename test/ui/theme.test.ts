import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {type OutcomeWord, outcomeLabel} from '../../source/protocol/outcome.js';
import {type Background, createTheme, drawingOf, outcomeText, palettes, type SpanTone, styleOf, toneOf} from '../../source/ui/theme.js';

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

type Rgb = readonly [red: number, green: number, blue: number];

const ofHex = (text: string): Rgb => [1, 3, 5].map(at => Number.parseInt(text.slice(at, at + 2), 16)) as unknown as Rgb;

/** One of the 256 colours, as every terminal has it. */
const ofIndex = (index: number): Rgb => {
	const level = (step: number): number => step === 0 ? 0 : 55 + (40 * step);
	const grey = 8 + ((index - 232) * 10);
	return index >= 232 ? [grey, grey, grey] : [level(Math.floor((index - 16) / 36)), level(Math.floor((index - 16) / 6) % 6), level((index - 16) % 6)];
};

/** WCAG 2, relative luminance. */
const luminance = (color: Rgb): number => {
	const [red = 0, green = 0, blue = 0] = color.map(value => value / 255).map(share => share <= 0.0404 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
	return (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
};

const contrast = (one: Rgb, other: Rgb): number => {
	const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((first, second) => first - second);
	return (lighter + 0.05) / (darker + 0.05);
};

/** Backgrounds of many terminals: black, VS Code, One Dark, Dracula, Nord, Solarized, Gruvbox, Ubuntu; white, Solarized, Gruvbox, GNOME, Catppuccin. */
const backgrounds: Readonly<Record<Background, readonly string[]>> = {
	dark: ['#000000', '#1e1e1e', '#282c34', '#282a36', '#2e3440', '#002b36', '#282828', '#300a24'],
	light: ['#ffffff', '#fdf6e3', '#fbf1c7', '#fafafa', '#eff1f5'],
};

const looks = (['normal', 'contrast'] as const).flatMap(mode => (['dark', 'light'] as const).map(background => ({mode, background, palette: palettes[mode][background]})));

describe.each(looks)('the colours of a $mode look on a $background background', ({mode, background, palette}) => {
	const least = mode === 'contrast' ? 7 : 4.5;

	test('can be read', () => {
		for (const [tone, index] of Object.entries(palette.text)) {
			for (const behind of backgrounds[background]) {
				expect(contrast(ofIndex(index), ofHex(behind)), `${tone} on ${behind}`).toBeGreaterThanOrEqual(least);
			}
		}
	});

	test.each([['256 colours', ofIndex(palette.fill)], ['all colours', ofHex(palette.fillRgb)]])('can be read in the selected row, which can be told from the others (%s)', (_, fill) => {
		for (const [tone, index] of Object.entries(palette.selected)) {
			expect(contrast(ofIndex(index), fill), tone).toBeGreaterThanOrEqual(least);
		}

		for (const behind of backgrounds[background]) {
			expect(contrast(fill, ofHex(behind)), behind).toBeGreaterThanOrEqual(mode === 'contrast' ? 7 : 1.2);
		}
	});

	test('are those that every terminal has, not the sixteen of the user', () => {
		expect([...Object.values(palette.text), ...Object.values(palette.selected), palette.fill].filter(index => index < 16 || index > 255)).toEqual([]);
	});
});

describe('a tone', () => {
	const at = {isBold: false, isSelected: false, level: 2} as const;

	test.each([[1, 'dark'], [2, undefined], [3, undefined]] as const)('is one of the sixteen colours of the user with colour level %i on a background that is %s', (level, background) => {
		const theme = createTheme({background});
		expect(drawingOf('bad', {...at, level}, theme)).toEqual({color: 'red'});
		expect(drawingOf('bad', {...at, level, isSelected: true}, theme)).toEqual({inverse: true});
	});

	test('has no colour of unknown contrast where contrast is wanted', () => {
		for (const tone of tones) {
			expect(drawingOf(tone, {...at, level: 1}, createTheme({mode: 'contrast'}))).toEqual({});
		}
	});

	test('is a number where the background is known, and the row of the selection is filled', () => {
		expect(drawingOf('bad', at, createTheme({mode: 'light'}))).toEqual({color: 124});
		expect(drawingOf('bad', {...at, isSelected: true}, createTheme({mode: 'light'}))).toEqual({color: 88, fill: 189});
		expect(drawingOf('bad', {...at, isSelected: true, level: 3}, createTheme({mode: 'light'}))).toEqual({color: 88, fill: '#c4dcff'});
	});

	test('is no colour at all without colours, and the selected row is inverse', () => {
		const theme = createTheme({isColorful: false, mode: 'dark'});
		expect(drawingOf('bad', {...at, level: 3}, theme)).toEqual({});
		expect(drawingOf('bad', {...at, isBold: true, isSelected: true}, theme)).toEqual({bold: true, inverse: true});
	});
});
