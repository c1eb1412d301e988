import {describe, expect, it} from 'vitest';
import {tableOf} from '../../../source/lib/ordered-map.js';
import {chinese} from '../../../source/lib/messages/zh/chinese.js';
import {wrapWithin} from '../../../source/lib/wrap.js';
import {type Dag, type SubTask} from '../../../source/protocol/task.js';
import {initialState} from '../../../source/store/initial-state.js';
import {causesOf, type ResolveRemote} from '../../../source/store/selectors/cause.js';
import {reasonIn, reasonText, whyIn, whyTexts} from '../../../source/store/selectors/reason.js';
import {reasonOf, stalenessOf} from '../../../source/store/selectors/task-head.js';
import {type AgentEntry, type State} from '../../../source/store/state.js';
import {addressOf, after, makeDag, makeEntry, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

type Share = Partial<SubTask>;

/** A task that stopped in its second stage, "Start observer", with these shares of the work. */
const stopped = (shares: readonly Share[], change: Partial<Dag> = {}): Dag => {
	const {state = 'FAILED', operator = 'RUN'} = change;
	const subTasks = shares.map((share, index) => makeSubTask({
		state, operator, key: `sub-task ${index + 1}`, agent: `10.0.0.${index + 1}:2886`, ...share,
	}));
	return makeDag({
		stage: 2, maxStage: 3, state, operator, ...change,
		nodes: [
			makeNode({key: 'first', name: 'Create workdir'}),
			makeNode({key: 'second', name: 'Start observer', state, operator, subTasks}),
			makeNode({key: 'third', name: 'Bootstrap', state: 'PENDING', operator: 'RUN', subTasks: []}),
		],
	});
};

const nowhere: ResolveRemote = () => undefined;
const task = {owner: '10.0.0.1:2886', id: '22130706433028869'};
const words = (dag: Dag, resolve = nowhere): string | undefined => {
	const reason = reasonIn(causesOf(dag, task, resolve));
	return reason && reasonText(reason);
};

const memory = 'ERROR: [Common.Unexpected]: Unexpected error: observer: no memory\n: exit status 1';
const remoteId = '21677721620288673';
const remoteLines = [`remote task ${remoteId} Start observer running [1/1]`, `remote task ${remoteId} Start observer running [1/1]`];
const remoteSummary = `ERROR: [Task.RemoteTask.Failed]: Remote task ${remoteId} Start observer failed`;
const fine: Share = {state: 'SUCCEED', logs: ['start observer']};

describe('why a task failed, as a person would say it', () => {
	it.each<[string, Dag, string]>([
		['an error on one of two agents', stopped([fine, {logs: ['start observer', memory]}]), 'Start observer @ 10.0.0.2:2886: observer: no memory: exit status 1'],
		['the same error on many agents', stopped([{logs: [memory]}, {logs: ['more', memory]}, {logs: [memory]}]), 'Start observer: observer: no memory: exit status 1, on 3 agents'],
		['two different errors', stopped([{logs: [memory]}, {logs: ['ERROR: disk full']}]), 'Start observer @ 10.0.0.1:2886: observer: no memory: exit status 1; @ 10.0.0.2:2886: disk full'],
		['the first in time of several errors, and the odd one out', stopped([{logs: [memory], endTime: after(9)}, {logs: ['ERROR: disk full'], endTime: after(3)}, {logs: ['ERROR: disk full'], endTime: after(4)}]), 'Start observer: disk full, on 2 agents; @ 10.0.0.1:2886: observer: no memory: exit status 1'],
		['many that only followed from one', stopped([...Array.from({length: 3}, (_, second) => ({logs: ['ERROR: [Common.Unexpected]: Unexpected error: context canceled'], endTime: after(second)})), {logs: ['ERROR: no route to host'], endTime: after(9)}]), 'Start observer @ 10.0.0.4:2886: no route to host; 3 others: context canceled'],
		['what was cancelled after another one failed', stopped([{logs: ['sub task cancelled'], endTime: after(1)}, {logs: ['ERROR: disk full'], endTime: after(9)}]), 'Start observer @ 10.0.0.2:2886: disk full; @ 10.0.0.1:2886: sub task cancelled'],
		['a consequence where nothing else is known', stopped([{logs: ['ERROR: context canceled']}]), 'Start observer @ 10.0.0.1:2886: context canceled'],
		['a cause behind a consequence in one log', stopped([{logs: ['ERROR: context canceled', 'ERROR: disk full']}]), 'Start observer @ 10.0.0.1:2886: disk full'],
		['four reasons', stopped(['a', 'b', 'c', 'd'].map(text => ({logs: [`ERROR: ${text}`]}))), 'Start observer @ 10.0.0.1:2886: a; @ 10.0.0.2:2886: b; @ 10.0.0.3:2886: c; and 1 more reason'],
		['the first of several lines, which the later ones only follow from', stopped([{logs: ['ERROR: disk full', 'ERROR: cannot go on']}]), 'Start observer @ 10.0.0.1:2886: disk full'],
		['a timeout', stopped([{logs: ['start observer', 'sub task timeout']}]), 'Start observer @ 10.0.0.1:2886: sub task timeout'],
		['an error beside a timeout', stopped([{logs: ['sub task timeout']}, {logs: ['ERROR: disk full']}]), 'Start observer @ 10.0.0.2:2886: disk full; @ 10.0.0.1:2886: sub task timeout'],
		['a cancellation that reached the agent', stopped([{logs: ['start observer', 'sub task cancelled']}], {operator: 'CANCEL'}), 'Start observer @ 10.0.0.1:2886: sub task cancelled'],
		['a cancellation without a word', stopped([{logs: ['start observer']}], {operator: 'CANCEL'}), 'Start observer @ 10.0.0.1:2886: cancelled by an operator'],
		['a remote failure, from the copied lines', stopped([{logs: [...remoteLines, 'task Start observer: start observer', `task Start observer: ${memory}`, remoteSummary]}]), 'Start observer @ 10.0.0.1:2886: observer: no memory: exit status 1'],
		['a remote failure of which nothing was copied', stopped([{logs: [...remoteLines, remoteSummary]}]), `Start observer @ 10.0.0.1:2886: Remote task ${remoteId} Start observer failed`],
		['an agent that was lost', stopped([{logs: [...remoteLines, 'ERROR: dial tcp 10.0.0.1:2886: connect: connection refused']}]), 'Start observer @ 10.0.0.1:2886: dial tcp 10.0.0.1:2886: connect: connection refused'],
		['no error line', stopped([{logs: ['start observer', 'wait for the port']}]), 'Start observer @ 10.0.0.1:2886: failed without an error line; last line: wait for the port'],
		['no line at all', stopped([{logs: undefined}]), 'Start observer @ 10.0.0.1:2886: failed without a log line'],
		['a failed rollback, after an error that was undone', stopped([{executeTimes: 2, logs: ['start observer', 'ERROR: disk full', 'stop observer', 'ERROR: no such process']}], {operator: 'ROLLBACK'}), 'Start observer @ 10.0.0.1:2886: no such process'],
		['a second attempt that failed otherwise', stopped([{executeTimes: 3, logs: ['start observer', 'ERROR: disk full', 'stop observer', 'start observer', 'ERROR: port in use', 'ERROR: cannot go on']}]), 'Start observer @ 10.0.0.1:2886: port in use'],
		['a stage without sub-tasks', stopped([]), 'Start observer: no reason was logged'],
		['no stages at all', makeDag({state: 'FAILED', stage: 2, maxStage: 3, nodes: []}), 'stage 2/3: no reason was logged'],
		['a panic before a timeout, and the timeout', stopped([{logs: ['exec obinspect', 'panic: index out of range\n\ngoroutine 118 [running]:\nmain.run()\n\t/src/main.go:31', 'sub task timeout']}]), 'Start observer @ 10.0.0.1:2886: panic: index out of range; sub task timeout'],
		['an error before a timeout, and the timeout', stopped([{logs: ['ERROR: no route to host', 'try again', 'sub task timeout']}]), 'Start observer @ 10.0.0.1:2886: no route to host; sub task timeout'],
		['a panic before a cancellation, and the cancellation', stopped([{logs: ['panic: index out of range', 'sub task cancelled']}]), 'Start observer @ 10.0.0.1:2886: panic: index out of range; sub task cancelled'],
		['a panic before what only followed from it', stopped([{logs: ['panic: index out of range', 'ERROR: context canceled']}]), 'Start observer @ 10.0.0.1:2886: panic: index out of range; context canceled'],
		['a line that says FATAL, and the last one', stopped([{logs: ['INFO ok', 'FATAL: data directory is locked', 'fail to start observer: exit status 1']}]), 'Start observer @ 10.0.0.1:2886: FATAL: data directory is locked … fail to start observer: exit status 1'],
		['a last line that says FATAL', stopped([{logs: ['INFO ok', 'FATAL: data directory is locked']}]), 'Start observer @ 10.0.0.1:2886: FATAL: data directory is locked'],
		['a line that says FATAL in an attempt before the last one', stopped([{executeTimes: 3, logs: ['start observer', 'FATAL: locked', 'start observer', 'wait for the port']}]), 'Start observer @ 10.0.0.1:2886: failed without an error line; last line: wait for the port'],
		['a warning is no error', stopped([{logs: ['WARN: slow disk', 'ERROR: disk full']}]), 'Start observer @ 10.0.0.1:2886: disk full'],
	])('%s', (_, dag, expected) => {
		expect(words(dag)).toBe(expected);
	});

	it.each([
		['that was rolled back', 'SUCCEED', 'Start observer @ 10.0.0.2:2886: disk full'],
		['that is being rolled back', 'RUNNING', 'Start observer @ 10.0.0.2:2886: disk full'],
	])('is what its log says, of a task %s', (_, state, expected) => {
		const undone = {executeTimes: 2, state: 'SUCCEED', operator: 'ROLLBACK'};
		const shares = [{...undone, logs: ['start observer', 'stop observer']}, {...undone, logs: ['start observer', 'ERROR: disk full', 'stop observer']}];
		const dag = stopped(shares, {state, operator: 'ROLLBACK', stage: 1});
		expect(words(dag)).toBe(expected);
		expect(causesOf(dag, task, nowhere)[0]?.places).toMatchObject([{node: 'second', subTask: 'sub-task 2', entry: 1}]);
		expect(words(stopped(shares.slice(0, 1), {state, operator: 'ROLLBACK', stage: 1}))).toBeUndefined();
	});

	it('follows a remote task to the agent where it really ran', () => {
		const remote = stopped([{agent: '10.0.0.9:2886', logs: ['start observer', 'ERROR: the real reason']}], {id: remoteId});
		const [cause] = causesOf(stopped([{logs: [...remoteLines, remoteSummary]}]), task, id => id === remoteId ? {dag: remote, owner: '10.0.0.9:2886'} : undefined);
		expect(cause).toMatchObject({text: 'the real reason', nodeName: 'Start observer', places: [{task: {owner: '10.0.0.9:2886', id: remoteId}, agent: '10.0.0.9:2886', entry: 1}]});
	});

	it('does not take the next task of that agent for the one that failed', () => {
		const again = stopped([{logs: ['start observer']}], {id: remoteId, state: 'RUNNING'});
		expect(words(stopped([{logs: [...remoteLines, remoteSummary]}]), () => ({dag: again, owner: 'x'}))).toContain('Remote task');
	});

	it('survives tasks that link to each other in circles', () => {
		const circle = stopped([{logs: [...remoteLines, remoteSummary]}], {id: remoteId});
		expect(words(circle, () => ({dag: circle, owner: 'x'}))).toContain('Remote task');
	});

	it('points at the line in its log', () => {
		expect(causesOf(stopped([fine, {logs: ['start observer', memory]}]), task, nowhere)[0]?.places).toEqual([
			{task, node: 'second', subTask: 'sub-task 2', agent: '10.0.0.2:2886', entry: 1, start: 0},
		]);
	});

	it('points at what was written before a timeout, then at the timeout', () => {
		const causes = causesOf(stopped([{logs: ['exec obinspect', 'panic: index out of range', 'sub task timeout']}]), task, nowhere);
		expect(causes.map(({kind, places}) => [kind, ...places.map(({entry}) => entry)])).toEqual([['error', 1], ['timeout', 2]]);
	});

	it('names of a retried main task only the parts that failed in its last attempt', () => {
		const [first, second] = ['10.0.0.8:2886', '10.0.0.9:2886'];
		const copied = makeNode({key: 'parts', name: 'Execute sub-DAGs', subTasks: [
			makeSubTask({agent: first, executeTimes: 2, logs: ['begin', 'Start observer: ERROR: no memory', 'begin', 'done']}),
			makeSubTask({agent: second, executeTimes: 2, logs: ['begin', 'done', 'begin', 'Start observer: ERROR: no route']}),
		]});
		const logs = ['begin', `ERROR: [Common.Unexpected]: Unexpected error: agent ${first} not succeed`, 'begin', `ERROR: [Common.Unexpected]: Unexpected error: agent ${second} not succeed`];
		const dag = stopped([{logs, executeTimes: 2}], {links: {subDags: {[first]: '28', [second]: '29'}, mainDagId: undefined}});
		expect(words({...dag, nodes: [copied, ...dag.nodes!.slice(1)]})).toBe('Start observer @ 10.0.0.9:2886: no route');
	});

	it('counts no part that failed before its stage was tried again', () => {
		const dag = stopped([{logs: ['ERROR: no memory'], endTime: after(5)}, {logs: ['ERROR: no route'], endTime: after(25)}]);
		const again = {...dag, nodes: dag.nodes?.map(node => ({...node, startTime: after(20)}))};
		expect(words(dag)).toBe('Start observer @ 10.0.0.1:2886: no memory; @ 10.0.0.2:2886: no route');
		expect(words(again)).toBe('Start observer @ 10.0.0.2:2886: no route');
	});

	it('says what a waiting task waits for', () => {
		expect(words(stopped([{logs: ['done', 'wait operator to advance']}], {links: {subDags: {}, mainDagId: '17'}}))).toBe('waiting for main task #7 to continue');
		const main: ResolveRemote = id => ({dag: makeDag({id, name: 'Start OB'}), owner: 'agent'});
		const waiting = stopped([{logs: ['done', 'wait operator to advance']}], {links: {subDags: {}, mainDagId: '221307064430488614'}});
		expect(words(waiting, main)).toBe('waiting for Start OB #14 to continue');
		expect(reasonIn(causesOf(waiting, task, main), chinese)?.text).toBe('等待任务“启动 OceanBase #14”继续');
		expect(words(stopped([{logs: ['done', 'wait operator to advance']}]))).toBe('waiting for its main task to continue');
	});

	it.each([
		['a running task', makeDag()],
		['a succeeded task', makeDag({state: 'SUCCEED'})],
		['a rolled back task', makeDag({state: 'SUCCEED', operator: 'ROLLBACK'})],
		['a failed task whose stages are not known yet', makeDag({state: 'FAILED', nodes: undefined})],
	])('has nothing to say of %s', (_, dag) => {
		expect(words(dag)).toBeUndefined();
	});
});

describe('a reason that arose at another agent than the one that shows it', () => {
	const [here, there] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
	const failedAt = (...agents: readonly string[]) => failedFor('ERROR: cannot allocate memory', ...agents);
	const failedFor = (line: string, ...agents: readonly string[]) => {
		const subTasks = agents.map((agent, index) => makeSubTask({id: `2213070643302886${index}`, key: String(index), agent, state: 'FAILED', logs: [line]}));
		const dag = makeDag({state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks})]});
		const state = play(fleetOf(2), {type: 'info-received', agent: here, at: ten, info: makeInfo({agent: here})}, {type: 'task-received', agent: here, at: ten, task: dag});
		return whyIn(state, dag, here)!;
	};

	it('says whose it is in all its versions, however short', () => {
		expect(failedAt(there).whose).toBe(there);
		expect(whyTexts(failedAt(there)).filter(text => !text.includes(there))).toEqual([]);
		expect(wrapWithin(whyTexts(failedAt(there)), {width: 30, rows: 1, kept: there.length + 1})).toEqual(['10.0.0.2:2886:…allocate memory']);
		expect(failedAt(there, '10.0.0.3:2886').whose).toBe(`${there} +1`);
	});

	it('keeps its first words where there is little room, and leaves out how the program ended', () => {
		const said = 'observer: cannot allocate memory: [ERRO] ob_alloc failed(ret=-4013)\n: exit status 1';
		const texts = whyTexts(failedFor(`ERROR: [Common.Unexpected]: Unexpected error: ${said}`, '127.0.0.12:4887'));
		expect(wrapWithin(texts, {width: 33, rows: 2})).toEqual(['127.0.0.12:4887: observer: cannot', 'allocate memory … (ret=-4013)']);
		expect(wrapWithin(texts, {width: 43, rows: 2})).toEqual(['127.0.0.12:4887: observer: cannot allocate', 'memory: [ERRO] ob_alloc failed(ret=-4013)']);
	});

	it('is the agent\'s own if it is among those', () => {
		expect(failedAt(here).whose).toBeUndefined();
		expect(failedAt(there, here).whose).toBeUndefined();
	});
});

it('names the log folder of an agent that cannot be asked once: in the line that says so', () => {
	const address = addressOf('10.0.0.1');
	const dag = makeDag({state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({agent: address.label, state: 'FAILED', logs: ['ERROR: no memory']})]})]});
	const entry = makeEntry({address, name: address.label, info: makeInfo({agent: address.label}), task: {type: 'known', dag, movedAt: undefined}});
	const stateWith = (change: Partial<AgentEntry>): State => ({...initialState([address], {columns: 80, rows: 24}), agents: tableOf([[address.key, {...entry, ...change}]])});
	const folders = (state: State): ReadonlyArray<string | undefined> => {
		const staleness = stalenessOf(state, {owner: address.key, id: dag.id});
		return [staleness?.logFolder, reasonOf(state, dag, address.key, staleness).logFolder?.path];
	};

	expect(folders(stateWith({}))).toEqual([undefined, '/home/admin/oceanbase/log_obshell']);
	expect(folders(stateWith({connection: {type: 'failing', error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false}}))).toEqual(['/home/admin/oceanbase/log_obshell', undefined]);
});
