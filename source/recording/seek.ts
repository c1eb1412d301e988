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
export type FindTarget = (command: Extract<ReplayCommand, {type: 'line' | 'change' | 'time' | 'place'}>) => PlaceTarget | undefined;

type SeekDeps = {readonly recording: Recording; readonly cursor: Cursor; readonly time: ReplayTime};

export const createSeekTargets = ({recording, cursor, time}: SeekDeps): FindTarget => {
	// Before the first line there is nothing, not even a time.
	const targetOf = (isReached: PlaceTarget['isReached'], at?: Timestamp, isTyped = false): PlaceTarget => ({type: 'place', isReached: placed => cursor.count() > 0 && isReached(placed), at, isTyped});

	const toCount = (target: number): PlaceTarget => {
		if (target < cursor.count()) {
			cursor.goBack(({count}) => count <= target);
		}

		return targetOf(() => cursor.count() >= target);
	};

	const toTime = (target: Timestamp, isTyped: boolean): PlaceTarget => {
		if (target < time.now()) {
			cursor.goBack(({count, knowledge}) => count === 0 || knowledge.at <= target);
		}

		return targetOf(placed => placed?.line?.at !== undefined && placed.line.at > target && !cursor.knowledge().isFresh, target, isTyped);
	};

	const toPart = (percent: number): PlaceTarget => {
		const target = recording.size * percent / 100;
		if (target < cursor.offset()) {
			cursor.goBack(({offset}) => offset <= target);
		}

		return targetOf(() => cursor.offset() >= target);
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
			return toCount(cursor.changeBefore() ?? 1);
		}

		const known = cursor.changes();
		return targetOf(() => cursor.changes() > known);
	};

	return command => {
		switch (command.type) {
			case 'line': {
				return toCount(Math.max(1, cursor.count() + command.by));
			}

			case 'change': {
				return toChange(command.by);
			}

			case 'time': {
				return toTime(time.now() + command.by, false);
			}

			case 'place': {
				return toTyped(command.text);
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
