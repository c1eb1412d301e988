// A service that is down, busy, slow or odd, and the end of the program meanwhile.

import {expect, test} from 'vitest';
import {ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {startService} from './helpers/services.js';
import {begin, lines, passing, requested} from './helpers/webhook-scene.js';

test('a service that is down is tried again, less and less often, for some minutes; later changes join; then it is given up', async () => {
	const scene = await begin('wecom');
	scene.service.answer = {status: 500};
	scene.comes(1, 'FAILED/RUN');
	const times: number[] = [];
	for (let count = 1; count <= 4; count++) {
		await requested(scene, count);
		times.push(scene.clock.now());
	}

	expect(times.map((time, index) => time - (times[index - 1] ?? ten)).every((gap, index, gaps) => index === 0 || gap > (gaps[index - 1] ?? 0))).toBe(true);
	expect(scene.said).toEqual(['webhook ops: responded HTTP 500. Trying again.']);
	await passing(scene, () => scene.reports.counts()[0]?.failed === 1, 'the end of its patience', 1000);
	expect(scene.clock.now() - ten).toBeLessThan(400_000);
	const requests = scene.service.requests();
	expect(requests).toBeLessThan(12);
	await scene.clock.advance(3_600_000);
	expect(scene.service.requests()).toBe(requests);
	// It works again: the next fault is worth a line again.
	scene.service.answer = undefined;
	scene.comes(2, 'FAILED/RUN');
	await requested(scene, requests + 1);
	await until(() => scene.reports.counts()[0]?.sent === 1, 'the next change');
	scene.service.answer = {status: 403, body: 'invalid_token'};
	scene.comes(3, 'FAILED/RUN');
	await requested(scene, requests + 2);
	await until(() => scene.said.length === 2, 'the next fault');
	expect(scene.said[1]).toBe('webhook ops: 1 change not sent: responded HTTP 403: invalid_token');
	expect(scene.failing).toEqual(['ops: responded HTTP 500. Trying again.', 'ops: 1 change not sent: responded HTTP 500', '', 'ops: 1 change not sent: responded HTTP 403: invalid_token']);
});

test('changes that come while a service is down are one message once it is up, and none is lost', async () => {
	const scene = await begin('slack');
	scene.service.answer = {status: 503};
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	scene.comes(2, 'FAILED/RUN');
	scene.comes(3, 'FAILED/RUN');
	scene.service.answer = undefined;
	await requested(scene, 2);
	await until(() => scene.reports.counts()[0]?.sent === 3, 'all three');
	expect(lines(scene)[0]).toBe('obwatch: 3 failed: 10.0.0.1:2886');
	expect(scene.said).toEqual([]);
});

test('a service that is too busy says when to come back', async () => {
	const scene = await begin('slack');
	scene.service.answer = {status: 429, headers: {'retry-after': '120'}, body: 'rate_limited'};
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	const at = scene.clock.now();
	scene.service.answer = undefined;
	await requested(scene, 2);
	expect(scene.clock.now() - at).toBeGreaterThanOrEqual(120_000);
	expect(scene.said).toEqual([expect.stringMatching(/^webhook ops: responded HTTP 429: rate_limited\. Trying again at \d\d:\d\d:\d\d\.$/)]);
});

test('the time of the next attempt is never one that has passed, and the count is of all that was refused since one was sent', async () => {
	const scene = await begin('slack');
	scene.service.answer = {status: 429, headers: {'retry-after': '120'}, body: 'rate_limited'};
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	scene.service.answer = {status: 503};
	await requested(scene, 2);
	await until(() => scene.failing.length === 2, 'the next fault');
	expect(scene.failing).toEqual([expect.stringMatching(/Trying again at \d\d:\d\d:\d\d\.$/), 'ops: responded HTTP 503. Trying again.']);
	scene.service.answer = {status: 403, body: 'invalid_token'};
	await requested(scene, 3);
	await until(() => scene.failing.length === 3, 'a refusal');
	scene.comes(2, 'FAILED/RUN');
	await requested(scene, 4);
	await until(() => scene.failing.length === 4, 'another one');
	expect(scene.failing.slice(2)).toEqual(['ops: 1 change not sent: responded HTTP 403: invalid_token', 'ops: 2 changes not sent: responded HTTP 403: invalid_token']);
	expect(scene.said).toHaveLength(1);
	scene.service.answer = undefined;
	scene.comes(3, 'FAILED/RUN');
	await passing(scene, () => scene.reports.counts()[0]?.sent === 1, 'one that is sent');
	scene.service.answer = {status: 403, body: 'invalid_token'};
	scene.comes(4, 'FAILED/RUN');
	await passing(scene, () => scene.said.length === 2, 'a line again');
	expect(scene.failing.slice(4)).toEqual(['', 'ops: 1 change not sent: responded HTTP 403: invalid_token']);
});

test('a redirect is not followed', async () => {
	const scene = await begin('json');
	const other = await startService('json');
	scene.service.answer = {status: 307, headers: {location: other.url}};
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	await until(() => scene.said.length === 1, 'the refusal');
	expect(scene.said[0]).toBe('webhook ops: 1 change not sent: redirects elsewhere (HTTP 307), which is not followed');
	expect(other.requests()).toBe(0);
});

test('a response without an end is read in part', async () => {
	const scene = await begin('dingtalk');
	scene.service.answer = {status: 200, body: `{"errcode":0,"errmsg":"${'x'.repeat(5_000_000)}`};
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	await until(() => scene.said.length === 1, 'the refusal');
	expect(scene.said[0]).toBe('webhook ops: 1 change not sent: unexpected response (HTTP 200). Is the URL right?');
});

test('a service that says nothing holds up nothing: each attempt ends after ten seconds, and the end of the program waits for a moment only', async () => {
	const scene = await begin('dingtalk');
	scene.service.answer = 'nothing';
	scene.comes(1, 'FAILED/RUN');
	await requested(scene, 1);
	await scene.clock.advance(11_000);
	await requested(scene, 2);
	const finished = scene.reports.finish({timeout: 2000, signal: scene.signal.signal});
	await scene.clock.advance(2000);
	await finished;
	expect(scene.said).toEqual(['webhook ops: 1 change not sent: no response within 10 s']);
});

test('a second ctrl-C does not wait for that moment', async () => {
	const scene = await begin('dingtalk');
	scene.service.answer = 'nothing';
	scene.comes(1, 'FAILED/RUN');
	const finished = scene.reports.finish({timeout: 2000, signal: scene.signal.signal});
	await until(() => scene.service.requests() === 1, 'the attempt at the end');
	scene.signal.abort();
	await finished;
	expect(scene.said).toEqual(['webhook ops: 1 change not sent: no time was left at the end']);
});

test('what waits at the end of the program is sent at once', async () => {
	const scene = await begin('feishu');
	scene.comes(1, 'FAILED/RUN');
	await scene.reports.finish({timeout: 2000, signal: scene.signal.signal});
	expect(scene.service.deliveries).toHaveLength(1);
	expect(scene.said).toEqual([]);
	scene.comes(2, 'FAILED/RUN');
	await scene.clock.advance(60_000);
	expect(scene.service.requests()).toBe(1);
});
