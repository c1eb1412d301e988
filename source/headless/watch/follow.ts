import {type Clock} from '../../protocol/clock.js';
import {type Store} from '../../store/create-store.js';
import {type State} from '../../store/state.js';
import {happeningsBetween, type Happening} from './happenings.js';

export type FollowOptions = {
	readonly store: Store;
	/** What counts as seen. */
	readonly begin: State;
	readonly clock: Clock;
	/** Takes what happened; nothing more comes before it settles, but then everything at once that was missed. */
	readonly take: (happenings: readonly Happening[]) => Promise<void>;
};

/** Hands on what happened in the store since `begin`, and what happens from now on. What it returns ends that, after the last ones were taken. */
export const follow = ({store, begin, clock, take}: FollowOptions): (() => Promise<void>) => {
	let seen = begin;
	let isTaking = false;
	let taken: Promise<void> = Promise.resolve();

	const hand = async (): Promise<void> => {
		isTaking = true;
		for (let state = store.getState(); state !== seen; state = store.getState()) {
			const happenings = happeningsBetween(seen, state, clock.now());
			seen = state;
			if (happenings.length > 0) {
				await take(happenings);
			}
		}

		isTaking = false;
	};

	const look = (): void => {
		taken = isTaking ? taken : hand();
	};

	const unsubscribe = store.subscribe(look);
	look();
	return async () => {
		unsubscribe();
		look();
		await taken;
	};
};
