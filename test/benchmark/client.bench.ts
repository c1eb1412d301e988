import {randomBytes} from 'node:crypto';
import {expect, onTestFinished, test} from 'vitest';
import {createAgentClient} from '../../source/client/client.js';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createKnownIds} from '../../source/client/task-rules.js';
import {createMemoryPins, plainTls} from '../../source/client/types.js';
import {systemClock} from '../../source/lib/clock.js';
import {addressOf} from '../helpers/tasks.js';
import {budget} from './helpers/budget.js';
import {startInitialization} from './helpers/initialization.js';

test('asking for a task of eleven stages over HTTP, against a server in this process', async ({bench}) => {
	const {master, body} = await startInitialization();
	const client = createAgentClient({
		address: addressOf(master.label), vault: createPasswordVault({root: ''}), pins: createMemoryPins(), tls: plainTls, knownIds: createKnownIds(), clock: systemClock, random: randomBytes,
	});
	onTestFinished(client.dispose);
	const ask = async () => client.fetchMaintenanceTask({details: true, signal: new AbortController().signal, timeout: 5000});
	await client.fetchInfo({signal: new AbortController().signal, timeout: 5000});
	await ask();

	const reply = {status: 200, contentType: 'application/json'};
	const changed = [body, body.replace('Verify cluster', 'Check cluster!')].map(text => ({...reply, body: text}));
	let turn = 0;
	master.setReply({...reply, body});
	await ask();
	expect(await ask()).toMatchObject({type: 'data', isUnchanged: true});
	await bench.compare(
		bench('with the same bytes as last time', async () => {
			master.setReply({...reply, body});
			await ask();
		}),
		bench('with bytes that changed', async () => {
			turn += 1;
			master.setReply(changed[turn % 2]);
			await ask();
		}),
		budget,
	);
	master.setReply(changed[(turn + 1) % 2]);
	expect(await ask()).toMatchObject({type: 'data', isUnchanged: false});
});
