// What it costs to fetch a large task whole, with the program's own client. A process of its own: prints bytes and CPU seconds of one poll as JSON.

import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {createAgentClient} from '../../../source/client/client.js';
import {createPasswordVault} from '../../../source/client/passwords/vault.js';
import {createKnownIds} from '../../../source/client/task-rules.js';
import {createMemoryPins, plainTls} from '../../../source/client/types.js';
import {systemClock} from '../../../source/lib/clock.js';
import {parseAgentAddress} from '../../../source/protocol/address.js';
import {bytesReadBy, cpuOf} from './accounting.js';
import {type WholeCost} from './messages.js';

const parsed = parseAgentAddress(process.argv[2] ?? '');
if (!parsed.ok) {
	throw new Error('no address');
}

const client = createAgentClient({
	address: parsed.address, vault: createPasswordVault({}), knownIds: createKnownIds(), clock: systemClock, random: randomBytes, bodyLimit: 1024 ** 3, tls: plainTls, pins: createMemoryPins(),
});
const ask = {signal: new AbortController().signal, timeout: 60_000};

const fetchWhole = async (): Promise<void> => {
	const reply = await client.fetchMaintenanceTask({...ask, details: true});
	if (reply.type !== 'data') {
		throw new Error(`the task could not be fetched: ${JSON.stringify(reply)}`);
	}
};

const polls = 3;
await client.fetchInfo(ask);
await fetchWhole();
const before = {bytes: bytesReadBy(process.pid), cpu: cpuOf(process.pid)};
for (const _ of Array.from({length: polls})) {
	await fetchWhole();
}

process.stdout.write(JSON.stringify({bytes: (bytesReadBy(process.pid) - before.bytes) / polls, cpu: (cpuOf(process.pid) - before.cpu) / polls} satisfies WholeCost));
client.dispose();
