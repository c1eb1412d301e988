import {messages} from '../lib/messages/messages.js';
import {type LineColour} from '../lib/terminal-text.js';
import {type Severity} from '../protocol/logs.js';
import {isUnread, type Outcome, type OutcomeWord, outcomeLabel} from '../protocol/outcome.js';
import {outcomeTones} from '../store/selectors/basics.js';
import {type Tone} from '../store/selectors/view-types.js';

/** The drawing characters; each takes one column. */
export type Glyphs = {
	readonly selected: string;
	readonly crumb: string;
	readonly dot: string;
	readonly ellipsis: string;
	readonly arrow: string;
	readonly branch: string;
	readonly divider: string;
	readonly rule: string;
	readonly following: string;
	/** After a time that is longer than usual. */
	readonly slow: string;
	/** A line continues beyond an edge of the window. */
	readonly cutLeft: string;
	readonly cutRight: string;
	/** A line of a log overwrote itself: its last state follows. */
	readonly rewritten: string;
	readonly above: string;
	readonly below: string;
	readonly ascending: string;
	readonly descending: string;
	readonly bar: {readonly filled: string; readonly empty: string};
	readonly span: {readonly ended: string; readonly active: string};
	readonly outcome: Readonly<Record<OutcomeWord | 'unknown', string>>;
};

export type ThemeMode = 'auto' | 'light' | 'dark' | 'contrast';

/** What the terminal's background is like. */
export type Background = 'light' | 'dark';

/**
The look of everything. With `isColorful` false no colours are used at all; bold, dim and inverse stay, because they mark the selection.
`isRead`: by a screen reader, as lines of words. `background` is undefined until it is known, and in terminals that do not tell it.
*/
export type Theme = {readonly isRead: boolean; readonly isColorful: boolean; readonly isAscii: boolean; readonly mode: ThemeMode; readonly background: Background | undefined; readonly glyphs: Glyphs};

// No emoji, nothing that takes two columns: a few of these (● · … █) are "ambiguous" in East Asian terminals set to draw such characters wide; the ASCII
// set is for those.
const unicode: Glyphs = {
	selected: '▸',
	crumb: '›',
	dot: '·',
	ellipsis: '…',
	arrow: '→',
	branch: '└',
	divider: '│',
	rule: '─',
	following: '▾',
	slow: '↑',
	cutLeft: '‹',
	cutRight: '›',
	rewritten: '⇤',
	above: '▴',
	below: '▾',
	ascending: '▴',
	descending: '▾',
	bar: {filled: '▰', empty: '▱'},
	span: {ended: '█', active: '▓'},
	outcome: {
		running: '●',
		succeeded: '✔',
		failed: '✖',
		waiting: '◌',
		'rolling back': '↺',
		'rolled back': '⟲',
		'failed to roll back': '✖',
		cancelling: '⊘',
		cancelled: '⊘',
		passed: '»',
		ended: '■',
		'not run': '·',
		'to be undone': '·',
		pending: '·',
		unknown: '?',
	},
};

const ascii: Glyphs = {
	selected: '>',
	crumb: '>',
	dot: '-',
	ellipsis: '~',
	arrow: '-',
	branch: '`',
	divider: '|',
	rule: '-',
	following: 'v',
	slow: '^',
	cutLeft: '<',
	cutRight: '>',
	rewritten: '%',
	above: '^',
	below: 'v',
	ascending: '^',
	descending: 'v',
	bar: {filled: '#', empty: '-'},
	span: {ended: '#', active: '='},
	outcome: {
		running: '*',
		succeeded: '+',
		failed: 'x',
		waiting: 'o',
		'rolling back': '<',
		'rolled back': '<',
		'failed to roll back': 'x',
		cancelling: '/',
		cancelled: '/',
		passed: '>',
		ended: '=',
		'not run': '.',
		'to be undone': '.',
		pending: '.',
		unknown: '?',
	},
};

// Characters in names of agents, numbers and notices. Of agents' own texts, only the marks that obwatch adds: for control characters, and for cuts.
const inAscii: Readonly<Record<string, string>> = {'…': ascii.ellipsis, '·': ascii.dot, '×': 'x', '›': ascii.crumb, '→': ascii.arrow, '─': ascii.rule};

