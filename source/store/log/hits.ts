// The lines of all logs of a task or a stage that match a search.

import {messages} from '../../lib/messages/messages.js';
import {topScreen} from '../lookup.js';
import {push, withNotice} from '../reducer/view.js';
import {type HitsScreen, type LogScreen, type State} from '../state.js';
import {type LogBuffer, type LogPart} from './buffer.js';
import {chosenEntry, jumpToEntry} from './cursor.js';
import {logOf, newLogScreen, syncLogs} from './open-logs.js';
import {advanceScan, isBehind, newScan, type Scan} from './scan.js';
import {logKey, sourcesOf} from './sources.js';

/** A line that matches: its log, and its index there. */
export type Hit = {readonly key: string; readonly part: LogPart; readonly index: number};

// More lines than a person reads. A better expression finds fewer.
const mostHits = 10_000;

/** The logs that are searched, as one. */
export const searchedLog = (state: State, {task, node}: HitsScreen): LogBuffer => logOf(state, {task, node, subTask: undefined});

/** The order of logs: by stage, those of linked tasks last, then by agent. */
const ranksOf = (parts: readonly LogPart[]): ReadonlyMap<LogPart, number> => {
	const stageOf = ({stage}: LogPart): number => stage === 0 ? Infinity : stage;
	const order = parts.toSorted((one, other) => stageOf(one) === stageOf(other) ? (one.name + one.agent < other.name + other.agent ? -1 : 1) : stageOf(one) - stageOf(other));
	return new Map(order.map((part, rank) => [part, rank]));
};

const findHits = ({merged}: LogBuffer, {low, high, verdicts}: Scan): readonly Hit[] => {
	const hits: Hit[] = [];
	if (!merged) {
		return hits;
	}

	for (let entry = verdicts.indexOf(1, low); entry !== -1 && entry < high && hits.length < mostHits; entry = verdicts.indexOf(1, entry + 1)) {
		const part = merged.parts[merged.part[entry] ?? 0];
		const index = merged.index[entry] ?? 0;
		if (part) {
			hits.push({key: `${part.key} ${index}`, part, index});
		}
	}

	const ranks = ranksOf(merged.parts);
	return hits.toSorted((one, other) => (ranks.get(one.part) ?? 0) - (ranks.get(other.part) ?? 0) || one.index - other.index);
};

const known = new WeakMap<Scan, {readonly buffer: LogBuffer; readonly hits: readonly Hit[]}>();

/** What was found so far, log by log. */
export const hitsOf = (state: State, screen: HitsScreen): readonly Hit[] => {
	const {search} = screen;
	const buffer = searchedLog(state, screen);
	const last = known.get(search);
	if (last?.buffer === buffer) {
		return last.hits;
	}

	const hits = findHits(buffer, search);
	known.set(search, {buffer, hits});
	return hits;
};

/** Whether lines remain to be searched. */
export const isSearching = (state: State, screen: HitsScreen): boolean => isBehind(screen.search, searchedLog(state, screen));

/** One slice of searching. */
export const searchOn = (state: State, screen: HitsScreen, steps: number): HitsScreen => ({...screen, search: advanceScan(screen.search, searchedLog(state, screen), steps)});

/** The log of a hit, with the cursor on its line and the same search. */
const logAt = (state: State, screen: HitsScreen, {part, index}: Hit): State => {
	const source = sourcesOf(state, {task: screen.task, node: screen.node, subTask: undefined}).find(({key}) => key === part.key);
	if (!source) {
		return state;
	}

	const {matcher} = screen.search;
	const opened = syncLogs(push(state, {...newLogScreen(source.place), search: {...newScan(matcher, index), seeking: undefined}}));
	const log = topScreen(opened);
	if (log.type !== 'log') {
		return opened;
	}

	const {texts, dropped} = logOf(opened, log);
	const jumped = jumpToEntry(opened, log, dropped + index, matcher.find(texts[index] ?? '', 0)?.[0] ?? 0);
	const [root, ...above] = opened.view.stack;
	return {...opened, view: {...opened.view, stack: [root, ...above.slice(0, -1), jumped]}};
};

/** Opens the log of a hit. */
export const openHit = (state: State, screen: HitsScreen, key: string | undefined): State => {
	const hit = hitsOf(state, screen).find(candidate => candidate.key === key);
	return hit ? logAt(state, screen, hit) : state;
};

/** The list of hits from which a log was opened, as long as it has the same search. */
const listBehind = (state: State, {search}: LogScreen): HitsScreen | undefined => {
	const behind = state.view.stack.at(-2);
	return behind?.type === 'hits' && search?.matcher.source === behind.search.matcher.source ? behind : undefined;
};

/** From a log that was opened from a list of hits to the next or previous hit, in whichever log that is; undefined for any other log. */
export const jumpToHit = (state: State, screen: LogScreen, by: 1 | -1): State | undefined => {
	const list = listBehind(state, screen);
	const hits = list ? hitsOf(state, list) : [];
	if (!list || hits.length === 0) {
		return undefined;
	}

	const key = logKey(screen);
	const {dropped} = logOf(state, screen);
	const here = (chosenEntry(state, screen) ?? Infinity) - dropped;
	const current = hits.findLastIndex(hit => hit.part.key === key && hit.index <= here);
	const isOn = hits[current]?.index === here;
	// From between two hits, the one above is the previous one.
	const wanted = current === -1 ? hits.findIndex(hit => hit.part.key === key) + (by === 1 ? 0 : -1) : current + (by === 1 || isOn ? by : 0);
	const next = (wanted + hits.length) % hits.length;
	const hit = hits[next]!;
	const [root, ...above] = state.view.stack;
	const opened = logAt({...state, view: {...state.view, stack: [root, ...above.slice(0, -2), {...list, selected: hit.key}]}}, list, hit);
	if (next !== wanted) {
		const {wrappedToTop, wrappedToBottom} = messages().notices;
		return withNotice(opened, by === 1 ? wrappedToTop : wrappedToBottom);
	}

	return hit.part.key === key ? opened : withNotice(opened, messages().notices.nextLog(hit.part.agent));
};
