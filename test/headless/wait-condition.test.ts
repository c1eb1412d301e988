import {describe, expect, it} from 'vitest';
import {checkWait, knownBefore, seenTasks, type WaitTarget, type Watched, withBadEnds} from '../../source/headless/wait-condition.js';
import {outcomeCode} from '../../source/protocol/outcome.js';
import {taskKey} from '../../source/store/lookup.js';
import {taskOutcome} from '../../source/store/selectors/basics.js';
import {type AgentEntry} from '../../source/store/state.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeSubTask, ten} from '../helpers/tasks.js';
import {failing, lost, refused, stateOf, waitingTask, withTask} from './helpers/states.js';

const all: Watched = {type: 'all'};
const running = withTask('RUNNING/RUN');
const succeeded = withTask('SUCCEED/RUN');
const failed = withTask('FAILED/RUN');
const id = '22130706433028869';
/** A sub-task that its main task ended. */
const ended = withTask('SUCCEED/PASS', {
	links: {subDags: {}, mainDagId: id}, nodes: [makeNode({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, logs: ['wait operator to advance']})]})],
});
const first = {owner: '10.0.0.1:2886', id};

type Case = readonly [what: string, agents: ReadonlyArray<Partial<AgentEntry>>, isOver: boolean, code: number, change?: {readonly target?: WaitTarget; readonly watched?: Watched; readonly isFirst?: boolean; readonly now?: number}];