/** Text with obwatch's own marks as ASCII, each as wide as before. Agents' other scripts stay. */
export const toAscii = (text: string): string => text.replaceAll(/[…·×›→─]/g, mark => inAscii[mark] ?? mark).replaceAll(/[\u2400-\u2421]/g, '?');

type Look = {readonly isRead?: boolean; readonly isColorful?: boolean; readonly isAscii?: boolean; readonly mode?: ThemeMode; readonly background?: Background | undefined};

/** The mode `light` or `dark` counts whatever the terminal says of its background. */
export const createTheme = ({isRead = false, isColorful = true, isAscii = false, mode = 'auto', background}: Look = {}): Theme =>
	// What is drawn is told from words by its characters, which ASCII shares with them.
	({isRead, isColorful, isAscii, mode, background: mode === 'light' || mode === 'dark' ? mode : background, glyphs: isAscii && !isRead ? ascii : unicode});

export const toneOf = (outcome: Outcome): Tone => isUnread(outcome) || (outcome.word === 'unknown' && outcome.reason === 'refused') ? 'attention' : outcomeTones[outcome.word];

/** "● running"; "● failing" if a part of the running task failed. */
export const outcomeText = (outcome: Outcome, {glyphs}: Theme, isFailing = false): string =>
	`${glyphs.outcome[outcome.word]} ${isFailing && outcome.word === 'running' ? messages().tasks.counts.failing : outcomeLabel(outcome)}`;

/** The same of a stage or sub-task whose part at another agent may have failed. */
export const partText = ({outcome, hasFailedPart = false}: {readonly outcome: Outcome; readonly hasFailedPart?: boolean}, theme: Theme): string =>
	hasFailedPart ? messages().tasks.partFailed(outcomeText(outcome, theme)) : outcomeText(outcome, theme);

/** The same in a column that has no room for words: "✔!" if its part failed. Its own mark stays, for that part is not itself. */
export const partMark = ({outcome, hasFailedPart = false}: {readonly outcome: Outcome; readonly hasFailedPart?: boolean}, {glyphs}: Theme): string =>
	`${glyphs.outcome[outcome.word]}${hasFailedPart ? '!' : ''}`;

/** A column of this width has marks without words. */
export const mostOfMark = 2;

export const toneOfPart = ({outcome, hasFailedPart = false}: {readonly outcome: Outcome; readonly hasFailedPart?: boolean}): Tone => hasFailedPart ? 'bad' : toneOf(outcome);

const severities: Readonly<Record<Severity, Tone>> = {error: 'bad', warning: 'attention', plain: 'plain'};

export const toneOfSeverity = (severity: Severity): Tone => severities[severity];

/** `accent`: the program's own colour, for emphasis. `match`: a search's match. Colours by name are those of agents' own lines. */
export type SpanTone = Tone | 'accent' | 'match' | LineColour;

/** A colour's name in Ink and Node. */
type Color = Exclude<LineColour, 'quiet'>;

export type TextStyle = {readonly color?: Color; readonly dimColor?: boolean; readonly bold?: boolean; readonly inverse?: boolean};

// The 16 colours that users choose for their own terminals: of the modes without a screen, and of a screen whose background or colours are not known.
const colors: Readonly<Record<SpanTone, Color | undefined>> = {
	good: 'green', active: 'cyan', bad: 'red', attention: 'yellow', quiet: undefined, plain: undefined, accent: 'cyan', match: 'yellow',
	red: 'red', green: 'green', yellow: 'yellow', blue: 'blue', magenta: 'magenta', cyan: 'cyan',
};

// Neither red nor yellow, which mean something, nor the usual colour of text.
const agentTones = ['cyan', 'green', 'magenta', 'blue'] as const;

/** The tone of an agent's name where the lines of several are mixed, by its number. */
export const agentTone = (number: number): SpanTone => agentTones[number % agentTones.length] ?? 'plain';

/** A tone as properties of a text. */
export const styleOf = (tone: SpanTone, isBold: boolean, {isColorful, mode}: Theme): TextStyle => {
	// What a user's own red is like is unknown, so high contrast leaves all text in the usual colour.
	const isPlain = mode === 'contrast';
	const color = isColorful && !isPlain ? colors[tone] : undefined;
	return {...(color !== undefined && {color}), ...(tone === 'quiet' && !isBold && !isPlain && {dimColor: true}), ...(isBold && {bold: true}), ...(tone === 'match' && {inverse: true})};
};

