import {randomBytes} from 'node:crypto';
import net, {type AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {watchFleet} from '../../source/fleet/fleet.js';
import {systemClock} from '../../source/lib/clock.js';
import {initialState} from '../../source/store/initial-state.js';
import {topScreen} from '../../source/store/lookup.js';
import {createStore} from '../../source/store/store.js';
import {selectScreen} from '../../source/ui/parts.js';
import {paths, startScriptedAgent, wireInfo, wireStatus, wireTask} from '../client/helpers/scripted-agent.js';
import {success} from '../helpers/scripted-server.js';
import {addressOf} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';

/** Something that listens where a link points to. */
const startStranger = async (): Promise<{readonly port: number; readonly visits: () => number}> => {
	let visits = 0;
	const server = net.createServer(socket => {
		visits++;
		socket.destroy();
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, visits: () => visits};
};

test('a task on an agent that the user did not name is queried through the one that named it, and never there', async () => {
	const stranger = await startStranger();
	const id = `22130706433${String(stranger.port).padStart(5, '0')}7`;
	const label = `127.0.0.1:${stranger.port}`;
	const path = `/api/v1/task/dag/${id}`;
	const single = {identity: 'SINGLE'};
	const agent = await startScriptedAgent({
		[paths.info]: success(wireInfo(single)),
		[paths.status]: success(wireStatus({agent: {ip: '127.0.0.1', port: 2886, ...single}})),
		[paths.task]: success(wireTask({additional_data: {sub_dags: {[label]: id}, main_dag_id: id}})),
		[path]: success(wireTask({id, name: 'Elsewhere'})),
	});
	onTestFinished(agent.stop);
	const addresses = [addressOf(agent.address)];
	const store = createStore(initialState(addresses, {columns: 100, rows: 30}), systemClock.now);
	const fleet = watchFleet({
		addresses, vault: createPasswordVault(), pins: createMemoryPins(), tls: plainTls, store, clock: systemClock, randomBytes, random: Math.random,
	});
	onTestFinished(fleet.stop);
	const shown = (): string => JSON.stringify(selectScreen(store.getState(), Date.now()));

	await until(() => shown().includes('Initialize cluster'), 'the task', {describe: shown});
	store.dispatch({type: 'links-opened'});
	if (topScreen(store.getState()).type === 'links') {
		store.dispatch({type: 'entered'});
	}

	await until(() => shown().includes('Elsewhere'), 'the linked task', {describe: shown});
	expect(agent.count(path)).toBeGreaterThan(0);
	expect(stranger.visits()).toBe(0);
});
