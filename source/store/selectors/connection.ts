import {english, messages, type Messages} from '../../lib/messages/messages.js';
import {forwardsToMaster, identityOf} from '../../protocol/identity.js';
import {formatLocalMinute, type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {outcomeLabel} from '../../protocol/outcome.js';
import {type PasswordNeed, type Unlisted} from '../../protocol/task.js';
import {allTroubles, type ConnectionProblem, type ConnectionState, type HelpKey, type KeyTrouble, type Problem, type Trouble} from '../changes.js';
import {errorOf} from '../lookup.js';
import {type OperationFault} from '../operations/track.js';
import {type AgentEntry, type Connection, type State} from '../state.js';
import {isDatabaseDown} from './basics.js';
import {errorText, keyTrouble, unauthorizedText} from './error-text.js';

export const isAboutKey = (trouble: Trouble | undefined): trouble is KeyTrouble => trouble !== undefined && Object.hasOwn(english.faults.keys, trouble);

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

/** What went wrong with one request. */
export const errorProblem = (error: AgentError): Problem => ({type: 'request', error});

/** With the key after it: "needs the agent password (p)". */
export const withKey = ({text, key}: {readonly text: string; readonly key: HelpKey | undefined}): string => key === undefined ? text : messages().agents.withKey(text, key);

/** The key of the screen that helps. */
export const problemKey = (problem: Problem): HelpKey | undefined => 'error' in problem ? errorKey(problem.error) : (problem.type === 'member' ? errorKey(problem.problem.error) : undefined);

const connectionCause = ({error, isSeekdb}: ConnectionProblem, language: Messages): string =>
	error.type === 'unauthorized' ? unauthorizedText(error, isSeekdb, language) : errorText(error, language);

const connectionText = (problem: ConnectionProblem, language: Messages): string => {
	const {state, since, departedAt, now} = problem;
	const {agents} = language;
	const words = connectionCause(problem, language);
	if (departedAt !== undefined) {
		return agents.leftAnd(formatLocalMinute(departedAt, now, language), words);
	}

	return state === undefined ? words : agents.since(state === 'unreachable' ? agents.troubles.unreachable : agents.state[state], formatLocalMinute(since, now, language), words);
};

/** A problem in words, without a key. */
export const problemText = (problem: Problem, language: Messages = messages()): string => {
	const {agents} = language;
	switch (problem.type) {
		case 'request': {
			return errorText(problem.error, language);
		}

		case 'connection': {
			return connectionText(problem, language);
		}

		case 'member': {
			return language.faults.about(problem.agent, connectionText(problem.problem, language));
		}

		case 'trouble': {
			return agents.troubles[problem.trouble];
		}

		case 'task-unknown': {
			return agents.taskUnknown(problem.id);
		}

		case 'task-unreadable': {
			return agents.taskUnreadable(problem.id, errorText(problem.error, language));
		}

		case 'not-watched': {
			return agents.notWatched;
		}

		case 'no-database': {
			return agents.historyNeedsDatabase;
		}
	}
};

/** A problem where its kind and its time are said already: "connection refused". */
export const causeOfTrouble = (problem: Problem, language: Messages = messages()): string => {
	if (problem.type === 'trouble') {
		return '';
	}

	if (problem.type !== 'connection' || problem.departedAt !== undefined) {
		return problemText(problem, language);
	}

	const {state} = problem;
	const words = connectionCause(problem, language);
	return state === undefined || state === 'unreachable' || state === 'noValidResponse' ? words : language.faults.about(language.agents.state[state], words);
};

/** A problem as the screen shows it: without its key in a replay, where keys do something else. */
export const shownText = ({replay}: Pick<State, 'replay'>, problem: Problem): string => {
	const text = problemText(problem);
	return replay ? text : withKey({text, key: problemKey(problem)});
};

/** Why an operation was not done. An agent's own words stay as they are. */
export const operationText = (fault: OperationFault, language: Messages = messages()): string => {
	const words = language.agents.notSent;
	switch (fault.type) {
		case 'error': {
			return errorText(fault.error, language);
		}

		case 'nameless': {
			return words.nameless;
		}

		case 'task-gone': {
			return words.taskGone;
		}

		case 'not-watched': {
			return language.faults.response['not-watched'];
		}

		case 'exempt': {
			return words.exempt(fault.why);
		}

		case 'task-changed': {
			return language.operations.changed.task(outcomeLabel(fault.outcome, language), fault.stage);
		}

		case 'not-logged': {
			return words.notLogged(fault.problem);
		}
	}
};

/** Why a shown task is no longer updated; undefined if it is, or need not be. */
export const unlistedText = (unlisted: Unlisted | undefined, language: Messages = messages()): string | undefined =>
	unlisted && language.agents.unlisted[unlisted.end];

/** Whether a password from the user can help an agent: not if it waits until another agent has tested the given one. */
export const isPasswordWanted = (entry: AgentEntry): boolean => {
	const refusal = errorOf(entry, 'unauthorized');
	return refusal !== undefined && !waitsForTrial(refusal);
};

/** Which password opens an OBProxy task. */
export const needText = ({agent, isRefused}: PasswordNeed, {agents: {passwords}}: Messages = messages()): string =>
	isRefused ? passwords.thatOfRefused(agent) : passwords.needsThatOf(agent);

/** Why an agent that is alive does not respond for its task, by its own status. */
const aliveBut = (entry: AgentEntry, error: AgentError): ConnectionState => {
	switch (error.type) {
		case 'too-large': {
			return 'taskTooLarge';
		}

		case 'clock':
		case 'unknown-id':
		case 'aborted':
		case 'unauthorized':
		case 'key-changed': {
			return 'noTask';
		}

		case 'unreachable':
		case 'timeout':
		case 'refused': {
			return silenceOf(entry);
		}

		case 'protocol': {
			// What is no agent's response says nothing of its master.
			return isDatabaseDown(entry) ? 'databaseDown' : 'noTask';
		}
	}
};

const silenceOf = (entry: AgentEntry): ConnectionState => {
	if (forwardsToMaster(identityOf(entry.info, entry.status))) {
		return 'masterSilent';
	}

	return isDatabaseDown(entry) ? 'databaseDown' : 'noTask';
};

/** When an agent left its cluster: "left its cluster at 10:39 local". Undefined for all others. */
export const departureText = ({departed}: AgentEntry, now: Timestamp, language: Messages = messages()): string | undefined => departed && language.agents.left(formatLocalMinute(departed.at, now, language));

/**
What is wrong with an agent's connection, since when and why: "unreachable since 10:39 local: connection refused". Undefined while it
responds. `now`, our clock, decides whether the time has its date.
*/
export const problemOf = (entry: AgentEntry, now: Timestamp): ConnectionProblem | undefined => {
	const {connection} = entry;
	const trouble = troubleOf(entry);
	if (connection.type !== 'failing' || trouble === undefined) {
		return undefined;
	}

	const {error, since, isAlive} = connection;
	const isTimeless = trouble === 'unauthorized' || isAboutKey(trouble);
	const lost = trouble === 'unreachable' ? trouble : 'noValidResponse';
	return {
		type: 'connection',
		error,
		isSeekdb: entry.info?.isSeekdb ?? false,
		state: isTimeless ? undefined : (isAlive ? aliveBut(entry, error) : lost),
		since,
		departedAt: entry.departed?.at,
		now,
	};
};

/** What is wrong with the first agent of a cluster that cannot be queried for another reason than its database, with the agent's name; undefined if there is none. */
export const memberProblem = (members: readonly AgentEntry[], now: Timestamp): Problem | undefined => {
	for (const entry of members) {
		const problem = problemOf(entry, now);
		const isOfDatabase = entry.connection.type === 'failing' && entry.connection.isAlive && isDatabaseDown(entry);
		if (problem && !isOfDatabase) {
			return {type: 'member', agent: entry.address.label, problem};
		}
	}

	return undefined;
};

/** The same as the screen shows it. */
export const shownProblem = (state: Pick<State, 'replay'>, entry: AgentEntry, now: Timestamp): string | undefined => {
	const problem = problemOf(entry, now);
	return problem && shownText(state, problem);
};

/** The troubles in which an agent waits for the user at a refresh. In any other, it is queried. */
const waiting = allTroubles.filter(trouble => trouble !== 'unreachable' && trouble !== 'no answer');

/** The effect of a refresh: which agents are queried, and which wait for the user. */
export const refreshText = ({agents}: State): string => {
	const words = messages().agents.refresh;
	const troubles = agents.values().map(entry => troubleOf(entry)).toArray();
	const isWaiting = new Set<Trouble | undefined>(waiting);
	const polled = troubles.filter(trouble => !isWaiting.has(trouble)).length;
	return messages().agents.and([
		...(polled > 0 ? [words.polling(polled)] : []),
		...waiting.flatMap(trouble => {
			const count = troubles.filter(other => other === trouble).length;
			return count > 0 ? [words[trouble](count)] : [];
		}),
	]);
};
