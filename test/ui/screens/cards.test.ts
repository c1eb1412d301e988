import {describe, expect, test} from 'vitest';
import {type AgentError} from '../../../source/protocol/errors.js';
import {type Action} from '../../../source/store/actions.js';
import {topScreen} from '../../../source/store/lookup.js';
import {type State} from '../../../source/store/state.js';
import {after, makeDag, makeInfo, makeNodes, makeStatus, ten} from '../../helpers/tasks.js';
import {fleetOf, frameOf, play} from '../helpers/stage.js';

const [one, two, three] = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;
const at = (agent: string, seconds = 0) => ({agent, at: after(seconds)});
const info = (agent: string, change: Parameters<typeof makeInfo>[0] = {}): Action => ({...at(agent), type: 'info-received', info: makeInfo({agent, ...change})});
const status = (agent: string, change: Parameters<typeof makeStatus>[0] = {}, seconds = 0): Action => ({...at(agent, seconds), type: 'status-received', status: makeStatus({agent, ...change})});
const failing = (agent: string, error: AgentError, isAlive = false): Action => ({...at(agent), type: 'agent-failed', error, since: ten, lastSeenAt: after(-10), isAlive});
const task: Action = {...at(one), type: 'task-received', task: makeDag({utcOffset: 480, nodes: makeNodes('RUNNING/RUN')})};

const cluster = (versions: readonly [string, string, string] = ['4.5.0.0-0', '4.5.0.0-0', '4.5.0.0-0']): Action => ({...at(one), type: 'cluster-info-received', cluster: {
	name: 'demo', id: 1, members: [one, two, three].map((agent, index) => ({agent, zone: `zone${index + 1}`, identity: 'CLUSTER AGENT', version: versions[index] ?? ''})),
}});

const card = (state: State): readonly string[] => frameOf(play(state, {type: 'card-opened'})).map(line => line.trim()).filter(line => line !== '');
const factOf = (state: State, name: string): string => card(state).find(line => line.startsWith(name))?.slice(name.length).trim() ?? '';

