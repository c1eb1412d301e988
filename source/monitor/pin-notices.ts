import {pinNewsWords, type PinNews} from '../pins/pin-news.js';
import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {type Notice, type State} from '../store/state.js';

// ms. What the agents of a fleet bring comes within their first answers, and is one notice.
const together = 1500;

export type PinNotices = {readonly onNews: (news: PinNews) => void; readonly stop: () => void};

const hasChangedKey = ({agents}: State, label: string): boolean => agents.values().some(({address, connection}) =>
	address.label === label && connection.type === 'failing' && connection.error.type === 'key-changed');

/** Says what became of keys, for a while or until the next key. That one was pinned is taken back when the agent shows another one: it would read as if that had been accepted. */
export const createPinNotices = (store: Store, clock: Clock): PinNotices => {
	let waiting: PinNews[] = [];
	let cancel: (() => void) | undefined;
	let shown: {readonly notice: Notice; readonly pinned: readonly string[]} | undefined;

	const isOvertaken = (news: PinNews): boolean => news.type === 'pinned' && hasChangedKey(store.getState(), news.agent);

	const show = (): void => {
		cancel = undefined;
		const news = waiting.filter(each => !isOvertaken(each));
		waiting = [];
		if (news.length === 0) {
			return;
		}

		store.dispatch({type: 'notice-shown', text: pinNewsWords(news)});
		const {notice} = store.getState().view;
		shown = notice && {notice, pinned: news.flatMap(each => each.type === 'pinned' ? [each.agent] : [])};
	};

	const look = (): void => {
		if (!shown) {
			return;
		}

		const {notice, pinned} = shown;
		if (store.getState().view.notice !== notice) {
			shown = undefined;
		} else if (pinned.some(agent => hasChangedKey(store.getState(), agent))) {
			shown = undefined;
			store.dispatch({type: 'notice-expired', notice});
		}
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
