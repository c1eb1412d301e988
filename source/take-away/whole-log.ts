import {type FetchedLog} from '../store/log/fetched-log.js';
import {isMissingEndpoint, type AgentError} from '../protocol/agent-error.js';
import {logFromLines, type LogBuffer} from '../store/log/log-buffer.js';
import {errorWords, withoutHint} from '../store/select/problem-words.js';

/** A log as completely as it can be had. `shortfall` is why it is less than the whole; `error` what kept it from coming. */
export type WholeLog = {readonly buffer: LogBuffer; readonly shortfall: string | undefined; readonly error: AgentError | undefined};

/** An answer as a log; the lines that were known before stand in where there is none. */
export const wholeLogOf = (answer: FetchedLog, known: LogBuffer): WholeLog => {
	switch (answer.type) {
		case 'lines': {
			const isEmpty = answer.lines.texts.length === 0 && known.texts.length > 0;
			return isEmpty
				? {buffer: known, shortfall: 'the agent gave no lines, these were read before', error: undefined}
				: {buffer: logFromLines(undefined, answer.lines, Infinity), shortfall: undefined, error: undefined};
		}

		case 'error': {
			// The lines that came with the task are all that such an agent has; only their times are missing.
			if (isMissingEndpoint(answer.error)) {
				return {buffer: known, shortfall: undefined, error: undefined};
			}

			return {buffer: known, shortfall: withoutHint(errorWords(answer.error)), error: answer.error};
		}
	}
};
