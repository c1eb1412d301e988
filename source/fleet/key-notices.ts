import {type PinNotice, pinNoticeText} from '../client/keys/messages.js';
import {type Clock} from '../lib/clock.js';
import {type Timestamp} from '../lib/time.js';
import {errorOf, foundKeyOf} from '../store/lookup.js';
import {mayOpenByItself} from '../store/reducer/overlays.js';
import {type AgentEntry, type FoundKey, type Notice, type State} from '../store/state.js';
import {type Store} from '../store/store.js';

// ms. Agents that one response names are queried within moments; one that does not respond delays the question only this long.
const foundTogether = 1500;

const patience = 6000;

/** Whether a found agent has neither responded nor failed. */
const isSomeoneAwaited = ({agents}: State): boolean => agents.values().some(({foundBy, connection}) => foundBy !== undefined && connection.type === 'connecting');

/**
Asks whether to trust the keys of found agents: once for all found by then, on the agents screen while no overlay is open, and
later only for agents found since. After the user leaves the question, only a key opens it again. Returns what ends it.
*/
export const askAboutFoundKeys = (store: Store, clock: Clock): (() => void) => {
	const offered = new Set<string>();
	const fresh = new Map<string, FoundKey>();
	let {agents: before} = store.getState();
	let firstAt: Timestamp = 0;
	let lastAt: Timestamp = 0;
	let cancel: (() => void) | undefined;

	const follow = ({agents, view: {overlay}}: State): void => {
		for (const {agent} of overlay?.type === 'found-keys' ? overlay.keys : []) {
			offered.add(agent);
			fresh.delete(agent);
		}

		for (const key of agents.changedSince(before)) {
			const entry = agents.get(key);
			const found = entry && foundKeyOf(entry);
			if (!found) {
				fresh.delete(key);
			} else if (!offered.has(key)) {
				lastAt = fresh.has(key) ? lastAt : clock.now();
				firstAt = fresh.size === 0 ? lastAt : firstAt;
				fresh.set(key, found);
			}
		}

		before = agents;
	};

	const look = (): void => {
		const state = store.getState();
		follow(state);
		if (fresh.size === 0 || cancel) {
			return;
		}

		const now = clock.now();
		const isComplete = now - lastAt >= foundTogether && (now - firstAt >= patience || !isSomeoneAwaited(state));
		if (!isComplete) {
			cancel = clock.schedule(() => {
				cancel = undefined;
				look();
			}, foundTogether);
		} else if (mayOpenByItself(state)) {
			store.dispatch({type: 'found-keys-offered', keys: [...fresh.values()]});
		}
	};

	const unsubscribe = store.subscribe(look);
	return () => {
		unsubscribe();
		cancel?.();
	};
};

// ms. The keys of a fleet arrive with its first responses, and become one notice.
const together = 1500;

type PinNotices = {readonly onNews: (news: PinNotice) => void; readonly stop: () => void};

type Agents = State['agents'];

/** The agents, of these, that offer a key other than their known one. */
const labelsWithChangedKey = (entries: Iterable<AgentEntry | undefined>): ReadonlySet<string> => new Set([...entries].flatMap(entry =>
	entry && errorOf(entry, 'key-changed') ? [entry.address.label] : []));

/** Shows notices about keys, for a while or until the next key press. The notice of a new trusted key is withdrawn when the agent shows another one: it would read as if that had been accepted. */
export const createPinNotices = (store: Store, clock: Clock): PinNotices => {
	let waiting: PinNotice[] = [];
	let cancel: (() => void) | undefined;
	let shown: {readonly notice: Notice; readonly pinned: ReadonlySet<string>; readonly agents: Agents} | undefined;

	const show = (): void => {
		cancel = undefined;
		const {agents, view} = store.getState();
		// The current notice mostly answers a key press and must not be lost; every notice expires after a while.
		if (view.notice !== undefined) {
			cancel = clock.schedule(show, together);
			return;
		}

		const changed = labelsWithChangedKey(agents.values());
		const news = waiting.filter(each => each.type !== 'pinned' || !changed.has(each.agent));
		waiting = [];
		if (news.length === 0) {
			return;
		}

		store.dispatch({type: 'notice-shown', text: pinNoticeText(news), isProblem: news.some(({type}) => type === 'foreign' || type === 'was-open')});
		const {notice} = store.getState().view;
		shown = notice && {notice, agents, pinned: new Set(news.flatMap(each => each.type === 'pinned' ? [each.agent] : []))};
	};

	const look = (): void => {
		if (!shown) {
			return;
		}

		const {notice, pinned, agents: before} = shown;
		const {view, agents} = store.getState();
		if (view.notice !== notice) {
			shown = undefined;
			return;
		}

		// This runs on every event of a large fleet, so only changed agents are checked.
		const changed = labelsWithChangedKey(agents.changedSince(before).map(key => agents.get(key)));
		if (changed.isDisjointFrom(pinned)) {
			shown = {...shown, agents};
			return;
		}

		shown = undefined;
		store.dispatch({type: 'notice-expired', notice});
	};

	const unsubscribe = store.subscribe(look);
	return {
		onNews(news) {
			waiting.push(news);
			cancel ??= clock.schedule(show, together);
		},
		stop() {
			unsubscribe();
			cancel?.();
		},
	};
};
