// Where a replay is to go: from a wish to the place at which it is fulfilled. What lies behind is gone back to at once, what lies ahead is left to be read.

import {type Timestamp} from '../lib/time.js';
import {type ReplayCommand} from '../store/actions.js';
import {readPlace} from '../store/replay-place.js';
import {type Cursor} from './cursor.js';
import {type PlacedLine, type Recording} from './reader.js';
import {type ReplayTime} from './replay-clock.js';

/**
As fast as possible until a place, seen from the line that comes next.

- at: what time it is there, if no line says otherwise
- isTyped: somebody named that time, and is told where there is none of the kind
*/
export type PlaceTarget = {readonly type: 'place'; readonly isReached: (next: PlacedLine | undefined) => boolean; readonly at: Timestamp | undefined; readonly isTyped: boolean};

/** Undefined where it leads nowhere. */
export type FindTarget = (wish: Extract<ReplayCommand, {type: 'line' | 'change' | 'time' | 'place'}>) => PlaceTarget | undefined;

type Options = {readonly recording: Recording; readonly track: Cursor; readonly time: ReplayTime};

export const createSeekTargets = ({recording, track, time}: Options): FindTarget => {
	// Before the first line there is nothing, not even a time.
	const goalOf = (isReached: PlaceTarget['isReached'], at?: Timestamp, isTyped = false): PlaceTarget => ({type: 'place', isReached: placed => track.count() > 0 && isReached(placed), at, isTyped});

	const toCount = (target: number): PlaceTarget => {
		if (target < track.count()) {
			track.goBack(({count}) => count <= target);
		}

		return goalOf(() => track.count() >= target);
	};

	const toTime = (target: Timestamp, isTyped: boolean): PlaceTarget => {
		if (target < time.now()) {
			track.goBack(({count, knowledge}) => count === 0 || knowledge.at <= target);
		}

		return goalOf(placed => placed?.line?.at !== undefined && placed.line.at > target && !track.knowledge().isFresh, target, isTyped);
	};

	const toPart = (percent: number): PlaceTarget => {
		const target = recording.size * percent / 100;
		if (target < track.offset()) {
			track.goBack(({offset}) => offset <= target);
		}

		return goalOf(() => track.offset() >= target);
	};

	const toTyped = (text: string): PlaceTarget | undefined => {
		const read = readPlace(text, time.now());
		if (!read.ok) {
			return undefined;
		}

		return read.place.type === 'time' ? toTime(read.place.at, true) : toPart(read.place.percent);
	};

	const toChange = (by: 1 | -1): PlaceTarget => {
		if (by < 0) {
			// Where there is none before, to the first line.
			return toCount(track.changeBefore() ?? 1);
		}

		const known = track.changes();
		return goalOf(() => track.changes() > known);
	};

	return wish => {
		switch (wish.type) {
			case 'line': {
				return toCount(Math.max(1, track.count() + wish.by));
			}

			case 'change': {
				return toChange(wish.by);
			}

			case 'time': {
				return toTime(time.now() + wish.by, false);
			}

			case 'place': {
				return toTyped(wish.text);
			}
		}
	};
};

/** What to say where the time that was typed lies outside; `now` is where it led. */
export const outsideWords = ({at, isTyped}: PlaceTarget, now: Timestamp): string | undefined => {
	if (!isTyped || at === undefined || at === now) {
		return undefined;
	}

	return at > now ? 'beyond the recording: this is its end' : 'before the recording: this is its beginning';
};
