// Helpers for writing scenarios.

import {type Failure, type NodeDefinition, type Run, type SubTaskDefinition, type TimedLine} from '../engine/model.js';

export const seconds = (count: number): number => count * 1000;

/** The texts one after the other, evenly over that time. */
export const spread = (duration: number, ...texts: readonly string[]): readonly TimedLine[] =>
	texts.map((text, index) => [3 + Math.round((index * duration) / Math.max(1, texts.length)) + ((index * 0.317) % 1), text]);

/** Work that takes that many seconds and writes those lines meanwhile. */
export const work = (duration: number, ...texts: readonly string[]): Run => ({duration: seconds(duration), lines: spread(seconds(duration), ...texts)});

export const failing = (run: Run, failure: Failure): Run => ({...run, failure});

/** An error that many seconds after the work began, with its last lines verbatim. */
export const errorAfter = (after: number, ...texts: readonly string[]): Failure => ({
	type: 'error', after: seconds(after), lines: texts.map((text, index) => [seconds(after) - (4 * (texts.length - index)), text]),
});

export const local = (on: string, run: Run, undo?: Run): SubTaskDefinition => ({on, work: {type: 'local', run}, ...(undo && {undo})});

export const remote = (on: string, run: Run, undo?: Run): SubTaskDefinition => ({on, work: {type: 'remote', run}, ...(undo && {undo})});

export const stage = (name: string, ...subTasks: readonly SubTaskDefinition[]): NodeDefinition => ({name, subTasks});

/** On the first agent, which owns the task, locally; on all others in tasks of their own. */
export const everywhere = (agents: readonly string[], run: (agent: string, index: number) => Run, undo?: Run): readonly SubTaskDefinition[] =>
	agents.map((agent, index) => index === 0 ? local(agent, run(agent, index), undo) : remote(agent, run(agent, index), undo));

/** A stage that the owner does alone. */
export const alone = (name: string, on: string, run: Run, undo?: Run): NodeDefinition => stage(name, local(on, run, undo));
