import {expect, test} from 'vitest';
import {initialState} from '../../../source/store/initial-state.js';
import {shownRows} from '../../../source/store/selectors/agent-rows.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {type AgentsColumn} from '../../../source/store/state.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {addressOf, makeDag, makeNodes, makeStatus, ten} from '../../helpers/tasks.js';

const [first, second, third] = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;

const columns: readonly AgentsColumn[] = ['agent', 'why', 'obshell', 'started', 'lock'];

const fleet = (chosen: readonly AgentsColumn[] | undefined): Store => {
	const store = createStore(initialState([first, second, third].map(agent => addressOf(agent)), {columns: 120, rows: 24}, {columns: chosen}));
	for (const [agent, version, underMaintenance, startTime] of [[first, '4.3.1.0', false, ten], [second, '4.2.10.0', true, ten - 5000]] as const) {
		store.dispatch({type: 'status-received', agent, at: ten, status: makeStatus({version, underMaintenance})});
		store.dispatch({type: 'task-received', agent, at: ten, task: makeDag({state: 'SUCCEED', startTime, nodes: makeNodes('SUCCEED/RUN')})});
	}

	return store;
};

const order = (store: Store): readonly string[] => shownRows(store.getState(), ten).map(({key}) => key);

test('rows have the values of the columns that were chosen, and no others', () => {
	const [row] = selectAgents(fleet(columns).getState(), ten, 10).list.rows;
	expect(row?.more).toMatchObject({version: '4.3.1.0', isLocked: false, startTime: ten});
	expect(selectAgents(fleet(undefined).getState(), ten, 10).list.rows.map(({more}) => more)).toEqual([undefined, undefined, undefined]);
});

test('the keys for sorting go through the columns in their order, without the reasons, which have none', () => {
	const store = fleet(columns);
	const sorted = Array.from({length: 5}, () => {
		store.dispatch({type: 'sort-moved', by: 1});
		return store.getState().view.arrangement.sort?.column;
	});
	expect(sorted).toEqual(['agent', 'obshell', 'started', 'lock', undefined]);
});

test('what is unknown comes last', () => {
	const store = fleet(columns);
	const orders = ['agent', 'obshell', 'started', 'lock'].map(() => {
		store.dispatch({type: 'sort-moved', by: 1});
		return order(store);
	});
	expect(orders).toEqual([[first, second, third], [second, first, third], [second, first, third], [second, first, third]]);
});
