import {createHistoryLoop, type HistoryLoop, type HistoryLoopOptions} from './history-loop.js';
import {type HistoryFocus} from './history-memory.js';

/** Keeps the histories that are open, whichever those are. */
export type HistoryWatch = {
	/** Whoever is not in it any more is let go of. */
	readonly setFocus: (focuses: readonly HistoryFocus[]) => void;
	/** Those that are asked of one agent, or all. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

type Open = {readonly focus: HistoryFocus; readonly loop: HistoryLoop};

export const createHistoryWatch = (options: Omit<HistoryLoopOptions, 'focus'>): HistoryWatch => {
	const open = new Map<string, Open>();

	const setFocus = (focuses: readonly HistoryFocus[]): void => {
		const owners = new Set(focuses.map(({owner}) => owner));
		for (const [owner, {loop}] of open) {
			if (owners.has(owner)) {
				continue;
			}

			loop.close();
			open.delete(owner);
		}

		for (const focus of focuses) {
			const loop = open.get(focus.owner)?.loop ?? createHistoryLoop({...options, focus});
			open.set(focus.owner, {focus, loop});
			loop.setFocus(focus);
		}
	};

	const each = (agent: string | undefined, run: (loop: HistoryLoop) => void): void => {
		for (const {focus, loop} of open.values()) {
			if (agent === undefined || agent === focus.agent) {
				run(loop);
			}
		}
	};

	return {
		setFocus,
		refresh(agent) {
			each(agent, loop => {
				loop.refresh();
			});
		},
		wake(agent) {
			each(agent, loop => {
				loop.wake();
			});
		},
		stop() {
			setFocus([]);
		},
	};
};
