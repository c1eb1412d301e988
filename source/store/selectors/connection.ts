import {forwardsToMaster, identityOf} from '../../protocol/identity.js';
import {formatLocalMinute, type Timestamp} from '../../lib/time.js';
import {type AgentError, isMissingEndpoint, type PasswordKind} from '../../protocol/errors.js';
import {type PasswordNeed, type Unlisted} from '../../protocol/task.js';
import {allTroubles, type HelpKey, type KeyTrouble, type Problem, type Trouble} from '../changes.js';
import {errorOf} from '../lookup.js';
import {type AgentEntry, type Connection, type State} from '../state.js';
import {isDatabaseDown} from './basics.js';

type KeyError = Extract<AgentError, {type: 'key-changed'}>;

/** What is wrong with an agent's key (see `AgentError`). */
const keyTrouble = ({known, offered}: Pick<KeyError, 'known' | 'offered'>): KeyTrouble => {
	if (known === undefined) {
		return 'key not known';
	}

	return known === offered ? 'downgraded' : 'key changed';
};

const keyTexts = {
	'key not known': 'its key is not trusted yet, no password is sent',
	'key changed': 'its encryption key changed, no password is sent to it',
	downgraded: 'no v2 authentication any more, no password is sent',
} as const satisfies Record<KeyTrouble, string>;

export const isAboutKey = (trouble: Trouble | undefined): trouble is KeyTrouble => trouble !== undefined && Object.hasOwn(keyTexts, trouble);

