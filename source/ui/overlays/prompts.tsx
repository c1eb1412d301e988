import {type ReactNode} from 'react';
import {columnsOf, sliceColumns} from '../../lib/columns.js';
import {type KeyChange} from '../../store/selectors/view-types.js';
import {type OverlayView} from '../app-view.js';
import {Title} from '../components/breadcrumb.js';
import {Footer} from '../components/footer.js';
import {Lines, LineText} from '../components/line.js';
import {type ScreenProps} from '../components/screen.js';
import {keyLines} from '../components/stale.js';
import {paragraph} from '../components/text.js';
import {fitLine, type Line, span} from '../span.js';

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
