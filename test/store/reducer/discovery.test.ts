import {describe, expect, it} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type AgentsRow} from '../../../source/store/selectors/agents.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {selectScreen} from '../../../source/ui/parts.js';
import {addressOf, after, makeDag, makeInfo, ten} from '../../helpers/tasks.js';

const one = '10.0.0.1:2886';
const two = '10.0.0.2:2886';
const three = '10.0.0.3:2886';
const alone = '10.0.0.9:2886';

const says = (agent: string): Action => ({type: 'info-received', agent, at: ten, info: makeInfo({agent})});
const lists = (agent: string, ...members: readonly string[]): Action => ({
	type: 'cluster-info-received', agent, at: ten, isDelegate: true,
	cluster: {name: 'prod', id: 1, members: members.map(member => ({agent: member, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))},
});
const found = (...agents: readonly string[]): Action => ({type: 'agents-found', at: ten, found: agents.map(name => ({address: addressOf(name), name, foundBy: one, hasJoined: true}))});
const left = (agent: string, peer: string): Action => ({type: 'agent-left', agent, at: ten, peer});
const down = (agent: string): Action => ({
	type: 'agent-failed', agent, at: ten, error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false,
});

const play = (...actions: readonly Action[]): State => {
	let state = initialState([one, alone].map(text => addressOf(text)), {columns: 80, rows: 24}, {isGrowing: true});
	for (const action of [says(one), says(alone), ...actions]) {
		state = reduce(state, action);
	}

	return state;
};

const rowsOf = (state: State): readonly AgentsRow[] => {
	const view = selectScreen(state, after(60));
	return view.type === 'agents' ? view.list.rows : [];
};

const labels = (state: State): readonly string[] => rowsOf(state).map(({label}) => label);

describe('agents that were found', () => {
	it('are in their cluster at once, before their first response', () => {
		expect(labels(play(lists(one, one, two), found(two)))).toEqual(['prod', one, two, alone]);
	});

	it('do not move the selection', () => {
		const state = play({type: 'selection-moved', by: 'end'}, lists(one, one, two), found(two));
		expect(rowsOf(state).find(({isSelected}) => isSelected)?.label).toBe(alone);
	});

	it('keep their place when they leave, with the time, and are no fault then', () => {
		const state = play(lists(one, one, two, three), found(two, three), lists(one, one, three), left(two, one), down(two));
		expect(labels(state)).toEqual(['prod', one, two, three, alone]);
		expect(rowsOf(state)[2]).toMatchObject({isFault: false, problem: expect.stringMatching(/^left its cluster at \d\d:\d\d local: connection refused$/) as unknown});
		expect(rowsOf(state)[0]).toMatchObject({role: '2/2'});
	});

	it('keep their place even if they report it themselves, before their cluster does', () => {
		const state = play(lists(one, one, two, three), found(two, three), says(two), says(three), {...lists(two, two), cluster: {name: '', id: 0, members: [{agent: two, zone: '', identity: 'SINGLE', version: ''}]}} as Action, left(two, one));
		expect(labels(state)).toEqual(['prod', one, two, three, alone]);
	});

	it('stay departed if a third agent still lists them, and are back when the delegate lists them', () => {
		const gone = play(lists(one, one, two, three), found(two, three), says(two), says(three), lists(one, one, three), left(two, one));
		expect(rowsOf(reduce(gone, {...lists(three, one, two, three), isDelegate: false} as Action))[0]).toMatchObject({role: '2/2'});
		expect(rowsOf(reduce(gone, lists(one, one, two, three)))[0]).toMatchObject({role: '2/3'});
	});

	it('show what they still work at after they left', () => {
		const state = play(lists(one, one, two), found(two), lists(one, one), left(two, one), {type: 'task-received', agent: two, at: ten, task: makeDag({name: 'Scale in'})});
		expect(rowsOf(state)[2]).toMatchObject({role: 'left', problem: undefined, task: {name: 'Scale in'}});
	});

	it('leave their cluster the same one, also when it was called after them', () => {
		const folded = play(lists(one, one, two, three), found(two, three), says(two), {type: 'group-folded'});
		const state = reduce(reduce(folded, lists(two, two, three)), left(one, two));
		expect(labels(state)).toEqual(['prod', alone]);
		expect(state.clusters.size).toBe(1);
		expect(rowsOf(state)[0]).toMatchObject({role: '2/2'});
	});

	it('hand over to the agent that the user named when they turn out to be the same', () => {
		const state = play(lists(one, one, two), found(two), {type: 'selection-moved', by: 1}, {type: 'selection-moved', by: 1}, {type: 'entered'}, {type: 'agent-dropped', agent: two, at: ten, duplicateOf: alone});
		expect(state.agents.has(two)).toBe(false);
		expect(selectScreen(state, ten)).toMatchObject({breadcrumb: [alone]});
		expect(rowsOf(reduce(state, {type: 'went-back'})).find(({isSelected}) => isSelected)?.label).toBe(alone);
	});
});
