import {endingOf, withoutTaskPrefix} from './log-line.js';

export type Severity = 'error' | 'warning' | 'plain';

// The longest prefix that is looked at: entries can be megabytes long.
const headLength = 256;

/** How serious a log entry is: by its prefix, also behind the name of the task that it was copied from, or as the engine's own end of a failed sub-task, or by a line of it that begins with ERROR. */
export const severityOf = (entry: string): Severity => {
	const line = withoutTaskPrefix(entry.slice(0, headLength));
	if (line.startsWith('ERROR: ') || endingOf(line) !== undefined) {
		return 'error';
	}

	// What a script wrote may be one entry of many lines.
	return entry.includes('\nERROR: ') ? 'error' : (line.startsWith('WARN: ') ? 'warning' : 'plain');
};
