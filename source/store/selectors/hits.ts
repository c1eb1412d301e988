import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type Severity} from '../../protocol/logs.js';
import {type Dag} from '../../protocol/task.js';
import {hitsOf, isSearching, searchedLog} from '../log/hits.js';
import {logKey} from '../log/sources.js';
import {severityAt} from '../log/severities.js';
import {type HitsScreen, type State} from '../state.js';
import {selectedIndexOf, windowOf, windowTop} from './basics.js';
import {breadcrumbOf, stalenessOf} from './task-head.js';
import {type Staleness, type Window} from './view-types.js';

// Of a line whose match is further from its beginning, the part around the match.
const inSight = 24;

const around = 12;

const shownLength = 600;

/** The part of a line that shows its match, in one line. */
const partAround = (text: string, start: number): string => {
	const word = text.indexOf(' ', start - around) + 1;
	const from = start < inSight ? 0 : (word > 0 && word <= start ? word : start - around);
	return (from > 0 ? '…' : '') + text.slice(from, from + shownLength).replaceAll('\n', ' ');
};

/** The list of the lines that a search of all logs found. */
export const selectHits = ({state, screen, dag, height}: {readonly state: State; readonly screen: HitsScreen; readonly dag: Dag; readonly height: number}): HitsView => {
	const hits = hitsOf(state, screen);
	const selected = selectedIndexOf(hits, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: hits.length,
	});
	const {matcher} = screen.search;
	const {merged} = searchedLog(state, screen);
	const names = new Map(merged?.agents.map((agent, number) => [agent, merged.names[number] ?? agent]));
	return {
		type: 'hits',
		breadcrumb: breadcrumbOf(state, screen),
		staleness: stalenessOf(state, screen.task),
		utcOffset: dag.utcOffset,
		source: matcher.source,
		logs: new Set(hits.map(({part}) => part)).size,
		waiting: state.logs.get(logKey({task: screen.task, node: screen.node, subTask: undefined}))?.waiting ?? 0,
		isSearching: isSearching(state, screen),
		list: windowOf(hits, {top, height}, ({key, part, index}, row): HitRow => {
			const {texts, times, dropped} = part.buffer;
			const text = texts[index] ?? '';
			const time = times?.[index];
			return {
				key,
				agent: names.get(part.agent) ?? part.agent,
				stage: messages().tasks.engineName(part.name),
				isFirst: row === top || hits[row - 1]?.part !== part,
				line: dropped + index + 1,
				time: time === undefined || Number.isNaN(time) ? undefined : time - part.ahead,
				text: partAround(text, matcher.find(text, 0)?.[0] ?? 0),
				severity: severityAt(texts, index),
				isSelected: row === selected,
			};
		}),
	};
};

/** A line that matches. `agent`: its short name; `line`: its number in its log, from 1; `isFirst`: the first one of its log in sight. */
export type HitRow = {
	readonly key: string;
	readonly agent: string;
	readonly stage: string;
	readonly isFirst: boolean;
	readonly line: number;
	readonly time: Timestamp | undefined;
	readonly text: string;
	readonly severity: Severity;
	readonly isSelected: boolean;
};

/** `logs`: in how many logs lines were found; `waiting`: how many are still being fetched. */
export type HitsView = {
	readonly type: 'hits';
	readonly breadcrumb: readonly string[];
	readonly staleness: Staleness | undefined;
	readonly utcOffset: number | undefined;
	readonly source: string;
	readonly logs: number;
	readonly waiting: number;
	readonly isSearching: boolean;
	readonly list: Window<HitRow>;
};
