import {isFault} from '../protocol/outcome.js';
import {severityOf} from '../protocol/severity.js';
import {type Dag, type SubTask} from '../protocol/task.js';
import {faultyNode} from './selection.js';
import {subTaskOutcome, taskOutcome} from './task-cells.js';

// The engine copies a remote failure behind "task NAME: " and sums up with its own line; neither is the reason itself.
const wrapper = /^(?:task [^\n]{1,200}?: )?(?:ERROR: )?(?:\[[\w.]+\]: )?(?:Unexpected error: )?/;
const isSummary = (line: string): boolean => line.includes('[Task.RemoteTask.Failed]');

/** The log entry that explains a failed sub-task: the first real ERROR line, else the last line of severity, else the last line. */
const explainingLine = (subTask: SubTask): string | undefined => {
	const errors = (subTask.logs ?? []).filter(line => severityOf(line) === 'error');
	return errors.find(line => !isSummary(line)) ?? errors.at(-1) ?? subTask.logs?.at(-1);
};

const inOneLine = (entry: string): string => entry.replace(wrapper, '').split('\n').map(part => part.trim()).join(' ').trim();

/** Why a task failed or waits, as far as its own data tell: "Start observer @ 10.0.0.3:2886: cannot allocate memory". Undefined where nothing is wrong or nothing is known. */
export const whyOf = (dag: Dag): string | undefined => {
	const outcome = taskOutcome(dag);
	if (outcome.word === 'waiting') {
		return 'waits for the main task to go on';
	}

	if (!isFault(outcome)) {
		return undefined;
	}

	const node = faultyNode(dag);
	const subTask = node?.subTasks.find(candidate => isFault(subTaskOutcome(candidate)));
	const line = subTask && explainingLine(subTask);
	if (!node || !subTask || line === undefined) {
		return node ? `${node.name}: no line says why` : undefined;
	}

	return `${node.name}${subTask.agent === undefined ? '' : ` @ ${subTask.agent}`}: ${inOneLine(line)}`;
};
