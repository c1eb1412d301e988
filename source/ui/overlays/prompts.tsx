import {type ReactNode} from 'react';
import {columnsOf, sliceColumns, widest} from '../../lib/columns.js';
import {type FoundKeysView, type OverlayView} from '../../store/selectors/overlays.js';
import {type KeyChange} from '../../store/selectors/view-types.js';
import {type Size} from '../../store/state.js';
import {Breadcrumb, Title} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Footer, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {positionSpans} from '../components/table.js';
import {keyLines, paragraph} from '../components/text.js';
import {bodyHeight} from '../layout.js';
import {fillLines, fitLine, type Line, span, withoutBlankEnd} from '../span.js';

const signs = {search: '/', filter: '&', rows: '/', place: '@'} as const;

const hints = {
	search: 'Enter keep  Esc cancel',
	filter: 'Enter keep  Esc cancel  empty: all',
	rows: 'Enter keep  Esc cancel  empty: all',
	place: 'Enter go  Esc cancel  12:34, +10m, -1h, 50%',
} as const;

type PanelProps<Type extends OverlayView['type']> = ScreenProps & {readonly view: Extract<OverlayView, {type: Type}>};

/** The input line for a search, a filter or a place, with its problem. Of a long text the end is in sight. */
export const InputPanel = ({view: {purpose, text, problem}, size: {columns}, theme}: PanelProps<'input'>): ReactNode => {
	const room = Math.max(10, columns - 30);
	const shown = sliceColumns(text, Math.max(0, columnsOf(text) - room), room);
	const line = fitLine([
		span(` ${signs[purpose]}`, 'accent', true),
		span(shown),
		span(' ', 'match'),
		span(`  ${problem ?? hints[purpose]}`, problem === undefined ? 'quiet' : 'bad'),
	], columns, theme.glyphs.ellipsis);
	return <LineText line={line} theme={theme}/>;
};

/** A panel's title, its lines and its keys. */
const Panel = ({title, lines, size: {columns}, theme, footer}: Pick<ScreenProps, 'size' | 'theme' | 'footer'> & {readonly title: string; readonly lines: readonly Line[]}): ReactNode => <>
	<Title title={title} width={columns} theme={theme}/>
	<Lines lines={lines} theme={theme}/>
	<Footer {...footer} width={columns} theme={theme}/>
</>;

const passwordTitle = ({kind, isSeekdb}: Extract<OverlayView, {type: 'password'}>): string => {
	if (kind === 'agent') {
		return 'agent password';
	}

	// A seekdb has no tenants.
	return isSeekdb ? 'password of root' : 'password of root@sys';
};

/** The password prompt. It shows only whether it is empty: neither the characters nor how many. */
export const PasswordPanel = ({view, hasTyped, size, theme, footer}: PanelProps<'password'> & {readonly hasTyped: boolean}): ReactNode => {
	const {agent, scope, kind} = view;
	const choice = (name: string, isChosen: boolean): Line => [
		span(isChosen ? ` ${theme.glyphs.selected} ` : ' '.repeat(3), 'accent', true),
		span(name, isChosen ? 'plain' : 'quiet', isChosen),
	];
	const lines = [
		fitLine([span(' for'), ...choice(agent, scope === 'agent'), ...choice('all agents', scope === 'all')], size.columns, theme.glyphs.ellipsis),
		[span(' '), hasTyped ? span('typed, not shown') : span('type or paste it; it is not shown', 'quiet')],
		// A wrong password can lock an account, and the root password of a new cluster is empty. The line is reserved, so that nothing moves.
		...(kind === 'root' ? [hasTyped ? [] : [span(' Enter now sends an empty password', 'attention')]] : []),
	];
	return <Panel title={passwordTitle(view)} lines={lines} size={size} theme={theme} footer={footer}/>;
};

// Old agents have keys of 512 bit, newer ones 1024 (docs/protocol.md#authentication-errors), so an upgrade is the legitimate case.
const meaningOf = (change: KeyChange): string => {
	const {known, knownBits, offeredBits} = change;
	if (known === undefined) {
		return 'Compare it with what somebody at the agent\'s machine sees. If it is another one, somebody else is answering, and would get the password.';
	}

	if (isDowngrade(change)) {
		return downgraded;
	}

	return knownBits < 1024 && offeredBits > knownBits ? upgraded : reinstalled;
};

const downgraded = 'Only agents before 4.2.3 lack it. Was this one downgraded? If not, somebody else may be answering, who wants passwords sent in a way that can be used again.';

const upgraded = 'An upgrade of the agent replaces a short key by a longer one. Was it upgraded? If not, somebody else may be answering, and would get the password.';

