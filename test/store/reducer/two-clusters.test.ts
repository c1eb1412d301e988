import {describe, expect, it} from 'vitest';
import {checkWait, seenTasks} from '../../../source/headless/wait-condition.js';
import {tableOf} from '../../../source/lib/ordered-map.js';
import {type Dag} from '../../../source/protocol/task.js';
import {type Action} from '../../../source/store/actions.js';
import {rowsOf} from '../../../source/store/selectors/agent-rows.js';
import {taskOutcome} from '../../../source/store/selectors/basics.js';
import {selectFocus} from '../../../source/store/selectors/poll-focus.js';
import {type AgentEntry, type State} from '../../../source/store/state.js';
import {makeDag, makeInfo, makeNodes, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

const [one, two] = ['10.0.0.1:2886', '10.0.0.2:2886'] as const;
const at = (agent: string) => ({agent, at: ten});
const hello = (agent: string, name: string): readonly Action[] => [
	{...at(agent), type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})},
	{...at(agent), type: 'cluster-info-received', cluster: {name, id: 1, members: [{agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}]}},
];
const list = (agent: string, tasks: readonly Dag[], ended: readonly Dag[] = []): Action => ({...at(agent), type: 'unfinished-received', tasks, ended});
const last = (agent: string, task: Dag): Action => ({...at(agent), type: 'cluster-task-received', task});

// Every cluster counts its tasks from 1.
const taskOf = (state: string, id = '11'): Dag => makeDag({id, name: 'Upgrade check', state, nodes: makeNodes(`${state}/RUN`)});
const begin = play(fleetOf(2), ...hello(one, 'east'), ...hello(two, 'west'), list(one, []), list(two, []));
const outcomes = (state: State): readonly string[] => rowsOf(state).flatMap(row => row.type === 'task' ? [`${state.clusters.get(row.owner)?.name ?? row.owner}: ${taskOutcome(row.dag).word}`] : []);

describe('two clusters with tasks of the same id', () => {
	it('keep the failed one of the one while the other works at its own', () => {
		const failed = play(begin, list(one, [taskOf('RUNNING')]), list(one, [], [taskOf('FAILED')]));
		expect(outcomes(failed)).toEqual(['east: failed']);
		expect(outcomes(play(failed, list(two, [taskOf('RUNNING')]), list(one, [])))).toEqual(['east: failed', 'west: running']);
	});

	it('are dismissed one by one', () => {
		const failed = play(begin, list(one, [], [taskOf('FAILED')]), list(two, [], [taskOf('FAILED')]));
		expect(outcomes(failed)).toEqual(['east: failed', 'west: failed']);
		const first = play(failed, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: 1}, {type: 'task-dismissed'});
		expect(outcomes(first)).toEqual(['west: failed']);
		const both = play(first, {type: 'selection-moved', by: 'end'}, {type: 'selection-moved', by: -1}, {type: 'task-dismissed'});
		expect(outcomes(both)).toEqual([]);
		expect([first, both, play(both, {type: 'task-dismissed'})].map(({view}) => view.notice?.text)).toEqual([
			'Dismissed: Upgrade check. H lists past tasks',
			'2 dismissed, last: Upgrade check. H lists past tasks',
			'Only a failed task can be dismissed (2 dismissed before)',
		]);
	});

	it('are both queried when both were replaced, and each gets its own end', () => {
		const replaced = play(begin, last(one, taskOf('RUNNING')), last(two, taskOf('RUNNING')), last(one, taskOf('RUNNING', '12')), last(two, taskOf('RUNNING', '12')));
		expect(selectFocus(replaced).unended).toEqual([{agent: one, id: '11'}, {agent: two, id: '11'}]);
		const ended = play(replaced, {...at(one), type: 'linked-task-received', id: '11', task: taskOf('FAILED')});
		expect(outcomes(ended)).toEqual(['east: failed', 'west: running']);
		expect(selectFocus(ended).unended).toEqual([{agent: two, id: '11'}]);
	});

	it('are waited for each by itself', () => {
		const both = play(begin, list(one, [taskOf('SUCCEED')]), list(two, [taskOf('RUNNING')]));
		const lost: State = {...both, clusters: tableOf([...both.clusters].map(([key, cluster]) => [key, cluster.name === 'west' ? {...cluster, otherTasks: []} : cluster]))};
		const heard = {...lost, agents: tableOf<AgentEntry>([...lost.agents].map(([key, entry]) => [key, {...entry, connection: {type: 'connected'}, task: {type: 'none'}}]))};
		expect(checkWait(heard, {watched: {type: 'all'}, target: undefined, now: ten, isFirst: false, seen: seenTasks(new Map(), both)})).toEqual({isOver: true, code: 3, missing: []});
	});
});

it('rows are made anew for what they show, not for keys', () => {
	const moved = play(begin, {type: 'selection-moved', by: 1}, {type: 'help-toggled'}, {type: 'key-pressed'});
	expect(rowsOf(moved)).toBe(rowsOf(begin));
	expect(rowsOf(play(moved, list(one, [taskOf('RUNNING')])))).not.toBe(rowsOf(begin));
});
