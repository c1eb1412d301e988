import {type State} from '../store/state.js';
import {type Knowledge} from './create-taker.js';

/** All that a place in a recording makes: what is known there, and where to read on. `count`: lines read up to there. Immutable, so that keeping many costs little. */
export type Place = {
	readonly count: number;
	readonly offset: number;
	readonly knowledge: Knowledge;
	readonly state: State;
};

/** Places that were passed, to go back to from the nearest. */
export type Snapshots = {
	readonly pass: (place: Place) => void;
	/** The last one for which that holds, which must hold for all before it. */
	readonly lastWhere: (isBefore: (place: Place) => boolean) => Place;
};

const firstSpacing = 50;
// The more are kept, the less is read again; the fewer, the less of the past is held in memory.
const keptAtMost = 64;

/** Keeps the first place and some of those that follow, evenly. */
export const createSnapshots = (first: Place): Snapshots => {
	let kept: readonly Place[] = [first];
	let spacing = firstSpacing;
	return {
		pass(place) {
			const last = kept.at(-1) ?? first;
			if (place.count < last.count + spacing) {
				return;
			}

			kept = [...kept, place];
			if (kept.length <= keptAtMost) {
				return;
			}

			kept = kept.filter((_, index) => index % 2 === 0);
			spacing *= 2;
		},
		lastWhere: isBefore => kept.findLast(place => isBefore(place)) ?? first,
	};
};
