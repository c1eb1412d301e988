import {printedTexts, writtenTexts} from '../protocol/raw-texts.js';
import {type SubTask} from '../protocol/task.js';
import {
	agentBehind,
	findNode,
	findSubTask,
	findTask,
	ownerLabel,
	topScreen,
} from '../store/locate.js';
import {type LogBuffer} from '../store/log/log-buffer.js';
import {logKey, logOf} from '../store/log/open-logs.js';
import {subTaskOutcome} from '../store/select/task-cells.js';
import {type State} from '../store/state.js';
import {type Made} from './incident.js';
import {inPieces, logLines} from './log-text.js';
import {type WholeLog} from './whole-log.js';
import {counted, momentWords, offsetWords, outcomeWords} from './words.js';

/** The log on screen, with what a file says of it. */
export type OpenLog = {
	readonly key: string;
	/** The key of the agent that is asked for it; undefined where nobody is known yet. */
	readonly agent: string | undefined;
	readonly subTask: SubTask;
	/** What is known of it by now. */
	readonly buffer: LogBuffer;
	/** Minutes east of UTC of its times. */
	readonly offset: number;
	readonly title: ReadonlyArray<readonly [name: string, value: string]>;
};

/** The log on screen; undefined where none is, or where its task is gone. */
export const openLogOf = (state: State): OpenLog | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return undefined;
	}

	const dag = findTask(state, screen.task);
	const node = findNode(dag, screen.node);
	const subTask = findSubTask(node, screen.subTask);
	return dag && node && subTask && {
		key: logKey(screen),
		agent: agentBehind(state, screen.task.owner)?.address.key,
		subTask,
		buffer: logOf(state, screen),
		offset: dag.utcOffset ?? 0,
		title: [
			['task', `${dag.name} (${dag.id}) of ${ownerLabel(state, screen.task.owner)}`],
			['stage', `${(dag.nodes ?? []).indexOf(node) + 1} ${node.name}`],
			['agent', subTask.agent ?? 'unknown'],
			['sub-task', `${subTask.id}, ${outcomeWords(subTaskOutcome(subTask))}, ${counted(subTask.executeTimes, 'execution')}`],
		],
	};
};

function * joined(...parts: ReadonlyArray<Iterable<string>>): Generator<string> {
	for (const part of parts) {
		yield * part;
	}
}

/** A log as a file holds it: what it is, then all its lines: `written`, as its agent wrote them, or `printed`, as a terminal can take them. `shortfall` is why it is not the whole log. */
export const logContent = (
	{subTask, offset, title}: OpenLog,
	{buffer, shortfall}: Pick<WholeLog, 'buffer' | 'shortfall'>,
	{at, offset: ownOffset}: Omit<Made, 'version'>,
	how: 'written' | 'printed',
): Iterable<string> => {
	const facts = [
		...title,
		...(buffer.times ? [['times', `the agent's, ${offsetWords(offset)}`] as const] : []),
		['saved', momentWords(at, ownOffset)] as const,
		...(shortfall === undefined ? [] : [['partial', `not the whole log: ${shortfall}`] as const]),
	];
	const head = facts.map(([name, value]) => `# ${name.padEnd(9)} ${value}`);
	const texts = how === 'written' ? writtenTexts(buffer) : printedTexts(buffer);
	return inPieces(joined([...head, ''], logLines({...buffer, texts}, subTask, offset)));
};
