import {type Operation} from '../../protocol/operation.js';
import {type TaskDefinition} from './definition.js';

/**
What happens to a world from outside, `at` milliseconds of its time.

- create: a task is started on the owner, an agent's key or the name of a cluster; refused, without a trace, where the owner is under maintenance
- operate: somebody operates on the owner's newest task of that name, or on the stage it has come to; a refusal is without effect
- become: agents get other identities
*/
export type Input =
	| {readonly type: 'create'; readonly at: number; readonly owner: string; readonly task: TaskDefinition}
	| {readonly type: 'operate'; readonly at: number; readonly owner: string; readonly task: string; readonly operation: Operation; readonly isForNode?: boolean}
	| {readonly type: 'become'; readonly at: number; readonly identities: Readonly<Record<string, string>>};

/** The inputs of a story with `from < at <= to`; a pure function, so that a story may go on for ever. */
export type Story = (from: number, to: number) => readonly Input[];

export const storyOf = (inputs: readonly Input[]): Story => (from, to) => inputs.filter(input => input.at > from && input.at <= to);

/** Several stories told at once, in the order of their inputs. */
export const tellTogether = (...stories: readonly Story[]): Story => (from, to) =>
	stories.flatMap(story => story(from, to)).toSorted((one, other) => one.at - other.at);
