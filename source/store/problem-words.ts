import {type AgentError, type PasswordKind} from '../protocol/agent-error.js';
import {forwardsToMaster, isInCluster} from '../protocol/agent.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AgentEntry} from './state.js';

/** What kind of trouble a connection has, in one word for the summary and the faults filter. */
export type Trouble = 'unreachable' | 'unauthorized' | 'key changed' | 'no answer';

/** The kind of trouble of an agent; undefined while it answers. */
export const troubleOf = ({connection}: AgentEntry): Trouble | undefined => {
	if (connection.type !== 'failing') {
		return undefined;
	}

	switch (connection.error.type) {
		case 'unauthorized': {
			return 'unauthorized';
		}

		case 'key-changed': {
			return 'key changed';
		}

		case 'unreachable':
		case 'timeout': {
			return connection.isAlive ? 'no answer' : 'unreachable';
		}

		case 'clock':
		case 'refused':
		case 'protocol':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return 'no answer';
		}
	}
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Hours and minutes by the clock of this machine. */
const timeOfDay = (time: Timestamp): string => {
	const date = new Date(time);
	return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
};

const passwordName: Readonly<Record<PasswordKind, string>> = {root: 'root@sys password', agent: 'agent password'};

const unauthorizedWords = (error: Extract<AgentError, {type: 'unauthorized'}>): string => {
	const name = passwordName[error.wants];
	switch (error.reason) {
		case 'missing': {
			return `needs the ${name}: p`;
		}

		case 'refused': {
			return `${name} refused, not sent again: p`;
		}

		case 'held-back': {
			return error.by === undefined ? `${name} held back` : `${name} held back until ${error.by} accepts it: p`;
		}
	}
};

const largestUnits = (milliseconds: number): string => {
	const seconds = Math.round(Math.abs(milliseconds) / 1000);
	if (seconds < 120) {
		return `${seconds} s`;
	}

	return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

const mebibyte = 1024 * 1024;

/** What went wrong with one question, in the user's words, without time and without secrets. */
export const errorWords = (error: AgentError): string => {
	switch (error.type) {
		case 'unreachable': {
			return error.message;
		}

		case 'timeout': {
			return `no answer within ${largestUnits(error.after)}`;
		}

		case 'unauthorized': {
			return unauthorizedWords(error);
		}

		case 'key-changed': {
			return 'its encryption key changed, nothing is sent to it: K';
		}

		case 'clock': {
			return `its clock is ${largestUnits(error.skew)} ${error.skew > 0 ? 'ahead' : 'behind'}, requests expire`;
		}

		case 'refused': {
			const trace = error.traceId === '' ? '' : ` (trace ${error.traceId})`;
			return `${error.message === '' ? error.code || `status ${error.status}` : error.message}${trace}`;
		}

		case 'protocol': {
			return error.message;
		}

		case 'too-large': {
			return `answer over ${Math.round(error.limit / mebibyte)} MB, cut off`;
		}

		case 'unknown-id': {
			return 'no agent handed this id out, so it is not asked for';
		}

		case 'aborted': {
			return 'stopped';
		}
	}
};

/** OceanBase is up and the agent has its connection (API reference, section 2). */
const connectedToDatabase = 3;

/** Why an agent that is alive does not answer for its task, where its own status tells. */
const aliveBut = (entry: AgentEntry): string => {
	const identity = entry.status?.identity ?? entry.info?.identity ?? '';
	if (forwardsToMaster(identity)) {
		return 'alive, its master does not answer';
	}

	if (isInCluster(identity) && entry.status && entry.status.obState !== connectedToDatabase) {
		return 'alive, database down';
	}

	return 'alive, but no answer for its task';
};

/** What is wrong with an agent's connection, since when and why: "unreachable since 10:39: connection refused". Undefined while it answers. */
export const problemOf = (entry: AgentEntry): string | undefined => {
	const {connection} = entry;
	const trouble = troubleOf(entry);
	if (connection.type !== 'failing' || trouble === undefined) {
		return undefined;
	}

	const words = errorWords(connection.error);
	if (trouble === 'unauthorized' || trouble === 'key changed') {
		return words;
	}

	const what = connection.isAlive ? aliveBut(entry) : trouble;
	return connection.isAlive || trouble === 'unreachable'
		? `${what} since ${timeOfDay(connection.since)}: ${words}`
		: `${words} (since ${timeOfDay(connection.since)})`;
};
