// What single log entries mean to the engine. All of it is read from text, since the engine writes nothing else (docs/protocol.md#logs).

/** "remote task <id> <name> running [1/1]" and the line that ends it: the id is that of the DAG on the agent where the work really is done. */
const remoteTask = /(?:^|: )[Rr]emote task (?<id>[1-5]\d{1,79}) /;

/** The DAG id that an entry about a remote task names; undefined for any other entry. */
export const remoteTaskId = (entry: string): string | undefined =>
	entry.length < 2048 ? remoteTask.exec(entry)?.groups?.['id'] : undefined;

/** Whether an entry only sums up that a remote task failed: its reason stands elsewhere. */
export const isRemoteSummary = (entry: string): boolean => entry.includes('[Task.RemoteTask.Failed]');

/** With these, and without an ERROR line, the engine ends a failed sub-task. */
export const endings = {'sub task timeout': 'timeout', 'sub task cancelled': 'cancelled'} as const;

export type Ending = (typeof endings)[keyof typeof endings];

/** How the engine itself ended a sub-task, if the entry says so, also behind "task NAME: ". */
export const endingOf = (entry: string): Ending | undefined => {
	const line = withoutTaskPrefix(entry).trim();
	return line === 'sub task timeout' || line === 'sub task cancelled' ? endings[line] : undefined;
};

// The name may hold ": " itself; the shortest prefix that leaves something is taken.
const taskPrefix = /^task [^\n]{1,200}?: /;
// A main task copies the lines of its parts as "STAGE: line". Only before what has a meaning of its own: any other line may begin so.
const stagePrefix = /^(?<stage>[^\n:]{1,200}): (?=(?:ERROR|WARN): |sub task (?:timeout|cancelled)\s*$)/;

/** An entry without the "task NAME: " or "STAGE: " with which lines of other tasks are copied. */
export const withoutTaskPrefix = (entry: string): string => entry.replace(taskPrefix, '').replace(stagePrefix, '');

/** The stage of another task from which an entry that says how that stage failed was copied; undefined for any other entry. */
export const copiedStageOf = (entry: string): string | undefined => stagePrefix.exec(entry)?.groups?.['stage'];

const severityPrefix = /^(?:ERROR|WARN): /;
const errorCode = /^\[[\w.]{1,100}\]: /;
const generalPrefix = /^Unexpected error: /;

/** The message of an ERROR or WARN entry with all its lines, without prefixes and error code: "observer: cannot allocate memory: exit status 1". */
export const messageOf = (entry: string): string => withoutTaskPrefix(entry).replace(severityPrefix, '').replace(errorCode, '').replace(generalPrefix, '')
	// An error that was wrapped goes on in the next line with ": cause".
	.replaceAll(/\n[^\S\n]*: /g, ': ')
	.trim();

const consequences = [
	/\bcontext cancell?ed\b/,
	/^agent \S+ not succeed/,
	/\bmain DAG failed\s*$/,
];

/** Whether an entry that says ERROR only follows from a failure that stands elsewhere: another agent's, or that of a task that was begun there. */
export const isConsequence = (entry: string): boolean => {
	if (isRemoteSummary(entry) || entry.includes('[Task.SubDag.NotAllSucceed]')) {
		return true;
	}

	// Such lines are short.
	const message = entry.length < 2048 ? messageOf(entry) : '';
	return consequences.some(consequence => consequence.test(message));
};

const notSucceeded = /\bagent (?<agent>\S+) not succeed/;
const failedAgents = /\bSub DAG of agents: \[(?<agents>[^\]\n]*)\] failed/;

/** The agents ("ip:port") whose parts of a main task an entry says to have failed. */
export const failedAgentsIn = (entry: string): readonly string[] => {
	const list = failedAgents.exec(entry)?.groups?.['agents'] ?? notSucceeded.exec(entry)?.groups?.['agent'] ?? '';
	return list.split(/[\s,]+/).filter(name => name !== '');
};
