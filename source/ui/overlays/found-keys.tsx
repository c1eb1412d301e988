import {type ReactNode} from 'react';
import {widest} from '../../lib/columns.js';
import {bodyHeight} from '../layout.js';
import {type Size} from '../../store/state.js';
import {type FoundKeysView} from '../app-view.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {positionSpans} from '../components/table.js';
import {paragraph} from '../components/text.js';
import {fillLines, fitLine, type Line, span, withoutBlankEnd} from '../span.js';

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
