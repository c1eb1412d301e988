import {type ReactNode} from 'react';
import {columnsOf, cut} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDate, formatTime, localOffset} from '../../lib/time.js';
import {type AppView} from '../frame.js';
import {fitLine, type Line, type Span, span, spreadLine, widthOf} from '../span.js';
import {type Theme} from '../theme.js';
import {LineText} from './line.js';
import {type ScreenProps} from './screen.js';

const program = 'obwatch';

// A crumb is shortened to this length before those before it are left out, and then to this one.
const readable = 12;

const shortest = 8;

const linked = (crumbs: readonly string[], {glyphs}: Theme, isNamed = false): readonly Span[] => [
	span(' '),
	...(isNamed ? [span(program, 'accent', true)] : []),
	...crumbs.flatMap((crumb, index) => [...(isNamed || index > 0 ? [span(` ${glyphs.crumb} `, 'quiet')] : []), span(crumb, 'plain', index === crumbs.length - 1)]),
];

/** Shortens the longest crumb, again and again, until all fit or none is longer than `least`. */
const shorten = (crumbs: readonly string[], theme: Theme, width: number, least: number): readonly string[] => {
	let short = crumbs;
	for (let over = widthOf(linked(short, theme)) - width; over > 0; over = widthOf(linked(short, theme)) - width) {
		const widths = short.map(crumb => columnsOf(crumb));
		const longest = Math.max(...widths, 0);
		if (longest <= least) {
			return short;
		}

		const index = widths.indexOf(longest);
		short = short.map((crumb, place) => place === index ? cut(crumb, Math.max(least, longest - over), theme.glyphs.ellipsis) : crumb);
	}

	return short;
};

/** Only the last crumbs, whole if at least two are, else shortened: the current place is more important than the way to it. An agent and its task both name the place. */
const fitting = (crumbs: readonly string[], theme: Theme, width: number): readonly string[] => {
	if (crumbs.length <= 2) {
		return shorten(crumbs, theme, width, shortest);
	}

	const lastOf = (left: number): readonly string[] => left === 0 ? crumbs : [theme.glyphs.ellipsis, ...crumbs.slice(left)];
	const whole = crumbs.keys().take(crumbs.length - 1).map(left => lastOf(left)).find(some => widthOf(linked(some, theme)) <= width);
	if (whole) {
		return whole;
	}

	for (const left of crumbs.keys()) {
		const short = shorten(lastOf(left), theme, width, readable);
		if (widthOf(linked(short, theme)) <= width) {
			return short;
		}
	}

	return shorten([theme.glyphs.ellipsis, ...crumbs.slice(-1)], theme, width, shortest);
};

/** Where the user is, from the program's name on, with something at the right end of the line. The name is left out before another is shortened. */
export const breadcrumbLine = (crumbs: readonly string[], width: number, theme: Theme, right: readonly Span[] = []): readonly Span[] => {
	const room = right.length === 0 ? width : width - widthOf(right) - 2;
	const whole = linked(crumbs, theme, true);
	return spreadLine(widthOf(whole) <= room ? whole : linked(fitting(crumbs, theme, room), theme), right, width, theme.glyphs.ellipsis);
};

type BreadcrumbProps = {
	readonly crumbs: readonly string[];
	readonly width: number;
	readonly theme: Theme;
	/** At the right end. */
	readonly right?: readonly Span[];
	readonly part?: ScreenProps['part'];
};

// Less of a name is no help.
const leastBefore = 6;

/** The crumbs in so many columns, the last one whole as long as that is possible: the list beside it tells of the others. */
const lastWhole = (crumbs: readonly string[], room: number, {glyphs}: Theme): string => {
	const before = crumbs.slice(0, -1).join(` ${glyphs.crumb} `);
	const [last = ''] = crumbs.slice(-1);
	const end = ` ${glyphs.crumb} ${last}`;
	const left = room - columnsOf(end);
	return before === '' || columnsOf(before) <= left ? crumbs.join(` ${glyphs.crumb} `) : (left < leastBefore ? glyphs.ellipsis : cut(before, left, glyphs.ellipsis)) + end;
};

