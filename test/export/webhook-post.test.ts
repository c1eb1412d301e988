// How a message travels: certificates, proxies, limits, and what each fault is called.

import http from 'node:http';
import net from 'node:net';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {hideSecrets, verdictOf} from '../../source/export/webhook-answers.js';
import {type Webhook} from '../../source/export/webhook-formats.js';
import {nextGap, retryDelay, testWebhook} from '../../source/export/webhooks.js';
import {systemClock} from '../../source/lib/clock.js';
import {makeCertificate} from '../helpers/certificates.js';
import {ten} from '../helpers/tasks.js';
import {startService} from './helpers/services.js';

const webhookTo = (url: string, change: Partial<Webhook> = {}): Webhook => ({name: 'ops', format: 'slack', on: [], url, secret: undefined, authorities: undefined, ...change});

const send = async (webhook: Webhook, env: Readonly<Record<string, string>> = {}) =>
	testWebhook(webhook, {clock: systemClock, env, host: 'db-admin', redact: text => text, signal: new AbortController().signal});

describe('over HTTPS', () => {
	const authority = makeCertificate({name: 'authority', isAuthority: true});

	test('a certificate of an unknown authority is refused at once, unless the config file names that', async () => {
		const service = await startService('slack', {tls: makeCertificate({name: 'chat', issuer: authority})});
		expect(await send(webhookTo(service.url))).toEqual({type: 'refused', problem: 'certificate not accepted (UNABLE_TO_VERIFY_LEAF_SIGNATURE). Name the CA with tls_ca'});
		expect(await send(webhookTo(service.url, {authorities: authority.cert}))).toEqual({type: 'sent'});
		expect(service.deliveries).toHaveLength(1);
	});

	test('so is a certificate for another host', async () => {
		const service = await startService('slack', {tls: makeCertificate({name: 'chat', issuer: authority, hosts: ['chat.example']})});
		expect(await send(webhookTo(service.url, {authorities: authority.cert}))).toEqual({type: 'refused', problem: 'certificate not accepted (ERR_TLS_CERT_ALTNAME_INVALID). Name the CA with tls_ca'});
		expect(service.requests()).toBe(0);
	});
});

