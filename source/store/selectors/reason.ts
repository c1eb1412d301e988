// Why tasks failed or what they wait for, as text.

import {english, type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {cutMiddle} from '../../lib/wrap.js';
import {shorterVersions} from '../../protocol/logs.js';
import {isEndUnknown, isUnread} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type BriefCause, type BriefCauses, type Why} from '../changes.js';
import {type State} from '../state.js';
import {taskOutcome} from './basics.js';
import {type Cause, causesIn} from './cause.js';
import {needText, unlistedText, withKey} from './connection.js';
import {errorText} from './error-text.js';
import {toldOf} from './explanation.js';
import {type Reason} from './view-types.js';

// Further reasons are shortened, and only a few are listed.
const furtherShown = 2;

const furtherLength = 120;

const briefOf = (causes: readonly Cause[]): BriefCauses => ({
	causes: causes.slice(0, 1 + furtherShown).map(({kind, said, text, shortest, nodeName, places}) => {
		const [first] = places;
		return {kind, said, text, shortest, nodeName, count: places.length, first: first && {agent: first.agent, subTask: first.subTask}};
	}),
	count: causes.length,
});

const tellingOf = (cause: BriefCause, language: Messages): string => toldOf({...cause, whole: () => cause.text}, language).shortest;

/** "; @ 10.0.0.2:2886: disk full", "; 39 others: context canceled". */
const furtherText = ([main, ...further]: readonly BriefCause[], count: number, language: Messages): string => {
	const {reasons} = language.tasks;
	const said = further.map(cause => {
		const {kind, count: places, first} = cause;
		const text = cutMiddle(tellingOf(cause, language), furtherLength);
		if (places === 1 && main?.count === 1 && main.first?.subTask === first?.subTask) {
			return reasons.further(text);
		}

		return places === 1 && first?.agent !== undefined && kind !== 'consequence' ? reasons.furtherAt(first.agent, text) : reasons.furtherOn(places, text);
	});
	const left = count - 1 - further.length;
	return said.join('') + (left > 0 ? reasons.more(left) : '');
};

const reasonOfCauses = ({causes, count}: BriefCauses, language: Messages): Reason | undefined => {
	const [first] = causes;
	if (!first) {
		return undefined;
	}

	const {text, shortest} = toldOf({...first, whole: () => first.text}, language);
	if (first.kind === 'waiting' || first.nodeName === '') {
		return {place: '', text};
	}

	const {tasks: {engineName, reasons}} = language;
	const agent = first.count === 1 ? first.first?.agent : undefined;
	return {
		place: `${engineName(first.nodeName)}${agent === undefined ? '' : ` @ ${agent}`}`,
		text: first.count > 1 ? reasons.onAgents(text, first.count) : text,
		further: furtherText(causes, count, language),
		shortest,
	};
};

/** Reasons as text, the first one first; the place is empty if it is the whole task's. */
export const reasonIn = (causes: readonly Cause[], language: Messages = messages()): Reason | undefined => reasonOfCauses(briefOf(causes), language);

/** A reason in one line, with further ones. */
export const reasonText = ({place, text, further = '', key}: Reason, {faults}: Messages = messages()): string =>
	withKey({text: (place === '' ? text : faults.about(place, text)) + further, key});

/** The first reason in one line: "Start observer @ 10.0.0.3:2886: cannot allocate memory", "…, on 3 agents". */
export const causeText = (cause: Cause, language: Messages = messages()): string => {
	const reason = reasonIn([cause], language);
	return reason ? reasonText(reason, language) : '';
};

/** The same with all lines of the reason. */
export const wholeCauseText = (cause: Cause, language: Messages = messages()): string => {
	const reason = reasonIn([cause], language);
	const told = toldOf(cause, language);
	return reason ? reasonText({...reason, text: reason.text.replace(told.text, () => told.whole())}, language) : '';
};

const unreadText = ({needs, unlisted, refusal}: Pick<Dag, 'needs' | 'unlisted' | 'refusal'>, language: Messages): string => {
	if (needs) {
		return needText(needs, language);
	}

	const why = refusal ? language.agents.detailsRefused(errorText(refusal, language)) : '';
	return unlisted?.end === 'refused' && why !== '' ? why : unlistedText(unlisted, language) ?? why;
};

/** What was noted of a reason, in a language. */
export const reasonOfWhy = (why: Why, language: Messages = messages()): Reason | undefined =>
	'unread' in why ? {place: '', text: unreadText(why.unread, language)} : reasonOfCauses(why, language);

/** Whether a task's state or end cannot be known. */
const isUnknowable = (dag: Dag): boolean => {
	const outcome = taskOutcome(dag);
	return dag.needs !== undefined || dag.unlisted?.end === 'unreadable' || isEndUnknown(outcome) || (dag.refusal !== undefined && isUnread(outcome));
};

/** Why a task failed or what it waits for, to be said in any language. */
export const reasonsIn = (state: State, dag: Dag, owner: string): Why =>
	isUnknowable(dag) ? {unread: {needs: dag.needs, unlisted: dag.unlisted, refusal: dag.refusal}} : briefOf(causesIn(state, dag, owner));

/** The same as text in one line; undefined if there is no reason. */
export const whyText = (why: Why | undefined, language: Messages = messages()): string | undefined => {
	const reason = why && reasonOfWhy(why, language);
	return reason && reasonText(reason, language);
};

/** The agent where a reason arose ("10.0.0.3:2886 +2": with two others), unless the task is that agent's own. */
const whoseIn = (state: State, dag: Dag, owner: string, cause: Cause | undefined): string | undefined => {
	const agents = cause?.places.map(({agent}) => agent) ?? [];
	const isOwn = Object.keys(dag.links.subDags).length === 0 && agents.includes(state.agents.get(owner)?.name);
	return isOwn || agents[0] === undefined ? undefined : agents[0] + (agents.length > 1 ? ` +${agents.length - 1}` : '');
};

/** The same for a screen: with the key that helps, which does something else in a replay. */
export const whyIn = (state: State, dag: Dag, owner: string): Reason | undefined => {
	const causes = isUnknowable(dag) ? [] : causesIn(state, dag, owner);
	const reason = isUnknowable(dag) ? {place: '', text: unreadText(dag, messages())} : reasonIn(causes);
	const why = reason && {...reason, whose: whoseIn(state, dag, owner, causes[0])};
	return why && dag.needs && !state.replay ? {...why, key: 'p'} : why;
};

/** The same in one line, for modes without a screen. */
export const whyTextIn = (state: State, dag: Dag, owner: string, language: Messages = messages()): string | undefined => whyText(reasonsIn(state, dag, owner), language);

/** The same in English with all lines of the first reason, for programs. */
export const wholeWhyIn = (state: State, dag: Dag, owner: string): string | undefined => {
	if (isUnknowable(dag)) {
		return unreadText(dag, english);
	}

	const causes = causesIn(state, dag, owner);
	const [first] = causes;
	const why = reasonIn(causes, english);
	const told = first && toldOf(first, english);
	return why && told && reasonText({...why, text: why.text.replace(told.text, () => told.whole())}, english);
};

/** A reason in full, and in shorter and shorter versions for when there is not room for all. */
export const whyTexts = (reason: Reason): readonly string[] => {
	const {place, text, key, whose = ''} = reason;
	const bare = reasonText({place: whose, text, key});
	const shorter = reason.shortest === undefined ? [] : [...shorterVersions(text), reason.shortest, ...shorterVersions(reason.shortest)];
	return [...new Set([reasonText(reason), reasonText({place, text, key}), bare, ...shorter.map(said => reasonText({place: whose, text: said}))])];
};
