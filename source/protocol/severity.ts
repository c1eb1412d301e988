import {endingOf, withoutTaskPrefix} from './log-line.js';

export type Severity = 'error' | 'warning' | 'plain';

// The longest prefix that is looked at: entries can be megabytes long.
const headLength = 256;

/** How serious a log entry is: by its prefix, also behind "task NAME: ", or as the engine's own end of a failed sub-task. */
export const severityOf = (entry: string): Severity => {
	const line = withoutTaskPrefix(entry.slice(0, headLength));
	if (line.startsWith('ERROR: ') || endingOf(line) !== undefined) {
		return 'error';
	}

	return line.startsWith('WARN: ') ? 'warning' : 'plain';
};
