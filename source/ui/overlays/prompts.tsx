import {type ReactNode} from 'react';
import {cell, columnsOf, sliceColumns, widest} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {passwordName} from '../../store/selectors/error-text.js';
import {windowTop} from '../../store/selectors/basics.js';
import {type FoundKeysView, type OverlayView} from '../../store/selectors/overlays.js';
import {type KeyChange} from '../../store/selectors/view-types.js';
import {type PaletteEntry, type Size} from '../../store/state.js';
import {Breadcrumb, Title} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Footer, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {markerOf, positionSpans} from '../components/table.js';
import {keyLines, paragraph} from '../components/text.js';
import {bodyHeight} from '../layout.js';
import {withoutArrows} from '../keys/hints.js';
import {fillLines, fitLine, type Line, span, spreadLine, withoutBlankEnd} from '../span.js';
import {type Theme} from '../theme.js';

const signs = {search: '/', filter: '&', rows: '/', logs: '/', place: '@'} as const;

type PanelProps<Type extends OverlayView['type']> = ScreenProps & {readonly view: Extract<OverlayView, {type: Type}>};

/** The input line for a search, a filter or a place, with its problem. Of a long text the end is in sight. */
export const InputPanel = ({view: {purpose, text, problem}, size: {columns}, theme, footer: {notice}}: PanelProps<'input'>): ReactNode => {
	const room = Math.max(10, columns - 30);
	const shown = sliceColumns(text, Math.max(0, columnsOf(text) - room), room);
	const line = fitLine([
		span(` ${signs[purpose]}`, 'accent', true),
		span(shown),
		span(' ', 'match'),
		span(`  ${problem ?? notice?.text ?? messages().screens.input[purpose === 'rows' ? 'filter' : purpose]}`, problem === undefined ? (notice ? 'attention' : 'quiet') : 'bad'),
	], columns, theme.glyphs.ellipsis);
	return <LineText line={line} theme={theme}/>;
};

type QuestionProps = Pick<ScreenProps, 'size' | 'theme' | 'footer'> & {
	readonly crumbs: readonly string[];
	/** At the end of the first line. */
	readonly right: Line;
	readonly lines: readonly Line[];
};

/** A question on a screen of its own. */
export const QuestionScreen = ({crumbs, right, lines, size, theme, footer}: QuestionProps): ReactNode => (
	<Screen
		size={size}
		footer={footer}
		theme={theme}
		hasFreeLine={withoutBlankEnd(lines).length < roomBelow(1, size)}
		head={<Breadcrumb crumbs={crumbs} width={size.columns} theme={theme} right={right}/>}
	>
		<Lines lines={lines} theme={theme}/>
	</Screen>
);

// Title and line of input.
const aroundPalette = 2;

const mostEntries = 12;

const entryLine = ({name, about, keys}: PaletteEntry, isSelected: boolean, columns: number, theme: Theme): Line => spreadLine(
	[markerOf(isSelected, theme), span(name, 'plain', isSelected), span(about === '' ? '' : `  ${about}`, 'quiet')],
	[span(theme.isAscii ? withoutArrows(keys) : keys, 'plain', true), span(' ')],
	columns,
	theme.glyphs.ellipsis,
);

/** Actions and agents that match what is typed, with their keys, above the line in which it is typed. It is as high whatever matches. */
export const PalettePanel = ({view: {text, entries, selected}, size: {columns, rows}, theme, footer: {notice}}: PanelProps<'palette'>): ReactNode => {
	const {palette: words} = messages().screens;
	const height = Math.max(1, Math.min(mostEntries, rows - 1 - aroundPalette));
	const top = windowTop({
		top: 0, selected, height, total: entries.length,
	});
	const found = entries.slice(top, top + height).map((entry, index) => entryLine(entry, top + index === selected, columns, theme));
	const lines = found.length > 0 ? found : [[span(`   ${words.none}`, 'quiet')]];
	const room = Math.max(10, columns - 30);
	const shown = sliceColumns(text, Math.max(0, columnsOf(text) - room), room);
	const input = fitLine([
		span(' :', 'accent', true), span(shown), span(' ', 'match'), span(`  ${notice?.text ?? words.hint}`, notice ? 'attention' : 'quiet'),
	], columns, theme.glyphs.ellipsis);
	return (
		<>
			<Title title={words.title} width={columns} theme={theme}/>
			<Lines lines={fillLines(lines, height)} theme={theme} selected={found.length > 0 ? {index: selected - top, width: columns} : undefined}/>
			<LineText line={input} theme={theme}/>
		</>
	);
};

/** A panel's title, its lines and its keys. */
const Panel = ({title, lines, size: {columns}, theme, footer}: Pick<ScreenProps, 'size' | 'theme' | 'footer'> & {readonly title: string; readonly lines: readonly Line[]}): ReactNode => <>
	<Title title={title} width={columns} theme={theme}/>
	<Lines lines={lines} theme={theme}/>
	<Footer {...footer} width={columns} theme={theme}/>
</>;

/** The password prompt. It shows only whether it is empty: neither the characters nor how many. */
export const PasswordPanel = ({view, hasTyped, size, theme, footer}: PanelProps<'password'> & {readonly hasTyped: boolean}): ReactNode => {
	const {agent, scope, kind, isSeekdb} = view;
	const {password: words} = messages().screens;
	const choice = (name: string, isChosen: boolean): Line => [
		span(isChosen ? ` ${theme.glyphs.selected} ` : ' '.repeat(3), 'accent', true),
		span(theme.isRead && isChosen ? messages().screens.reader.selected(name) : name, isChosen ? 'plain' : 'quiet', isChosen),
	];
	const lines = [
		fitLine([span(` ${words.for}`), ...choice(agent, scope === 'agent'), ...choice(words.all, scope === 'all')], size.columns, theme.glyphs.ellipsis),
		[span(' '), hasTyped ? span(words.typed) : span(words.empty, 'quiet')],
		// A wrong password can lock an account, and the root password of a new cluster is empty. The line is reserved, so that nothing moves.
		...(kind === 'root' ? [hasTyped ? [] : [span(` ${words.sendsEmpty}`, 'attention')]] : []),
	];
	return <Panel title={passwordName(kind, {isSeekdb})} lines={lines} size={size} theme={theme} footer={footer}/>;
};

