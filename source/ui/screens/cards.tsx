import {memo, type ReactNode} from 'react';
import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {bodyHeight} from '../layout.js';
import {type MoreView} from '../parts.js';
import {type CardView, type ClusterView, type MemberRow} from '../../store/selectors/cards.js';
import {type JournalRow} from '../../store/selectors/journal.js';
import {type Size} from '../../store/state.js';
import {Breadcrumb, previewTitle} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, filterSpans, margin, markerWidth, positionSpans, rowSpans, TableHead, TableRows, type TableContext} from '../components/table.js';
import {type Fact, factLines, instantText, mixText} from '../components/text.js';
import {fitLine, type Line, spaces, type Span, span} from '../span.js';
import {outcomeText, type SpanTone, type Theme, toneOf} from '../theme.js';
import {changesRoom, LatestChanges} from './journal.js';

type When = (time: Timestamp | undefined) => string;

type CardWords = Messages['screens']['card'];

const connectionFacts = ({isConnected, trouble, error, lastSeenAt}: CardView, local: When, words: CardWords): readonly Fact[] => [
	{name: words.connection, value: trouble ?? messages().cards.connection[isConnected ? 'connected' : 'connecting'], tone: trouble === undefined ? (isConnected ? 'good' : 'quiet') : 'bad'},
	...error,
	{name: words.lastResponse, value: local(lastSeenAt)},
];

const processText = ({process}: CardView, when: When, words: CardWords): string => {
	if (!process) {
		return '';
	}

	return process.startedAt === undefined ? String(process.pid) : words.started(process.pid, when(process.startedAt));
};

const restartFact = ({process}: CardView, local: When, words: CardWords): Fact => process?.restarts
	? {name: words.restarts, value: words.restarted(process.restarts, local(process.restartedAt)), tone: 'attention'}
	: {name: words.restarts, value: process ? words.noRestarts : ''};

const lockFact = ({isLocked}: CardView, words: CardWords): Fact => isLocked
	? {name: words.lock, value: words.locked, tone: 'attention'}
	: {name: words.lock, value: isLocked === undefined ? '' : words.unlocked};

/** What runs at the agent, and whether it is locked. */
const softwareFacts = (view: CardView, when: When, words: CardWords): readonly Fact[] => [
	{name: 'obshell', value: view.version},
	{name: view.database.name, value: view.database.version},
	...view.mixes.map((mix): Fact => ({name: words.mixed, value: mixText(mix), tone: 'attention'})),
	{name: words.observer, value: view.observer},
	lockFact(view, words),
	{name: words.process, value: processText(view, when, words)},
];

const factsOf = (view: CardView, when: When, local: When): readonly Fact[] => {
	const {cluster} = view;
	const {card: words} = messages().screens;
	return [
		{name: words.address, value: view.address},
		{name: words.name, value: view.name ?? ''},
		...connectionFacts(view, local, words),
		{name: words.role, value: view.role},
		{name: words.zone, value: view.zone},
		{name: words.cluster, value: cluster ? words.members(cluster.name, cluster.members) : ''},
		...softwareFacts(view, when, words),
		restartFact(view, local, words),
		{name: words.machine, value: view.architecture},
		{name: words.clock, value: view.skewText, tone: Math.abs(view.skew ?? 0) < noticeableSkew ? 'plain' : 'attention'},
		{name: words.passwords, value: view.auth},
		{name: words.key, value: view.fingerprint ?? ''},
		{name: words.logFolder, value: view.logFolder ?? ''},
		{name: messages().tasks.crumbs.history, value: view.isHistoryUnread ? messages().screens.clusterCard.unreadHistory : '', tone: 'attention'},
	];
};

// In ms: clocks of machines of one cluster agree far better than that.
const noticeableSkew = 5000;

const linesOf = (view: CardView, {size, timeZone, hour}: Pick<ScreenProps, 'size' | 'timeZone' | 'hour'>): readonly Line[] => {
	const when: When = time => time === undefined ? '' : instantText(time, {utcOffset: view.utcOffset, timeZone, hour});
	const local: When = time => time === undefined ? '' : instantText(time, {utcOffset: undefined, timeZone, hour});
	return factLines(factsOf(view, when, local), size.columns);
};

const lastTop = (lines: number, {rows}: Size): number => Math.max(0, lines - bodyHeight({type: 'card', rows}));

