import {type Timestamp} from '../protocol/timestamp.js';
import {formatDate, formatTime} from '../store/clock-time.js';

/** "obwatch-log-20260301-104159": what a file is called, at an offset in minutes east of UTC. Nothing that an agent says is in it. */
export const fileStem = (kind: 'log' | 'bundle', time: Timestamp, offset: number): string =>
	`obwatch-${kind}-${formatDate(time, offset).replaceAll('-', '')}-${formatTime(time, offset).replaceAll(':', '')}`;
