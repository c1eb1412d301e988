import {formatDuration} from '../../format/duration.js';
import {textTable} from '../../format/text-table.js';
import {type Outcome} from '../../protocol/outcome.js';
import {printedTexts} from '../../protocol/raw-texts.js';
import {type SubTask, type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {agentBehind, ownerLabel} from '../../store/locate.js';
import {agentNow, durationOf} from '../../store/select/duration.js';
import {nodeOutcome, subTaskOutcome, taskCells} from '../../store/select/task-cells.js';
import {type State} from '../../store/state.js';
import {type Tone} from '../../store/views.js';
import {outcomeWords, toneOf} from '../../ui/theme.js';
import {type Detail} from '../json/fleet-document.js';
import {ownedTasks} from '../owned-tasks.js';
import {type Paint} from './paint.js';

type Row = {readonly cells: readonly string[]; readonly tone: Tone; readonly subTask?: SubTask};

const spent = (duration: number | undefined): string => duration === undefined ? '' : formatDuration(duration);

const cellsOf = (number: string, name: string, outcome: Outcome, duration: number | undefined): Row =>
	({cells: [number, name, outcomeWords(outcome), spent(duration)], tone: toneOf(outcome)});

const stageRows = (node: TaskNode, index: number, present: Timestamp): readonly Row[] => [
	cellsOf(String(index + 1), node.name, nodeOutcome(node), durationOf(node, present)),
	...node.subTasks.map(subTask => ({
		...cellsOf('', `  ${subTask.agent ?? '?'}`, subTaskOutcome(subTask), durationOf(subTask, present)), subTask,
	})),
];

/** The stages of a task, each with its sub-tasks below it, and below each of those its log if that is wanted. */
const stageLines = (nodes: readonly TaskNode[], present: Timestamp, detail: Detail, paint: Paint): readonly string[] => {
	const rows = nodes.flatMap((node, index) => stageRows(node, index, present));
	const lines = textTable([['#', 'STAGE', 'OUTCOME', 'TIME'], ...rows.map(({cells}) => cells)], {
		right: new Set([0, 3]),
		paint: (text, column, row) => paint(text, row === 0 ? 'quiet' : (column === 2 ? rows[row - 1]?.tone ?? 'plain' : 'plain')),
	});
	return lines.flatMap((line, index) => {
		const {logs: texts = [], rawLogs: raws} = rows[index - 1]?.subTask ?? {};
		const logs = detail === 'logs' ? printedTexts({texts, raws}) : [];
		return [`  ${line}`, ...logs.flatMap(entry => entry.split('\n')).map(text => `        | ${text}`.trimEnd())];
	});
};

/** Every task with its stages and sub-tasks (and `logs`), a blank line before each. */
export const taskLines = (state: State, now: Timestamp, detail: Detail, paint: Paint): readonly string[] => {
	if (detail === 'tasks') {
		return [];
	}

	return ownedTasks(state).flatMap(({owner, dag}) => {
		const present = agentNow(agentBehind(state, owner), now, dag);
		const {name, outcome} = taskCells(dag, present);
		const title = `${ownerLabel(state, owner)}: ${name}, ${paint(outcomeWords(outcome), toneOf(outcome))}, id ${dag.id}`;
		return ['', title, ...(dag.nodes ? stageLines(dag.nodes, present, detail, paint) : ['  its stages are not known'])];
	});
};
