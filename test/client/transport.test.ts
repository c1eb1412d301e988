import {Buffer} from 'node:buffer';
import {type Socket} from 'node:net';
import process from 'node:process';
import {gzipSync} from 'node:zlib';
import {afterEach, describe, expect, it} from 'vitest';
import {type AgentClient} from '../../source/client/types.js';
import {speak} from '../../source/lib/messages/messages.js';
import {errorText} from '../../source/store/selectors/error-text.js';
import {reply, startScriptedServer, success, type Script, type ScriptedServer} from '../helpers/scripted-server.js';
import {until} from '../helpers/until.js';
import {ask, createShiftedClock, dataOf, errorOf, makeClient} from './helpers/client.js';
import {serveBytes} from './helpers/serve-bytes.js';
import {wireInfo, wireStatus} from './helpers/scripted-agent.js';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

const serve = async (script: Script): Promise<ScriptedServer> => {
	const server = await startScriptedServer(script);
	closing.push(server.stop);
	return server;
};

const clientOf = (address: string, settings: Parameters<typeof makeClient>[1] = {}): AgentClient => {
	const {client} = makeClient(address, settings);
	closing.push(client.dispose);
	return client;
};

/** Answers with those bytes, then breaks the connection. */
const resetAfter = (bytes: string) => (socket: Socket): void => {
	socket.once('data', () => {
		socket.write(bytes, () => {
			socket.resetAndDestroy();
		});
	});
};

const untilConnected = async (server: ScriptedServer, wanted: number, reason: string): Promise<void> => {
	let count: number | undefined;
	await until(() => {
		void server.connections().then(open => {
			count = open;
		});
		return count === wanted;
	}, reason);
};

const info = JSON.stringify({successful: true, traceId: '', data: wireInfo()});

