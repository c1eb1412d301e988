// Peers that keep a connection open for no reason: none of them outlives its request.

import {type Socket} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {until} from '../helpers/until.js';
import {ask, errorOf, makeClient} from './helpers/client.js';
import {serveBytes} from './helpers/serve-bytes.js';

const goOn = (socket: Socket, bytes: string): void => {
	const timer = setInterval(() => {
		socket.write(bytes);
	}, 10);
	socket.on('close', () => {
		clearInterval(timer);
	});
};

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

test('one that answers 101 is no agent, and holds nothing', async () => {
	const {address, sockets} = await serveBytes(socket => {
		socket.once('data', () => {
			socket.write(switching);
		});
	});
	const {client} = makeClient(address);
	onTestFinished(client.dispose);
	for (let round = 0; round < 3; round++) {
		expect(errorOf(await client.fetchInfo(ask))).toEqual({type: 'protocol', problem: 'left-http'});
	}

	await until(() => sockets.size === 0, 'the connections to be closed');
});

test.each<readonly [string, string, string]>([
	['only promises an answer', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'],
	['sends half of its headers', 'HTTP/1.1 200 OK\r\nContent-', ''],
	['sends a body without end', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', ' '],
	['sends chunks without end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n'],
])('one that %s holds nothing behind the deadline, however many questions wait for it', async (_, first, again) => {
	const {address, sockets} = await serveBytes(socket => {
		socket.once('data', () => {
			socket.write(first);
			goOn(socket, again);
		});
	});
	const {client} = makeClient(address);
	onTestFinished(client.dispose);
	const answers = await Promise.all(Array.from({length: 6}, async (_each, index) => client.fetchInfo({...ask, timeout: 100 + (index * 10)})));
	expect(answers.map(answer => errorOf(answer).type)).toEqual(Array.from({length: 6}, () => 'timeout'));
	await until(() => sockets.size === 0, 'the connections to be closed', {describe: () => `${sockets.size} open`});
});
