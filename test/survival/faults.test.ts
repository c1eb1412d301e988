// What networks, proxies and broken agents do to responses: what the agent's row says of it, that no other agent is affected, and that it ends by
// itself.

import {expect, test} from 'vitest';
import {pace} from '../../source/poller/intervals.js';
import {faults, type Fault} from '../helpers/faults.js';
import {reply, startScriptedServer} from '../helpers/scripted-server.js';
import {watchPair, type Pair} from './helpers/pair.js';

const backoffStep = pace.retryLongest / 1000;
const minute = 60;
const hundredMebibytes = faults.huge(100 * 1024 * 1024);

const stageOf = ({watch}: Pair, {label}: {readonly label: string}): number | undefined => watch.row(label).task?.progress.stage;

/** How often trouble with the agent was told so far. */
const tellings = ({watch, proxy}: Pair): number => watch.tellings(proxy.label);

/** A minute of that fault; checks that the neighbour is queried as often as ever, and shows no trouble. */
const suffer = async (pair: Pair, fault: Fault, where?: RegExp): Promise<void> => {
	const {watch, proxy, neighbour} = pair;
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	await proxy.fail(fault, where);
	expect(await watch.minuteOf(neighbour.label)).toBe(inHealth);
	expect(watch.tellings(neighbour.label)).toBe(0);
};

/** Ends the fault; checks that the row is as fresh as the neighbour's within one step of backoff. */
const recover = async (pair: Pair): Promise<void> => {
	const {watch, proxy, neighbour} = pair;
	await proxy.heal();
	await watch.passUntil(() => watch.row(proxy.label).problem === undefined && stageOf(pair, proxy) === stageOf(pair, neighbour), 'the row to be well and fresh', backoffStep);
	expect(watch.row(proxy.label)).toMatchObject({asOf: undefined, isFault: false, task: {name: 'Long task', outcome: {word: 'running'}}});
};

const elsewhere = 'http://127.0.0.9:8080/login?next=%2F';

test.for<readonly [name: string, fault: Fault, words: string, aliveWords: string]>([
	['refuses every connection', faults.refuse, 'unreachable since HH:MM local: connection refused', ''],
	['resets the connection in the middle of its answers', faults.resetMidBody, 'unreachable since HH:MM local: connection closed in the middle of the response', 'alive, but its task cannot be read since HH:MM local: connection closed in the middle of the response'],
	['is a black hole', faults.blackHole, 'unreachable since HH:MM local: no response within 10 s', 'alive, but its task cannot be read since HH:MM local: no response within 10 s'],
	['drips one byte a second', faults.drip, 'unreachable since HH:MM local: no response within 10 s', 'alive, but its task cannot be read since HH:MM local: no response within 10 s'],
	['sends truncated JSON', faults.truncated, 'no valid response since HH:MM local: it sent JSON that is cut off, or not an agent\'s', 'alive, but its task cannot be read since HH:MM local: it sent JSON that is cut off, or not an agent\'s'],
	['sends HTML with 200', faults.html, 'no valid response since HH:MM local: it sent HTML, not JSON (status 200). Is there a proxy in between?', 'alive, but its task cannot be read since HH:MM local: it sent HTML, not JSON (status 200). Is there a proxy in between?'],
	['sends nothing with 204', faults.noContent, 'no valid response since HH:MM local: empty response (status 204)', 'alive, but its task cannot be read since HH:MM local: empty response (status 204)'],
	['is behind a gateway that says 502', faults.badGateway, 'no valid response since HH:MM local: it sent HTML, not JSON (status 502). Is there a proxy in between?', 'alive, but its task cannot be read since HH:MM local: it sent HTML, not JSON (status 502). Is there a proxy in between?'],
	['sends gzip that is cut off', faults.brokenGzip, 'no valid response since HH:MM local: its compressed response cannot be read', 'alive, but its task cannot be read since HH:MM local: its compressed response cannot be read'],
	['redirects elsewhere', faults.redirect(elsewhere), 'no valid response since HH:MM local: it redirects to 127.0.0.9:8080, which is not followed', 'alive, but its task cannot be read since HH:MM local: it redirects to 127.0.0.9:8080, which is not followed'],
])('an agent that %s says so on its row, and is well again soon after', async ([, fault, words, aliveWords]) => {
	const pair = await watchPair();
	const {watch, proxy} = pair;
	await suffer(pair, fault);
	expect(watch.words(proxy.label)).toBe(words);
	// Calm: one trouble is reported once, and the known data stay in sight.
	expect(tellings(pair)).toBe(1);
	expect(watch.row(proxy.label)).toMatchObject({isFault: true, task: {name: 'Long task'}});
	await recover(pair);

	// A port is closed to everything or to nothing.
	if (fault === faults.refuse) {
		return;
	}

	const before = tellings(pair);
	await proxy.fail(fault, /task/);
	await watch.pass(minute);
	expect(watch.words(proxy.label)).toBe(aliveWords);
	expect(tellings(pair) - before).toBe(1);
	await recover(pair);
});

