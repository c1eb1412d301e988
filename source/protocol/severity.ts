export type Severity = 'error' | 'warning' | 'plain';

// Severity exists only as a prefix, also behind the "task NAME: " with which remote lines are copied (API reference, section 4).
const prefix = /^(?:task [^\n]{1,200}?: )?(ERROR|WARN): /;
const endings = new Set(['sub task timeout', 'sub task cancelled']);

/** How serious a log entry is. "sub task timeout" and "sub task cancelled" end a failed sub-task without an ERROR line of their own. */
export const severityOf = (entry: string): Severity => {
	const word = prefix.exec(entry.slice(0, 256))?.[1];
	if (word === 'ERROR' || endings.has(entry)) {
		return 'error';
	}

	return word === 'WARN' ? 'warning' : 'plain';
};
