import {describe, expect, test} from 'vitest';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {topScreen} from '../../../source/store/lookup.js';
import {selectMissingTask} from '../../../source/store/selectors/links.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {after, makeDag, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, frameOf, play} from '../helpers/stage.js';

const one = '10.0.0.1:2886';
const at = {agent: one, at: ten};
const idOf = (localId: number): string => `2016777216102886${localId}`;

/** Stages as "name state seconds log line|log line". */
const stagesOf = (begin: number, ...texts: readonly string[]) => texts.map((text, index) => {
	const [name = '', state = '', seconds = '0', log = ''] = text.split(' ', 4);
	const times = {state, startTime: after(begin), endTime: after(begin + Number(seconds))};
	return makeNode({id: String(index), key: String(index), name, ...times, subTasks: [makeSubTask({id: String(index), key: String(index), agent: one, ...times, executeTimes: state === 'PENDING' ? 0 : 1, logs: state === 'PENDING' ? undefined : log.replaceAll('_', ' ').split('|')})]});
});

const run = (localId: number, begin: number, state: string, ...texts: readonly string[]): Dag => makeDag({
	id: idOf(localId), dagId: localId, name: 'Upgrade', state, stage: texts.length, maxStage: texts.length, startTime: after(begin), endTime: after(begin + 30), utcOffset: 0, nodes: stagesOf(begin, ...texts),
});

const failed = run(9, 0, 'FAILED', 'check SUCCEED 3 ok', 'new SUCCEED 1 ok', 'unpack FAILED 15 begin|unpacking_lib|ERROR:_no_space', 'start PENDING');
const good = run(5, -86_400, 'SUCCEED', 'check SUCCEED 3 ok', 'gone SUCCEED 1 ok', 'unpack SUCCEED 21 begin|unpacking_lib|done', 'start SUCCEED 9 ok');
const bad = run(7, -3600, 'FAILED', 'check SUCCEED 12 ok', 'unpack FAILED 15 begin|ERROR:_broken');
const brief = (dag: Dag): Dag => ({...dag, nodes: undefined, isBrief: dag.state === 'FAILED'});
const info: Action = {...at, type: 'info-received', info: makeInfo({agent: one, identity: 'SINGLE'})};
const history = (tasks: readonly Dag[], isLoading = false, remaining: number | undefined = 0): Action => ({...at, type: 'history-received', owner: one, tasks, remaining, isLoading});
const arrived = (dag: Dag): Action => ({...at, type: 'linked-task-received', id: dag.id, task: dag});
const watched = play(fleetOf(1), info, {...at, type: 'task-received', task: failed});
const opened = play(watched, {type: 'comparison-opened'});
const compared = play(opened, history([failed, bad, good].map(dag => brief(dag))), arrived(good));

