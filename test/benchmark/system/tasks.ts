// What the simulated agents work on. Times in ms.

import {type NodeDefinition, type TaskDefinition, type TimedLine} from '../../../source/demo/engine/model.js';

const linesOf = (count: number, every: number): readonly TimedLine[] => Array.from({length: count}, (_, line) => [line * every, `copy part ${line} to /data/backup/part-${line}.tar`]);

const stageOf = (agent: string, index: number, subTasks: number, run: {readonly duration: number; readonly lines: readonly TimedLine[]}): NodeDefinition => ({
	name: `Rebuild partition ${index + 1}`,
	subTasks: Array.from({length: subTasks}, () => ({on: agent, work: {type: 'local', run}})),
});

/** Eleven stages of a quarter of an hour: in the length of a measurement, only its durations change. */
export const longTask = (agent: string): TaskDefinition => {
	const run = {duration: 900_000, lines: linesOf(10, 60_000)};
	return {name: 'Rebuild partitions', nodes: Array.from({length: 11}, (_, index) => stageOf(agent, index, 1, run))};
};

/** One stage, whose log has that many lines from its first second on, and no more. */
export const longLogTask = (agent: string, lines: number): TaskDefinition =>
	({name: 'Rebuild partitions', nodes: [stageOf(agent, 0, 1, {duration: 3_600_000, lines: linesOf(lines, 0.01)})]});

const subTasks = 50;
const linesEach = 200;
const quick = 1000;
const still = 3_600_000;

/** Stages of fifty sub-tasks with two hundred lines each. Those before the one it has come to were quick, and that one goes on for an hour. */
export const bigTask = {
	/** How long ago it began, to be at that stage (counted from 1) now. */
	ageAt: (stage: number): number => 4000 * (stage + 2),
	define: (agent: string, stages: number, current: number): TaskDefinition => ({
		name: 'Rebuild partitions', nodes: Array.from({length: stages}, (_, index) =>
			stageOf(agent, index, subTasks, {duration: index + 1 < current ? quick : still, lines: linesOf(linesEach, 1)})),
	}),
} as const;
