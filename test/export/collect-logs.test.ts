import {expect, test} from 'vitest';
import {collectLogs, type Incident} from '../../source/export/collect-logs.js';
import {shortfallText} from '../../source/export/log-text.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {linesOf} from '../../source/protocol/logs.js';
import {type FetchedLog, type FetchLog} from '../../source/store/log/buffer.js';
import {after, makeDag, makeNode, makeSubTask, ten} from '../helpers/tasks.js';

/** A task with two stages of two sub-tasks that ran, and one that never did. */
const incident: Incident = {
	dag: makeDag({nodes: ['1', '2', '3'].map(stage => makeNode({
		id: stage, key: stage, name: `stage ${stage}`,
		subTasks: ['a', 'b'].map(name => makeSubTask({id: stage + name, key: stage + name, executeTimes: stage === '3' ? 0 : 1, logs: stage === '3' ? undefined : [`${stage + name} from the task`]})),
	}))}),
	owner: 'x', agent: 'agent', present: ten, offset: 0, causes: [], why: {causes: [], count: 0}, isStalled: false, isFailing: false, failing: new Set(), isPartFailed: () => false, elsewhere: [], agents: [], changes: [], cluster: undefined,
};

const lines = (subTask: string): FetchedLog => ({type: 'lines', lines: linesOf([{id: 1, executeTimes: 1, text: `${subTask} whole`, time: after(0)}])});
const failed = (error: AgentError): FetchedLog => ({type: 'error', error});

const collect = async (answer: (subTask: string) => FetchedLog, change: {readonly sizeLimit?: number; readonly signal?: AbortSignal; readonly from?: Incident} = {}) => {
	const asked: string[] = [];
	const progress: string[] = [];
	let underWay = 0;
	const fetchLog: FetchLog = async (_agent, subTask) => {
		asked.push(subTask);
		underWay++;
		expect(underWay).toBe(1);
		await Promise.resolve();
		underWay--;
		return answer(subTask);
	};

	const {from = incident, ...options} = change;
	const logs = await collectLogs(from, {
		fetchLog,
		signal: new AbortController().signal,
		onProgress(done, total) {
			progress.push(`${done} of ${total}`);
		},
		...options,
	});
	return {asked, progress, told: logs.map(({log}) => log && [log.buffer.texts.join(','), log.shortfall === undefined ? '' : shortfallText(log.shortfall)])};
};

test('every log that can exist is fetched, one after the other, in the order of the stages', async () => {
	const {asked, progress, told} = await collect(lines);
	expect(asked).toEqual(['1a', '1b', '2a', '2b']);
	expect(progress).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4']);
	expect(told).toEqual([['1a whole', ''], ['1b whole', ''], ['2a whole', ''], ['2b whole', ''], undefined, undefined]);
});

test('a log that cannot be had is replaced by the lines in its task, with the reason', async () => {
	const {asked, told} = await collect(subTask => subTask === '1b' ? failed({type: 'too-large', limit: 1024 * 1024}) : lines(subTask));
	expect(asked).toHaveLength(4);
	expect(told[1]).toEqual(['1b from the task', 'response over 1 MB, cut off']);
});

test('an agent that is gone is not queried for every single log', async () => {
	const {asked, told} = await collect(() => failed({type: 'unreachable', code: 'ECONNREFUSED'}));
	expect(asked).toEqual(['1a']);
	expect(told.slice(0, 2)).toEqual([['1a from the task', 'connection refused'], ['1b from the task', 'its agent does not respond, these lines come from the task']]);
});

test('one log that takes too long is no reason to give up, two in a row are', async () => {
	const slow = failed({type: 'timeout', after: 60_000});
	const once = await collect(subTask => subTask === '1a' ? slow : lines(subTask));
	expect(once.asked).toHaveLength(4);
	const always = await collect(() => slow);
	expect(always.asked).toEqual(['1a', '1b']);
});

test('no words of the screen get into a file', async () => {
	const {told} = await collect(() => failed({type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}));
	expect(told[0]?.[1]).toBe('needs the root@sys password');
});

test('what would be too much for a bundle is left out, and said to be', async () => {
	const {told} = await collect(lines, {sizeLimit: 10});
	expect(told.slice(0, 2)).toEqual([['1a whole', ''], ['', 'left out: all logs together are too large for a bundle']]);
});

test('nothing more is queried once the program ends', async () => {
	const controller = new AbortController();
	const {asked} = await collect(subTask => {
		controller.abort();
		return lines(subTask);
	}, {signal: controller.signal});
	expect(asked).toEqual(['1a']);
});

test('a task without an agent to query keeps its own lines', async () => {
	const {asked, told} = await collect(lines, {from: {...incident, agent: undefined}});
	expect(asked).toEqual([]);
	expect(told[0]?.[0]).toBe('1a from the task');
});

test('the logs of other tasks where its reasons arose come last, from their own agents, each with its own limit', async () => {
	const part = makeDag({id: '2', name: 'Start observer', nodes: [makeNode({subTasks: ['x', 'y'].map(id => makeSubTask({id, key: id, executeTimes: 1, logs: [`${id} from the task`]}))})]});
	const [node] = part.nodes!;
	const elsewhere = node!.subTasks.map(subTask => ({dag: part, agent: subTask.id === 'x' ? 'other' : undefined, stage: 1, node: node!, subTask}));
	const {asked, told} = await collect(subTask => subTask === 'x' ? lines(subTask) : failed({type: 'unreachable', code: 'ECONNREFUSED'}), {from: {...incident, elsewhere}});
	expect(asked).toEqual(['1a', 'x']);
	expect(told.slice(-2)).toEqual([['x whole', ''], ['y from the task', expect.any(String)]]);
});
