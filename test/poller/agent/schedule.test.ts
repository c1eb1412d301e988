import {expect, test} from 'vitest';
import {applyOtherTaskDetails, applyTaskList, newDelegateState} from '../../../source/poller/agent/cluster-state.js';
import {plan} from '../../../source/poller/agent/schedule.js';
import {type AgentPollState, newPollState} from '../../../source/poller/agent/state.js';
import {applyProbe, applyWhole, unknownTask} from '../../../source/poller/agent/task-state.js';
import {type AgentError} from '../../../source/protocol/errors.js';
import {after, makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../../helpers/tasks.js';

const now = ten;
const info = makeInfo({identity: 'CLUSTER AGENT'});
const status = makeStatus({identity: 'CLUSTER AGENT', obState: 3});
const idle = makeDag({state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
const failed = {...idle, state: 'FAILED'};
const running = makeDag({nodes: makeNodes('RUNNING/RUN')});
const wholeAt = (dag: typeof idle, at: number, bytes = 1000): AgentPollState['task'] => applyWhole(unknownTask, dag, {sentAt: at, at, bytes});

/** Everything was asked just now and is at rest. */
const calm: AgentPollState = {
	...newPollState, info, status, infoAt: now, statusAt: now, skewAt: now, clusterInfoAt: now, seenAt: now,
	last: {endedAt: now, duration: 3}, task: wholeAt(idle, now),
};
const inFocus = {isOnScreen: true, isClusterOnScreen: false, activeRows: 1, openTask: undefined, isAttended: true};
const wrong: AgentError = {type: 'unauthorized', wants: 'root', reason: 'refused', message: 'wrong'};
const silent: AgentError = {type: 'timeout', after: 10_000};
const blocked = {error: wrong, isReleased: false};
const delegateState = {...newDelegateState, listedAt: now, task: wholeAt(idle, now)};

type Case = readonly [story: string, memory: AgentPollState, ask: string, inSeconds: number];

test.each<Case>([
	['nothing is known', newPollState, 'info', -Infinity],
	['info is known', {...newPollState, info, infoAt: now, last: {endedAt: now, duration: 400}}, 'task of agent', -Infinity],
	['the task too', {...newPollState, info, infoAt: now, task: wholeAt(idle, now)}, 'skew', -Infinity],
	['all is calm', calm, 'status', 5],
	['all was calm half a minute ago', {...calm, task: wholeAt(idle, after(-27))}, 'probe of agent', 3],
	['there was no task', {...calm, task: {...unknownTask, isAbsent: true, isWholeWanted: false, requestedAt: after(-27)}}, 'probe of agent', 3],
	['it runs', {...calm, task: wholeAt(running, now)}, 'task of agent', 3],
	['it runs on screen', {...calm, task: wholeAt(running, now), focus: inFocus}, 'task of agent', 1],
	['it runs on screen with ten others', {...calm, task: wholeAt(running, now), focus: {...inFocus, activeRows: 10}}, 'task of agent', 1],
	['it runs on screen with twenty others', {...calm, task: wholeAt(running, now), focus: {...inFocus, activeRows: 20}}, 'task of agent', 2],
	['it runs on a screen full of others', {...calm, task: wholeAt(running, now), focus: {...inFocus, activeRows: 60}}, 'task of agent', 3],
	['it runs, and one stage of it is open', {...calm, task: wholeAt(running, now), focus: {...inFocus, activeRows: 60, openTask: running.id}}, 'task of agent', 1],
	['it runs and is open', {...calm, task: wholeAt(running, now), focus: {...inFocus, isOnScreen: false, openTask: running.id}}, 'task of agent', 1],
	['it runs and is open, but no user looks', {...calm, task: wholeAt(running, now), focus: {...inFocus, isOnScreen: false, isAttended: false, openTask: running.id}}, 'task of agent', 3],
	['it failed and is open', {...calm, statusAt: now, task: wholeAt(failed, now), focus: {...inFocus, isOnScreen: false, openTask: failed.id}}, 'probe of agent', 2],
	['it failed and its row is in sight', {...calm, task: wholeAt(failed, after(-1)), focus: inFocus}, 'probe of agent', 4],
	['it failed and is open, but no user looks', {...calm, task: wholeAt(failed, after(-27)), focus: {...inFocus, isAttended: false, openTask: failed.id}}, 'probe of agent', 3],
	['it failed where no user looks', {...calm, task: wholeAt(failed, after(-27))}, 'probe of agent', 3],
	['it ended well and is open', {...calm, task: wholeAt(idle, after(-27)), focus: {...inFocus, openTask: idle.id}}, 'probe of agent', 3],
	['the cluster\'s task failed, its row in sight', {...calm, delegate: {...delegateState, task: wholeAt(failed, after(-1))}, focus: {...inFocus, isClusterOnScreen: true}}, 'probe of cluster', 4],
	['it runs and is large', {...calm, task: wholeAt(running, now, 70_000)}, 'probe of agent', 3],
	['it runs, is large, and was looked at', {...calm, task: applyProbe(wholeAt(running, now, 70_000), running, {sentAt: now, at: now})}, `node ${running.nodes![0]!.id} of agent`, 0.03],
	['it ended, says the probe', {...calm, task: applyProbe(wholeAt(idle, now), {...idle, state: 'FAILED', nodes: undefined, isBrief: true}, {sentAt: now, at: now})}, 'task of agent', 0.03],
	['a look is wanted', {...calm, task: {...calm.task, isWanted: true}}, 'probe of agent', 0.03],
	['the last answer took 2 s', {...calm, task: {...calm.task, isWanted: true}, last: {endedAt: now, duration: 2000}}, 'probe of agent', 20],
	['it took 2 s, but someone looks', {...calm, task: {...calm.task, isWanted: true}, last: {endedAt: now, duration: 2000}, skipsPause: true}, 'probe of agent', -Infinity],
	['its password is wrong', {...calm, task: wholeAt(running, now), blocked}, 'status', 5],
	['a new password came', {...calm, task: wholeAt(running, now), blocked: {...blocked, isReleased: true}}, 'task of agent', 3],
	['it is lost', {...calm, faults: {contact: {error: silent, failures: 3, retryAt: after(4)}}}, 'status', 4],
	['it was never reached', {...newPollState, faults: {contact: {error: silent, failures: 3, retryAt: after(4)}}}, 'info', 4],
	['an authenticated request hung', {...calm, isInDoubt: true, last: {endedAt: now, duration: 10_000}}, 'status', -Infinity],
	['its task failed to come', {...calm, task: wholeAt(running, now), faults: {task: {error: silent, failures: 3, retryAt: after(4)}}}, 'task of agent', 4],
	['the lock was just taken', {...calm, task: wholeAt(idle, after(-1)), status: {...status, underMaintenance: true}, changedAt: now}, 'probe of agent', 4],
	['the wall clock was set back', {...calm, statusAt: after(3600), task: wholeAt(idle, after(3600)), last: {endedAt: after(3600), duration: 3}}, 'probe of agent', -Infinity],
	['it is the delegate', {...calm, delegate: {...delegateState, listedAt: after(-28)}}, 'unfinished', 2],
	['it is the delegate, and the cluster\'s task runs', {...calm, delegate: {...delegateState, task: wholeAt(running, now)}}, 'task of cluster', 3],
	['the same, its row in sight', {...calm, delegate: {...delegateState, task: wholeAt(running, now)}, focus: {...inFocus, isClusterOnScreen: true}}, 'task of cluster', 1],
	['the same, without database', {...calm, status: {...status, obState: 2}, delegate: {...delegateState, task: wholeAt(running, now)}}, 'status', 5],
	['info is old', {...calm, infoAt: after(-599)}, 'info', 1],
	['the clock was measured long ago', {...calm, skewAt: after(-299)}, 'skew', 1],
	['the cluster was read long ago', {...calm, clusterInfoAt: after(-299)}, 'cluster-info', 1],
	['it stands alone', {...calm, status: {...status, identity: 'SINGLE'}, clusterInfoAt: undefined}, 'status', 5],
	['it has left its cluster', {...calm, status: {...status, identity: 'SINGLE'}, clusterInfoAt: undefined, cluster: {name: 'demo', id: 1, members: []}}, 'cluster-info', 0.03],
	['a link is opened', {...calm, links: ['112']}, 'link', -Infinity],
	['a link is opened at a slow agent', {...calm, links: ['112'], last: {endedAt: now, duration: 2000}}, 'link', -Infinity],
	['a link is opened at an unreachable agent', {...calm, links: ['112'], faults: {contact: {error: silent, failures: 3, retryAt: after(4)}}}, 'link', -Infinity],
	['a link is opened at an agent whose password is wrong', {...calm, links: ['112'], blocked}, 'link', -Infinity],
])('when %s, the next request is scheduled accordingly', (_, memory, ask, inSeconds) => {
	const {request, at} = plan(memory, now);
	const words = 'of' in request ? `${request.type}${'id' in request ? ` ${request.id}` : ''} of ${request.of.type}` : request.type;
	expect([words, at]).toEqual([ask, after(inSeconds)]);
});

test('a task that left the list is not over because an older response says that it waits for its main task', () => {
	const standing = {isShown: () => false, isElsewhere: () => false, isAwaited: () => false, isLost: () => false};
	const waiting = makeDag({state: 'FAILED', nodes: [makeNode({state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]})]});
	const size = {sentAt: ten, at: ten, bytes: 100};
	const listed = applyOtherTaskDetails(applyTaskList(newDelegateState, [waiting], size, standing), waiting, size, standing);
	const gone = applyTaskList(listed, [], size, standing);
	const late = applyOtherTaskDetails(gone, waiting, size, standing);
	expect(late.ended).toEqual([]);
	expect(late.others).toEqual([]);
	const ended = makeDag({...waiting, state: 'SUCCEED', operator: 'PASS'});
	expect(applyOtherTaskDetails(gone, ended, size, standing)).toMatchObject({ended: [{state: 'SUCCEED'}], others: []});
});
