import {pinNewsWords, type PinNews} from '../pins/pin-news.js';
import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';

// ms. What the agents of a fleet bring comes within their first answers, and is one notice.
const together = 1500;

/** Says what became of keys in the screen's last line, for a while or until the next key. */
export const createPinNotices = (store: Store, clock: Clock): ((news: PinNews) => void) => {
	let waiting: PinNews[] = [];

	const show = (): void => {
		const text = pinNewsWords(waiting);
		waiting = [];
		store.dispatch({type: 'notice-shown', text});
	};

	return news => {
		waiting.push(news);
		if (waiting.length === 1) {
			clock.schedule(show, together);
		}
	};
};
