// How files write what the screen shows in columns and colours.

import {type Outcome} from '../protocol/outcome.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {formatDate, formatOffset, formatTime} from '../store/clock-time.js';

export const outcomeWords = (outcome: Outcome): string => outcome.word === 'unknown' ? outcome.text : outcome.word;

/** "UTC+08:00" */
export const offsetWords = (offset: number): string => `UTC${formatOffset(offset)}`;

/** "2026-03-01 10:41:59 UTC+08:00" */
export const momentWords = (time: Timestamp, offset: number): string => `${formatDate(time, offset)} ${formatTime(time, offset)} ${offsetWords(offset)}`;

/** "1 log", "3 logs" */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
