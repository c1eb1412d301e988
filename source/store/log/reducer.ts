// What user actions do to an open log.

import {messages} from '../../lib/messages/messages.js';
import {severityOf, tellingLine} from '../../protocol/logs.js';
import {type ActionOf} from '../actions.js';
import {findNode, findSubTask, findTask} from '../lookup.js';
import {type Movement, rowsOf} from '../reducer/view.js';
import {lastAttemptStart} from '../selectors/explanation.js';
import {type LogScreen, type State} from '../state.js';
import {logOf, paneOptions, topPosition} from './open-logs.js';
import {clampPosition, executionPosition, movedBy, startPosition} from './pane.js';
import {isBehind} from './scan.js';
import {countSlice, entriesInSight, frozenAt, jumpToEntry, jumpToMatch, type LogChange, markInSight, seekOn} from './search.js';

const follow = (screen: LogScreen): LogScreen => ({...screen, isFollowing: true});

/** Stops following at the current position, or follows the end again. */
const toggleFollowing = (state: State, screen: LogScreen): LogScreen =>
	screen.isFollowing ? frozenAt(state, screen, topPosition(state, screen)) : follow(screen);

/** A log has no selection: it scrolls. As in `less +F`, moving up stops following, and moving to the end follows again. */
const scrollLog = (state: State, screen: LogScreen, by: Movement): LogScreen => {
	if (by === 'end') {
		return follow(screen);
	}

	const buffer = logOf(state, screen);
	if (by === 'start') {
		return frozenAt(state, screen, startPosition(buffer));
	}

	const options = paneOptions(state, screen);
	const rows = rowsOf(by, options.height);
	return screen.isFollowing && rows > 0 ? screen : frozenAt(state, screen, movedBy(buffer, topPosition(state, screen), rows, options));
};

/** Where the last attempt begins: by the executions of the lines, else by their text. */
const lastAttempt = (state: State, screen: LogScreen): number => {
	const {texts, executions} = logOf(state, screen);
	const last = executions?.at(-1);
	if (executions && last !== undefined) {
		return executions.indexOf(last);
	}

	const subTask = findSubTask(findNode(findTask(state, screen.task), screen.node), screen.subTask);
	return lastAttemptStart({logs: texts, executeTimes: subTask?.executeTimes ?? 1});
};

/** Goes to the next error of the last attempt below the mark or the top, and wraps to the first one. `isAtReason`: the marked line is the reason of the failure, even if it is no ERROR line. */
export const jumpToError = (state: State, screen: LogScreen, isAtReason = false): LogChange => {
	const {texts, dropped} = logOf(state, screen);
	const marked = markInSight(state, screen);
	const start = lastAttempt(state, screen);
	const from = marked === undefined ? start : Math.max(start, marked - dropped + 1);
	const isError = (text: string): boolean => severityOf(text) === 'error';
	const below = texts.findIndex((text, index) => index >= from && isError(text));
	const found = below === -1 ? texts.findIndex((text, index) => index >= start && isError(text)) : below;
	if (found === -1) {
		return {screen, notice: isAtReason ? messages().notices.onlyReason : (start === 0 ? messages().notices.noError : messages().notices.noErrorInAttempt)};
	}

	const jumped = jumpToEntry(state, screen, dropped + found, tellingLine(texts[found] ?? '').start);
	return marked !== undefined && dropped + found <= marked
		? {screen: jumped, notice: dropped + found === marked ? messages().notices.onlyError : messages().notices.errorsWrapped}
		: {screen: jumped};
};

/** Where to look for the next or previous execution from: the mark, else the top. If the end of the log is in sight, from there upwards. */
const startOfJump = (state: State, screen: LogScreen, step: 1 | -1): number => {
	const {dropped, texts} = logOf(state, screen);
	const end = dropped + texts.length;
	const sight = entriesInSight(state, screen);
	const isAtEnd = sight === undefined || sight.last === end - 1;
	return markInSight(state, screen) ?? (step === -1 && isAtEnd ? end : sight?.first ?? dropped);
};

/** Goes to the beginning of the next or previous execution. */
const jumpToExecution = (state: State, screen: LogScreen, step: 1 | -1): LogChange => {
	const buffer = logOf(state, screen);
	const position = executionPosition(buffer, {entry: startOfJump(state, screen, step), row: 0}, step);
	if (position) {
		return {screen: {...frozenAt(state, screen, clampPosition(buffer, position, paneOptions(state, screen))), marked: position.entry, place: 0}};
	}

	const {attemptsUnknown, noLaterAttempt, noEarlierAttempt} = messages().notices;
	return {screen, notice: buffer.executions ? (step === 1 ? noLaterAttempt : noEarlierAttempt) : attemptsUnknown};
};

/** One slice of searching or counting. */
const advanceLogWork = (state: State, screen: LogScreen, steps: number): LogChange => {
	const {search, filter} = screen;
	const buffer = logOf(state, screen);
	const isFilterDone = filter === undefined || !isBehind(filter, buffer);
	return search?.seeking && isFilterDone ? seekOn(state, {...screen, search}, search.seeking, steps) : {screen: countSlice(screen, buffer, steps)};
};

export const reduceLog = (state: State, screen: LogScreen, action: ActionOf<'log' | 'log-work'>): LogChange => {
	switch (action.type) {
		case 'selection-moved': {
			return {screen: scrollLog(state, screen, action.by)};
		}

		case 'scrolled-sideways': {
			return {screen: {...screen, scrollColumn: Math.max(0, screen.scrollColumn + action.by)}};
		}

		case 'follow-toggled': {
			return {screen: toggleFollowing(state, screen)};
		}

		case 'execution-jumped-to': {
			return jumpToExecution(state, screen, action.by);
		}

		case 'match-jumped-to': {
			return jumpToMatch(state, screen, action.by);
		}

		case 'log-work-advanced': {
			return advanceLogWork(state, screen, action.steps);
		}
	}
};
