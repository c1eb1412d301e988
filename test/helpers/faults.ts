// What networks, proxies and broken agents do to a request on its way. Made for `startFaultyProxy`.

import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import {gzipSync} from 'node:zlib';
import {type Clock} from '../../source/lib/clock.js';

export type AgentAnswer = {readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer};

/** One request on its way through the proxy. */
export type Exchange = {
	readonly uri: string;
	readonly response: ServerResponse;
	/** Which request it is on its connection, from 1. */
	readonly turn: number;
	readonly clock: Clock;
	/** What the agent answers. Rejects where it cannot be asked. */
	readonly forward: () => Promise<AgentAnswer>;
	/** Says that no answer will come before time passes; what it returns takes that back. */
	readonly hold: () => () => void;
};

/** What happens to a request. `refuse` closes the port itself. */
export type Fault = 'refuse' | ((exchange: Exchange) => void | Promise<void>);

const send = (response: ServerResponse, status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): void => {
	response.writeHead(status, {'content-type': 'application/json', ...headers}).end(body);
};

const gatewayPage = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n';
const mebibyte = 1024 * 1024;

const answerWith = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault => ({response}) => {
	send(response, status, body, headers);
};

/** Passes on, as if no proxy were there. */
export const pass = async ({response, forward}: Exchange): Promise<void> => {
	const {status, body} = await forward();
	send(response, status, body);
};

/** Passes on with another body; `change` gets the agent's. */
const rewrite = (change: (body: string, uri: string) => string): Fault => async ({uri, response, forward}) => {
	const {status, body} = await forward();
	send(response, status, change(body.toString('utf8'), uri));
};

const resetMidBody: Fault = async ({response, forward}) => {
	const {status, body} = await forward();
	response.writeHead(status, {'content-type': 'application/json', 'content-length': body.length});
	response.write(body.subarray(0, body.length / 2), () => {
		response.socket?.resetAndDestroy();
	});
};

const lost: Fault = async ({response, forward}) => {
	await forward();
	response.destroy();
};

const drip: Fault = async ({response, forward, hold, clock}) => {
	const {status, body} = await forward();
	response.writeHead(status, {'content-type': 'application/json', 'content-length': body.length});
	hold();
	let cancel: () => void = () => undefined;
	const drop = (at: number): void => {
		response.write(body.subarray(at, at + 1));
		cancel = clock.schedule(() => {
			drop(at + 1);
		}, 1000);
	};

	response.once('close', () => {
		cancel();
	});
	drop(0);
};

/** Answers after `delay` ms. */
const slow = (delay: number): Fault => async exchange => {
	const release = exchange.hold();
	const cancel = exchange.clock.schedule(() => {
		release();
		void Promise.resolve(pass(exchange)).catch(() => {
			exchange.response.destroy();
		});
	}, delay);
	exchange.response.once('close', cancel);
};

/** A body of so many bytes, as fast as it is taken. */
const huge = (bytes: number): Fault => async ({response}) => {
	const chunk = Buffer.alloc(mebibyte, 'x');
	const closed = once(response, 'close');
	response.writeHead(200, {'content-type': 'application/json'});
	response.write('{"successful":true,"data":"');
	for (let written = 0; written < bytes && !response.destroyed; written += chunk.length) {
		if (!response.write(chunk)) {
			await Promise.race([new Promise(resolve => {
				response.once('drain', resolve);
			}), closed]);
		}
	}

	response.end('"}');
};

const compress = (cut: (zipped: Buffer) => Buffer): Fault => async ({response, forward}) => {
	const {status, body} = await forward();
	send(response, status, cut(gzipSync(body)), {'content-encoding': 'gzip'});
};

const refuse: Fault = 'refuse';

const blackHole: Fault = ({hold}) => {
	hold();
};

const closedUnderRequest: Fault = async exchange => {
	if (exchange.turn === 1) {
		await pass(exchange);
	} else {
		exchange.response.destroy();
	}
};

export const faults = {
	refuse,
	pass,
	rewrite,
	/** The agent gets the request, and its response is lost. */
	lost,
	/** Half the body, then a reset. */
	resetMidBody,
	/** One byte a second. */
	drip,
	slow,
	huge,
	/** Takes every request and never answers. */
	blackHole,
	truncated: rewrite(body => body.slice(0, body.length * 2 / 3)),
	html: answerWith(200, '<!doctype html><title>Sign in</title>', {'content-type': 'text/html'}),
	noContent: answerWith(204, ''),
	badGateway: answerWith(502, gatewayPage, {'content-type': 'text/html'}),
	gzip: compress(zipped => zipped),
	brokenGzip: compress(zipped => zipped.subarray(0, -12)),
	redirect: (to: string) => answerWith(302, '', {location: to}),
	/** Hands out a key that is not the agent's. */
	wrongKey: (publicKey: string) => rewrite(body => body.replace(/"public_key":"[^"]*"/, `"public_key":"${publicKey}"`)),
	/** Lets a connection serve one request, and closes it under the next. */
	closedUnderRequest,
};
