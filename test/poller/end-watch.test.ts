import {expect, test} from 'vitest';
import {type AgentError} from '../../source/protocol/errors.js';
import {makeDag, makeNodes, ten} from '../helpers/tasks.js';
import {createFleet} from './fleet.js';
import {unreachable} from './scripted-agent.js';

const running = makeDag({nodes: makeNodes('RUNNING/RUN')});
const unended = {visible: [], open: undefined, unended: [{agent: '127.0.0.1:2886', id: running.id}]};
const name = `task ${running.id}`;

test('a task that is no longer listed is queried by its id until it is dropped', async () => {
	const {agent, poller, clock, events} = createFleet([{tasks: new Map([[running.id, running]])}]);
	poller.setFocus(unended);
	await clock.advance(12_000);
	const ends = () => events.flatMap(event => event.type === 'linked-task-received' ? [event.task?.state] : []);
	expect(ends()).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
	agent.script.tasks.clear();
	await clock.advance(5000);
	expect(ends()).toEqual(['RUNNING', 'RUNNING', 'RUNNING', undefined]);
	poller.setFocus({...unended, unended: []});
	const asked = agent.asked.length;
	await clock.advance(10_000);
	expect(agent.asked.slice(asked).map(question => question.name)).not.toContain(name);
	poller.stop();
	expect(clock.pending()).toBe(0);
});

test('what cannot be read is queried less and less often, reported once, and queried at once when the user wants to see it', async () => {
	const {agent, poller, clock, events} = createFleet([{tasks: new Map([[running.id, running]]), problem: asked => asked === name ? unreachable : undefined}]);
	poller.setFocus(unended);
	await clock.advance(60_000);
	const times = () => agent.asked.filter(question => question.name === name).map(({at}) => Math.round((at - ten) / 1000));
	expect(times().length).toBeLessThan(12);
	expect(events.filter(({type}) => type === 'linked-task-failed')).toHaveLength(1);
	const before = times().length;
	agent.script.problem = () => undefined;
	poller.refresh();
	await clock.advance(100);
	expect(times().length).toBe(before + 1);
	expect(events.filter(({type}) => type === 'linked-task-received')).toHaveLength(1);
	poller.stop();
});

test.each([
	['succeeded', 'SUCCEED', false],
	['failed or waits', 'FAILED', true],
])('one whose details are refused is told by its head, which says that it %s, and then asked for rarely', async (_, state, isWanted) => {
	const refused: AgentError = {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''};
	const {agent, poller, clock, events} = createFleet([{tasks: new Map([[running.id, makeDag({...running, state})]]), problem: asked => asked === name ? refused : undefined}]);
	poller.setFocus(unended);
	await clock.advance(4000);
	const heads = () => events.flatMap(event => event.type === 'linked-task-received' ? [event.task] : []);
	expect(heads()).toMatchObject([{state, isBrief: true}]);
	expect(events.filter(({type}) => type === 'linked-task-failed')).toHaveLength(1);
	// One that succeeded is not wanted any more.
	poller.setFocus(isWanted ? unended : {...unended, unended: []});
	await clock.advance(600_000);
	expect(agent.asked.filter(question => question.name === name).length).toBeLessThan(10);
	const before = heads().length;
	agent.script.problem = () => undefined;
	poller.refresh();
	await clock.advance(100);
	expect(heads().slice(before)).toMatchObject(isWanted ? [{isBrief: false}] : []);
	poller.stop();
});
