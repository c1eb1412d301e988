import {Box} from 'ink';
import {type ReactNode} from 'react';
import {columnsOf, isWithin, widest} from '../../lib/columns.js';
import {type Column, type ColumnSpec, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {outcomeLabel} from '../../protocol/outcome.js';
import {type MoreCells, usualColumns} from '../../store/selectors/agent-columns.js';
import {type AgentsRow, type AgentsView} from '../../store/selectors/agents.js';
import {reasonText, whyTexts} from '../../store/selectors/reason.js';
import {type Reason, type TaskCells, type Tone} from '../../store/selectors/view-types.js';
import {type AgentsColumn} from '../../store/state.js';
import {LineText, Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerOf, markerWidth, positionSpans, rowSpans, TableHead, TableRows} from '../components/table.js';
import {bareInstant, type Detail, detailLines, instantText, type Zone, zoneText} from '../components/text.js';
import {stagesBar, stageText} from '../format.js';
import {type Line, type Span, span, spaces, spreadLine, widthOf} from '../span.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';
import {changesRoom, LatestChanges} from './journal.js';

/** The user's columns, and the bar before the stage. */
export type TableColumn = AgentsColumn | 'bar';

type AgentsContext = {readonly theme: Theme} & Zone;

type AgentsColumns = ReadonlyArray<Column<TableColumn>>;

const indentation = 2;

/** From so many columns on, the table has a column for the reason. */
const whyFrom = 120;

/** The number of hidden agents follows the cluster's name: "obdemo +3". */
const labelOf = ({depth, label, folded, type}: AgentsRow, {glyphs}: Theme): string =>
	type === 'task' && label === '' ? `${' '.repeat(indentation * (depth - 1))}${glyphs.branch}` : ' '.repeat(indentation * depth) + label + (folded > 0 ? ` +${folded}` : '');

/** Words for a running task that stalled, or of which a part failed. */
const insteadOf = ({isStalled, isFailing}: AgentsRow): string | undefined =>
	isFailing ? messages().tasks.counts.failing : (isStalled ? messages().tasks.counts.stalled : undefined);

const outcomeCell = (row: AgentsRow, outcome: TaskCells['outcome'], theme: Theme): string => {
	const word = insteadOf(row);
	return word === undefined ? outcomeText(outcome, theme) : `${theme.glyphs.outcome[outcome.word]} ${word}`;
};

/** The cluster's card shows which versions are mixed. */
const roleText = ({role, isMixed, isDatabaseDown}: AgentsRow, hasRoom: boolean): string => {
	if (isDatabaseDown) {
		return hasRoom ? messages().tasks.counts['database down'] : messages().screens.agents.databaseDown;
	}

	return isMixed ? messages().screens.agents.mixed(role) : role;
};

const startedText = ({more}: AgentsRow, zone: Zone): string => more?.startTime === undefined ? '' : bareInstant(more.startTime, zone);

const usualText = ({more}: AgentsRow): string => more?.usual === undefined ? '' : formatDuration(more.usual);

const lockText = ({more}: AgentsRow): string => more?.isLocked === undefined ? '' : messages().screens.agents.lock[more.isLocked ? 'locked' : 'unlocked'];

/** Heads that depend on what the table shows. */
const titlesOf = (sort: AgentsView['arrangement']['sort'], {theme: {glyphs}, ...zone}: AgentsContext): Readonly<Partial<Record<TableColumn, string>>> => {
	const started = messages().screens.history.started(zoneText(zone));
	const head = sort && (sort.column === 'started' ? started : messages().screens.columns[definitions[sort.column].title]);
	return {started, ...(sort && {[sort.column]: `${head}${sort.isReversed ? glyphs.descending : glyphs.ascending}`})};
};

/** The table's columns for these rows: as wide as their contents, within the width of the terminal. */
export const agentsColumns = (rows: readonly AgentsRow[], width: number, context: AgentsContext, chosen?: readonly AgentsColumn[]): AgentsColumns => {
	const {theme} = context;
	const isWide = width >= 100;
	const tasks = rows.flatMap(({task}) => task ?? []);
	const name = widest(tasks.map(task => task.name), 18, isWide ? 44 : 23);
	const agent = widest(rows.map(row => labelOf(row, theme)), 13, isWide ? 44 : 23);
	const outcome = widest(rows.flatMap(row => row.task ? outcomeCell(row, row.task.outcome, theme) : []), 11, 24);
	const room = width - markerWidth - margin;
	const titled = (column: AgentsColumn, texts: readonly string[], title: string = messages().screens.columns[definitions[column].title]): number => widest([...texts, `${title} `], 3, 24);
	const more = (read: (cells: MoreCells) => string): readonly string[] => rows.flatMap(row => row.more ? read(row.more) : []);
	const all: ReadonlyArray<ColumnSpec<TableColumn>> = [
		// Agents of one machine differ by their ports, which are at the end.
		{name: 'agent', width: agent, rank: 0},
		{name: 'role', width: widest(rows.map(row => roleText(row, isWide)), 8, isWide ? 20 : 9), rank: 5},
		// A bar is less important than a complete name or address.
		{name: 'task', width: name, min: Math.min(name, width < 70 ? 10 : 18), rank: 3},
		// If cut, "failed to roll back" would read as "failed".
		{name: 'outcome', width: outcome, rank: 1},
		{name: 'bar', width: 8, min: 4, max: 16, rank: 6},
		{name: 'stage', width: widest(tasks.map(task => stageText(task)), 5, 7), rank: 4, gap: 1},
		...((chosen !== undefined || width >= whyFrom) && rows.some(({why}) => why !== undefined) ? [{name: 'why' as const, width: 20, max: 200, rank: 7}] : []),
		{name: 'time', width: 6, rank: 2, gap: 1},
		{name: 'zone', width: titled('zone', more(({zone}) => zone)), rank: 5.1},
		{name: 'lock', width: titled('lock', rows.map(row => lockText(row))), rank: 5.2},
		{name: 'obshell', width: titled('obshell', more(({version}) => version)), rank: 5.3},
		{name: 'started', width: titled('started', rows.map(row => startedText(row, context)), messages().screens.history.started(zoneText(context))), rank: 5.4},
		...(rows.some(row => row.more?.usual !== undefined) ? [{name: 'usual' as const, width: titled('usual', rows.map(row => usualText(row))), rank: 5.5}] : []),
	];
	const specs = (chosen ?? usualColumns).flatMap((column, place) => all.filter(spec => spec.name === column || (column === 'stage' && spec.name === 'bar'))
		// Of the user's own columns the last ones are left out first, and a bar before them.
		.map(spec => chosen ? {...spec, rank: spec.name === 'bar' ? chosen.length : place} : spec));
	const columns = fitColumns(specs, room);
	// Without its bar a stage is separated from the outcome like any other column.
	return columns.some(({name: column}) => column === 'bar')
		? columns
		: fitColumns(specs.filter(spec => spec.name !== 'bar').map(spec => spec.name === 'stage' ? {...spec, gap: 2} : spec), room);
};

const toneOfRow = (row: AgentsRow): Tone => insteadOf(row) === undefined ? (row.task ? toneOf(row.task.outcome) : 'plain') : 'bad';

/** A reason in one cell: its place is cut first, then its middle, never whose it is and never its end. */
const whyCell = (why: Reason, width: number, {glyphs}: Theme): string => {
	const kept = why.whose === undefined ? 0 : columnsOf(why.whose) + 1;
	return wrapWithin(whyTexts(why), {width, rows: 1, mark: glyphs.ellipsis, kept})[0] ?? '';
};

/** Rows are read one by one, as they change: each says whose it is. */
const spokenLabel = ({type, label, whose, folded}: AgentsRow): string => {
	const {screens: {reader, agents, separator}} = messages();
	const parts = type === 'cluster' ? [reader.cluster(label), folded > 0 ? agents.hidden(folded) : ''] : [whose ?? '', label];
	return parts.filter(part => part !== '').join(separator);
};

const spokenRole = (row: AgentsRow): string => {
	const {screens: {reader, agents}} = messages();
	const text = roleText(row, true);
	if (row.type !== 'cluster') {
		return text;
	}

	const [watched = '', all = ''] = row.role.split('/', 2);
	const members = reader.members(watched, all);
	return row.isMixed ? agents.mixed(members) : members;
};

const definitions: ColumnDefinitions<AgentsRow, AgentsContext, TableColumn> = {
	agent: {
		title: 'agent',
		cell: (row, {theme}) => ({text: labelOf(row, theme), tone: row.type === 'task' ? 'quiet' : 'plain', isBold: row.isSelected || row.type === 'cluster'}),
		spoken: spokenLabel,
	},
	// A missing database is more important than the role; an agent in trouble shows its problem instead.
	role: {title: 'role', cell: (row, _, width) => ({text: roleText(row, width >= columnsOf(messages().tasks.counts['database down'])), tone: row.isDatabaseDown || row.isMixed ? 'attention' : 'quiet'}), spoken: spokenRole},
	task: {title: 'task', cell: ({task, note}) => ({text: task?.name ?? note ?? '', tone: task ? 'plain' : 'quiet'})},
	outcome: {
		title: 'outcome',
		cell: (row, {theme}) => row.task
			? {text: outcomeCell(row, row.task.outcome, theme), tone: toneOfRow(row)}
			: {text: row.note === undefined ? '' : theme.glyphs.outcome.pending, tone: 'quiet'},
	},
	bar: {
		title: 'none',
		cell: ({task}, {theme}, width) => task && task.progress.total > 0
			? {text: stagesBar(task.progress, width, theme.glyphs.bar), tone: toneOf(task.outcome), isBold: false}
			: {text: '', isBold: false},
	},
	stage: {title: 'stage', cell: ({task}) => ({text: task ? stageText(task) : ''})},
	why: {title: 'why', cell: (row, {theme}, width) => ({text: row.why ? whyCell(row.why, width, theme) : '', tone: toneOfRow(row)})},
	zone: {title: 'zone', cell: ({more}) => ({text: more?.zone ?? '', tone: 'quiet'})},
	obshell: {title: 'obshell', cell: ({more, isMixed}) => ({text: more?.version ?? '', tone: isMixed ? 'attention' : 'quiet'})},
	lock: {title: 'lock', cell: row => ({text: lockText(row), tone: row.more?.isLocked ? 'attention' : 'quiet'})},
	started: {title: 'started', cell: (row, context) => ({text: startedText(row, context), tone: 'quiet'})},
	usual: {title: 'usually', align: 'right', cell: row => ({text: usualText(row), tone: 'quiet'})},
	time: {title: 'time', align: 'right', cell: ({task}) => ({text: task?.duration === undefined ? '' : formatDuration(task.duration)})},
};

/** Bar and stage have one head, at the left end of both. */
const headColumns = (columns: AgentsColumns): AgentsColumns => {
	const bar = columns.find(({name}) => name === 'bar');
	return columns.flatMap(column => {
		if (column.name === 'bar') {
			return [];
		}

		return bar && column.name === 'stage' ? [{...column, gap: bar.gap, width: bar.width + column.gap + column.width}] : [column];
	});
};

const problemGap = 2;

/** An agent that cannot be queried: why, and its last known task, across the columns of its task. */
const problemSpans = (row: AgentsRow, problem: string, {hour, theme: {glyphs}}: AgentsContext): Line => {
	const last = lastSeenText(row, hour);
	return [spaces(problemGap), span(problem, row.isFault ? 'bad' : 'quiet', row.isSelected), span(last === '' ? '' : ` ${glyphs.dot} ${last}`, 'quiet')];
};

/** "last seen: Initialize cluster, running at 10:38:12 local", without "last seen" if it is read nevertheless; empty if no task is known. */
const lastSeenText = (row: AgentsRow, hour: number): string => {
	const {type, task, asOf} = row;
	if (!task) {
		return '';
	}

	const {agents} = messages().screens;
	const outcome = insteadOf(row) ?? outcomeLabel(task.outcome);
	return type === 'agent' && asOf === undefined
		? agents.seen(task.name, outcome)
		: agents.lastSeen(task.name, outcome, asOf === undefined ? undefined : instantText(asOf, {timeZone: 'local', utcOffset: undefined, hour}));
};

/** A main task and its parts fail for the same reason, which is shown once. */
const withoutRepeats = (rows: readonly AgentsRow[]): readonly AgentsRow[] => {
	const same = Map.groupBy(rows, ({key, why, problem}) => why && problem === undefined ? reasonText(why) : key);
	return same.values().flatMap(group => group.slice(0, 1).map(row => ({...row, isSelected: group.some(({isSelected}) => isSelected)}))).toArray();
};

/** What does not fit into the columns: complete reasons of failures and waits, complete problems. */
const detailsOf = (rows: readonly AgentsRow[], columns: AgentsColumns, width: number, context: AgentsContext): readonly Detail[] => {
	const {hour, theme} = context;
	const {faults: {about}, screens: {labels}} = messages();
	const whyRoom = columns.find(({name}) => name === 'why')?.width ?? 0;
	return withoutRepeats(rows).flatMap((row): readonly Detail[] => {
		const {why, problem, label, isSelected} = row;
		const named = (text: string): string => row.type === 'task' ? text : about(label, text);
		if (problem !== undefined) {
			const last = lastSeenText(row, hour);
			const tone = row.isFault ? 'bad' : 'quiet';
			const isWhole = widthOf([markerOf(isSelected, theme), ...problemLine(row, columns, problem, context)]) <= width - margin;
			// What was last seen has the name of a task. Only of the selected row it is clear whose problem it is.
			const brief = row.type === 'task' && row.task ? about(row.task.name, problem) : named(problem);
			// What a task cannot be asked for now is no reason of its own.
			return isWhole ? [] : [{label: row.type === 'agent' ? labels.why : labels.note, texts: [...(last === '' ? [] : [`${named(problem)} ${theme.glyphs.dot} ${last}`]), brief, ...(isSelected ? [problem] : [])], tone, isSelected}];
		}

		if (!why || isWithin(reasonText(why), whyRoom)) {
			return [];
		}

		// A place at the row's own agent needs no name.
		const words = why.place.endsWith(label) && label !== '' ? reasonText(why) : named(reasonText(why));
		return [{label: labels.why, texts: [...new Set([words, ...whyTexts(why)])], tone: toneOfRow(row), isSelected}];
	});
};

const problemLine = (row: AgentsRow, columns: AgentsColumns, problem: string, context: AgentsContext): Line =>
	[...rowSpans(row, columns.slice(0, 1), definitions, context), ...problemSpans(row, problem, context)];

/** The problem of an agent that cannot be queried, across the columns of its task. */
const agentsLine = (row: AgentsRow, columns: AgentsColumns, context: AgentsContext): Line => row.problem === undefined
	? rowSpans(row, columns, definitions, context)
	: problemLine(row, columns, row.problem, context);

/** Filters and order: "faults only  /10.0  12 hidden", in short by its keys: "!  /10.0". */
const arrangementSpans = ({filter, faultsOnly, hidden}: AgentsView['arrangement'], isShort = false): readonly Span[] => [
	...(faultsOnly ? [span(`  ${isShort ? '!' : messages().screens.agents.faultsOnly}`, 'attention')] : []),
	...(filter === undefined ? [] : [span(`  /${filter}`, 'attention')]),
	...(hidden > 0 && !isShort ? [span(`  ${messages().screens.agents.hidden(hidden)}`, 'quiet')] : []),
];

// The distance between the two ends of a line.
const gapBeforeEnd = 2;

/** The parts in order, without the last of the lightest until the rest fits. */
const heaviest = <Part extends {readonly weight: number}>(parts: readonly Part[], fits: (kept: readonly Part[]) => boolean): readonly Part[] => {
	let kept = parts;
	while (kept.length > 0 && !fits(kept)) {
		const least = Math.min(...kept.map(({weight}) => weight));
		kept = kept.toSpliced(kept.findLastIndex(({weight}) => weight === least), 1);
	}

	return kept;
};

/** The first line: as many whole counts as fit, and filters and order at its end. */
const summaryLine = ({summary: {agents, parts: found, isReading = false}, arrangement, list}: AgentsView, width: number, theme: Theme): Line => {
	const {glyphs} = theme;
	const endOf = (chosen: readonly Span[]): readonly Span[] => {
		const position = positionSpans(list, theme);
		return chosen.length + position.length === 0 ? [] : [...chosen, span('  '), ...position];
	};

	const dot = span(` ${glyphs.dot} `, 'quiet');
	const words = messages().screens.agents;
	const parts: ReadonlyArray<{readonly text: string; readonly tone: Tone; readonly weight: number; readonly isCount: boolean}> = [
		...found.map(({count, word, tone, weight}) => ({text: words.part(count, word), tone, weight, isCount: true})),
		...(isReading ? [{text: words.reading, tone: 'quiet' as const, weight: 1.5, isCount: false}] : []),
	];
	const many = messages().agents.count(agents);
	const named = [span(' '), span('obwatch', 'accent', true), span(`  ${many}`)];
	// "+2": two more counts have no room.
	const more = (kept: typeof parts): readonly Span[] => {
		const left = found.length - kept.filter(({isCount}) => isCount).length;
		return kept.length === parts.length ? [] : (left === 0 ? [span(` ${glyphs.ellipsis}`, 'quiet')] : [dot, span(`+${left}`, 'quiet')]);
	};

	const counts = (kept: typeof parts): readonly Span[] => [...kept.flatMap(({text, tone}) => [dot, span(text, tone)]), ...more(kept)];
	const keptBetween = (begin: readonly Span[], end: readonly Span[]) => heaviest(parts, some => widthOf([...begin, ...counts(some), ...end]) + (end.length === 0 ? 0 : gapBeforeEnd) <= width);
	const [long, short] = [endOf(arrangementSpans(arrangement)), endOf(arrangementSpans(arrangement, true))];
	const bare = [span(` ${many}`)];
	const ways = [[named, long], [bare, long], [named, short], [bare, short]] as const;
	// Counts are more important than the program's name, how many rows are hidden than most counts, and one count than that.
	const most = Math.max(Math.min(1, parts.length), keptBetween(bare, long).length);
	const [begin, end] = ways.find(([before, after]) => keptBetween(before, after).length >= most) ?? ways[3];
	return spreadLine([...begin, ...counts(keptBetween(begin, end))], end, width, glyphs.ellipsis);
};

// Summary and column heads.
const headLines = 2;

/** The agents and their last tasks: the program's root screen. */
export const AgentsScreen = ({view, size, footer, part, theme, timeZone, hour, isCovered = false}: ScreenProps & {readonly view: AgentsView}): ReactNode => {
	const {list: {rows}, arrangement} = view;
	const {columns: width} = size;
	const context = {theme, timeZone, hour, utcOffset: rows.find(({more}) => more?.utcOffset !== undefined)?.more?.utcOffset};
	const columns = agentsColumns(rows, width, context, view.columns);
	const across = part?.across ?? width;
	const room = roomBelow(headLines, size) - rows.length;
	const all = detailsOf(rows, columns, width, context);
	// Why an agent cannot be queried is said by its row, and by no preview.
	const some = part?.saysReason && rows.every(({isSelected, problem}) => !isSelected || problem === undefined) ? all.filter(({isSelected}) => !isSelected) : all;
	const linesOf = (details: readonly Detail[]): readonly Line[] => detailLines(details, {width, height: room}, theme);
	const details = linesOf(some);
	// The newest changes keep their place, whichever reason is said beside the list.
	const most = Math.max(details.length, some.length < all.length ? linesOf(all).length : 0);
	const changes = part?.changes && changesRoom(room - 1 - (most > 0 ? 1 + most : 0));
	const reasons = <Lines lines={details} theme={theme}/>;
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={isCovered ? room > 0 && details.length === 0 : room > details.length}
			head={<>
				<Box width={across} flexShrink={0}><LineText line={summaryLine(view, across, theme)} theme={theme}/></Box>
				{theme.isRead && arrangement.sort ? <LineText line={[]} label={messages().screens.reader.sorted(messages().screens.columns[definitions[arrangement.sort.column].title], arrangement.sort.isReversed)} theme={theme}/> : undefined}
				<TableHead columns={headColumns(columns)} definitions={definitions} titles={titlesOf(arrangement.sort, context)} width={width} theme={theme}/>
			</>}
			end={changes === undefined ? reasons : <LatestChanges rows={part?.changes ?? []} count={changes} width={width} theme={theme} hour={hour}/>}
		>
			{rows.length > 0
				? <>
					<TableRows rows={rows} columns={columns} definitions={definitions} context={context} width={width} lineOf={agentsLine}/>
					{changes === undefined ? undefined : <Box flexDirection='column' marginTop={1}>{reasons}</Box>}
				</>
				: <Note text={messages().screens.agents.noRows} width={width} theme={theme}/>}
		</Screen>
	);
};