describe('whether waiting is over', () => {
	const cases: readonly Case[] = [
		['one runs', [running, succeeded], false, 0],
		['one waits for its main task', [waitingTask, succeeded], false, 0],
		['one is pending', [withTask('PENDING/RUN')], false, 0],
		['all have finished well', [succeeded, withTask('SUCCEED/PASS'), {task: {type: 'none'}}], true, 0],
		['no agent ever had a task', [{task: {type: 'none'}}], true, 0],
		['all have finished, one badly', [succeeded, failed], true, 1],
		['one was rolled back', [succeeded, withTask('SUCCEED/ROLLBACK')], true, 6],
		['one has failed, another runs on', [failed, running], false, 1],
		['its head says failed, its stages are still to come', [withTask('FAILED/RUN', {nodes: makeNodes('RUNNING/RUN'), isBrief: true})], false, 3],
		['an agent is lost: it may be back', [succeeded, {...succeeded, ...failing(lost)}], false, 3],
		['an agent answers, but has not said which tasks it has', [succeeded, {task: {type: 'unknown'}}], false, 3],
		['an agent of a cluster has said its own task, but not yet which others there are', [{...succeeded, isListed: false, info: makeInfo({identity: 'CLUSTER AGENT'})}], false, 3],
		['an agent of a cluster has said all', [{...succeeded, isListed: true, info: makeInfo({identity: 'CLUSTER AGENT'})}], true, 0],
		['a password is wrong from the beginning', [running, failing(refused, true)], true, 4, {isFirst: true}],
		['a password is refused while waiting', [running, failing(refused, true)], false, 4, {now: ten + 59_999}],
		['a password is refused for a minute', [running, failing(refused, true)], true, 4, {now: ten + 60_000}],

		['for succeeded: all have', [succeeded, succeeded], true, 0, {target: 'succeeded'}],
		['for succeeded: one has', [succeeded, running], false, 0, {target: 'succeeded'}],
		['for succeeded: it failed', [succeeded, failed], true, 1, {target: 'succeeded'}],
		['for succeeded: it was passed by hand, and nothing more will come', [withTask('SUCCEED/PASS')], true, 5, {target: 'succeeded'}],
		['for succeeded: a main task has, and it ended its sub-task', [withTask('SUCCEED/RUN'), ended], true, 0, {target: 'succeeded'}],
		['for succeeded: only a sub-task is there, and it says nothing', [ended], true, 5, {target: 'succeeded'}],
		['for succeeded: the main task of an ended sub-task still runs', [running, ended], false, 0, {target: 'succeeded'}],
		['for finished: it failed, but it has finished', [failed], true, 0, {target: 'finished'}],
		['for failed: one has', [running, failed], true, 0, {target: 'failed'}],
		['for failed: none has, and all are over', [succeeded], true, 5, {target: 'failed'}],
		['for failed: none has yet', [succeeded, running], false, 0, {target: 'failed'}],
		['for failed, while another agent is lost', [failed, failing(lost)], true, 0, {target: 'failed'}],
		['for rolled back: it failed', [failed], true, 1, {target: 'rolled back'}],
		['for waiting', [running, waitingTask], true, 0, {target: 'waiting'}],

		['for a new one: there is none', [failed], false, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],
		['for a new one: it runs', [failed, running], false, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],
		['for a new one: it succeeded, whatever the old one did', [failed, {...withTask('SUCCEED/RUN', {startTime: after(5)}), skew: 0}], true, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],

		['for a new one: it had come to its end before, at an agent that could not be asked then', [failed, {...withTask('SUCCEED/RUN', {startTime: after(-60)}), skew: 0}], false, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],
		['for a new one: it is not known yet how far its agent\'s clock is off', [failed, {...withTask('SUCCEED/RUN', {startTime: after(5)}), skew: undefined}], false, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],
		['for a new one: it began behind that moment by a clock that is late', [failed, {...withTask('SUCCEED/RUN', {startTime: after(-55)}), skew: -60_000}], true, 0, {watched: {type: 'new', since: ten, known: new Set([taskKey(first)])}}],

		['for that one: another one runs and another agent is lost', [failed, running, failing(lost)], true, 1, {watched: {type: 'these', tasks: [first]}}],
		['for that one: its agent is lost', [{...failed, ...failing(lost)}], false, 1, {watched: {type: 'these', tasks: [first]}}],
		['for that one: it is not there', [running], false, 0, {watched: {type: 'these', tasks: [{...first, id: '22130706433028870'}]}}],
	];
	it.each(cases.map(([what, agents, isOver, code, change = {}]) => ({what, agents, isOver, code, change})))('$what', ({agents, isOver, code, change}) => {
		const {target, watched = all, isFirst = false, now = ten} = change;
		expect(checkWait(stateOf(...agents), {target, watched, isFirst, now, seen: new Map()})).toMatchObject({isOver, code});
	});

	it.each([
		['ended badly', failed, 1],
		['was rolled back', withTask('SUCCEED/ROLLBACK'), 6],
		['had not ended: its end is unknown', running, 3],
		['ended well', succeeded, 0],
	])('a task that is not shown any more counts as it was seen last: it %s', (_, before, code) => {
		const seen = seenTasks(new Map(), stateOf(before));
		expect(checkWait(stateOf(withTask('SUCCEED/RUN', {id: '22130706433028870'})), {target: undefined, watched: all, isFirst: false, now: ten, seen})).toMatchObject({isOver: true, code});
	});

	it.each([
		['ended badly', failed, ['failed']],
		['was rolled back', withTask('SUCCEED/ROLLBACK'), ['rolled back']],
		['had not ended', running, ['gone']],
		['ended well', succeeded, []],
	])('shows at the end a task that its agent has replaced, if it %s', (_, before, outcomes) => {
		const seen = seenTasks(new Map(), stateOf(before));
		const end = withBadEnds(stateOf(withTask('SUCCEED/RUN', {id: '22130706433028870'})), {watched: all, seen, now: ten});
		expect(end.agents.get('10.0.0.1:2886')?.otherTasks.map(dag => outcomeCode(taskOutcome(dag)))).toEqual(outcomes);
		expect(withBadEnds(stateOf(before), {watched: all, seen, now: ten}).agents.get('10.0.0.1:2886')?.otherTasks).toEqual([]);
		const other = {watched: {type: 'these', tasks: [{...first, id: '22130706433028870'}]}, seen, now: ten} as const;
		expect(withBadEnds(stateOf(withTask('SUCCEED/RUN', {id: '22130706433028870'})), other).agents.get('10.0.0.1:2886')?.otherTasks).toEqual([]);
	});

	it.each([
		['is gone', {unlisted: {seenAt: ten, end: 'gone'}}, true, 3],
		['cannot be read any more: it may be again', {unlisted: {seenAt: ten, end: 'unreadable'}}, false, 3],
		['is still being asked for', {unlisted: {seenAt: ten, end: 'asked'}}, false, 0],
		['only wants another password', {unlisted: {seenAt: ten, end: 'unreadable'}, needs: {agent: '', isRefused: false}}, true, 0],
	] as const)('a task that went out of sight %s', (_, change, isOver, code) => {
		const state = stateOf({...succeeded, otherTasks: [makeDag({id: '22130706433028870', ...change})]});
		expect(checkWait(state, {target: undefined, watched: all, isFirst: false, now: ten, seen: new Map()})).toMatchObject({isOver, code});
	});
});

describe('which tasks were there before', () => {
	it('is judged by the agent\'s clock, corrected', () => {
		const state = stateOf({...withTask('RUNNING/RUN', {startTime: after(5)}), skew: 10_000}, {...withTask('RUNNING/RUN', {startTime: after(15)}), skew: 10_000});
		expect([...knownBefore(state, ten)]).toEqual([`10.0.0.1:2886 ${id}`]);
	});
});