const reinstalled = 'An agent that was installed anew has a new key. Was it? If not, somebody else may be answering, and would get the password.';

/** The key itself is known, and something else changed: see `AgentError`. */
const isDowngrade = ({known, offered}: KeyChange): boolean => known === offered;

const titleOf = (change: KeyChange): string => {
	if (change.known === undefined) {
		return 'unknown key';
	}

	return isDowngrade(change) ? 'changed agent' : 'changed key';
};

const whatOf = (agent: string, change: KeyChange): string => {
	if (isDowngrade(change)) {
		return `${agent} took v2 authentication and no longer does. Its key is the same. No password was sent since.`;
	}

	return `${agent} wants passwords encrypted with ${change.known === undefined ? 'a key that you have not accepted' : 'another key than before'}. Nothing was sent with it.`;
};

// Title and footer.
const around = 2;

/** Both fingerprints, their meaning if there is room for it, or why there is nothing to decide. */
const keyPanelLines = ({agent, change}: PanelProps<'key'>['view'], {columns, rows}: ScreenProps['size']): readonly Line[] => {
	if (!change) {
		return paragraph(`There is nothing to decide about ${agent} any more.`, columns);
	}

	if (change === 'replaced') {
		return paragraph(`The key of ${agent} changed once more. Leave this question and look again: K.`, columns, 'attention');
	}

	const keys = keyLines(change, columns);
	const whole = [...paragraph(whatOf(agent, change), columns, 'attention'), ...keys, ...paragraph(meaningOf(change), columns)];
	// The keys to compare come before the explanation.
	return whole.length + around < rows ? whole : keys;
};

/** Both fingerprints of a changed key, their meaning, and the question. */
export const KeyPanel = ({view, size, theme, footer}: PanelProps<'key'>): ReactNode =>
	<Panel title={typeof view.change === 'object' ? titleOf(view.change) : 'changed key'} lines={keyPanelLines(view, size)} size={size} theme={theme} footer={footer}/>;

/** Why the requested panel is not there. It takes all keys until it is closed. */
export const StopPanel = ({view: {title, words}, size, theme, footer}: PanelProps<'stop'>): ReactNode =>
	<Panel title={title} lines={paragraph(words, size.columns, 'attention').slice(0, size.rows - 1 - around)} size={size} theme={theme} footer={footer}/>;

const gap = 2;

/** An agent and its fingerprint in one line, all aligned, if that fits for all of them; else one below the other. */
const listLines = ({keys}: FoundKeysView, {columns}: Size): readonly Line[] => {
	const width = widest(keys.map(({agent}) => agent), 0, Infinity) + gap;
	const lines = keys.map(({agent, offered, bits}) => ` ${agent.padEnd(width)}${offered}${' '.repeat(gap)}${bits} bit`);
	return lines.every(line => line.length < columns)
		? lines.map(line => [span(line)])
		: keys.flatMap(({agent, offered, bits}) => [...paragraph(`${agent}, ${bits} bit:`, columns), ...paragraph(offered, columns)]);
};

const listed = (names: readonly string[]): string => names.length === 1 ? names[0] ?? '' : `${names.length} agents`;

const bodyLines = (view: FoundKeysView, size: Size): readonly Line[] => {
	const {keys, namedBy} = view;
	const {columns} = size;
	if (keys.length === 0) {
		return paragraph('There is nothing to decide any more.', columns);
	}

	const what = `${listed(namedBy)} ${namedBy.length === 1 ? 'names' : 'name'} ${keys.length === 1 ? 'an agent' : `${keys.length} agents`} that you have not trusted yet. No password was sent to ${keys.length === 1 ? 'it' : 'them'}.`;
	const meaning = 'Compare each key with what you see on that agent\'s machine. Where another key answers, somebody else may be answering, and would get the password.';
	return [...paragraph(what, columns, 'attention'), [], ...listLines(view, size), [], ...paragraph(meaning, columns)];
};

const questionOf = ({keys}: FoundKeysView): string => keys.length === 1 ? 'Trust this key? Press y.' : `Trust all ${keys.length} keys? Press y.`;

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
	const lines = [...fillLines(inSight, height), question];
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={withoutBlankEnd(lines).length < roomBelow(1, size)}
			head={<Breadcrumb crumbs={['found keys']} width={columns} theme={theme} right={positionSpans({rows: inSight, top, total: all.length}, theme)}/>}
		>
			<Lines lines={lines.map(line => fitLine(line, columns, theme.glyphs.ellipsis))} theme={theme}/>
		</Screen>
	);
};