describe('answers that are no agent\'s', () => {
	it.each<readonly [string, Script, string]>([
		['HTML with status 200', reply(200, '<!doctype html><p>Sign in', {'content-type': 'text/html'}), 'it sent HTML, not JSON (status 200). Is there a proxy in between?'],
		['HTML that claims to be JSON', reply(200, ' <html>'), 'it sent HTML, not JSON (status 200). Is there a proxy in between?'],
		['a bad gateway', reply(502, '<html>502 Bad Gateway</html>'), 'it sent HTML, not JSON (status 502). Is there a proxy in between?'],
		['a bad gateway without a body', reply(502), 'empty response (status 502)'],
		['Go over plain HTTP to its TLS', reply(400, 'Client sent an HTTP request to an HTTPS server.\n', {'content-type': 'text/plain'}), 'it uses https. Write https:// before its address'],
		['a proxy over plain HTTP to its TLS', reply(400, '<html><title>400 The plain HTTP request was sent to HTTPS port</title>'), 'it uses https. Write https:// before its address'],
		['no content', reply(204), 'empty response (status 204)'],
		['an empty 200', reply(200), 'empty response (status 200)'],
		['JSON that is cut off', reply(200, info.slice(0, 80)), 'it sent JSON that is cut off, or not an agent\'s'],
		['JSON of something else', reply(200, '{"status":"UP"}'), 'it sent JSON that is cut off, or not an agent\'s'],
		['words', reply(500, 'oops'), 'its response is not an agent\'s (status 500)'],
		['an agent\'s frame around something else', success({ip: 5}), 'unknown format of its response (at ip)'],
		['an agent\'s frame around nothing', success(null), 'unknown format of its response'],
		['bytes that do not unpack', reply(200, 'no gzip', {'content-encoding': 'gzip'}), 'its compressed response cannot be read'],
	])('%s', async (_, script, message) => {
		const server = await serve(script);
		const error = errorOf(await clientOf(server.address).fetchInfo(ask));
		expect(error.type).toBe('protocol');
		expect(errorText(error)).toBe(message);
	});

	it('an empty 404 to what every agent knows', async () => {
		const server = await serve(reply(404));
		const client = clientOf(server.address);
		for (const answer of [await client.fetchInfo(ask), await client.fetchStatus(ask), await client.measureSkew(ask)]) {
			expect(errorOf(answer)).toEqual({type: 'protocol', problem: 'empty', detail: '404'});
		}
	});

	it.each([301, 302, 307, 308])('a redirect (%i) is reported, not followed', async status => {
		const target = await serve(success(wireInfo()));
		const server = await serve(reply(status, '', {location: `http://${target.address}/api/v1/info`}));
		expect(errorOf(await clientOf(server.address).fetchInfo(ask))).toEqual({type: 'protocol', problem: 'redirect', detail: target.address});
		expect(target.requests).toEqual([]);
		expect(target.opened()).toBe(0);
	});

	it.each([['HTML', '<html>slow down'], ['nothing', ''], ['an envelope', JSON.stringify({successful: false, status: 429, error: {errCode: 'X', message: 'x'}})]])('too many requests, with %s: a limit in between, and what helps', async (_, body) => {
		const server = await serve(reply(429, body));
		const error = errorOf(await clientOf(server.address).fetchInfo(ask));
		expect(error).toMatchObject({type: 'refused', status: 429});
		expect(errorText(error)).toBe('too many requests (status 429). A proxy limits them: set longer intervals in the config file');
	});

	it('a redirect to nowhere is reported, too', async () => {
		const server = await serve(reply(302, '', {location: '/login'}));
		expect(errorText(errorOf(await clientOf(server.address).fetchInfo(ask)))).toBe('it redirects elsewhere, which is not followed');
	});

	it.each([
		['something that does not speak HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'it does not speak HTTP. Is the port right?'],
		['TLS, with an alert', '\u0015\u0003\u0001\0\u0002\u0002\u0046', 'it uses https. Write https:// before its address'],
		['a database', 'J\0\0\0\u000A5.7.25-OceanBase-v4.3.5.0\0', 'it does not speak HTTP. Is the port right?'],
		['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`, 'the headers of its response are too large'],
	])('%s', async (_, bytes, message) => {
		const {address} = await serveBytes(socket => {
			socket.end(bytes);
		});
		const error = errorOf(await clientOf(address).fetchInfo(ask));
		expect(error.type).toBe('protocol');
		expect(errorText(error)).toBe(message);
	});
});

describe('answers that are odd but right', () => {
	it('compressed', async () => {
		const server = await serve(reply(200, gzipSync(info), {'content-encoding': 'gzip'}));
		expect(dataOf(await clientOf(server.address).fetchInfo(ask)).identity).toBe('CLUSTER AGENT');
	});

	it('one byte at a time', async () => {
		const {address} = await serveBytes(socket => {
			socket.setNoDelay(true);
			const bytes = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(info)}\r\n\r\n${info}`);
			let sent = 0;
			const next = (): void => {
				if (sent < bytes.length) {
					socket.write(bytes.subarray(sent, ++sent), () => {
						setImmediate(next);
					});
				}
			};

			next();
		});
		expect(dataOf(await clientOf(address).fetchInfo(ask)).agent).toBe('127.0.0.1:2886');
	});

	it('the agent\'s messages are requested in the language that is spoken now', async () => {
		const server = await serve(success(wireInfo()));
		const client = clientOf(server.address);
		await client.fetchInfo(ask);
		closing.push(async () => speak('en'));
		await speak('zh');
		await client.fetchInfo(ask);
		expect(server.requests.map(({headers}) => headers)).toMatchObject([
			{'accept-language': 'en-US', accept: 'application/json', 'user-agent': 'obwatch'},
			{'accept-language': 'zh-CN', accept: 'application/json', 'user-agent': 'obwatch'},
		]);
	});
});

describe('connections that fail', () => {
	it('refused', async () => {
		const server = await startScriptedServer(reply(200));
		await server.stop();
		expect(errorOf(await clientOf(server.address).fetchInfo(ask))).toEqual({type: 'unreachable', code: 'ECONNREFUSED'});
	});

	it('a name that cannot be looked up', async () => {
		// Too long for a label, so that no name server is asked.
		expect(errorText(errorOf(await clientOf(`${'a'.repeat(64)}.invalid`).fetchInfo(ask)))).toMatch(/^host not found/);
	});

	it('no TLS where it should be', async () => {
		const server = await serve(success(wireInfo()));
		expect(errorText(errorOf(await clientOf(`https://${server.address}`).fetchInfo(ask)))).toBe('it does not use https. Remove https:// from its address');
	});

	it.each<readonly [string, string, RegExp]>([
		['before the answer', '', /^connection reset before any response\. If it uses https, write https:\/\/ before its address$/],
		['in the middle of the headers', 'HTTP/1.1 200 OK\r\nContent-', /^connection reset before any response/],
		['in the middle of the body', `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${info}`, /^connection (?:reset|closed in the middle of the response)$/],
		['in the middle of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"successful"', /^connection closed in the middle of the response$/],
	])('reset %s', async (_, bytes, message) => {
		const {address} = await serveBytes(resetAfter(bytes));
		const error = errorOf(await clientOf(address).fetchInfo(ask));
		expect(error.type).toBe('unreachable');
		expect(errorText(error)).toMatch(message);
	});

	it.each<readonly [string, string]>([
		['says nothing', ''],
		['begins and stops', 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{'],
	])('one that %s is left at the deadline, and its connection closed', async (_, bytes) => {
		const {address, sockets} = await serveBytes(socket => {
			socket.write(bytes);
		});
		const error = errorOf(await clientOf(address).fetchInfo({...ask, timeout: 60}));
		expect(error).toEqual({type: 'timeout', after: 60});
		await until(() => sockets.size === 0, 'the connection to be closed');
	});

	it('a request can be aborted at any time, and says so', async () => {
		const {address, sockets} = await serveBytes(() => undefined);
		const client = clientOf(address);
		const controller = new AbortController();
		const asked = client.fetchInfo({signal: controller.signal, timeout: 10_000});
		await until(() => sockets.size === 1, 'the connection');
		controller.abort();
		expect(errorOf(await asked)).toEqual({type: 'aborted'});
		await until(() => sockets.size === 0, 'the connection to be closed');
		expect(errorOf(await client.fetchInfo({signal: controller.signal, timeout: 10_000}))).toEqual({type: 'aborted'});
		expect(sockets.size).toBe(0);
	});

	it('disposed of, it ends what is under way and what waits, and asks nothing any more', async () => {
		const {address, sockets} = await serveBytes(() => undefined);
		const client = clientOf(address);
		const asked = Array.from({length: 5}, async () => client.fetchInfo(ask));
		await until(() => sockets.size === 2, 'two connections at a time');
		client.dispose();
		const answers = await Promise.all(asked);
		expect(answers.map(answer => errorOf(answer))).toEqual(Array.from({length: 5}, () => ({type: 'aborted'})));
		expect(errorOf(await client.fetchInfo(ask))).toEqual({type: 'aborted'});
		await until(() => sockets.size === 0, 'the connections to be closed');
	});
});

describe('a body over the limit', () => {
	it('is cut off at once, not read to its end', async () => {
		let sent = 0;
		const server = await serve(response => {
			response.writeHead(200);
			const write = (): void => {
				while (!response.destroyed && sent < 500 && response.write(Buffer.alloc(100_000, 32))) {
					sent++;
				}
			};

			response.on('drain', () => {
				sent++;
				write();
			});
			write();
		});
		expect(errorOf(await clientOf(server.address, {bodyLimit: 200_000}).fetchInfo(ask))).toEqual({type: 'too-large', limit: 200_000});
		expect(sent).toBeLessThan(200);
	});

	it('counts what it unpacks to', async () => {
		const server = await serve(reply(200, gzipSync(Buffer.alloc(5_000_000, 32)), {'content-encoding': 'gzip'}));
		expect(errorOf(await clientOf(server.address, {bodyLimit: 200_000}).fetchInfo(ask))).toEqual({type: 'too-large', limit: 200_000});
	});

	it('just at the limit is fine', async () => {
		const server = await serve(reply(200, info));
		expect(dataOf(await clientOf(server.address, {bodyLimit: info.length}).fetchInfo(ask)).pid).toBe(1);
		expect(errorOf(await clientOf(server.address, {bodyLimit: info.length - 1}).fetchInfo(ask)).type).toBe('too-large');
	});
});

describe('the same bytes', () => {
	it('are the same object and marked as unchanged, whatever else the envelope says', async () => {
		const server = await serve(success(wireInfo()));
		const client = clientOf(server.address);
		const first = await client.fetchInfo(ask);
		const second = await client.fetchInfo(ask);
		expect(first).toMatchObject({type: 'data', isUnchanged: false});
		expect(second).toMatchObject({type: 'data', isUnchanged: true});
		expect(dataOf(second)).toBe(dataOf(first));
	});

	it('in a failure are a failure', async () => {
		const script = {current: reply(200, '{"successful":true,"data":{"ip":"127.0.0.1","port":2886}}')};
		const server = await serve((response, request) => {
			script.current(response, request);
		});
		const client = clientOf(server.address);
		dataOf(await client.fetchInfo(ask));
		script.current = reply(500, '{"successful":false,"data":{"ip":"127.0.0.1","port":2886}}');
		expect(errorOf(await client.fetchInfo(ask))).toMatchObject({type: 'refused', status: 500});
	});
});

it('an answer that comes when enough was done for now is read in a later turn of the event loop, so that a key is heard first', async () => {
	const server = await serve(success(wireStatus()));
	const putOff: Array<() => void> = [];
	let isOver = true;
	const client = clientOf(server.address, {turns: {
		isOver: () => isOver,
		later(work) {
			putOff.push(work);
		},
	}});
	let isRead = false;
	const asking = client.fetchStatus(ask).finally(() => {
		isRead = true;
	});
	await until(() => putOff.length > 0, 'the answer to be put off');
	expect(isRead).toBe(false);
	isOver = false;
	putOff[0]!();
	expect(dataOf(await asking).pid).toBe(1);
	dataOf(await client.fetchStatus(ask));
	expect(putOff).toHaveLength(1);
});

it('a connection that was idle for longer than agents keep it is closed, and not used for the next question', async () => {
	const server = await serve(success(wireStatus()));
	const clock = createShiftedClock();
	const client = clientOf(server.address, {clock});
	dataOf(await client.fetchStatus(ask));
	clock.shift(30_000);
	dataOf(await client.fetchStatus(ask));
	expect(server.opened()).toBe(1);
	clock.shift(61_000);
	dataOf(await client.fetchStatus(ask));
	expect(server.opened()).toBe(2);
	dataOf(await client.fetchStatus(ask));
	expect(server.opened()).toBe(2);
	await untilConnected(server, 1, 'the idle connection to be closed');
});

it('a thousand questions need one connection, leave no listener on the asker\'s signal, and no connection behind', async () => {
	const server = await serve(success(wireStatus()));
	const client = clientOf(server.address);
	const controller = new AbortController();
	const {signal} = controller;
	let listeners = 0;
	const add = signal.addEventListener.bind(signal);
	const remove = signal.removeEventListener.bind(signal);
	signal.addEventListener = (...args: Parameters<typeof add>) => {
		listeners++;
		add(...args);
	};

	signal.removeEventListener = (...args: Parameters<typeof remove>) => {
		listeners--;
		remove(...args);
	};

	const warnings: string[] = [];
	const warn = (warning: Error): void => {
		warnings.push(warning.message);
	};

	process.on('warning', warn);
	closing.push(() => {
		process.off('warning', warn);
	});
	for (let index = 0; index < 1000; index++) {
		dataOf(await client.fetchStatus({signal, timeout: 10_000}));
	}

	expect(server.requests.length).toBe(1000);
	expect(server.opened()).toBe(1);
	expect(await server.connections()).toBe(1);
	expect(listeners).toBe(0);
	expect(warnings).toEqual([]);
	client.dispose();
	await untilConnected(server, 0, 'the kept connection to be closed');
});