/** Numbers of the 256 colours. Those from 16 on are the same in every terminal, so that their contrast is known. */
type Colors = Readonly<Record<'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'blue' | 'magenta', number>>;

/**
Colours for a background. `selected` are those of the selected row, whose text has `plain` in place of the terminal's own colour.
Its background is `fill`, or `fillRgb` where a terminal has all colours.
*/
export type Palette = {readonly text: Colors; readonly selected: Colors & {readonly plain: number}; readonly fill: number; readonly fillRgb: string};

const onDark: Colors = {good: 114, active: 80, bad: 210, attention: 221, quiet: 248, blue: 111, magenta: 177};

const onLight: Colors = {good: 22, active: 24, bad: 124, attention: 94, quiet: 240, blue: 25, magenta: 90};

const brightest: Colors = {good: 157, active: 123, bad: 217, attention: 222, quiet: 254, blue: 153, magenta: 219};

const darkest: Colors = {good: 22, active: 18, bad: 88, attention: 53, quiet: 236, blue: 18, magenta: 90};

const black = 16;

const white = 231;

/** All colours of known contrast, by the mode and the background. */
export const palettes: Readonly<Record<'normal' | 'contrast', Readonly<Record<Background, Palette>>>> = {
	normal: {
		dark: {text: onDark, selected: {...brightest, quiet: 252, plain: white}, fill: 239, fillRgb: '#264f78'},
		light: {text: onLight, selected: {...onLight, bad: 88, attention: 58, quiet: 238, blue: 18, plain: black}, fill: 189, fillRgb: '#c4dcff'},
	},
	// The selected row is the other way round.
	contrast: {
		dark: {text: brightest, selected: {...darkest, plain: black}, fill: white, fillRgb: '#ffffff'},
		light: {text: darkest, selected: {...brightest, plain: white}, fill: black, fillRgb: '#000000'},
	},
};

/** What `chalk.level` says: no colours, 16, 256, or all. */
type ColorLevel = 0 | 1 | 2 | 3;

const indexed: ColorLevel = 2;

const all: ColorLevel = 3;

const paletteColors: Readonly<Record<SpanTone, keyof Colors | 'plain'>> = {
	good: 'good', active: 'active', bad: 'bad', attention: 'attention', quiet: 'quiet', plain: 'plain', accent: 'active', match: 'attention',
	red: 'bad', green: 'good', yellow: 'attention', blue: 'blue', magenta: 'magenta', cyan: 'active',
};

/** Whether the look depends on the background at all. */
export const dependsOnBackground = ({isColorful, mode}: Theme, level: ColorLevel): boolean => isColorful && level >= indexed && (mode === 'auto' || mode === 'contrast');

/** Whether the selected row is inverse: the background or the terminal's colours are unknown. A user's own two colours are readable, and any other of them may not be. */
export const isSelectionInverse = ({background, isColorful}: Theme, level: ColorLevel): boolean => !isColorful || level < indexed || background === undefined;

/** How a text is drawn. A color is a name or a number of the 256; `fill` is the background. */
export type Drawing = {readonly color?: Color | number; readonly fill?: number | string; readonly dimColor?: boolean; readonly bold?: boolean; readonly inverse?: boolean};

/** A tone as it is drawn on the screen, also in the selected row. An inverse row has no colours. */
export const drawingOf = (tone: SpanTone, {isBold, isSelected, level}: {readonly isBold: boolean; readonly isSelected: boolean; readonly level: ColorLevel}, theme: Theme): Drawing => {
	const {background, mode} = theme;
	const bold = isBold && {bold: true};
	if (background === undefined || isSelectionInverse(theme, level)) {
		return isSelected ? {...bold, inverse: tone !== 'match'} : styleOf(tone, isBold, theme);
	}

	const palette = palettes[mode === 'contrast' ? 'contrast' : 'normal'][background];
	const name = paletteColors[tone];
	const inverse = tone === 'match' && {inverse: true};
	if (isSelected) {
		return {color: palette.selected[name], fill: level === all ? palette.fillRgb : palette.fill, ...bold, ...inverse};
	}

	return {...(name !== 'plain' && {color: palette.text[name]}), ...bold, ...inverse};
};