describe('comparing', () => {
	test('shows the stages side by side, what is new or gone, and the first line that differs', () => {
		expect(frameOf(compared, after(100)).filter(line => line !== '')).toEqual([
			' obwatch › 10.0.0.1:2886 › Upgrade › compare',
			' this run ✖ failed 30s · 28 Feb 10:00:00 ✔ succeeded 30s · other run 2 of 2',
			'    #  STAGE           THIS RUN      TIME  28 FEB 10:00:00   TIME',
			'    1  check           ✔ succeeded     3s  ✔ succeeded         3s',
			'    2  new             ✔ succeeded     1s                          new',
			'       gone                                ✔ succeeded         1s  gone',
			' ▸  3  unpack          ✖ failed       15s  ✔ succeeded        21s',
			'    4  start           · pending           ✔ succeeded         9s',
			' unpack @ 10.0.0.1:2886: first line that differs',
			'                  unpacking lib',
			' this run         ERROR: no space',
			' 28 Feb 10:00:00  done',
			expect.stringContaining('[ older run'),
		]);
	});

	test('looks for the runs in the history, and fetches the one with which it compares', () => {
		expect(frameOf(opened).join('\n')).toContain('looking for other runs in the history');
		expect(selectFocus(opened).histories).toMatchObject([{owner: one, wanted: 0, runsOf: 'Upgrade'}]);
		const found = play(opened, history([failed, bad, good].map(dag => brief(dag))));
		expect(selectMissingTask(found)).toEqual({agent: one, id: good.id});
		expect(frameOf(found).join('\n')).toContain('loading the other run');
		const refused = play(found, {...at, type: 'linked-task-failed', id: good.id, error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		expect(frameOf(refused).join('\n')).toMatch(/connection refused/);
	});

	test('waits for the outcome of a run that may have succeeded', () => {
		const passed = makeDag({...brief(bad), state: 'SUCCEED', operator: 'PASS', isBrief: true});
		expect(selectMissingTask(play(opened, history([brief(failed), passed, brief(good)], true)))).toBeUndefined();
		expect(selectMissingTask(play(opened, history([brief(failed), passed, brief(good)])))).toEqual({agent: one, id: good.id});
	});

	test('takes the last run before it if none succeeded, and a later one if none was before', () => {
		expect(selectMissingTask(play(opened, history([failed, bad].map(dag => brief(dag)))))).toEqual({agent: one, id: bad.id});
		const early = play(watched, {type: 'history-opened'}, history([failed, bad].map(dag => brief(dag))), {type: 'selection-moved', by: 1}, {type: 'comparison-opened'}, arrived(bad));
		expect(topScreen(early)).toMatchObject({type: 'compare', task: {id: bad.id}});
		expect(frameOf(early)[1]).toContain('this run ✖ failed 30s · 10:00:00 ✖ failed 30s · the only other run');
	});

	test('takes a run that is over before one that still runs', () => {
		const begun = {...run(11, 60, 'RUNNING', 'check RUNNING 1 ok'), endTime: undefined};
		expect(selectMissingTask(play(opened, history([begun, failed, bad].map(dag => brief(dag)))))).toEqual({agent: one, id: bad.id});
		const later = run(10, 40, 'FAILED', 'check FAILED 1 ok');
		expect(selectMissingTask(play(opened, history([begun, later, failed].map(dag => brief(dag)))))).toEqual({agent: one, id: later.id});
		expect(selectMissingTask(play(opened, history([begun, failed].map(dag => brief(dag)))))).toEqual({agent: one, id: begun.id});
		const overtaken = {...run(8, -20, 'RUNNING', 'check RUNNING 1 ok'), endTime: undefined};
		expect(selectMissingTask(play(opened, history([failed, overtaken, bad].map(dag => brief(dag)))))).toEqual({agent: one, id: bad.id});
	});

	test('[ and ] choose an older or a newer run, and the stage stays selected', () => {
		const moved = play(compared, {type: 'selection-moved', by: 'start'}, {type: 'compared-run-changed', by: 1}, arrived(bad));
		expect(frameOf(moved)[1]).toContain('09:00:00 ✖ failed 30s · other run 1 of 2, newest first');
		expect(frameOf(moved)[3]).toBe(' ▸  1  check           ✔ succeeded     3s  ✔ succeeded    12s  -9s');
		expect(play(moved, {type: 'compared-run-changed', by: 1}).view.notice?.text).toBe('No newer run in the history');
		expect(play(compared, {type: 'compared-run-changed', by: -1}).view.notice?.text).toBe('No older run in the history');
		const partly = play(compared, history([failed, good, bad].map(dag => brief(dag)), false, 7));
		expect(play(partly, {type: 'compared-run-changed', by: -1}).view.notice?.text).toBe('No older run in what was read of the history');
	});

	test('Enter opens the stage of this run, o that of the other one; of a stage that is gone, both do', () => {
		expect(topScreen(play(compared, {type: 'entered'}))).toMatchObject({type: 'log', task: {id: failed.id}, node: '2'});
		expect(topScreen(play(compared, {type: 'other-stage-opened'}))).toMatchObject({type: 'log', task: {id: good.id}, node: '2'});
		expect(topScreen(play(compared, {type: 'selection-moved', by: -1}, {type: 'entered'}))).toMatchObject({type: 'log', task: {id: good.id}, node: '1'});
		expect(frameOf(play(compared, {type: 'entered'}, {type: 'escaped'}))[0]).toContain('compare');
	});

	test('says that there is no other run, and does not stay', () => {
		const alone = play(opened, history([brief(failed)]));
		expect(topScreen(alone).type).toBe('task');
		expect(alone.view.notice?.text).toBe('No other run of Upgrade in the history');
		const known = play(watched, {type: 'history-opened'}, history([brief(failed)]), {type: 'comparison-opened'});
		expect([topScreen(known).type, known.view.notice?.text]).toEqual(['history', 'No other run of Upgrade in the history']);
		expect(play(fleetOf(1), {type: 'comparison-opened'}).view.notice?.text).toBe('No task here');
	});

	test('searches further in a history that was read only as far as its screen shows it', () => {
		const partly = history([brief(failed)], false, 7);
		const searching = play(watched, {type: 'history-opened'}, partly, {type: 'comparison-opened'});
		expect(frameOf(searching).join('\n')).toContain('looking for other runs in the history');
		const elsewhere = play(searching, {agent: '10.0.0.2:2886', at: ten, type: 'history-received', owner: '10.0.0.2:2886', tasks: [], remaining: 0, isLoading: false});
		expect(topScreen(elsewhere).type).toBe('compare');
		expect(selectMissingTask(play(elsewhere, history([failed, good].map(dag => brief(dag)))))).toEqual({agent: one, id: good.id});
		const ended = play(elsewhere, partly);
		expect([topScreen(ended).type, ended.view.notice?.text]).toEqual(['history', 'No other run of Upgrade in what was read of the history']);
	});

	test('of the task of an agent that is not watched claims nothing about its history', () => {
		const foreign = {...failed, id: '20167772170028869'};
		const state = play(fleetOf(1), info, {...at, type: 'unfinished-received', tasks: [foreign], ended: []}, {type: 'comparison-opened', task: {owner: one, id: foreign.id}}, history([]));
		expect(frameOf(state).join('\n')).toContain('this agent is not watched');
	});

	test('says why a history cannot be read', () => {
		const silent = play(opened, {...at, type: 'history-failed', owner: one, error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		expect(frameOf(silent).join('\n')).toContain('connection refused');
	});

	test('takes tasks for runs of the same one whose names differ only in a version', () => {
		const check = (localId: number, version: string): Dag => ({...run(localId, 0, 'FAILED', 'check FAILED 1 x'), name: `Upgrade check obshell ${version}`});
		const now = check(9, '4.6.0.0-101000042025031818.el7');
		const state = play(fleetOf(1), info, {...at, type: 'task-received', task: now}, {type: 'comparison-opened'}, history([now, check(4, '4.5.0.0-1.el8')].map(dag => brief(dag))));
		expect(selectMissingTask(state)).toEqual({agent: one, id: idOf(4)});
	});

	test('begins at the stage that was open', () => {
		const stage = play(watched, {type: 'selection-moved', by: 'start'}, {type: 'entered'}, {type: 'comparison-opened'}, history([failed, good].map(dag => brief(dag))), arrived(good));
		expect(frameOf(stage)[3]).toMatch(/^ ▸ {2}1 {2}check/);
	});

	test('shows from 100 columns on both logs around that line, side by side, right below the stages', () => {
		const wide = frameOf(play(compared, {type: 'resized', columns: 100, rows: 30}), after(100));
		expect(wide.slice(8, 15)).toEqual([
			'',
			' unpack @ 10.0.0.1:2886: first line that differs',
			' this run'.padEnd(49) + '│ 28 Feb 10:00:00',
			' begin'.padEnd(49) + '│ begin',
			' unpacking lib'.padEnd(49) + '│ unpacking lib',
			' ERROR: no space'.padEnd(49) + '│ done',
			'',
		]);
	});

	test('of logs that are alike shows what they say, and how the other one goes on where this run is still at work', () => {
		const wide = play(compared, {type: 'resized', columns: 100, rows: 30});
		const alike = frameOf(play(wide, {type: 'selection-moved', by: 'start'}), after(100));
		expect(alike.slice(8, 12)).toEqual(['', ' check: the logs are alike (times, ids and addresses aside)', ' ok', '']);
		const running = run(9, 0, 'RUNNING', 'check SUCCEED 3 ok', 'unpack RUNNING 5 begin');
		const atWork = play(fleetOf(1, 100, 30), info, {...at, type: 'task-received', task: running}, {type: 'comparison-opened'}, history([running, good].map(dag => brief(dag))), arrived(good));
		expect(frameOf(atWork, after(5)).slice(7, 13)).toEqual([
			'',
			' unpack: the logs are alike so far (times, ids and addresses aside)',
			' this run'.padEnd(49) + '│ 28 Feb 10:00:00',
			' begin'.padEnd(49) + '│ begin',
			' no more lines so far'.padEnd(49) + '│ unpacking lib',
			' '.repeat(49) + '│ done',
		]);
	});

	test('says of a stage of a running main task that its part failed, behind its own outcome', () => {
		const [id, part] = [idOf(8), idOf(2)];
		const running = {...run(8, 0, 'RUNNING', `inform SUCCEED 1 create_task_${part}`, 'wait RUNNING 9 wait'), endTime: undefined, links: {subDags: {[one]: part}, mainDagId: undefined}};
		const state = play(fleetOf(1, 100), info, {...at, type: 'task-received', task: running}, {...at, type: 'linked-task-received', id: part, task: {...run(2, 1, 'FAILED', 'start FAILED 3 ERROR:_no_memory'), links: {subDags: {}, mainDagId: id}}}, {type: 'comparison-opened'}, history([good]), arrived(good));
		expect(frameOf(state, after(20)).find(line => line.includes('  wait '))).toContain(' ● running, part failed ');
	});

	test('of a stage that still runs says that its logs are alike so far, also when its sub-tasks have ended', () => {
		const running = run(9, 0, 'RUNNING', 'check RUNNING 3 ok');
		const atWork = {...running, nodes: running.nodes?.map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, state: 'SUCCEED' as const}))}))};
		const frame = frameOf(play(fleetOf(1), info, {...at, type: 'task-received', task: atWork}, {type: 'comparison-opened'}, history([atWork, good].map(dag => brief(dag))), arrived(good)), after(5));
		expect(frame).toContain(' check: the logs are alike so far (times, ids and addresses aside)');
	});

	test('of a task that goes on though a part of it failed says that it is failing, and begins where it failed', () => {
		const part = '20167772161028890';
		const main = {...run(9, 0, 'RUNNING', 'inform SUCCEED 1 ok', 'wait SUCCEED 9 Start_observer:_ERROR:_no_memory', 'zone RUNNING 3 ok'), stage: 3, links: {subDags: {[one]: part}, mainDagId: undefined}};
		const failedPart = makeDag({id: part, name: 'Start observer', state: 'FAILED', startTime: ten, endTime: after(9), links: {subDags: {}, mainDagId: main.id}, nodes: stagesOf(0, 'Start_observer FAILED 9 ERROR:_no_memory')});
		const before = run(5, -86_400, 'SUCCEED', 'inform SUCCEED 1 ok', 'wait SUCCEED 9 ok', 'zone SUCCEED 1 ok');
		const frame = frameOf(play(fleetOf(1), info, {...at, type: 'task-received', task: main}, {...at, type: 'unfinished-received', tasks: [failedPart], ended: []}, {type: 'comparison-opened'}, history([main, before].map(dag => brief(dag))), arrived(before), arrived(failedPart)), after(100));
		expect(frame[1]).toContain(' this run ● failing ');
		expect(frame.find(line => line.includes('▸'))).toContain('wait');
	});

	test('of a main task that failed with its part says the reason of the part, and begins where the part failed', () => {
		const part = '20167772161028890';
		const stages = (log: string, end: string) => stagesOf(0, 'inform SUCCEED 1 ok', `wait SUCCEED 9 ${log}`, end);
		const main = {...run(9, 0, 'FAILED'), maxStage: 3, stage: 3, links: {subDags: {[one]: part}, mainDagId: undefined}, nodes: stages('Start_observer:_ERROR:_no_memory', 'end FAILED 1 ERROR:_[Task.SubDag.NotAllSucceed]:_check_sub_dag_succeed_failed:_Sub_DAG_of_agents:_[10.0.0.1:2886]_failed')};
		const before = {...run(5, -86_400, 'SUCCEED'), maxStage: 3, stage: 3, nodes: stages('ok', 'end SUCCEED 1 ok')};
		const failedPart = makeDag({id: part, name: 'Start observer', state: 'FAILED', startTime: ten, endTime: after(9), links: {subDags: {}, mainDagId: main.id}, nodes: stagesOf(0, 'Start_observer FAILED 9 ERROR:_no_memory')});
		const state = play(fleetOf(1, 100, 30), info, {...at, type: 'task-received', task: main}, {type: 'comparison-opened'}, history([main, before].map(dag => brief(dag))), arrived(before), arrived(failedPart));
		const frame = frameOf(state, after(100));
		expect(frame.find(line => line.includes('▸'))).toContain('wait');
		expect(frame).toContain(` why  Start_observer @ ${one}: no memory`);
		expect(topScreen(play(state, {type: 'error-jumped-to'}))).toMatchObject({type: 'log', task: {id: part}});
	});

	test('fits a small terminal', () => {
		const small = frameOf(play(compared, {type: 'resized', columns: 40, rows: 10}), after(100));
		expect(small.slice(2, 8)).toEqual([
			'   STAGE         THIS RUN    28 FEB 10…',
			'   gone                      ✔ succeed…',
			' ▸ unpack        ✖ failed    ✔ succeed…',
			' unpack @ 10.0.0.1:2886: first line th…',
			' this run    ERROR: no space',
			' 28 Feb 10:… done',
		]);
	});
});
