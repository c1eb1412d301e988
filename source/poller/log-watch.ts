import {createLogLoop, type LogLoop, type LogLoopOptions} from './log-loop.js';
import {type LogFocus} from './log-memory.js';

/** Keeps the log on screen fresh, whichever that is. */
export type LogWatch = {
	/** With undefined, or a log of an agent that is not watched, no log is asked for. */
	readonly setFocus: (focus: LogFocus | undefined) => void;
	/** For the log of one agent, or of any. */
	readonly refresh: (agent: string | undefined) => void;
	readonly wake: (agent: string | undefined) => void;
	readonly stop: () => void;
};

export type LogWatchOptions = Omit<LogLoopOptions, 'client' | 'focus'> & {readonly clientOf: (agent: string) => LogLoopOptions['client'] | undefined};

type Open = {readonly focus: LogFocus; readonly loop: LogLoop};

export const createLogWatch = ({clientOf, ...options}: LogWatchOptions): LogWatch => {
	let open: Open | undefined;

	const loopOf = (agent: string | undefined): LogLoop | undefined =>
		open && (agent === undefined || agent === open.focus.agent) ? open.loop : undefined;

	const setFocus = (focus: LogFocus | undefined): void => {
		if (open && open.focus.agent === focus?.agent && open.focus.subTask === focus.subTask) {
			open.loop.setFocus(focus);
			return;
		}

		open?.loop.close();
		const client = focus && clientOf(focus.agent);
		open = client && {focus, loop: createLogLoop({...options, client, focus})};
	};

	return {
		setFocus,
		refresh(agent) {
			loopOf(agent)?.refresh();
		},
		wake(agent) {
			loopOf(agent)?.wake();
		},
		stop() {
			setFocus(undefined);
		},
	};
};
