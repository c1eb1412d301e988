import {type State} from '../state.js';
import {isAboutKey, troubleOf} from './problem-words.js';

const counted = (count: number): string => `${count} ${count === 1 ? 'agent' : 'agents'}`;

/** What asking now comes to: whom that reaches, and who waits for a person instead. */
export const refreshWords = ({agents}: State): string => {
	const troubles = agents.values().map(entry => troubleOf(entry)).toArray();
	const passwords = troubles.filter(trouble => trouble === 'unauthorized').length;
	const keys = troubles.filter(trouble => trouble === 'key changed').length;
	const strangers = troubles.filter(trouble => trouble === 'key not known').length;
	const downgraded = troubles.filter(trouble => trouble === 'downgraded').length;
	const open = agents.size - passwords - troubles.filter(trouble => isAboutKey(trouble)).length;
	return [
		...(open > 0 ? [`asking ${counted(open)}`] : []),
		...(passwords > 0 ? [`${counted(passwords)} ${passwords === 1 ? 'waits' : 'wait'} for a password (p)`] : []),
		...(keys > 0 ? [`${counted(keys)} with a changed key ${keys === 1 ? 'waits' : 'wait'} for you to look at it (K)`] : []),
		...(strangers > 0 ? [`${counted(strangers)} with a key that is not known ${strangers === 1 ? 'waits' : 'wait'} for you to look at it (K)`] : []),
		...(downgraded > 0 ? [`${counted(downgraded)} without v2 authentication ${downgraded === 1 ? 'waits' : 'wait'} for you to look at it (K)`] : []),
	].join('; ');
};
