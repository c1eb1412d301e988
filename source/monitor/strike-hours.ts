import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';

const hour = 3_600_000;

/** Tells the store of every new hour, also while nothing else happens: a time of yesterday must not look like one of today. Where no time on screen is old enough, that draws nothing. Returns what ends it. */
export const strikeHours = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	const wait = (): void => {
		cancel = clock.schedule(() => {
			store.dispatch({type: 'hour-struck'});
			wait();
		}, hour - (clock.now() % hour));
	};

	wait();
	store.dispatch({type: 'hour-struck'});
	return () => {
		cancel?.();
	};
};
