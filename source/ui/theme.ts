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

/**
The look of everything. With `isColorful` false no colours are used at all; bold and dim stay, because they mark the selection.
Only the 16 colours that users choose for their own terminals: they are readable on any background.
*/
export type Theme = {readonly isColorful: boolean; readonly isAscii: boolean; readonly glyphs: Glyphs};

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

export const createTheme = ({isColorful = true, isAscii = false}: {readonly isColorful?: boolean; readonly isAscii?: boolean} = {}): Theme =>
	({isColorful, isAscii, glyphs: isAscii ? ascii : unicode});

export const toneOf = (outcome: Outcome): Tone => isUnread(outcome) ? 'attention' : outcomeTones[outcome.word];

/** "● running"; "● failing" if a part of the running task failed. */
export const outcomeText = (outcome: Outcome, {glyphs}: Theme, isFailing = false): string =>
	`${glyphs.outcome[outcome.word]} ${isFailing && outcome.word === 'running' ? messages().tasks.counts.failing : outcomeLabel(outcome)}`;

const severities: Readonly<Record<Severity, Tone>> = {error: 'bad', warning: 'attention', plain: 'plain'};

export const toneOfSeverity = (severity: Severity): Tone => severities[severity];

/** `accent`: the program's own colour, for emphasis. `match`: a search's match. Colours by name are those of agents' own lines. */
export type SpanTone = Tone | 'accent' | 'match' | LineColour;

/** A colour's name in Ink and Node. */
type Color = Exclude<LineColour, 'quiet'>;

export type TextStyle = {readonly color?: Color; readonly dimColor?: boolean; readonly bold?: boolean; readonly inverse?: boolean};

// The only table of colours: of the screen, and of the modes without one.
const colors: Readonly<Record<SpanTone, Color | undefined>> = {
	good: 'green', active: 'cyan', bad: 'red', attention: 'yellow', quiet: undefined, plain: undefined, accent: 'cyan', match: 'yellow',
	red: 'red', green: 'green', yellow: 'yellow', blue: 'blue', magenta: 'magenta', cyan: 'cyan',
};

// Neither red nor yellow, which mean something, nor the usual colour of text.
const agentTones = ['cyan', 'green', 'magenta', 'blue'] as const;

/** The tone of an agent's name where the lines of several are mixed, by its number. */
export const agentTone = (number: number): SpanTone => agentTones[number % agentTones.length] ?? 'plain';

/** A tone as properties of a text. */
export const styleOf = (tone: SpanTone, isBold: boolean, {isColorful}: Theme): TextStyle => {
	const color = isColorful ? colors[tone] : undefined;
	return {...(color !== undefined && {color}), ...(tone === 'quiet' && !isBold && {dimColor: true}), ...(isBold && {bold: true}), ...(tone === 'match' && {inverse: true})};
};
