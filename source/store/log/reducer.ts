// What user actions do to an open log.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {tellingLine} from '../../protocol/logs.js';
import {type ActionOf} from '../actions.js';
import {agentBehind, findNode, findSubTask, findTask} from '../lookup.js';
import {agentNow} from '../selectors/basics.js';
import {lastAttemptStart} from '../selectors/explanation.js';
import {type LogScreen, type State} from '../state.js';
import {chosenEntry, cursorOf, frozenAt, jumpToEntry, moveCursor, pickLine, scrollLines, toggleFollowing, toggleRange} from './cursor.js';
import {logOf, paneOptions} from './open-logs.js';
import {clampPosition, columnOfEnd, executionPosition} from './pane.js';
import {isBehind} from './scan.js';
import {nextSevere} from './severities.js';
import {countSlice, jumpToMatch, type LogChange, seekOn} from './search.js';

/** Only the lines of the cursor's agent, or all again. */
const singleOut = (state: State, screen: LogScreen): LogScreen => {
	const {merged, dropped} = logOf(state, screen);
	const entry = cursorOf(state, screen)?.entry;
	if (screen.agent !== undefined || !merged || merged.agents.length < 2 || entry === undefined) {
		return {...screen, agent: undefined};
	}

	return {...screen, agent: merged.agents[merged.agentOf[merged.part[entry - dropped] ?? 0] ?? 0]};
};

/** Where the last attempt begins: by the executions of the lines, else by their text. */
const lastAttempt = (state: State, screen: LogScreen): number => {
	const {texts, executions, merged} = logOf(state, screen);
	if (merged) {
		return 0;
	}

	const last = executions?.at(-1);
	if (executions && last !== undefined) {
		return executions.indexOf(last);
	}

	const subTask = findSubTask(findNode(findTask(state, screen.task), screen.node), screen.subTask);
	return lastAttemptStart({logs: texts, executeTimes: subTask?.executeTimes ?? 1});
};

/** Goes to the next error of the last attempt below the cursor, and wraps to the first one. `isAtReason`: the cursor's line is the reason of the failure, even if it is no ERROR line. */
export const jumpToError = (state: State, screen: LogScreen, isAtReason = false): LogChange => {
	const {texts, dropped} = logOf(state, screen);
	const chosen = chosenEntry(state, screen);
	const start = lastAttempt(state, screen);
	const from = chosen === undefined ? start : Math.max(start, chosen - dropped + 1);
	const nextError = (index: number): number | undefined => nextSevere(texts, index, {step: 1, least: 'error', most: Infinity});
	const found = nextError(from) ?? nextError(start);
	if (found === undefined) {
		return {screen, notice: isAtReason ? messages().notices.onlyReason : (start === 0 ? messages().notices.noError : messages().notices.noErrorInAttempt)};
	}

	const jumped = jumpToEntry(state, screen, dropped + found, tellingLine(texts[found] ?? '').start);
	return chosen !== undefined && dropped + found <= chosen
		? {screen: jumped, notice: dropped + found === chosen ? messages().notices.onlyError : messages().notices.errorsWrapped}
		: {screen: jumped};
};

/** Goes to the beginning of the next or previous execution. */
const jumpToExecution = (state: State, screen: LogScreen, step: 1 | -1): LogChange => {
	const buffer = logOf(state, screen);
	const start = chosenEntry(state, screen) ?? (buffer.dropped + buffer.texts.length);
	const position = executionPosition(buffer, {entry: start, row: 0}, step);
	if (position) {
		return {screen: frozenAt(state, screen, clampPosition(buffer, position, paneOptions(state, screen)), {entry: position.entry, place: 0})};
	}

	const {attemptsUnknown, noLaterAttempt, noEarlierAttempt} = messages().notices;
	return {screen, notice: buffer.executions ? (step === 1 ? noLaterAttempt : noEarlierAttempt) : attemptsUnknown};
};

/** Scrolls sideways to the beginning or the end of the cursor's line. */
const showLineEnd = (state: State, screen: LogScreen, end: 'start' | 'end'): LogChange => {
	const cursor = cursorOf(state, screen);
	const options = paneOptions(state, screen);
	if (options.isWrapped || !cursor) {
		return {screen, notice: messages().notices.allInSight};
	}

	const buffer = logOf(state, screen);
	return {screen: {...screen, scrollColumn: end === 'start' ? 0 : columnOfEnd(buffer, cursor, options)}};
};

/** Sets a mark below the last line, with the time by the agent's clock: what comes after it came later. */
const setMark = (state: State, screen: LogScreen, now: Timestamp): LogChange => {
	const {dropped, texts} = logOf(state, screen);
	const dag = findTask(state, screen.task);
	if (texts.length === 0 || !dag) {
		return {screen, notice: messages().notices.nothingToMark};
	}

	const at = agentNow(agentBehind(state, screen.task.owner), now, dag) ?? now;
	return {screen: {...screen, marks: new Map([...screen.marks, [dropped + texts.length - 1, at]])}};
};

/** One slice of searching or counting. */
const advanceLogWork = (state: State, screen: LogScreen, steps: number): LogChange => {
	const {search, filter} = screen;
	const buffer = logOf(state, screen);
	const isFilterDone = filter === undefined || !isBehind(filter, buffer);
	return search?.seeking && isFilterDone ? seekOn(state, {...screen, search}, search.seeking, steps) : {screen: countSlice(screen, buffer, steps)};
};

export const reduceLog = (state: State, screen: LogScreen, action: ActionOf<'log' | 'log-work'>, now: Timestamp): LogChange => {
	switch (action.type) {
		case 'selection-moved': {
			return {screen: moveCursor(state, screen, action.by)};
		}

		case 'row-picked': {
			return {screen: pickLine(state, screen, action.key)};
		}

		case 'lines-scrolled': {
			return {screen: scrollLines(state, screen, action.by)};
		}

		case 'scrolled-sideways': {
			return {screen: {...screen, scrollColumn: Math.max(0, screen.scrollColumn + action.by)}};
		}

		case 'follow-toggled': {
			return {screen: toggleFollowing(state, screen)};
		}

		case 'line-end-shown': {
			return showLineEnd(state, screen, action.end);
		}

		case 'mark-set': {
			return setMark(state, screen, now);
		}

		case 'range-toggled': {
			return {screen: toggleRange(state, screen)};
		}

		case 'range-ended': {
			return {screen: screen.anchor === undefined ? screen : {...screen, anchor: undefined}};
		}

		case 'agent-singled-out': {
			return {screen: singleOut(state, screen)};
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