describe('an agent\'s card', () => {
	test('says all that is known of it, in one screen', () => {
		const state = play(fleetOf(1), info(one, {security: true}), status(one, {underMaintenance: true, obState: 3}), {...at(one), type: 'skew-measured', skew: 200}, {...at(one), type: 'key-learned', fingerprint: 'SHA256:abc'}, task, {type: 'card-opened'});
		expect(frameOf(state)).toEqual([
			' obwatch › 10.0.0.1:2886 › card',
			' address       10.0.0.1:2886',
			' connection    connected',
			' role          master',
			' zone          zone1',
			' obshell       4.5.0.0-0',
			' OceanBase     4.3.5.0',
			' observer      connected',
			' lock          locked: no new maintenance until this task ends or is resolved',
			' process       1, started 28 Feb 18:00:00 +08:00',
			' restarts      none seen',
			' machine       x86_64',
			' clock         in sync (within 1 s)',
			' passwords     agent password set (auth v2)',
			' fingerprint   SHA256:abc',
			' log folder    /home/admin/oceanbase/log_obshell',
			...Array.from({length: 6}, () => ''),
			expect.stringContaining('Esc back'),
		]);
	});

	test('of a seekdb\'s has no word of clusters and observers', () => {
		const state = play(fleetOf(1), info(one, {identity: 'CLUSTER AGENT', isSeekdb: true, zone: '', obVersion: '1.0.0'}), status(one, {identity: 'CLUSTER AGENT', obState: 0}));
		const facts = card(state).map(line => line.replace(/ {2,}/, ': '));
		expect(facts).toEqual(expect.arrayContaining(['role: seekdb', 'seekdb: 1.0.0', 'passwords: auth v2']));
		expect(facts.join('\n')).not.toMatch(/cluster|observer|OceanBase|zone/);
	});

	test('of one that never answered says only that', () => {
		expect(card(fleetOf(1))).toEqual(['obwatch › 10.0.0.1:2886 › card', 'address       10.0.0.1:2886', 'connection    connecting', expect.any(String)]);
	});

	test.each<[string, AgentError, Readonly<Record<string, string>>]>([
		['an error that the agent told', {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot build', traceId: 'fe12'}, {status: '500', code: 'Common.Unexpected', message: 'cannot build', trace: 'fe12'}],
		['no connection', {type: 'unreachable', code: 'ECONNREFUSED'}, {code: 'ECONNREFUSED'}],
		['a changed key', {type: 'key-changed', known: 'SHA256:old', knownBits: 512, offered: 'SHA256:new', offeredBits: 1024}, {'known key': 'SHA256:old 512 bits', offered: 'SHA256:new 1024 bits'}],
		['a slow answer', {type: 'timeout', after: 10_000}, {message: 'no response within 10 s'}],
	])('says %s in full', (_, error, facts) => {
		const state = play(fleetOf(1), info(one), failing(one, error, true));
		for (const [name, value] of Object.entries(facts)) {
			expect(factOf(state, name)).toBe(value);
		}
	});

	test.each([
		[0, 'down'], [1, 'running, not connected'], [2, 'running, restricted'], [3, 'connected'], [9, 'state 9'],
	])('says observer state %i in words: %s', (obState, words) => {
		expect(factOf(play(fleetOf(1), status(one, {obState})), 'observer')).toBe(words);
	});

	test('says of a seekdb\'s that failures of before the start are unknown', () => {
		expect(factOf(play(fleetOf(1), {...at(one), type: 'failures-unread', scope: 'agent'}), 'history')).toBe('earlier failures unknown: history unreadable');
	});

	test('says of a cluster\'s agent without its database what the table says', () => {
		expect(factOf(play(fleetOf(1), status(one, {obState: 0, identity: 'CLUSTER AGENT'})), 'observer')).toBe('database down');
	});

	test.each([[0, 'in sync (within 1 s)'], [-90_000, '90 s behind this machine'], [7_500_000, '2 h ahead of this machine']])('a clock that is off by %i ms: %s', (skew, words) => {
		expect(factOf(play(fleetOf(1), {...at(one), type: 'skew-measured', skew}), 'clock')).toBe(words);
	});

	test('counts how often the process was another one, also where a container gives it the same id', () => {
		const state = play(fleetOf(1), info(one, {pid: 7}), status(one, {pid: 7}));
		expect(factOf(state, 'restarts')).toBe('none seen');
		const again = play(state, status(one, {pid: 8, startedAt: after(5)}, 6), info(one, {pid: 8, startedAt: after(5)}));
		expect(factOf(again, 'restarts')).toMatch(/^1 seen, the last .*local$/);
		expect(factOf(play(again, status(one, {pid: 8, startedAt: after(9)})), 'restarts')).toMatch(/^2 /);
		// An old agent does not say when it started, which is no restart.
		expect(factOf(play(state, status(one, {pid: 7, startedAt: undefined})), 'restarts')).toBe('none seen');
	});

	test('scrolls where it is longer than the terminal, and no further', () => {
		const state = play(fleetOf(1, 40, 10), info(one), status(one), {type: 'card-opened'});
		const end = play(state, {type: 'selection-moved', by: 'end', last: 9});
		expect(topScreen(end)).toMatchObject({type: 'card', top: 9});
		expect(frameOf(end)).toHaveLength(9);
		expect(frameOf(play(end, {type: 'resized', columns: 80, rows: 24}))[1]).toContain('address');
		expect(topScreen(play(end, {type: 'selection-moved', by: -100, last: 9}))).toMatchObject({top: 0});
	});
});

describe('the card is that of', () => {
	const tasked = makeDag({nodes: makeNodes('RUNNING/RUN').map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, agent: two}))}))});
	const state = play(fleetOf(3), info(one), info(two), info(three), {...at(one), type: 'task-received', task: tasked});

	test('the selected agent', () => {
		expect(topScreen(play(state, {type: 'selection-moved', by: 1}, {type: 'card-opened'}))).toMatchObject({type: 'card', owner: two});
	});

	test('the agent whose task is open', () => {
		expect(topScreen(play(state, {type: 'entered'}, {type: 'card-opened'}))).toMatchObject({type: 'card', owner: one});
	});

	test('the agent where a sub-task runs, and back leads to its log', () => {
		const opened = play(state, {type: 'entered'}, {type: 'entered'}, {type: 'card-opened'});
		expect(topScreen(opened)).toMatchObject({type: 'card', owner: two});
		expect(topScreen(play(opened, {type: 'went-back'}))).toMatchObject({type: 'log'});
	});
});

