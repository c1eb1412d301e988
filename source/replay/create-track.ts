// Where a replay is in its recording: what was taken in up to there, and the way to other places.

import {type PlacedLine, type Recording} from '../recording/open-recording.js';
import {type Store} from '../store/create-store.js';
import {type State} from '../store/state.js';
import {type Asides} from './create-asides.js';
import {createTaker, type Knowledge} from './create-taker.js';
import {type ReplayTime} from './replay-time.js';
import {createSnapshots, type Place} from './snapshots.js';

export type Track = {
	/** Lines that were taken in, and where the next one begins. */
	readonly count: () => number;
	readonly offset: () => number;
	readonly knowledge: () => Knowledge;
	/** How many changes were seen up to here. */
	readonly changes: () => number;
	/** The last count before this one behind whose line something had changed. */
	readonly changeBefore: () => number | undefined;
	/** The next line, which stays the next one until it is taken in; undefined at the end. */
	readonly next: () => Promise<PlacedLine | undefined>;
	readonly take: (placed: PlacedLine) => void;
	/** Goes back to the last place that is kept for which that holds, which must hold for all before it. */
	readonly goBack: (isBefore: (place: Place) => boolean) => void;
	readonly close: () => Promise<void>;
};

type Options = {readonly recording: Recording; readonly store: Store; readonly time: ReplayTime; readonly asides: Asides};

const changesIn = ({journal}: State): number => journal.dropped + journal.entries.length;

export const createTrack = ({recording, store, time, asides}: Options): Track => {
	const taker = createTaker({
		store,
		onTime(at, isFirst) {
			if (isFirst) {
				time.set(at);
			} else {
				time.reach(at);
			}
		},
	});
	let count = 0;
	let offset = 0;
	let lines = recording.read(0);
	let ahead: {readonly placed: PlacedLine | undefined} | undefined;
	/** Counts of lines behind which something had changed, in order, as far as was read. */
	const changes: number[] = [];
	const here = (): Place => ({count, offset, knowledge: taker.knowledge(), state: store.getState()});
	const snapshots = createSnapshots(here());
	const seen = (): number => changesIn(store.getState());

	return {
		count: () => count,
		offset: () => offset,
		knowledge: taker.knowledge,
		changes: seen,
		changeBefore: () => changes.findLast(change => change < count),
		async next() {
			while (!ahead) {
				const from = lines;
				const read = await from.next();
				// Somebody may have gone elsewhere meanwhile.
				ahead = from === lines ? {placed: read.done ? undefined : read.value} : undefined;
			}

			return ahead.placed;
		},
		take({line, offset: place, end}) {
			ahead = undefined;
			const before = seen();
			taker.take(line);
			count += 1;
			offset = end;
			if (seen() > before && count > (changes.at(-1) ?? 0)) {
				changes.push(count);
			}

			if (line?.type !== 'exchange') {
				return;
			}

			asides.note(line, place);
			snapshots.pass(here());
		},
		goBack(isBefore) {
			const place = snapshots.lastWhere(isBefore);
			({count, offset} = place);
			taker.restore(place.knowledge);
			time.set(place.knowledge.at);
			store.dispatch({type: 'replay-restored', state: place.state});
			void lines.return(undefined);
			lines = recording.read(offset);
			ahead = undefined;
		},
		async close() {
			await lines.return(undefined);
		},
	};
};
