import {type Clock} from '../../lib/clock.js';
import {type Notice} from '../../store/state.js';
import {type Store} from '../../store/store.js';

// In ms. A long line takes longer to read, and problems are read twice.
const shortest = 5000;

const perCharacter = 60;

const problemsStay = 20_000;

const timeFor = ({text, isProblem}: Notice): number => Math.max(isProblem ? problemsStay : 0, shortest + (text.length * perCharacter));

/**
Removes a notice once the user could read it, so that an old one is never taken for news. Its timer runs only while there is a notice.
Returns what ends it.
*/
export const expireNotices = (store: Store, clock: Clock): (() => void) => {
	let shown: Notice | undefined;
	let cancel: (() => void) | undefined;
	const look = (): void => {
		const {notice} = store.getState().view;
		if (notice === shown) {
			return;
		}

		cancel?.();
		shown = notice;
		cancel = notice && clock.schedule(() => {
			cancel = undefined;
			store.dispatch({type: 'notice-expired', notice});
		}, timeFor(notice));
	};

	const unsubscribe = store.subscribe(look);
	look();
	return () => {
		unsubscribe();
		cancel?.();
	};
};