test.for<readonly [name: string, fault: Fault]>([
	['compresses its answers', faults.gzip],
	['takes 3 s for every answer', faults.slow(3000)],
	['closes kept connections just as a question comes', faults.closedUnderRequest],
])('an agent that %s is well', async ([, fault]) => {
	const pair = await watchPair();
	await suffer(pair, fault);
	expect(pair.watch.row(pair.proxy.label)).toMatchObject({problem: undefined, task: {outcome: {word: 'running'}}});
	expect(tellings(pair)).toBe(0);
	await recover(pair);
});

test('a request whose connection was closed is sent once more, and no more', async () => {
	const pair = await watchPair();
	const {watch, proxy, neighbour} = pair;
	await suffer(pair, faults.closedUnderRequest);
	expect(watch.questions(proxy.label)).toBeLessThan(watch.questions(neighbour.label) * 2);
	const from = watch.questions(proxy.label);
	await proxy.fail(({response}) => {
		response.destroy();
	});
	await watch.pass(minute);
	expect(watch.words(proxy.label)).toBe('unreachable since HH:MM local: connection reset');
	expect(watch.questions(proxy.label) - from).toBeLessThan(12);
	await recover(pair);
});

test('the target of a redirect is not queried', async () => {
	const target = await startScriptedServer(reply(200, '{}'));
	const pair = await watchPair();
	pair.keep(target);
	await suffer(pair, faults.redirect(`http://${target.address}/api/v1/status`));
	expect(pair.watch.words(pair.proxy.label)).toBe(`no valid response since HH:MM local: it redirects to ${target.address}, which is not followed`);
	expect(target.requests).toEqual([]);
	expect(target.opened()).toBe(0);
	await recover(pair);
});

test('of a task of 100 MB no more than the limit is taken, and its head goes on', async () => {
	const pair = await watchPair();
	const {watch, proxy, neighbour} = pair;
	await watch.pass(minute / 6);
	const before = proxy.sent();
	const inHealth = await watch.minuteOf(neighbour.label);
	const wholeAsked = (): number => proxy.asked.filter(uri => uri.endsWith('/maintain/agent')).length;
	const from = wholeAsked();
	await proxy.fail(hundredMebibytes, /maintain\/agent$/);
	expect(await watch.minuteOf(neighbour.label)).toBe(inHealth);
	await watch.pass(minute);
	expect(watch.words(proxy.label)).toBe('its task is too large to show in full since HH:MM local: response over 32 MB, cut off');
	expect(stageOf(pair, proxy)).toBe(stageOf(pair, neighbour));
	// Dear as it is, it is tried ever more seldom.
	expect(wholeAsked() - from).toBe(3);
	// What the system had taken already when the connection was cut comes on top.
	expect(proxy.sent() - before).toBeLessThan(3 * 50 * 1024 * 1024);
	await watch.pass(minute * 6);
	expect(wholeAsked() - from).toBe(5);
});

test('the limit can be changed, and is named in the error', async () => {
	const pair = await watchPair({options: {bodyLimit: 2 * 1024 * 1024}});
	await suffer(pair, faults.pass);
	await pair.proxy.fail(hundredMebibytes, /maintain\/agent$/);
	await pair.watch.pass(2);
	expect(pair.watch.words(pair.proxy.label)).toBe('its task is too large to show in full since HH:MM local: response over 2 MB, cut off');
	await recover(pair);
});

test('an agent that sends 100 MB for any request is cut off soon, and is well again soon after', async () => {
	const pair = await watchPair();
	const {watch, proxy} = pair;
	await suffer(pair, hundredMebibytes);
	expect(watch.words(proxy.label)).toBe('no valid response since HH:MM local: response over 256 KB, cut off');
	expect(watch.row(proxy.label)).toMatchObject({isFault: true, task: {name: 'Long task'}});
	await recover(pair);
	await proxy.fail(hundredMebibytes, /maintain\/agent$/);
	await watch.pass(2);
	expect(watch.words(proxy.label)).toBe('its task is too large to show in full since HH:MM local: response over 32 MB, cut off');
	await recover(pair);
});