describe('a cluster\'s card', () => {
	const state = (versions?: Parameters<typeof cluster>[0]): State => play(fleetOf(2), info(one), info(two), status(one, {obState: 3}), cluster(versions));

	test('lists its members, watched or not', () => {
		const frame = frameOf(play(state(), {...at(one), type: 'cluster-task-received', task: makeDag({name: 'Restart cluster', nodes: undefined})}, failing(two, {type: 'unreachable', code: 'ECONNREFUSED'}), {type: 'selection-moved', by: 'start'}, {type: 'card-opened'}));
		expect(frame.slice(0, 8)).toEqual([
			' obwatch › demo › card',
			' 3 agents · 2 watched · cluster tasks read from 10.0.0.1:2886',
			' latest cluster task: Restart cluster ● running',
			' all known agents run the same version',
			'   AGENT          ZONE   ROLE     CONNECTION    OBSERVER   OBSHELL    OCEANBASE',
			' ▸ 10.0.0.1:2886  zone1  master   connecting    connected  4.5.0.0-0  4.3.5.0',
			'   10.0.0.2:2886  zone2  master   unreachable              4.5.0.0-0  4.3.5.0',
			'   10.0.0.3:2886  zone3  cluster  not watched              4.5.0.0-0',
		]);
	});

	test('says that failures of before the start are unknown, until a history of it is read', () => {
		const unread = play(state(), {...at(one), type: 'failures-unread', scope: 'cluster'});
		expect(frameOf(play(unread, {type: 'card-opened'}))[3]).toBe(' earlier failures unknown: history unreadable');
		const owner = unread.agents.get(one)?.cluster ?? '';
		const read = play(unread, {...at(one), type: 'history-received', owner, tasks: [], remaining: 0, isLoading: false});
		expect(frameOf(play(read, {type: 'card-opened'}))[3]).toBe(' all known agents run the same version');
	});

	test('leads to the cards of those that are watched', () => {
		const opened = play(state(), {type: 'card-opened'});
		expect(topScreen(play(opened, {type: 'selection-moved', by: 1}, {type: 'entered'}))).toMatchObject({type: 'card', owner: two});
		const unwatched = play(opened, {type: 'selection-moved', by: 'end'}, {type: 'entered'});
		expect(topScreen(unwatched)).toMatchObject({type: 'cluster'});
		expect(frameOf(unwatched).slice(-2).join('\n')).toContain('10.0.0.3:2886 is not watched');
	});

	test('calls no mix what one agent reports with its build and the other, already in the cluster, without', () => {
		const half = play(state(), info(one, {obVersion: '4.3.5.1-101000042025031818'}), info(two, {obVersion: '4.3.5.1'}));
		expect([frameOf(play(half, {type: 'card-opened'}))[3], frameOf(half)[0]]).toEqual([' all known agents run the same version', expect.not.stringContaining('versions')]);
		const builds = play(state(), info(one, {obVersion: '4.3.5.1-101000042025031818'}), info(two, {obVersion: '4.3.5.1-101000062025041818'}));
		expect(frameOf(builds)[0]).toContain('2 versions');
	});

	test('says which versions are mixed, as do its heading, the first line and the agents\' cards', () => {
		const mixed = play(state(['4.5.0.0-0', '4.5.0.0-0', '4.4.0.0-0']), info(two, {obVersion: '4.3.4.0'}));
		const opened = frameOf(play(mixed, {type: 'card-opened'}));
		expect(opened[3]).toBe(' 2 versions of obshell: 4.5.0.0-0 on 2, 4.4.0.0-0 on 1 · 2 versions of OceanBas…');
		expect(frameOf(mixed)[0]).toContain(' · 2 versions');
		expect(frameOf(mixed)[2]).toMatch(/demo +2\/3 mixed/);
		expect(factOf(play(mixed, {type: 'selection-moved', by: 1}), 'mixed')).toBe('2 versions of obshell: 4.5.0.0-0 on 2, 4.4.0.0-0 on 1');
		expect(frameOf(state())[0]).not.toContain('versions');
		expect(frameOf(state())[2]).not.toContain('mixed');
	});
});
