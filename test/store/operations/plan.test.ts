import {describe, expect, it} from 'vitest';
import {speak} from '../../../source/lib/messages/messages.js';
import {tableOf} from '../../../source/lib/ordered-map.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type ActionName} from '../../../source/store/operations/offers.js';
import {type Planned, planOf} from '../../../source/store/operations/plan.js';
import {type AgentEntry, type ClusterEntry, lastTaskId, type State} from '../../../source/store/state.js';
import {addressOf, makeDag, makeEntry, makeInfo, makeNodes, makeStatus, ten} from '../../helpers/tasks.js';

const failed = makeDag({state: 'FAILED', operator: 'RUN', stage: 2, nodes: makeNodes('SUCCEED/RUN', 'FAILED/RUN', 'PENDING/RUN')});
const known = (dag = failed): AgentEntry['task'] => ({type: 'known', dag, movedAt: undefined});

const stateWith = (...entries: readonly AgentEntry[]): State => {
	const state = initialState(entries.map(({address}) => address), {columns: 80, rows: 24});
	return {...state, agents: tableOf(entries.map(entry => [entry.address.key, entry] as const))};
};

const agent = (change: Partial<AgentEntry> = {}): AgentEntry => makeEntry({
	name: '127.0.0.1:2886', info: makeInfo(), status: makeStatus({underMaintenance: true}), task: known(), ...change,
});

const last = {owner: '127.0.0.1:2886', id: lastTaskId};
const plan = (state: State, action: ActionName = 'retry', reference = last): Planned => planOf(state, reference, action);
const why = (planned: Planned): string => planned.ok ? '' : planned.why;

describe('a plan', () => {
	it('names the agent, the task and its state', () => {
		expect(plan(stateWith(agent()), 'rollback')).toEqual({ok: true, plan: {
			order: {
				action: 'rollback', operation: 'rollback', target: {kind: 'task', id: failed.id}, agent: '127.0.0.1:2886', agentLabel: '127.0.0.1:2886', task: 'Initialize cluster',
				snapshot: {
					id: failed.id, state: 'FAILED', operator: 'RUN', stage: 2, startTime: failed.startTime,
				},
			},
			touches: 'Undoes stage 2 (stage 2), then stage 1, one after the other.',
			lock: 'Unlocked when everything is undone.',
			hazards: [],
			command: `obshell task rollback -i ${failed.id}`,
			typed: ['Initialize cluster', failed.id],
		}});
	});

	it('asks no more than y for a retry, and for the stage\'s name to pass it', () => {
		expect(plan(stateWith(agent()), 'retry')).toMatchObject({plan: {typed: []}});
		expect(plan(stateWith(agent()), 'pass-stage')).toMatchObject({plan: {
			typed: ['stage 2', failed.nodes![1]!.id], command: undefined, order: {operation: 'pass', target: {kind: 'node', id: failed.nodes![1]!.id}},
		}});
	});

	it('is confirmed by the name on screen in Chinese, too', async () => {
		await speak('zh');
		const chinese = plan(stateWith(agent()), 'rollback');
		await speak('en');
		expect(chinese).toMatchObject({plan: {typed: ['Initialize cluster', '初始化集群', failed.id]}});
	});

	it('of a task without a name is confirmed by its id', () => {
		expect(plan(stateWith(agent({task: known({...failed, name: '  '})})), 'pass')).toMatchObject({plan: {typed: [failed.id]}});
	});

	it('of a task outside maintenance knows no lock', () => {
		const other = {...failed, id: '22130706433028867'};
		expect(plan(stateWith(agent({otherTasks: [other]})), 'pass', {owner: '127.0.0.1:2886', id: other.id})).toMatchObject({plan: {lock: 'This task holds no lock.'}});
	});

	it('goes to the agent that the id names, whichever shows the task', () => {
		const other = agent({address: addressOf('127.0.0.2'), name: '127.0.0.2:2886'});
		expect(plan(stateWith(other, agent({task: {type: 'none'}})), 'retry', {owner: '127.0.0.2:2886', id: lastTaskId})).toMatchObject({plan: {order: {agent: '127.0.0.1:2886'}}});
	});
});