/** How far the card can scroll: the topmost line of its last page. */
export const lastCardTop = (view: CardView, props: Pick<ScreenProps, 'size' | 'timeZone' | 'hour'>): number => lastTop(linesOf(view, props).length, props.size);

// On fewer rows there is nothing below a card.
const changesFrom = 28;

type OwnProps = Pick<ScreenProps, 'size' | 'theme' | 'hour'> & {readonly rows: readonly JournalRow[]; readonly left: number; readonly ofOne?: boolean};

/** What changed last at the agents that a card is about, in the lines that it leaves free. A free line is above. */
const OwnChanges = ({rows, left, size, theme, hour, ofOne = false}: OwnProps): ReactNode => {
	const count = rows.length === 0 || size.rows < changesFrom ? undefined : changesRoom(left - 1);
	return count === undefined ? undefined : <LatestChanges rows={rows} count={count} width={size.columns} theme={theme} hour={hour} ofOne={ofOne}/>;
};

/** All that is known of an agent, a line for each fact. */
export const CardScreen = ({view, size, theme, footer, part, timeZone, hour}: ScreenProps & {readonly view: CardView}): ReactNode => {
	const {columns: width} = size;
	const lines = linesOf(view, {size, timeZone, hour});
	const top = Math.min(view.top, lastTop(lines.length, size));
	const inSight = lines.slice(top, top + bodyHeight({type: 'card', rows: size.rows}));
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={inSight.length < roomBelow(1, size)}
			head={<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={positionSpans({rows: inSight, top, total: lines.length}, theme)}/>}
			end={<OwnChanges ofOne rows={part ? [] : view.changes} left={roomBelow(1, size) - lines.length} size={size} theme={theme} hour={hour}/>}
		>
			<Lines lines={inSight} theme={theme}/>
		</Screen>
	);
};

type MemberColumn = 'agent' | 'zone' | 'role' | 'connection' | 'observer' | 'version' | 'obVersion';

const memberColumns = (rows: readonly MemberRow[], width: number): ReadonlyArray<Column<MemberColumn>> => fitColumns<MemberColumn>([
	{name: 'agent', width: widest(rows.map(({agent}) => agent), 13, 44), min: widest(rows.map(({agent}) => agent), 13, 20), rank: 0},
	{name: 'zone', width: widest(rows.map(({zone}) => zone), 5, 16), rank: 3},
	{name: 'role', width: widest(rows.map(({role}) => role), 7, 16), rank: 5},
	{name: 'connection', width: 12, rank: 1},
	{name: 'observer', width: widest(rows.map(({observer}) => observer), 9, 22), rank: 4},
	{name: 'version', width: widest(rows.map(({version}) => version), 9, 20), rank: 2},
	{name: 'obVersion', width: widest(rows.map(({obVersion}) => obVersion), 9, 40), min: 9, rank: 6},
], width - markerWidth - margin);

const toneOfMember = ({isWatched}: MemberRow): SpanTone => isWatched ? 'plain' : 'quiet';

const definitions: ColumnDefinitions<MemberRow, TableContext, MemberColumn> = {
	agent: {title: 'agent', cell: row => ({text: row.agent, tone: toneOfMember(row)})},
	zone: {title: 'zone', cell: ({zone}) => ({text: zone, tone: 'quiet'})},
	role: {title: 'role', cell: ({role}) => ({text: role, tone: 'quiet'})},
	connection: {title: 'connection', cell: row => ({text: row.connection, tone: row.isFault ? 'bad' : toneOfMember(row)})},
	observer: {title: 'observer', cell: row => ({text: row.observer, tone: toneOfMember(row)})},
	version: {title: 'obshell', cell: row => ({text: row.version, tone: toneOfMember(row)})},
	obVersion: {title: 'oceanBase', cell: row => ({text: row.obVersion, tone: toneOfMember(row)})},
};

const separated = (parts: ReadonlyArray<readonly Span[]>, {glyphs}: Theme): Line => parts.flatMap((part, index) => [span(index === 0 ? ' ' : ` ${glyphs.dot} `, 'quiet'), ...part]);

