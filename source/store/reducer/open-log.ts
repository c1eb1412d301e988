// Opening logs: one, all of a stage or a task as one, and from one to the other on the same line.

import {findTask, topScreen} from '../lookup.js';
import {type LogBuffer} from '../log/buffer.js';
import {chosenEntry, cursorOf, jumpToEntry} from '../log/cursor.js';
import {logOf, newLogScreen, recentLog, syncLogs} from '../log/open-logs.js';
import {type Matcher, newScan} from '../log/scan.js';
import {logKey, sourcesOf} from '../log/sources.js';
import {type LogScreen, type State} from '../state.js';
import {push, withTop} from './view.js';

/** Where an entry of one sub-task's log is in several logs as one; undefined if it is not there yet. */
const entryIn = ({merged}: LogBuffer, key: string, index: number): number | undefined => {
	const part = merged?.parts.findIndex(candidate => candidate.key === key) ?? -1;
	const found = merged?.index.findIndex((own, place) => own === index && merged.part[place] === part) ?? -1;
	return found === -1 ? undefined : found;
};

/** Opens all logs of the task or stage on screen as one; from a log those of its stage, on the same line, and then those of its task. */
export const openAllLogs = (state: State): State => {
	const screen = topScreen(state);
	if (screen.type !== 'task' && screen.type !== 'node' && screen.type !== 'log') {
		return state;
	}

	const task = {owner: screen.task.owner, id: findTask(state, screen.task)?.id ?? screen.task.id};
	const isWide = screen.type === 'task' || (screen.type === 'log' && screen.subTask === undefined);
	if (screen.type === 'log' && screen.node === undefined) {
		return state;
	}

	const place = {task, node: isWide ? undefined : screen.node, subTask: undefined};
	const recent = recentLog(state, place);
	const opened = syncLogs(push(state, recent ? {...recent, isFollowing: true, agent: undefined} : newLogScreen(place)));
	const log = topScreen(opened);
	const entry = screen.type === 'log' ? chosenEntry(state, screen) : undefined;
	if (screen.type !== 'log' || log.type !== 'log' || entry === undefined) {
		return opened;
	}

	const own = logOf(state, screen);
	const index = entry - own.dropped;
	const part = own.merged?.parts[own.merged.part[index] ?? 0];
	const found = entryIn(logOf(opened, log), part?.key ?? logKey(screen), part ? own.merged?.index[index] ?? 0 : index);
	return found === undefined ? opened : withTop(opened, jumpToEntry(opened, log, found));
};

/** From several logs as one to the line's own log. */
export const openOwnLog = (state: State, screen: LogScreen): State => {
	const {merged, dropped} = logOf(state, screen);
	const cursor = cursorOf(state, screen);
	const index = cursor ? cursor.entry - dropped : -1;
	const part = merged?.parts[merged.part[index] ?? -1];
	const source = sourcesOf(state, screen).find(({key}) => key === part?.key);
	if (!merged || !source) {
		return state;
	}

	const opened = syncLogs(push(state, recentLog(state, source.place) ?? newLogScreen(source.place)));
	const log = topScreen(opened);
	return log.type === 'log' ? withTop(opened, jumpToEntry(opened, {...log, filter: undefined}, logOf(opened, log).dropped + (merged.index[index] ?? 0))) : opened;
};

/** Lists the lines that match in all logs of the task or stage on screen. */
export const searchLogs = (state: State, matcher: Matcher): State => {
	const screen = topScreen(state);
	if (screen.type === 'hits') {
		return withTop(state, {...screen, search: newScan(matcher, 0), selected: undefined, top: 0});
	}

	if (screen.type !== 'task' && screen.type !== 'node') {
		return state;
	}

	const task = {owner: screen.task.owner, id: findTask(state, screen.task)?.id ?? screen.task.id};
	return syncLogs(push(state, {
		type: 'hits', task, node: screen.type === 'node' ? screen.node : undefined, search: newScan(matcher, 0), selected: undefined, top: 0,
	}));
};