/** A proxy that connects everything to one port of this machine, or refuses. Counts what was asked of it. */
const startProxy = async (port: number | 'refuse'): Promise<{readonly url: string; readonly hosts: string[]}> => {
	const hosts: string[] = [];
	const proxy = http.createServer((request, response) => {
		hosts.push(request.url ?? '');
		response.writeHead(port === 'refuse' ? 403 : 200).end();
	});
	proxy.on('connect', (request, socket) => {
		hosts.push(request.url ?? '');
		if (port === 'refuse') {
			socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}

		const target = net.connect(port, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			target.pipe(socket).pipe(target);
		});
		target.on('error', () => undefined);
		socket.on('error', () => undefined);
	});
	await new Promise<void>(resolve => {
		proxy.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		proxy.closeAllConnections();
		proxy.close();
	});
	const address = proxy.address();
	return {url: `http://user:geheim@127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, hosts};
};

// Node.js knows proxies from 22.21 and 24.5 on.
describe.skipIf(!('setGlobalProxyFromEnv' in http) && Number(process.versions.node.split('.', 1)[0]) < 24)('through a proxy', () => {
	const authority = makeCertificate({name: 'authority', isAuthority: true});
	const tls = makeCertificate({name: 'chat', issuer: authority, hosts: ['chat.invalid']});

	test('that the environment names, it reaches the host of the URL, whose certificate is checked', async () => {
		const service = await startService('slack', {tls});
		const {port} = new URL(service.url);
		const proxy = await startProxy(Number(port));
		const webhook = webhookTo(service.url.replace('127.0.0.1', 'chat.invalid'), {authorities: authority.cert});
		expect(await send(webhook, {https_proxy: proxy.url})).toEqual({type: 'sent'});
		expect(proxy.hosts).toEqual([`chat.invalid:${port}`]);
		expect(await send({...webhook, authorities: undefined}, {HTTPS_PROXY: proxy.url})).toMatchObject({type: 'refused', problem: expect.stringContaining('certificate not accepted') as string});
	});

	test('it does not go if the environment exempts the host, nor to this machine', async () => {
		const service = await startService('slack', {tls: makeCertificate({name: 'chat', issuer: authority})});
		const proxy = await startProxy('refuse');
		expect(await send(webhookTo('https://chat.invalid/T0K3N'), {HTTPS_PROXY: proxy.url, NO_PROXY: '.invalid'})).toMatchObject({type: 'retry', problem: expect.stringMatching(/^host not found/) as string});
		expect(await send(webhookTo(service.url, {authorities: authority.cert}), {HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url})).toEqual({type: 'sent'});
		expect(proxy.hosts).toEqual([]);
	});

	test('that refuses, the fault says so, without its password', async () => {
		const proxy = await startProxy('refuse');
		expect(await send(webhookTo('https://chat.invalid/T0K3N'), {HTTPS_PROXY: proxy.url})).toMatchObject({type: 'retry', problem: 'the proxy refused the connection'});
		expect(await send(webhookTo('https://chat.invalid/T0K3N'), {HTTPS_PROXY: 'http://user:geheim@127.0.0.1:1'})).toMatchObject({type: 'retry', problem: 'connection refused, through the proxy of HTTPS_PROXY or HTTP_PROXY'});
		expect(await send(webhookTo('https://chat.invalid/T0K3N'), {HTTPS_PROXY: ['http:', '', ''].join('/')})).toMatchObject({type: 'retry', problem: 'connection failed (ERR_PROXY_INVALID_CONFIG), through the proxy of HTTPS_PROXY or HTTP_PROXY'});
	});
});

const answer = (status: number, body = '', retryAfter?: string) => ({status, body, retryAfter});

describe('a response', () => {
	test.each<[Webhook['format'], ReturnType<typeof answer>, string]>([
		['dingtalk', answer(200, '{"errcode":0,"errmsg":"ok"}'), 'sent'],
		['dingtalk', answer(200, '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'), 'retry'],
		['dingtalk', answer(200, '{"errcode":-1,"errmsg":"system busy"}'), 'retry'],
		['dingtalk', answer(200, '{"errcode":310000,"errmsg":"keywords not in content"}'), 'refused'],
		['feishu', answer(200, '{"StatusCode":0,"StatusMessage":"success"}'), 'sent'],
		['feishu', answer(200, '{"code":11232,"msg":"frequency limited psm[x]"}'), 'retry'],
		['feishu', answer(200, '{"code":9499,"msg":"Bad Request","data":{}}'), 'refused'],
		['feishu', answer(400, '{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}'), 'refused'],
		['wecom', answer(200, '{"errcode":45009,"errmsg":"api freq out of limit"}'), 'retry'],
		['wecom', answer(200, '{"errcode":93000,"errmsg":"invalid webhook url"}'), 'refused'],
		['wecom', answer(200, '<html>login</html>'), 'refused'],
		['wecom', answer(200, '[]'), 'refused'],
		['slack', answer(200, 'ok'), 'sent'],
		['slack', answer(200, '{"success":true}'), 'sent'],
		['slack', answer(200, '{"result":"success","msg":""}'), 'sent'],
		['slack', answer(200, ''), 'sent'],
		['slack', answer(200, '\n<!DOCTYPE html><title>Sign in</title>'), 'refused'],
		['slack', answer(200, '{"success":false,"error":"no such channel"}'), 'refused'],
		['json', answer(200, '<html>login</html>'), 'refused'],
		['json', answer(200, '{"success":false}'), 'sent'],
		['slack', answer(404, 'no_service'), 'refused'],
		['slack', answer(429), 'retry'],
		['slack', answer(500, 'rollup_error'), 'retry'],
		['json', answer(204), 'sent'],
		['json', answer(302), 'refused'],
		['json', answer(408), 'retry'],
	])('of %s, %j: %s', (format, response, type) => {
		expect(verdictOf(webhookTo('https://chat.invalid/x', {format}), response, ten).type).toBe(type);
	});

	test.each([['30', 30_000], ['Sun, 01 Mar 2026 10:02:00 GMT', 120_000], ['-5', 0], ['soon', 0], [undefined, 0]])('with Retry-After %s is followed by a pause of %i ms', (after, pause) => {
		expect(verdictOf(webhookTo('https://chat.invalid/x'), answer(429, '', after), ten)).toMatchObject({after: pause});
	});

	test('of Slack itself is "ok", or an object that says so', () => {
		const webhook = webhookTo('https://hooks.slack.com/services/T00/B00/abc', {format: 'slack'});
		expect(['ok', '{"ok":true}', '', 'fine', '{"ok":false}'].map(body => verdictOf(webhook, answer(200, body), ten).type)).toEqual(['sent', 'sent', 'refused', 'refused', 'refused']);
	});

	test.each([
		[500, 'backend exploded', 'responded HTTP 500: backend exploded'],
		[502, '<html>Bad Gateway</html>', 'responded HTTP 502'],
		[429, 'rate_limited', 'responded HTTP 429: rate_limited'],
		[200, '<html>Sign in</html>', 'responded with a web page (HTTP 200). Is the URL right?'],
	])('with status %i is quoted, unless it is a page', (status, body, problem) => {
		expect(verdictOf(webhookTo('https://chat.invalid/x', {format: 'slack'}), answer(status, body), ten)).toMatchObject({problem});
	});

	test('that quotes the URL does not give it away', () => {
		const webhook = webhookTo('https://chat.invalid/cgi-bin/send?key=693a91f6-7xxx', {secret: 'SEC012345'});
		const {problem} = verdictOf(webhook, answer(404, 'no such hook: https://chat.invalid/cgi-bin/send?key=693a91f6-7xxx, 693a91f6-7xxx, SEC012345'), ten) as {readonly problem: string};
		expect(problem).toBe('responded HTTP 404: no such hook: ***, ***, ***');
		expect(hideSecrets(webhook)('key=693a91f6-7xxx')).toBe('key=***');
	});
});

test('the time between attempts doubles up to a minute, give or take a half', () => {
	expect([1, 2, 3, 4, 5, 6, 20].map(failures => retryDelay(failures, () => 0.5))).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
	expect([retryDelay(1, () => 0), retryDelay(1, () => 0.999)]).toEqual([1000, 2998]);
});

test('the time between messages doubles as long as they follow each other, and is short again after a pause', () => {
	expect(nextGap(4000, {gap: 4000, notBefore: ten, now: ten + 100})).toBe(8000);
	expect(nextGap(4000, {gap: 30_000, notBefore: ten, now: ten})).toBe(30_000);
	expect(nextGap(4000, {gap: 8000, notBefore: ten, now: ten + 8000})).toBe(4000);
});
