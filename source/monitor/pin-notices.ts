import {pinNewsWords, type PinNews} from '../pins/pin-news.js';
import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {type AgentEntry, type Notice, type State} from '../store/state.js';

// ms. What the agents of a fleet bring comes within their first answers, and is one notice.
const together = 1500;

export type PinNotices = {readonly onNews: (news: PinNews) => void; readonly stop: () => void};

type Agents = State['agents'];

/** Who shows another key than the one it is known by, of these. */
const labelsWithChangedKey = (entries: Iterable<AgentEntry | undefined>): ReadonlySet<string> => new Set([...entries].flatMap(entry =>
	entry?.connection.type === 'failing' && entry.connection.error.type === 'key-changed' ? [entry.address.label] : []));

/** Says what became of keys, for a while or until the next key. That one was pinned is taken back when the agent shows another one: it would read as if that had been accepted. */
export const createPinNotices = (store: Store, clock: Clock): PinNotices => {
	let waiting: PinNews[] = [];
	let cancel: (() => void) | undefined;
	let shown: {readonly notice: Notice; readonly pinned: ReadonlySet<string>; readonly agents: Agents} | undefined;

	const show = (): void => {
		cancel = undefined;
		const {agents, view} = store.getState();
		// What stands there answers a key, mostly, and is not to be lost: every notice goes after a while.
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

		store.dispatch({type: 'notice-shown', text: pinNewsWords(news), isProblem: news.some(({type}) => type === 'foreign' || type === 'was-open')});
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

		// With every event of a large fleet: only who changed is looked at.
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