/** The kind of trouble of an agent; undefined while it responds. */
export const troubleOf = ({connection}: Pick<AgentEntry, 'connection'>): Trouble | undefined => {
	if (connection.type !== 'failing') {
		return undefined;
	}

	switch (connection.error.type) {
		case 'unauthorized': {
			return 'unauthorized';
		}

		case 'key-changed': {
			return keyTrouble(connection.error);
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

const waitsForTrial = (error: AgentError): boolean => error.type === 'unauthorized' && error.reason === 'held-back' && error.isRefused === undefined;

/** Whether an agent waits until another one has tested the password that it needs. If that agent refused it, the user must enter another one. */
export const isHeldBack = ({connection}: Pick<AgentEntry, 'connection'>): boolean => connection.type === 'failing' && waitsForTrial(connection.error);

/**
The certain trouble of an agent. While another agent tests its password first, the trouble is that from before: it does not respond, but may
once the password is accepted.
*/
export const lastingTrouble = (entry: Pick<AgentEntry, 'connection'>): Trouble | undefined =>
	isHeldBack(entry) && entry.connection.type === 'failing' ? entry.connection.troubleBefore : troubleOf(entry);

type Failing = Extract<Connection, {readonly type: 'failing'}>;

/** An agent that is held back has not recovered from what was wrong with it before. */
export const failingAfter = (before: AgentEntry | undefined, {error, since, lastSeenAt, isAlive}: Omit<Failing, 'type' | 'troubleBefore'>): Connection => {
	const connection = {
		type: 'failing', error, since, lastSeenAt, isAlive,
	} as const;
	const troubleBefore = before && isHeldBack({connection}) ? lastingTrouble(before) : undefined;
	return troubleBefore === undefined ? connection : {...connection, troubleBefore};
};

/** How to give a password of that kind without a key to press. */
export const passwordWays: Readonly<Record<PasswordKind, string>> = {
	root: 'give it with --password-file or OBWATCH_PASSWORD',
	agent: 'give it with --agent-password-file or OBWATCH_AGENT_PASSWORD',
};

/** The name of a password of that kind. */
export const passwordName: Readonly<Record<PasswordKind, string>> = {root: 'root@sys password', agent: 'agent password'};

/** A seekdb has no tenants, so its root is not root@sys. */
const seekdbPasswordName = {...passwordName, root: 'root password'} as const;

const unauthorizedText = (error: Extract<AgentError, {type: 'unauthorized'}>, isSeekdb = false): string => {
	const name = (isSeekdb ? seekdbPasswordName : passwordName)[error.wants];
	switch (error.reason) {
		case 'missing': {
			return `needs the ${name}`;
		}

		case 'refused': {
			return `${name} refused, not sent again`;
		}

		case 'held-back': {
			if (error.isRefused && error.by !== undefined) {
				return `${name} refused by ${error.by}, not sent`;
			}

			return error.by === undefined ? `${name} held back` : `${name} held back until ${error.by} accepts it`;
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

/** The difference between an agent's clock and ours, ms: "3 min ahead of this machine's". */
export const skewText = (skew: number): string => Math.abs(skew) < 1000
	? 'as this machine\'s, within a second'
	: `${largestUnits(skew)} ${skew > 0 ? 'ahead of' : 'behind'} this machine's`;

const kibibyte = 1024;

const mebibyte = kibibyte * kibibyte;

const sizeText = (bytes: number): string => bytes < mebibyte ? `${Math.round(bytes / kibibyte)} KB` : `${Math.round(bytes / mebibyte)} MB`;

/** ms; a smaller difference cannot be told from the duration of a request. */
const noticeableSkew = 60_000;

/** The client corrects for a wrong clock. If requests still expire, that clock changes, or another one judges. */
const clockText = (skew: number): string => Math.abs(skew) < noticeableSkew
	? 'requests expire though its clock seems right: does it jump?'
	: `its clock is ${largestUnits(skew)} ${skew > 0 ? 'ahead' : 'behind'}, and requests expire even when corrected for that`;

const otherKeyCode = 'Security.Authentication.Header.DecryptFailed';

// Of a follower whose master is gone, though its own words are "Authentication failed" (docs/protocol.md#authentication-errors).
const notForwarded: ReadonlySet<string> = new Set(['Security.Authentication.Unauthorized', 'Security.Authentication.IncorrectToken']);

const refusedText = (error: Extract<AgentError, {type: 'refused'}>): string => {
	const {code, message, status, traceId} = error;
	if (isMissingEndpoint(error)) {
		return 'this version of obshell does not offer it';
	}

	if (code === otherKeyCode) {
		return 'it cannot read what is sealed with its own key: are there two agents behind this address?';
	}

	if (notForwarded.has(code)) {
		return 'it cannot pass questions on; no password is at fault';
	}

	const trace = traceId === '' ? '' : ` (trace ${traceId})`;
	return `${message === '' ? code || `status ${status}` : message}${trace}`;
};

/** What went wrong with one request, as text, without time and without secrets. */
export const errorText = (error: AgentError): string => {
	switch (error.type) {
		case 'unreachable': {
			return error.message;
		}

		case 'timeout': {
			return `no answer within ${largestUnits(error.after)}`;
		}

		case 'unauthorized': {
			return unauthorizedText(error);
		}

		case 'key-changed': {
			return keyTexts[keyTrouble(error)];
		}

		case 'clock': {
			return clockText(error.skew);
		}

		case 'refused': {
			return refusedText(error);
		}

		case 'protocol': {
			return error.message;
		}

		case 'too-large': {
			return `answer over ${sizeText(error.limit)}, cut off`;
		}

		case 'unknown-id': {
			return 'no agent handed this id out, so it is not asked for';
		}

		case 'aborted': {
			return 'stopped';
		}
	}
};

const helpKeys: Readonly<Record<AgentError['type'], HelpKey | undefined>> = {
	unauthorized: 'p',
	'key-changed': 'K',
	unreachable: undefined,
	timeout: undefined,
	clock: undefined,
	refused: undefined,
	protocol: undefined,
	'too-large': undefined,
	'unknown-id': undefined,
	aborted: undefined,
};

/** The key of the screen that helps. None helps an agent that waits until another one has tested the password. */
export const errorKey = (error: AgentError): HelpKey | undefined => waitsForTrial(error) ? undefined : helpKeys[error.type];

/** What went wrong with one request, and the key that helps. */
export const errorProblem = (error: AgentError): Problem => ({text: errorText(error), key: errorKey(error)});

/** With the key after it: "needs the agent password: p". */
export const withKey = ({text, key}: Problem): string => key === undefined ? text : `${text}: ${key}`;

/** A problem as the screen shows it: without its key in a replay, where keys do something else. */
export const shownText = ({replay}: Pick<State, 'replay'>, problem: Problem): string => replay ? problem.text : withKey(problem);

/** Why a shown task is no longer updated; undefined if it is, or need not be. */
export const unlistedText = (unlisted: Unlisted | undefined): string | undefined => {
	switch (unlisted?.end) {
		case undefined: {
			return undefined;
		}

		case 'unasked': {
			return 'read once through a link, not polled';
		}

		case 'asked': {
			return 'its agent does not show it any more, its own end is being read';
		}

		case 'unreadable': {
			return 'its agent does not show it any more, and its own end cannot be read';
		}

		case 'gone': {
			return 'no agent knows it any more: how it ended is not known';
		}
	}
};

/** Whether a password from the user can help an agent: not if it waits until another agent has tested the given one. */
export const isPasswordWanted = (entry: AgentEntry): boolean => {
	const refusal = errorOf(entry, 'unauthorized');
	return refusal !== undefined && !waitsForTrial(refusal);
};

/** Which password opens an OBProxy task. */
export const needText = ({agent, isRefused}: PasswordNeed): string => isRefused
	? `the agent password of ${agent} was refused`
	: `needs the agent password of ${agent}`;

const noTask = 'alive, but no answer for its task';

/** Why an agent that is alive does not respond for its task, by its own status. */
const aliveBut = (entry: AgentEntry, error: AgentError): string => {
	switch (error.type) {
		case 'too-large': {
			return 'its task is too large to show whole';
		}

		case 'clock':
		case 'unknown-id':
		case 'aborted':
		case 'unauthorized':
		case 'key-changed': {
			return noTask;
		}

		case 'unreachable':
		case 'timeout':
		case 'refused':
		case 'protocol': {
			return silenceOf(entry);
		}
	}
};

const silenceOf = (entry: AgentEntry): string => {
	if (forwardsToMaster(identityOf(entry.info, entry.status))) {
		return 'alive, its master does not answer';
	}

	return isDatabaseDown(entry) ? 'alive, database down' : noTask;
};

/** When an agent left its cluster: "left its cluster at 10:39 local". Undefined for all others. */
export const departureText = ({departed}: AgentEntry, now: Timestamp): string | undefined => departed && `left its cluster at ${formatLocalMinute(departed.at, now)}`;

/**
What is wrong with an agent's connection, since when and why: "unreachable since 10:39 local: connection refused". Undefined while it
responds. `now`, our clock, decides whether the time has its date.
*/
export const problemOf = (entry: AgentEntry, now: Timestamp): Problem | undefined => {
	const {connection} = entry;
	const trouble = troubleOf(entry);
	if (connection.type !== 'failing' || trouble === undefined) {
		return undefined;
	}

	const {error} = connection;
	const key = errorKey(error);
	const words = error.type === 'unauthorized' ? unauthorizedText(error, entry.info?.isSeekdb) : errorText(error);
	const left = departureText(entry, now);
	if (left !== undefined) {
		return {text: `${left}: ${words}`, key};
	}

	if (trouble === 'unauthorized' || isAboutKey(trouble)) {
		return {text: words, key};
	}

	const lost = trouble === 'unreachable' ? trouble : 'no valid answer';
	const what = connection.isAlive ? aliveBut(entry, connection.error) : lost;
	return {text: `${what} since ${formatLocalMinute(connection.since, now)}: ${words}`, key};
};

/** What is wrong with the first agent of a cluster that cannot be queried for another reason than its database, with the agent's name; undefined if there is none. */
export const memberProblem = (members: readonly AgentEntry[], now: Timestamp): Problem | undefined => {
	for (const entry of members) {
		const problem = problemOf(entry, now);
		const isOfDatabase = entry.connection.type === 'failing' && entry.connection.isAlive && isDatabaseDown(entry);
		if (problem && !isOfDatabase) {
			return {...problem, text: `${entry.address.label}: ${problem.text}`};
		}
	}

	return undefined;
};

/** The same as the screen shows it. */
export const shownProblem = (state: Pick<State, 'replay'>, entry: AgentEntry, now: Timestamp): string | undefined => {
	const problem = problemOf(entry, now);
	return problem && shownText(state, problem);
};

const counted = (count: number): string => `${count} ${count === 1 ? 'agent' : 'agents'}`;

/** What an agent in such trouble waits for at a refresh; undefined: it is queried. */
const waits: Readonly<Record<Trouble, {readonly who: string; readonly what: string; readonly key: HelpKey} | undefined>> = {
	unauthorized: {who: '', what: 'for a password', key: 'p'},
	'key changed': {who: ' with a changed key', what: 'for you to look at it', key: 'K'},
	'key not known': {who: ' with a key that is not known', what: 'for you to look at it', key: 'K'},
	downgraded: {who: ' without v2 authentication', what: 'for you to look at it', key: 'K'},
	unreachable: undefined,
	'no answer': undefined,
};

/** The effect of a refresh: which agents are queried, and which wait for the user. */
export const refreshText = ({agents}: State): string => {
	const troubles = agents.values().map(entry => troubleOf(entry)).toArray();
	const open = troubles.filter(trouble => trouble === undefined || waits[trouble] === undefined).length;
	return [
		...(open > 0 ? [`asking ${counted(open)}`] : []),
		...allTroubles.flatMap(trouble => {
			const count = troubles.filter(other => other === trouble).length;
			const wait = waits[trouble];
			return wait && count > 0 ? [`${counted(count)}${wait.who} ${count === 1 ? 'waits' : 'wait'} ${wait.what} (${wait.key})`] : [];
		}),
	].join('; ');
};