/** The first line of a preview: what its list does not say of where it is, in a rule if it is below the list. */
export const previewTitle = (crumbs: readonly string[], {place, hasKeys}: Pick<NonNullable<ScreenProps['part']>, 'place' | 'hasKeys'>, width: number, theme: Theme, ends: readonly Span[] = []): readonly Span[] => {
	const {glyphs} = theme;
	// A state that only the agent knows can be longer than the line.
	const right = fitLine(ends, Math.max(0, width - 4), glyphs.ellipsis);
	const end = widthOf(right);
	const room = Math.max(0, width - (end === 0 ? 0 : end + 1));
	// Of a rule some columns stay.
	const least = place === 'below' ? room - 6 : room - (end === 0 ? 1 : 2);
	const title = span(cut(lastWhole(crumbs, least, theme), least + (place === 'below' ? 3 : 0), glyphs.ellipsis), hasKeys ? 'accent' : 'plain', true);
	// Cut to its room, the rule would touch the name.
	const rest = ` ${glyphs.rule.repeat(Math.max(0, room - columnsOf(title.text) - 4))}`;
	return place === 'below'
		? [...fitLine([span(`${glyphs.rule.repeat(2)} `, 'quiet'), title, span(rest, 'quiet')], room, glyphs.rule), ...(end === 0 ? [] : [span(' '), ...right])]
		: spreadLine([span(' '), title], right, width, glyphs.ellipsis);
};

/** The first line of a screen. */
export const Breadcrumb = ({crumbs, width, theme, right, part}: BreadcrumbProps): ReactNode =>
	<LineText line={part?.place === undefined ? breadcrumbLine(crumbs, width, theme, right) : previewTitle(crumbs.slice(part.shared), part, width, theme, right)} theme={theme}/>;

type ReplayView = NonNullable<AppView['replay']>;

// From so many columns on there is room for the day and for whole words, and for those about what is missing.
const roomyFrom = 60;

const wholeFrom = 100;

/** The first line of a replay, so that it is not taken for the present: "REPLAY 2026-11-24 12:34:56 x10 paused, 34 %", and what is missing from it. */
export const replayLine = ({at, speed, phase, percent, damaged, lost, disordered}: ReplayView, width: number, theme: Theme): readonly Span[] => {
	const offset = localOffset(at);
	const isRoomy = width >= roomyFrom;
	const {replay: words} = messages().screens;
	const missing = ([[damaged, words.damaged], [lost, words.lost], [disordered, words.disordered]] as const).flatMap(([count, text]) => count === 0 ? [] : [text(count)]);
	const isBrief = !isRoomy || (missing.length > 0 && width < wholeFrom);
	const state = isBrief && phase === 'over' ? words.end : words.phases[phase];
	return spreadLine([
		span(' '),
		span(words.head, 'attention', true),
		span(isRoomy ? ` ${formatDate(at, offset)} ` : ' ', 'quiet'),
		span(formatTime(at, offset), 'plain', true),
		span(` ${words.at(`${theme.isAscii ? 'x' : '×'}${speed}`, state, percent, isRoomy && phase === 'seeking')}`),
	], missing.length === 0 ? [] : [span(`${missing.join(messages().screens.separator)} `, 'attention')], width, theme.glyphs.ellipsis);
};

/** The state of a replay, above the screen. */
export const ReplayLine = ({replay, width, theme}: {readonly replay: ReplayView; readonly width: number; readonly theme: Theme}): ReactNode =>
	<LineText line={replayLine(replay, width, theme)} theme={theme}/>;

/** The first line of a panel: its title in a rule. */
export const titleLine = (title: string, width: number, {glyphs}: Theme): Line => fitLine([
	span(`${glyphs.rule.repeat(2)} `, 'quiet'),
	span(title, 'accent', true),
	span(` ${glyphs.rule.repeat(width)}`, 'quiet'),
], width, glyphs.rule);

export const Title = ({title, width, theme}: {readonly title: string; readonly width: number; readonly theme: Theme}): ReactNode =>
	<LineText line={titleLine(title, width, theme)} theme={theme}/>;
