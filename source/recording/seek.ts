// Where a replay is to go: from a command to the place that it means. To places behind it goes back at once; to places ahead it reads on.

import {messages} from '../lib/messages/messages.js';
import {type Timestamp} from '../lib/time.js';
import {type ReplayCommand} from '../store/actions.js';
import {readPlace} from '../store/replay-place.js';
import {type Cursor} from './cursor.js';
import {type PlacedLine, type Recording} from './reader.js';
import {type ReplayTime} from './replay-clock.js';

/**
As fast as possible until a place, judged by the next line.

- at: the time there, if no line says otherwise
- isTyped: the user typed that time, and gets a message if it is outside the recording
*/
export type PlaceTarget = {readonly type: 'place'; readonly isReached: (next: PlacedLine | undefined) => boolean; readonly at: Timestamp | undefined; readonly isTyped: boolean};

/** Undefined if there is no such place. */
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
			// Without an earlier change, to the first line.
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

/** The message for a typed time outside the recording; `now` is where it led. */
export const outsideText = ({at, isTyped}: PlaceTarget, now: Timestamp): string | undefined => {
	if (!isTyped || at === undefined || at === now) {
		return undefined;
	}

	return at > now ? messages().faults.recordings.afterEnd : messages().faults.recordings.beforeBegin;
};
