// A follower can refuse the right password where its master has an agent password (docs/protocol.md#refusals-of-one-task-or-one-way).

import {randomBytes} from 'node:crypto';
import {expect, onTestFinished, test} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {watchFleet} from '../../source/fleet/fleet.js';
import {exitCodeOf, unreadOf} from '../../source/headless/exit-code.js';
import {systemClock} from '../../source/lib/clock.js';
import {initialState} from '../../source/store/initial-state.js';
import {lastTaskOf} from '../../source/store/lookup.js';
import {createStore, type Store} from '../../source/store/store.js';
import {failure, success, type Script} from '../helpers/scripted-server.js';
import {addressOf} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {paths, startScriptedAgent, wireInfo, wireStatus, wireTask, type ScriptedAgent} from '../client/helpers/scripted-agent.js';

const followerTask = '22130706434028875';
const byId = `/api/v1/task/dag/${followerTask}`;
const ofAll = '/api/v1/task/dag/maintain/agents?show_details=false';
const clusterInfo = success({
	agent_info: [{ip: '127.0.0.1', port: 2886, zone: 'zone1', identity: 'MASTER', version: '4.5.0.0-0'}, {ip: '127.0.0.2', port: 2887, zone: 'zone2', identity: 'FOLLOWER', version: '4.5.0.0-0'}],
	obcluster_info: {id: 0, name: '', version: ''},
});

const identified = (ip: string, port: number, identity: string, security: boolean): Readonly<Record<string, Script>> => ({
	[paths.info]: success(wireInfo({ip, port, identity, security})),
	[paths.status]: success(wireStatus({agent: {ip, port, identity}, obState: 0})),
});

const start = async (scripts: Readonly<Record<string, Script>>): Promise<ScriptedAgent> => {
	const agent = await startScriptedAgent(scripts);
	onTestFinished(agent.stop);
	return agent;
};

const startMaster = async (): Promise<ScriptedAgent> => start({
	...identified('127.0.0.1', 2886, 'MASTER', true),
	'/api/v1/ob/info': clusterInfo,
	[paths.unfinished]: success({contents: []}),
	[ofAll]: success({contents: [wireTask(), wireTask({id: followerTask, name: 'Start observer', nodes: null})]}),
	[byId]: success(wireTask({id: followerTask, name: 'Start observer'})),
});

const watch = (...agents: readonly ScriptedAgent[]): Store => watchWith({agent: 'secret'}, agents);

const watchWith = (passwords: Parameters<typeof createPasswordVault>[0], agents: readonly ScriptedAgent[], onFirstRound?: () => void): Store => {
	const addresses = agents.map(({address}) => addressOf(address));
	const store = createStore(initialState(addresses, {columns: 100, rows: 30}), systemClock.now);
	const fleet = watchFleet({
		addresses, vault: createPasswordVault(passwords), pins: createMemoryPins(), tls: plainTls, store, clock: systemClock, randomBytes, random: Math.random, onFirstRound,
	});
	onTestFinished(fleet.stop);
	return store;
};

const taskOf = (store: Store, {address}: ScriptedAgent): string | undefined => {
	const entry = store.getState().agents.get(addressOf(address).key);
	return entry?.connection.type === 'connected' ? lastTaskOf(entry)?.name : undefined;
};

test.each([
	['401', failure(401, 'Security.Authentication.IncorrectOceanbasePassword', {code: 10_008})],
	['500', failure(500, 'Request.Forward.Header.NotExist')],
])('a follower that answers %s though its master answers is shown through its master', async (_, refusal) => {
	const master = await startMaster();
	const follower = await start({
		...identified('127.0.0.2', 2887, 'FOLLOWER', false), [paths.task]: refusal, [paths.taskHead]: refusal, '/api/v1/ob/info': refusal,
	});
	const store = watch(master, follower);
	await until(() => taskOf(store, follower) === 'Start observer', 'the follower\'s task', {describe: () => JSON.stringify([...store.getState().agents.values()].map(({connection, cluster}) => ({connection, cluster})))});
	// The master's own lists are read as well, by then or a little later.
	await until(() => exitCodeOf(store.getState()) === 0, 'that all is read', {describe: () => JSON.stringify([...store.getState().agents.values()].map(entry => unreadOf(store.getState(), entry)))});
	// The follower was tried first, with root@sys's header.
	expect(follower.credentials()[0]).toMatchObject({header: 'x-ocs-header', password: ''});
	expect(follower.sealed().length).toBeLessThan(8);
});

