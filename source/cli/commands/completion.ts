import {printable} from '../../lib/printable.js';
import {failure, type Result} from '../../lib/result.js';
import {type Shell, shells} from '../completions.js';
import {type Argument} from '../parse.js';

export type CompletionOptions = {readonly type: 'completion'; readonly shell: Shell};

export type ManOptions = {readonly type: 'man'};

const positionals = (list: readonly Argument[]): readonly string[] => list.flatMap(argument => argument.type === 'positional' ? [argument.value] : []);

/** Which shell's script is wanted. */
export const readCompletion = (list: readonly Argument[]): Result<CompletionOptions> => {
	const [wanted, ...rest] = positionals(list);
	const shell = shells.find(name => name === wanted);
	return shell && rest.length === 0
		? {ok: true, value: {type: 'completion', shell}}
		: failure(`completion takes one of ${shells.join(', ')}${wanted === undefined ? '' : `, not "${printable([wanted, ...rest].join(' '))}"`}`);
};

/** The manual page takes nothing. */
export const readMan = (list: readonly Argument[]): Result<ManOptions> => {
	const [extra] = positionals(list);
	return extra === undefined ? {ok: true, value: {type: 'man'}} : failure(`man takes nothing, not "${printable(extra)}"`);
};
