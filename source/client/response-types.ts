// The responses that can be megabytes: how each kind is parsed, and which ids it names.

import {linesOf} from '../protocol/logs.js';
import {type Dag, dagListSchema, dagSchema, logEntriesSchema, nodeSchema} from '../protocol/task.js';
import {idsOfLogs, idsOfNode, idsOfTask} from './known-ids.js';

const idsOfTasks = (tasks: readonly Dag[]): ReadonlySet<string> => new Set(tasks.flatMap(task => [...idsOfTask(task)]));

export const responseTypes = {
	task: {schema: dagSchema, idsOf: idsOfTask},
	tasks: {schema: dagListSchema, idsOf: idsOfTasks},
	node: {schema: nodeSchema, idsOf: idsOfNode},
	logs: {schema: logEntriesSchema.transform(entries => linesOf(entries)), idsOf: idsOfLogs},
} as const;

export type ResponseType = keyof typeof responseTypes;