test.each([
	['401', failure(401, 'Security.Authentication.IncorrectOceanbasePassword', {code: 10_008})],
	['500', failure(500, 'Request.Forward.Header.NotExist')],
])('a follower that refuses with %s before its master is known is queried again in the first round', async (_, refusal) => {
	const master = await startMaster();
	const follower = await start({
		...identified('127.0.0.2', 2887, 'FOLLOWER', false), [paths.task]: refusal, [paths.taskHead]: refusal, '/api/v1/ob/info': refusal,
	});
	const {promise: firstRound, resolve} = Promise.withResolvers<void>();
	const store = watchWith({agent: 'secret'}, [master, follower], resolve);
	await firstRound;
	expect([master, follower].map(agent => taskOf(store, agent))).toEqual([expect.any(String), 'Start observer']);
	expect(exitCodeOf(store.getState())).toBe(0);
});

test.each([
	['first', (master: ScriptedAgent, follower: ScriptedAgent) => [follower, master]],
	['after its master', (master: ScriptedAgent, follower: ScriptedAgent) => [master, follower]],
] as const)('a follower that is queried %s and refuses the password does not make it count as refused for its master', async (_, inOrder) => {
	const master = await startMaster();
	const refusal = failure(401, 'Security.Authentication.IncorrectOceanbasePassword', {code: 10_008});
	const follower = await start({
		...identified('127.0.0.2', 2887, 'FOLLOWER', false), [paths.task]: refusal, [paths.taskHead]: refusal, '/api/v1/ob/info': refusal,
	});
	const store = watchWith({root: 'secret'}, inOrder(master, follower));
	const isRead = (): boolean => taskOf(store, follower) === 'Start observer' && taskOf(store, master) !== undefined;
	await until(isRead, 'both tasks', {describe: () => JSON.stringify([...store.getState().agents.values()].map(({connection, cluster}) => ({connection, cluster})))});
	await until(() => exitCodeOf(store.getState()) === 0, 'that all is read', {describe: () => JSON.stringify([...store.getState().agents.values()].map(entry => unreadOf(store.getState(), entry)))});
	expect(follower.credentials().filter(({password}) => password === 'secret')).toHaveLength(1);
});

test('a follower that responds is never queried through its master', async () => {
	const master = await startMaster();
	const follower = await start({...identified('127.0.0.2', 2887, 'FOLLOWER', false), [paths.task]: success(wireTask({id: followerTask, name: 'Its own'})), '/api/v1/ob/info': clusterInfo});
	const store = watch(master, follower);
	await until(() => taskOf(store, follower) === 'Its own' && taskOf(store, master) !== undefined, 'both tasks');
	expect(follower.credentials().map(({header}) => header)).toContain('x-ocs-header');
	expect(master.count(ofAll)).toBe(0);
});

test('an OBProxy task that a member lists is queried from the agent that has it, with that agent\'s password', async () => {
	const proxy = '421307064330288663';
	const proxyTask = wireTask({id: proxy, name: 'Add OBProxy', state: 'RUNNING'});
	const list = success({contents: [{...proxyTask, nodes: null}]});
	const members = success({
		agent_info: [{ip: '127.0.0.2', port: 2887}, {ip: '127.0.0.1', port: 2886}].map(agent => ({...agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'})),
		obcluster_info: {id: 1, name: 'obcl', version: ''},
	});
	const scripts = {'/api/v1/ob/info': members, [`${paths.unfinished}?show_details=false`]: list};
	const refusal = failure(401, 'Security.Authentication.WithAgentPassword', {code: 10_008});
	const lister = await start({...identified('127.0.0.2', 2887, 'CLUSTER AGENT', false), ...scripts, [paths.task]: success(wireTask({id: followerTask})), [paths.taskHead]: success(wireTask({id: followerTask, nodes: null})), [`/api/v1/task/dag/${proxy}`]: refusal});
	const owner = await start({...identified('127.0.0.1', 2886, 'CLUSTER AGENT', false), ...scripts, [`/api/v1/task/dag/${proxy}`]: success(proxyTask)});
	const store = watchWith({root: '', agent: 'secret'}, [lister, owner]);
	const isRead = (): boolean => store.getState().agents.get(addressOf(owner.address).key)?.otherTasks.some(({id, nodes}) => id === proxy && nodes !== undefined) ?? false;
	await until(isRead, 'the stages of the OBProxy task', {describe: () => JSON.stringify([...store.getState().agents.values()].map(({connection, cluster, otherTasks}) => ({connection, cluster, otherTasks})))});
	expect(lister.count(`/api/v1/task/dag/${proxy}`)).toBe(0);
});