describe('an operation is not offered', () => {
	it.each<readonly [string, State, string]>([
		['where the state does not allow it', stateWith(agent({task: known({...failed, state: 'SUCCEED'})})), 'it has ended'],
		['where there is no task', stateWith(agent({task: {type: 'none'}})), 'nothing is known of this task'],
		['where its agent is not watched', stateWith(agent({name: '127.0.0.9:2886'})), 'it belongs to 127.0.0.1:2886, which is not watched'],
		['while its agent was not heard', stateWith(agent({connection: {type: 'connecting'}})), '127.0.0.1:2886: no response yet'],
		['while its agent is unreachable', stateWith(agent({connection: {
			type: 'failing', since: 0, lastSeenAt: undefined, isAlive: false, error: {type: 'unreachable', code: 'ECONNREFUSED'},
		}})), 'unreachable since'],
		['while its agent wants a password', stateWith(agent({connection: {
			type: 'failing', since: 0, lastSeenAt: undefined, isAlive: true, error: {type: 'unauthorized', wants: 'root', reason: 'refused', message: ''},
		}})), 'root@sys password refused'],
		['while its agent\'s key is not accepted', stateWith(agent({connection: {
			type: 'failing', since: 0, lastSeenAt: undefined, isAlive: true, error: {type: 'key-changed', known: 'a', offered: 'b', knownBits: 0, offeredBits: 0},
		}})), 'its encryption key changed'],
	])('%s', (_, state, words) => {
		expect(why(plan(state))).toContain(words);
		// Neither the panel that says so nor a mode without a screen has a key to press for it.
		expect(why(plan(state))).not.toMatch(/: [pK]$/);
	});

	it('on a task that is no longer polled', () => {
		const state = stateWith(agent({task: {type: 'none'}}));
		expect(why(plan({...state, kept: new Map([[failed.id, failed]])}, 'retry', {owner: '127.0.0.1:2886', id: failed.id}))).toContain('no longer polled');
	});
});

describe('a cluster\'s task', () => {
	const cluster: ClusterEntry = {
		key: 'c', name: 'demo', id: 1, members: [], directory: [], task: known({...failed, id: '1123'}), otherTasks: [], parts: [], isListed: true, delegate: '127.0.0.1:2886',
	};
	const member = (host: string, obState: number): AgentEntry => agent({
		address: addressOf(host), name: `${host}:2886`, cluster: 'c', info: makeInfo({identity: 'CLUSTER AGENT'}), status: makeStatus({identity: 'CLUSTER AGENT', obState}), task: {type: 'none'},
	});
	const stateOf = (...entries: readonly AgentEntry[]): State => ({...stateWith(...entries), clusters: tableOf([['c', cluster]])});
	const reference = {owner: 'c', id: lastTaskId};

	it('goes to the member that speaks for it, else to any with the database', () => {
		expect(plan(stateOf(member('127.0.0.2', 3), member('127.0.0.1', 3)), 'retry', reference)).toMatchObject({plan: {order: {agent: '127.0.0.1:2886'}, lock: 'The cluster stays locked until the task ends.'}});
		expect(plan(stateOf(member('127.0.0.2', 3), member('127.0.0.1', 1)), 'retry', reference)).toMatchObject({plan: {order: {agent: '127.0.0.2:2886'}}});
	});

	it('is not offered while no member has the database', () => {
		expect(why(plan(stateOf(member('127.0.0.1', 0), member('127.0.0.2', 2)), 'retry', reference))).toBe('no watched agent of demo has its database');
		const unread: AgentEntry = {...member('127.0.0.2', 3), connection: {type: 'failing', error: {type: 'refused', status: 500, code: '', message: 'cannot read it now', traceId: ''}, since: ten, lastSeenAt: ten, isAlive: true}};
		expect(why(plan(stateOf(member('127.0.0.1', 0), unread), 'retry', reference))).toMatch(/^127\.0\.0\.2:2886: alive, but its task cannot be read since .*: cannot read it now$/);
	});
});
