import {expect, test} from 'vitest';
import {newHistory, nextHistoryRequest, applyHistory} from '../../../source/poller/history-state.js';
import {historyFocuses} from '../../../source/store/history.js';
import {makeDag, makeInfo, makeStatus, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

test('how a failed task of a cluster\'s history really ended is read, as it is of an agent\'s', () => {
	const agent = '10.0.0.1:2886';
	const state = play(
		fleetOf(2),
		{agent, at: ten, type: 'info-received', info: makeInfo({agent, identity: 'CLUSTER AGENT'})},
		{agent, at: ten, type: 'status-received', status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 3})},
		{agent: '10.0.0.2:2886', at: ten, type: 'info-received', info: makeInfo({agent: '10.0.0.2:2886', identity: 'CLUSTER AGENT'})},
		{agent, at: ten, type: 'cluster-info-received', cluster: {name: 'demo', id: 1, members: ['10.0.0.1:2886', '10.0.0.2:2886'].map(name => ({agent: name, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))}},
		{type: 'history-opened'},
	);
	const [focus] = historyFocuses(state);
	expect(focus).toMatchObject({scope: 'cluster'});
	const failed = makeDag({id: '11', state: 'FAILED', nodes: undefined, isBrief: true});
	expect(focus && nextHistoryRequest(applyHistory(newHistory, [failed]), focus)).toEqual({type: 'details', id: '11'});
});
