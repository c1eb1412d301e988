// Where `o` leads, from what the cursor is on.

import {describe, expect, test} from 'vitest';
import {type Action} from '../../../source/store/actions.js';
import {topScreen} from '../../../source/store/lookup.js';
import {type State} from '../../../source/store/state.js';
import {makeDag, makeInfo, makeNode, makeSubTask, ten} from '../../helpers/tasks.js';
import {fleetOf, play} from '../../ui/helpers/stage.js';

const [one, two, three] = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;
const [mainId, partId, remoteId, otherId] = ['20167772161028861', '20167772162028862', '20167772163028863', '20167772163028864'] as const;

const follow: Action = {type: 'links-opened'};

/** A main task with three stages, and a part of it at the second agent. */
const fleet = (subDags: Readonly<Record<string, string>> = {}, ofMain: string | undefined = mainId): State => {
	const remote = (id: string): string => `remote task ${id} Start observer running [1/1]`;
	const nodes = [
		makeNode({id: '1', key: '1', name: 'Check', subTasks: [makeSubTask({id: '11', key: '11', agent: one, logs: []})]}),
		makeNode({id: '2', key: '2', name: 'Start', subTasks: [
			makeSubTask({id: '21', key: '21', agent: two, logs: []}), makeSubTask({id: '22', key: '22', agent: three, logs: [remote(otherId), remote(remoteId)]}),
		]}),
		makeNode({id: '3', key: '3', name: 'Stop', subTasks: [makeSubTask({id: '31', key: '31', agent: three, logs: [remote(remoteId)]})]}),
	];
	return play(
		fleetOf(3),
		...[one, two, three].map((agent): Action => ({agent, at: ten, type: 'info-received', info: makeInfo({agent})})),
		{agent: one, at: ten, type: 'task-received', task: makeDag({id: mainId, name: 'Start OB', maxStage: 3, nodes, links: {subDags, mainDagId: undefined}})},
		{agent: two, at: ten, type: 'task-received', task: makeDag({id: partId, name: 'Start observer', links: {subDags: {}, mainDagId: ofMain}})},
	);
};

const inMain = (state: State, stage: number): State => play(state, {type: 'selection-moved', by: 'start'}, {type: 'entered'}, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: stage - 1});

describe('a row of a stage', () => {
	const inStage = (state: State, row: number): State => play(inMain(state, 2), {type: 'entered'}, {type: 'selection-moved', by: 'start'}, {type: 'selection-moved', by: row - 1});

	test('leads to the part that its agent has of the task', () => {
		expect(topScreen(play(inStage(fleet(), 1), follow))).toMatchObject({type: 'task', task: {owner: two, id: partId}});
		expect(topScreen(play(inStage(fleet({[two]: partId}), 1), follow))).toMatchObject({type: 'task', task: {owner: two, id: partId}});
	});

	test('leads to the remote task of its last attempt', () => {
		expect(topScreen(play(inStage(fleet(), 2), follow))).toMatchObject({type: 'task', task: {owner: three, id: remoteId}});
	});

	test('leads to the card of an agent that has no part of it', () => {
		const opened = play(inStage(fleet({}, '20167772163028869'), 1), follow);
		expect(topScreen(opened)).toMatchObject({type: 'card', owner: two});
		expect(topScreen(play(opened, {type: 'went-back'}))).toMatchObject({type: 'node', node: '2'});
	});
});

describe('a stage', () => {
	test('with one link leads there at once, with several to their list, on the first of them', () => {
		expect(topScreen(play(inMain(fleet(), 3), follow))).toMatchObject({type: 'task', task: {owner: three, id: remoteId}});
		expect(topScreen(play(inMain(fleet(), 2), follow))).toMatchObject({type: 'links', selected: otherId});
	});
});

test('the task of a follower leads up to its main task', () => {
	const part = play(fleet(), {type: 'selection-moved', by: 'end'}, {type: 'selection-moved', by: -1}, {type: 'entered'});
	expect(topScreen(part)).toMatchObject({type: 'task', task: {owner: two}});
	expect(topScreen(play(part, follow))).toMatchObject({type: 'task', task: {owner: one, id: mainId}});
});
