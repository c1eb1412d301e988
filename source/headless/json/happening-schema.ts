import * as z from 'zod';
import {replaySchema} from './common-schema.js';

const head = {
	version: z.literal(1),
	replay: replaySchema,
	at: z.iso.datetime().describe('when it was noticed, by the clock here'),
	agent: z.string().describe('the agent\'s address as given, or the cluster\'s name'),
};

const task = z.object({
	id: z.string(),
	name: z.string(),
	outcome: z.string().describe('in the words of outcome below; a pair that no known agent sends as it came, "STATE / OPERATOR"'),
	stage: z.int().min(0),
	stages: z.int().min(0),
	stageName: z.string().optional(),
	failing: z.literal(true).optional().describe('of task-seen: it runs, but a part of it failed already'),
	before: z.string().optional().describe('the outcome before, where it is known'),
	why: z.string().optional().describe('why it failed, or what it waits for'),
});

/** A line of `--watch --json`. */
export const happeningSchema = z.discriminatedUnion('type', [
	z.object({...head, type: z.enum(['task-seen', 'task-begun', 'task-moved', 'task-failing', 'outcome-changed']).describe('task-seen: it was there when its agent was seen first; task-moved: it works on another stage; task-failing: it runs, but a part of it failed'), task}),
	z.object({...head, type: z.literal('agent-troubled'), trouble: z.string(), words: z.string()}),
	z.object({...head, type: z.literal('agent-recovered'), before: z.string()}),
	z.object({...head, type: z.enum(['agent-restarted', 'agent-joined', 'agent-left', 'agent-returned'])}),
]);

/** Its fields beside the version are those of `changeDocument`. */
export type HappeningDocument = {readonly version: 1; readonly [field: string]: unknown};
