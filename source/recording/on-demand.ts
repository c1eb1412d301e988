// Logs, histories and linked tasks are queried only while they are open, so a recording holds them here and there. A replay shows the last recorded response whenever one is opened.

import {type AgentError} from '../protocol/errors.js';
import {routes} from '../protocol/routes.js';
import {type PollEvent} from '../store/actions.js';
import {selectMissingTask} from '../store/selectors/links.js';
import {selectFocus} from '../store/selectors/poll-focus.js';
import {type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type RecordedExchange} from './format.js';
import {type Recording} from './reader.js';
import {noAgentStates, historyOf, eventsOfExchange} from './to-events.js';

export type OnDemandResponses = {
	/** Notes that an exchange begins at that offset. */
	readonly note: (exchange: RecordedExchange, offset: number) => void;
	/** Shows the last response before that offset for everything that is open; `isForced`: even what was shown already. */
	readonly show: (before: number, isForced?: boolean) => Promise<void>;
};

/** Something that is open: the agent and path of its query, and the event if it was not recorded. */
type OpenItem = {
	readonly agent: string;
	readonly path: string;
	readonly toEvents: (exchange: RecordedExchange) => readonly PollEvent[];
	readonly otherwise: PollEvent | undefined;
};

const notRecorded: AgentError = {type: 'protocol', problem: 'not-recorded'};

const isOnDemand = (path: string): boolean => /^\/api\/v1\/task\/(?:sub_task\/\d+\/logs|dags?\/(?:\d+|agent|ob))(?:\?|$)/.test(path);

const openItemsOf = (state: State, at: number): readonly OpenItem[] => {
	const {logs, histories} = selectFocus(state);
	const link = selectMissingTask(state);
	const eventsFrom = (exchange: RecordedExchange): readonly PollEvent[] => eventsOfExchange(noAgentStates, exchange, at).events;
	return [
		...logs.map(({agent, subTask}) => ({agent, path: routes.subTaskLogs(subTask), toEvents: eventsFrom, otherwise: undefined})),
		...(link ? [{agent: link.agent, path: routes.task(link.id, true), toEvents: eventsFrom, otherwise: {type: 'linked-task-failed', agent: link.agent, at, id: link.id, error: notRecorded} as const}] : []),
		...histories.map(({agent, owner, scope}) => ({
			agent,
			path: scope === 'agent' ? routes.agentHistory : routes.clusterHistory,
			toEvents: (exchange: RecordedExchange) => historyOf({agent, at}, owner, exchange),
			otherwise: {type: 'history-failed', agent, at, owner, error: notRecorded} as const,
		})),
	];
};

export const createOnDemandResponses = ({recording, store, now}: {readonly recording: Recording; readonly store: Store; readonly now: () => number}): OnDemandResponses => {
	/** The offsets of the responses to each request, in order. */
	const offsets = new Map<string, number[]>();
	let shown: ReadonlySet<string> = new Set();

	const keyOf = ({agent, path}: Pick<OpenItem, 'agent' | 'path'>): string => `${agent} ${path.split('?', 1)[0] ?? ''}`;

	const showOne = async (item: OpenItem, before: number): Promise<void> => {
		const offset = offsets.get(keyOf(item))?.findLast(known => known < before);
		if (offset === undefined) {
			if (item.otherwise) {
				store.dispatch(item.otherwise);
			}

			return;
		}

		const lines = recording.read(offset);
		// At the first line of a file, a beginning can have the same offset.
		for (let read = await lines.next(); !read.done && read.value.offset === offset; read = await lines.next()) {
			const {line} = read.value;
			for (const event of line?.type === 'exchange' ? item.toEvents(line) : []) {
				store.dispatch(event);
			}
		}

		await lines.return(undefined);
	};

	return {
		note({agent, path}, offset) {
			if (!isOnDemand(path)) {
				return;
			}

			const key = keyOf({agent: agent.key, path});
			const known = offsets.get(key) ?? [];
			offsets.set(key, known);
			if ((known.at(-1) ?? -1) < offset) {
				known.push(offset);
			}
		},
		async show(before, isForced = false) {
			const newsOf = (known: ReadonlySet<string>): readonly OpenItem[] => openItemsOf(store.getState(), now()).filter(item => !known.has(keyOf(item)));
			const known = isForced ? new Set<string>() : new Set(shown);
			shown = new Set(openItemsOf(store.getState(), now()).map(item => keyOf(item)));
			// A response can open another item: a comparison chooses its run from the history.
			for (let news = newsOf(known); news.length > 0; news = newsOf(known)) {
				for (const item of news) {
					known.add(keyOf(item));
					await showOne(item, before);
				}
			}
		},
	};
};
