// What the mouse does, if the user wants it: the wheel scrolls, a click selects, a double click opens. Where something is typed, asked or confirmed it
// does nothing.

import {type Clock} from '../../lib/clock.js';
import {type UserAction} from '../../store/actions.js';
import {topScreen} from '../../store/lookup.js';
import {type Store} from '../../store/store.js';
import {type Target} from '../components/rows.js';

/** A report of the mouse, among keystrokes: no key has such a name. */
export const isMouse = (keystroke: string): boolean => keystroke.startsWith('\u001B');

export type Mouse = {
	/** Reports that came one after the other. */
	readonly take: (reports: readonly string[]) => void;
	/** A key was pressed: a click after it is no second one. */
	readonly forget: () => void;
};

export type WantedMouse = {
	/** What is in that column and line of the terminal, both from 0; undefined if a click there means nothing. */
	readonly at: (column: number, line: number) => Target | undefined;
	/** Measures the time between clicks. */
	readonly clock: Pick<Clock, 'now'>;
};

type MouseDeps = {
	readonly store: Store;
	/** Undefined: it is off. */
	readonly mouse: WantedMouse | undefined;
	readonly act: (action: UserAction) => void;
};

// Lines at a time.
const wheelLines = 3;

// Two clicks on a row within so many ms are one double click.
const doubleWithin = 400;

// Without Shift, Alt and Ctrl, with which terminals do something else.
const buttons = {left: 0, wheelUp: 64, wheelDown: 65} as const;

type Report = {readonly button: number; readonly column: number; readonly line: number; readonly isRelease: boolean};

/** Undefined if it tells nothing. */
const read = (report: string): Report | undefined => {
	const [, button, column, line, end] = /<(\d+);(\d+);(\d+)(m)$/i.exec(report) ?? [];
	return button === undefined ? undefined : {button: Number(button), column: Number(column) - 1, line: Number(line) - 1, isRelease: end === 'm'};
};

export const createMouse = ({store, mouse, act}: MouseDeps): Mouse => {
	let last: {readonly row: string; readonly at: number} | undefined;
	/** One of the reports that were read at once changed the pane. */
	let hasSwitched = false;

	const scroll = (by: number): void => {
		const {overlay} = store.getState().view;
		if (by === 0 || (overlay !== undefined && overlay.type !== 'help')) {
			return;
		}

		const isLog = overlay === undefined && topScreen(store.getState()).type === 'log';
		act(isLog ? {type: 'lines-scrolled', by} : {type: 'selection-moved', by});
	};

	const targetAt = (column: number, line: number): Target | undefined => store.getState().view.overlay === undefined ? mouse?.at(column, line) : undefined;

	/** Keys go to the pane under the pointer. What was drawn before that stays until the next frame, so reports read at once go there once. */
	const toPane = (target: Target | undefined): void => {
		if (!target || target.pane === 'own' || hasSwitched) {
			return;
		}

		hasSwitched = true;
		act({type: 'pane-switched'});
	};

	const click = ({column, line}: Report): void => {
		const target = targetAt(column, line);
		const row = target?.pane === 'further' ? undefined : target?.row;
		const now = mouse?.clock.now() ?? 0;
		const isSecond = row !== undefined && row === last?.row && now >= last.at && now <= last.at + doubleWithin;
		last = row === undefined || isSecond ? undefined : {row, at: now};
		toPane(target);
		if (row === undefined) {
			return;
		}

		act({type: 'row-picked', key: row});
		if (isSecond) {
			act(topScreen(store.getState()).type === 'log' ? {type: 'agent-singled-out'} : {type: 'entered'});
		}
	};

	return {
		take(reports) {
			if (!mouse) {
				return;
			}

			// A count is for keys.
			if (store.getState().view.count !== undefined) {
				store.dispatch({type: 'notice-dismissed'});
			}

			hasSwitched = false;
			let by = 0;
			for (const report of reports.flatMap(text => read(text) ?? [])) {
				if (report.button === buttons.wheelUp || report.button === buttons.wheelDown) {
					const target = targetAt(report.column, report.line);
					// Beyond the preview nothing scrolls.
					if (target?.pane === 'further') {
						continue;
					}

					if (target?.pane === 'other' && !hasSwitched) {
						scroll(by);
						by = 0;
						toPane(target);
					}

					by += report.button === buttons.wheelUp ? -wheelLines : wheelLines;
				} else if (report.button === buttons.left && !report.isRelease) {
					scroll(by);
					by = 0;
					click(report);
				}
			}

			scroll(by);
		},
		forget() {
			last = undefined;
		},
	};
};