const headLines = ({members, watched, mixes, task, delegate, isHistoryUnread}: ClusterView, width: number, theme: Theme): readonly Line[] => {
	const {clusterCard: words} = messages().screens;
	return [
		separated([
			[span(messages().agents.count(members))],
			[span(words.watched(watched), watched < members ? 'plain' : 'quiet')],
			...(delegate === undefined ? [] : [[span(words.delegate(delegate), 'quiet')]]),
		], theme),
		separated([task
			? [span(words.lastTask, 'quiet'), span(task.name), span(` ${outcomeText(task.outcome, theme, task.isFailing)}`, task.isFailing ? 'bad' : toneOf(task.outcome))]
			: [span(words.noTask, 'quiet')]], theme),
		separated([
			...(isHistoryUnread ? [[span(words.unreadHistory, 'attention')]] : []),
			...(mixes.length === 0 ? (isHistoryUnread ? [] : [[span(words.sameVersion, 'quiet')]]) : mixes.map(mix => [span(mixText(mix), 'attention')])),
		], theme),
	].map(line => fitLine(line, width, theme.glyphs.ellipsis));
};

/** What is known of a cluster, and its members in a table. */
export const ClusterScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: ClusterView}): ReactNode => {
	const {list} = view;
	const {columns: width} = size;
	const columns = memberColumns(list.rows, width);
	const said = headLines(view, width, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={list.rows.length < roomBelow(2 + said.length, size)}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={[...filterSpans(view.filter, theme), ...positionSpans(list, theme)]}/>
				<Lines lines={said} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} width={width} theme={theme}/>
			</>}
			end={<OwnChanges rows={view.changes} left={roomBelow(2 + said.length, size) - Math.max(1, list.rows.length)} size={size} theme={theme} hour={hour}/>}
		>
			{list.rows.length > 0 || view.filter === undefined
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme}} width={width}/>
				: <Note text={messages().screens.agents.noRows} width={width} theme={theme}/>}
		</Screen>
	);
};

// Beside a list that names agents and what they do.
const firstFacts = (view: CardView, when: When, local: When): readonly Fact[] => {
	const {card: words} = messages().screens;
	const {process} = view;
	return [
		// The list says the message.
		...view.error.filter(({name}) => name !== messages().cards.error.message),
		{name: words.lastResponse, value: local(view.lastSeenAt)},
		{name: words.name, value: view.name ?? ''},
		{name: words.zone, value: view.zone},
		...softwareFacts(view, when, words),
		...(process?.restarts ? [restartFact(view, local, words)] : []),
		{name: words.machine, value: view.architecture},
		{name: words.clock, value: view.skewText, tone: Math.abs(view.skew ?? 0) < noticeableSkew ? 'plain' : 'attention'},
	];
};

// Fewer are not worth a title.
const fewestFacts = 2;

/** Those that have room in so many lines, none cut. */
const wholeFacts = (facts: readonly Fact[], width: number, room: number): readonly Line[] => {
	const lines: Line[] = [];
	for (const fact of facts) {
		const own = factLines([fact], width);
		lines.push(...(lines.length + own.length > room ? [] : own));
	}

	return lines;
};

type MoreProps = Pick<ScreenProps, 'theme' | 'timeZone' | 'hour'> & {readonly view: MoreView; readonly width: number};

/** Below what Enter would open, in the last of the lines that it leaves free: an agent's facts, as many as have room, or a cluster's members. */
export const MoreFacts = memo(({view, width, theme, timeZone, hour}: MoreProps): ReactNode => {
	const {label, card, members, lines} = view;
	const columns = memberColumns(members, width);
	const whens = (utcOffset: number | undefined): When => time => time === undefined ? '' : instantText(time, {utcOffset, timeZone, hour});
	// Above are a free line and the title.
	const room = lines - 2;
	const shown = card
		? wholeFacts(firstFacts(card, whens(card.utcOffset), whens(undefined)), width, room)
		: members.slice(0, room - 1).map(row => fitLine([spaces(markerWidth), ...rowSpans({...row, isSelected: false}, columns, definitions, {theme})], width, theme.glyphs.ellipsis));
	return shown.length < fewestFacts || members.length >= room
		? undefined
		: (
			<>
				<LineText line={previewTitle([label, messages().tasks.crumbs.card], {place: 'below', hasKeys: false}, width, theme)} theme={theme}/>
				{card ? undefined : <TableHead columns={columns} definitions={definitions} width={width} theme={theme}/>}
				<Lines lines={shown} theme={theme}/>
			</>
		);
});
