import {describe, expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {type RunWish} from '../../source/store/runs.js';
import {makeDag, makeNodes} from '../helpers/tasks.js';
import {createFleet, type Fleet} from './fleet.js';
import {countsSince, type Script, unreachable} from './scripted-agent.js';

const second = 1000;

const minute = 60 * second;

const idOf = (localId: number): string => `2213070643302886${localId}`;

const done = (localId: number, change: Partial<Dag> = {}): Dag => makeDag({id: idOf(localId), dagId: localId, state: 'SUCCEED', name: 'Start observer', nodes: makeNodes('SUCCEED/RUN'), ...change});

const script = (...history: readonly Dag[]): Partial<Script> => ({history, tasks: new Map(history.map(dag => [dag.id, dag]))});

const wishFor = (agent: string, name = 'Start observer'): RunWish => ({agent, owner: agent, scope: 'agent', name});

const key = (number: number): string => `127.0.0.${number}:2886`;

type Story = {readonly wishes?: readonly RunWish[]; readonly isKnown?: (head: Dag) => boolean; readonly pause?: number};

const watching = (scripts: ReadonlyArray<Partial<Script>>, {wishes = scripts.map((_, index) => wishFor(key(index + 1))), isKnown = () => false, pause = 5 * second}: Story = {}): Fleet =>
	createFleet(scripts, {pastRuns: {wishes: () => wishes, isKnown, pause}});

const past = ({events}: Fleet): readonly string[] => events.flatMap(event => event.type === 'past-task-received' ? [event.task.id] : []);

const asked = ({agents}: Fleet, ...names: readonly RegExp[]): ReadonlyArray<{readonly at: number; readonly name: string}> =>
	agents.flatMap(agent => agent.asked).filter(({name}) => names.some(each => each.test(name))).toSorted((one, other) => one.at - other.at);

const background = [/^history /, /^task \d/];

const gaps = (questions: ReadonlyArray<{readonly at: number}>): readonly number[] => questions.slice(1).map(({at}, index) => at - (questions[index]?.at ?? at));

describe('earlier runs of a task', () => {
	test('are read once each, the latest first, after the list of their owner', async () => {
		const fleet = watching([script(done(1), done(2), done(3))]);
		await fleet.clock.advance(10 * minute);
		expect(past(fleet)).toEqual([3, 2, 1].map(number => idOf(number)));
		expect(countsSince(fleet.agent, 0)['history agent']).toBe(1);
		expect(fleet.events.filter(event => event.type === 'past-task-received').every(({task}) => task.nodes)).toBe(true);
		fleet.poller.stop();
	});

	test('are those of the wanted name that may have succeeded, and are not known', async () => {
		const fleet = watching([script(
			done(1),
			done(2, {name: 'Stop observer'}),
			done(3, {state: 'FAILED'}),
			done(4, {operator: 'ROLLBACK'}),
			done(5, {operator: 'PASS'}),
			done(6, {id: '42130706433028866'}),
			done(7),
		)], {isKnown: ({dagId}) => dagId === 7});
		await fleet.clock.advance(10 * minute);
		expect(past(fleet)).toEqual([idOf(5), idOf(1)]);
		fleet.poller.stop();
	});

	test('are those whose names differ only in a version', async () => {
		const fleet = watching([script(done(1, {name: 'Upgrade to 4.3.5.0'}), done(2, {name: 'Upgrade to 4.3.5.1-101'}))], {wishes: [wishFor(key(1), 'Upgrade to <version>')]});
		await fleet.clock.advance(10 * minute);
		expect(past(fleet)).toEqual([idOf(2), idOf(1)]);
		expect(countsSince(fleet.agent, 0)[`task ${idOf(2)}`]).toBe(1);
		fleet.poller.stop();
	});

	test('are no more than change what is usual', async () => {
		const fleet = watching([script(...Array.from({length: 40}, (_, index) => done(index + 10)))]);
		await fleet.clock.advance(30 * minute);
		expect(past(fleet)).toHaveLength(12);
		fleet.poller.stop();
	});

	test('are not read while nothing wants them', async () => {
		const fleet = watching([script(done(1))], {wishes: []});
		await fleet.clock.advance(10 * minute);
		expect(asked(fleet, ...background)).toEqual([]);
		fleet.poller.stop();
	});

	test('cost an agent at most one request in five seconds, and a slow one fewer', async () => {
		const fleet = watching([script(done(1), done(2), done(3))]);
		await fleet.clock.advance(10 * minute);
		expect(Math.min(...gaps(asked(fleet, ...background)))).toBeGreaterThanOrEqual(5 * second);
		fleet.poller.stop();
		const slow = watching([{...script(done(1), done(2), done(3)), latency: 2 * second}]);
		await slow.clock.advance(30 * minute);
		expect(past(slow)).toHaveLength(3);
		expect(Math.min(...gaps(asked(slow, ...background)))).toBeGreaterThanOrEqual(20 * second);
		slow.poller.stop();
	});

	test('cost a large fleet two requests a second together', async () => {
		const fleet = watching(Array.from({length: 60}, (_, index) => script(done(index + 1))));
		await fleet.clock.advance(5 * minute);
		const questions = asked(fleet, ...background);
		expect(questions.length).toBeGreaterThan(100);
		expect(Math.min(...gaps(questions))).toBeGreaterThanOrEqual(second / 2);
		fleet.poller.stop();
	});

	test('are read from a list that could not be had some minutes later; from one that is refused never', async () => {
		let isDown = true;
		const fleet = watching([{...script(done(1)), problem: name => isDown && name === 'history agent' ? unreachable : undefined}]);
		await fleet.clock.advance(9 * minute);
		expect(countsSince(fleet.agent, 0)['history agent']).toBe(1);
		isDown = false;
		await fleet.clock.advance(3 * minute);
		expect(past(fleet)).toEqual([idOf(1)]);
		fleet.poller.stop();
		const refusing = watching([{...script(done(1)), problem: name => name === 'history agent' ? {type: 'protocol', problem: 'other-tasks'} : undefined}]);
		await refusing.clock.advance(60 * minute);
		expect(countsSince(refusing.agent, 0)['history agent']).toBe(1);
		refusing.poller.stop();
	});

	test('that cannot be read are left out, and the next one is read', async () => {
		const fleet = watching([{...script(done(1), done(2)), problem: name => name === `task ${idOf(2)}` ? unreachable : undefined}]);
		await fleet.clock.advance(10 * minute);
		expect(past(fleet)).toEqual([idOf(1)]);
		expect(countsSince(fleet.agent, 0)[`task ${idOf(2)}`]).toBe(1);
		fleet.poller.stop();
	});

	test('are read no more once polling ends', async () => {
		const fleet = watching([script(done(1), done(2), done(3))]);
		await fleet.clock.advance(12 * second);
		fleet.poller.stop();
		const count = asked(fleet, ...background).length;
		await fleet.clock.advance(10 * minute);
		expect(asked(fleet, ...background)).toHaveLength(count);
		expect(fleet.clock.pending()).toBe(0);
	});
});