// Old agents have keys of 512 bit, newer ones 1024 (docs/protocol.md#authentication-errors), so an upgrade is the legitimate case.
const meaningOf = (change: KeyChange): string => {
	const {known, knownBits, offeredBits} = change;
	const {key: words} = messages().screens;
	if (known === undefined) {
		return words.compare;
	}

	if (isDowngrade(change)) {
		return words.downgraded;
	}

	return knownBits < 1024 && offeredBits > knownBits ? words.upgraded : words.reinstalled;
};

/** The key itself is known, and something else changed: see `AgentError`. */
const isDowngrade = ({known, offered}: KeyChange): boolean => known === offered;

const titleOf = (change: KeyChange): string => {
	if (change.known === undefined) {
		return messages().screens.key.unknown;
	}

	return isDowngrade(change) ? messages().screens.key.changedAgent : messages().screens.key.changed;
};

const whatOf = (agent: string, change: KeyChange): string => {
	const {key: words} = messages().screens;
	if (isDowngrade(change)) {
		return words.noV2(agent);
	}

	return change.known === undefined ? words.offersUnknown(agent) : words.offersOther(agent);
};

// Title and footer.
const around = 2;

/** Both fingerprints, their meaning if there is room for it, or why there is nothing to decide. */
const keyPanelLines = ({agent, change}: PanelProps<'key'>['view'], {columns, rows}: ScreenProps['size']): readonly Line[] => {
	if (!change) {
		return paragraph(messages().screens.key.nothing(agent), columns);
	}

	if (change === 'replaced') {
		return paragraph(messages().screens.key.replaced(agent), columns, 'attention');
	}

	const keys = keyLines(change, columns);
	const whole = [...paragraph(whatOf(agent, change), columns, 'attention'), ...keys, ...paragraph(meaningOf(change), columns)];
	// The keys to compare come before the explanation.
	return whole.length + around < rows ? whole : keys;
};

/** Both fingerprints of a changed key, their meaning, and the question. */
export const KeyPanel = ({view, size, theme, footer}: PanelProps<'key'>): ReactNode =>
	<Panel title={typeof view.change === 'object' ? titleOf(view.change) : messages().screens.key.changed} lines={keyPanelLines(view, size)} size={size} theme={theme} footer={footer}/>;

/** Why the requested panel is not there. It takes all keys until it is closed. */
export const StopPanel = ({view: {title, words}, size, theme, footer}: PanelProps<'stop'>): ReactNode =>
	<Panel title={title} lines={paragraph(words, size.columns, 'attention').slice(0, size.rows - 1 - around)} size={size} theme={theme} footer={footer}/>;

const gap = 2;

/** An agent and its fingerprint in one line, all aligned, if that fits for all of them; else one below the other. */
const listLines = ({keys}: FoundKeysView, {columns}: Size): readonly Line[] => {
	const width = widest(keys.map(({agent}) => agent), 0, Infinity) + gap;
	const {agents: {trust}, screens: {key}} = messages();
	const lines = keys.map(({agent, offered, bits}) => ` ${cell(agent, width)}${offered}${' '.repeat(gap)}${trust.bits(bits)}`);
	return lines.every(line => columnsOf(line) < columns)
		? lines.map(line => [span(line)])
		: keys.flatMap(({agent, offered, bits}) => [...paragraph(key.is(agent, bits), columns), ...paragraph(offered, columns)]);
};

const bodyLines = (view: FoundKeysView, size: Size): readonly Line[] => {
	const {keys, namedBy} = view;
	const {columns} = size;
	const {foundKeys: words} = messages().screens;
	if (keys.length === 0) {
		return paragraph(words.nothing, columns);
	}

	return [...paragraph(words.what(namedBy, keys.length), columns, 'attention'), [], ...listLines(view, size), [], ...paragraph(words.compare, columns)];
};

const questionOf = ({keys}: FoundKeysView): string => messages().screens.foundKeys.question(keys.length);

/** How far the question can scroll. */
export const lastFoundKeysTop = (view: FoundKeysView, size: Size): number => Math.max(0, bodyLines(view, size).length - bodyHeight({type: 'found-keys', rows: size.rows}));

/** The keys of all found agents, and the one question about them, which is always in sight. */
export const FoundKeysScreen = ({view, size, theme, footer}: ScreenProps & {readonly view: FoundKeysView}): ReactNode => {
	const {columns, rows} = size;
	const all = bodyLines(view, size);
	const top = Math.min(view.top, lastFoundKeysTop(view, size));
	const height = bodyHeight({type: 'found-keys', rows});
	const inSight = all.slice(top, top + height);
	const question: Line = view.keys.length === 0 ? [] : [span(` ${questionOf(view)}`, 'accent', true)];
	const lines = [...fillLines(inSight, height), question].map(line => fitLine(line, columns, theme.glyphs.ellipsis));
	const right = positionSpans({rows: inSight, top, total: all.length}, theme);
	return <QuestionScreen crumbs={[messages().screens.foundKeys.title]} right={right} lines={lines} size={size} theme={theme} footer={footer}/>;
};
