import {describe, expect, it} from 'vitest';
import {eventSchema} from '../../source/headless/json-schema.js';
import {createColorize} from '../../source/headless/text.js';
import {eventDocument, eventLine, eventsBetween, follow} from '../../source/headless/watch.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {systemClock} from '../../source/lib/clock.js';
import {type Dag} from '../../source/protocol/task.js';
import {type AgentEntry} from '../../source/store/state.js';
import {createStore} from '../../source/store/store.js';
import {makeDag, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {failing, lost, partlyFailed, refused, stateOf, waitingTask, withTask} from './helpers/states.js';

const connecting: Partial<AgentEntry> = {connection: {type: 'connecting'}};
const refusedThere: AgentError = {type: 'unauthorized', wants: 'root', reason: 'held-back', by: '10.0.0.2:2886', isRefused: true, message: ''};
const heldBack: AgentError = {type: 'unauthorized', wants: 'root', reason: 'held-back', by: '10.0.0.2:2886', message: 'held back'};
const closed: AgentError = {type: 'refused', status: 500, code: '', message: 'not now', traceId: ''};
const failedNodes = [makeNode({name: 'Start', state: 'FAILED', subTasks: [makeSubTask({state: 'FAILED', logs: ['ERROR: no memory']})]})];
const stale = makeNodes('RUNNING/RUN');
const other = {id: '22130706433028870', name: 'Next', maxStage: 2};

describe('the events of --watch', () => {
	it.each<[what: string, before: Partial<AgentEntry>, after: Partial<AgentEntry>, words: readonly string[]]>([
		['nothing happened', withTask('RUNNING/RUN'), withTask('RUNNING/RUN'), []],
		['a task was there at first', connecting, withTask('RUNNING/RUN', {stage: 2, maxStage: 3}), ['Initialize cluster #9: running, stage 2/3']],
		['one that had failed was there at first', connecting, withTask('FAILED/RUN', {nodes: failedNodes, maxStage: 1}), ['Initialize cluster #9: failed, stage 1/1: Start @ 127.0.0.1:2886: no memory']],
		['one outside maintenance was there at first', connecting, {...withTask('SUCCEED/RUN'), otherTasks: [makeDag({id: '7', name: 'Backup', maxStage: 2})], isListed: true}, ['Initialize cluster #9: succeeded', 'Backup #7: running, stage 1/2']],
		['there was none at first', connecting, {task: {type: 'none'}}, []],
		['another stage', withTask('RUNNING/RUN', {stage: 1, nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')}), withTask('RUNNING/RUN', {stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')}), ['Initialize cluster #9: stage 2/2: stage 2']],
		['failure', withTask('RUNNING/RUN'), withTask('FAILED/RUN', {nodes: failedNodes, maxStage: 1}), ['Initialize cluster #9: failed: Start @ 127.0.0.1:2886: no memory']],
		['failure without a reason', withTask('RUNNING/RUN', {nodes: undefined}), withTask('FAILED/RUN', {nodes: [], maxStage: 3}), ['Initialize cluster #9: failed: stage 1/3: no reason was logged']],
		['a part failed while the rest goes on', withTask('RUNNING/RUN', {nodes: makeNodes('RUNNING/RUN')}), partlyFailed, ['Initialize cluster #9: failing: Start observer @ 127.0.0.1:2886: no memory']],
		['a part of one that was there at first had failed', connecting, partlyFailed, ['Initialize cluster #9: running, failing, stage 1/1: Start observer @ 127.0.0.1:2886: no memory']],
		['a pause', withTask('RUNNING/RUN'), waitingTask, ['Initialize cluster #9: waiting']],
		['another task', withTask('SUCCEED/RUN'), withTask('RUNNING/RUN', other), ['Next #0: began']],
		['lost', withTask('RUNNING/RUN'), {...withTask('RUNNING/RUN'), ...failing(lost)}, [expect.stringMatching(/^unreachable since \d\d:\d\d local: connection refused$/) as string]],
		['lost from the beginning', connecting, failing(lost), [expect.stringMatching(/^unreachable/) as string]],
		['a wrong password', connecting, failing(refused, true), ['root@sys password refused, not sent again']],
		['a database that was down at first', connecting, {status: makeStatus({identity: 'CLUSTER AGENT', obState: 0})}, ['database down']],
		['a database that is up again', {status: makeStatus({identity: 'CLUSTER AGENT', obState: 0})}, {status: makeStatus({identity: 'CLUSTER AGENT', obState: 3})}, ['database up again']],
		['another agent tries the password', connecting, failing(heldBack, true), []],
		['another agent refused the password', connecting, failing(refusedThere, true), ['root@sys password refused by 10.0.0.2:2886, not sent']],
		['back, with a task that was not known', failing(lost), withTask('RUNNING/RUN', {maxStage: 3}), ['Initialize cluster #9: running, stage 1/3', 'responds again']],
		['its head said failed at first, its stages are still to come', connecting, withTask('FAILED/RUN', {nodes: stale, isBrief: true}), []],
		['its details are refused once it is over', withTask('RUNNING/RUN'), withTask('SUCCEED/PASS', {nodes: undefined, isBrief: true, refusal: closed}), ['Initialize cluster #9: unknown: its details cannot be read: not now']],
		['they were refused before', withTask('FAILED/RUN', {nodes: undefined, isBrief: true, refusal: closed}), withTask('SUCCEED/PASS', {nodes: undefined, isBrief: true, refusal: closed}), []],
		['they are refused of one that was there at first', connecting, withTask('FAILED/RUN', {nodes: undefined, isBrief: true, refusal: closed, maxStage: 2}), ['Initialize cluster #9: unknown, stage 1/2: its details cannot be read: not now']],
		['its head says failed, its stages are old', withTask('RUNNING/RUN', {nodes: stale}), withTask('FAILED/RUN', {nodes: stale, isBrief: true}), []],
	])('%s', (_, before, after, words) => {
		const happenings = eventsBetween(stateOf(before), stateOf(after), ten);
		const lines = happenings.map(happening => eventLine(happening, createColorize(false)));
		expect(lines.map(line => line.replace(/^\S+ \S+ [+-]\d\d:\d\d {2}10\.0\.0\.1:2886 +/, ''))).toEqual(words);
		for (const happening of happenings) {
			const text = JSON.stringify(eventDocument(happening));
			const document: unknown = JSON.parse(text);
			expect(eventSchema.parse(document)).toEqual(document);
		}
	});
});

it('tells of a task that ended and was replaced while earlier events were still being written', async () => {
	const key = '10.0.0.1:2886';
	const store = createStore(stateOf(withTask('RUNNING/RUN')));
	const first = store.getState().agents.get(key)?.task;
	const dag = first?.type === 'known' ? first.dag : makeDag();
	const receive = (task: Dag): void => {
		store.dispatch({type: 'task-received', agent: key, at: ten, task});
	};

	const {promise: written, resolve} = Promise.withResolvers<void>();
	const lines: string[] = [];
	const end = follow({
		store, begin: store.getState(), clock: {...systemClock, now: () => ten},
		async take(events) {
			lines.push(...events.map(event => eventLine(event, createColorize(false)).replace(/^.* {2}/, '')));
			await written;
		},
	});
	receive({...dag, stage: 2, maxStage: 3});
	receive({...dag, state: 'SUCCEED', stage: 3, maxStage: 3});
	receive(makeDag({...other, state: 'RUNNING', nodes: makeNodes('RUNNING/RUN')}));
	resolve();
	await end();
	expect(lines).toEqual(['Initialize cluster #9: stage 2/3', 'Initialize cluster #9: succeeded', 'Next #0: began']);
});
