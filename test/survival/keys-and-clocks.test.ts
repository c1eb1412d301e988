// An agent's key or clock changed, or is wrong: nothing is encrypted with an unknown key, and a wrong clock is corrected for.

import {expect, test} from 'vitest';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {faults, type Exchange} from '../helpers/faults.js';
import {watchPair, type Pair} from './helpers/pair.js';

const minute = 60;
const hour = 3_600_000;
const backoffStep = 30;

const isWell = ({watch, proxy, neighbour}: Pair) => (): boolean => {
	const row = watch.row(proxy.label);
	return row.problem === undefined && row.task?.progress.stage === watch.row(neighbour.label).task?.progress.stage;
};

/** How many requests with a password in them an agent got. */
const sealedOf = ({agent}: Pair): number => agent.requests().by.filter(({auth}) => auth !== undefined).reduce((sum, {count}) => sum + count, 0);

/** A minute in which the agent suffers; checks that its neighbour was asked as often as in a minute of health, and that no trouble was told of it. */
const sufferAMinute = async ({watch, neighbour}: Pair, inHealth: number): Promise<void> => {
	expect(await watch.minuteOf(neighbour.label)).toBe(inHealth);
	expect(watch.tellings(neighbour.label)).toBe(0);
};

test('an agent that hands out a key that is not its own cannot read what is sealed with it; the right key later is news that a person must accept', async () => {
	const other = await generateDemoKey(512);
	const pair = await watchPair({
		async prepare(proxy) {
			await proxy.fail(faults.wrongKey(other.publicKey));
		},
	});
	const {watch, proxy, neighbour} = pair;
	await watch.pass(minute);
	const inMisery = await watch.minuteOf(neighbour.label);
	expect(watch.words(proxy.label)).toBe('alive, but its task cannot be read since HH:MM local: it cannot decrypt what was encrypted with its key. Do two agents share this address?');
	await proxy.heal();
	await watch.passUntil(() => watch.words(proxy.label) === 'its encryption key changed, no password sent (K)', 'the right key to be seen', backoffStep);
	accept(pair);
	await watch.passUntil(isWell(pair), 'the row to be well', 1);
	await sufferAMinute(pair, inMisery);
});

/** As a person does who has looked at the fingerprint. */
const accept = ({watch, proxy}: Pair): void => {
	const failure = watch.events.findLast(event => event.type === 'agent-failed' && event.agent === proxy.label);
	const offered = failure?.type === 'agent-failed' && failure.error.type === 'key-changed' ? failure.error.offered : '';
	expect(watch.clientOf(proxy.label).acceptKey(offered)).toBe(true);
	watch.poller.wake(proxy.label);
};

test('an agent whose key was rotated gets nothing sealed until that is accepted, and is still seen to be alive', async () => {
	const pair = await watchPair();
	const {watch, proxy, neighbour, agent} = pair;
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	await agent.rotateKey(await generateDemoKey(512));
	await watch.pass(3);
	expect(watch.words(proxy.label)).toBe('its encryption key changed, no password sent (K)');
	const sealed = sealedOf(pair);
	const asked = watch.questions(proxy.label);
	await sufferAMinute(pair, inHealth);
	await watch.pass(2 * minute);
	// Its status every 5 s.
	expect(sealedOf(pair)).toBe(sealed);
	expect(watch.questions(proxy.label) - asked).toBe(3 * 12);
	accept(pair);
	await watch.passUntil(isWell(pair), 'the row to be well', 1);
});

test('the data of an agent that came back with another key are those from before, not from its first response', async () => {
	const pair = await watchPair();
	const {watch, proxy, agent} = pair;
	await watch.pass(minute / 6);
	const {at: before = 0} = watch.events.findLast(event => event.agent === proxy.label) ?? {};
	await proxy.fail('refuse');
	await watch.pass(minute);
	await agent.rotateKey(await generateDemoKey(512));
	await proxy.heal();
	await watch.passUntil(() => watch.words(proxy.label) === 'its encryption key changed, no password sent (K)', 'the news of the key', backoffStep);
	const {asOf = NaN} = watch.row(proxy.label);
	expect(asOf).toBeGreaterThanOrEqual(before);
	expect(asOf).toBeLessThan(before + 2000);
});

test.for([['ahead', hour], ['behind', -hour]] as const)('a clock that jumps an hour %s is corrected for before the user notices', async ([, offset]) => {
	const pair = await watchPair();
	const {watch, proxy, neighbour, agent} = pair;
	const durationOf = (label: string): number => Math.round((watch.row(label).task?.duration ?? NaN) / 1000);
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	for (const [before, now] of [[0, offset], [offset, 0]] as const) {
		agent.setClockOffset(now);
		// Ahead, requests expire within a minute; behind, only the time that is asked for now and then tells.
		await sufferAMinute(pair, inHealth);
		await watch.pass(now > before ? 0 : 4 * minute);
		expect(watch.row(proxy.label)).toMatchObject({problem: undefined, task: {outcome: {word: 'running'}}});
		expect(durationOf(proxy.label)).toBe(durationOf(neighbour.label));
	}

	expect(watch.events.filter(({type}) => type === 'agent-failed')).toEqual([]);
});

test.for([
	['an hour ahead when one is about to ask', hour, 0, 'requests expire although its clock seems right. Does it jump?'],
	['an hour behind for who asks for the time, and an hour ahead for all else', hour, -hour, 'its clock is 60 min behind, and requests expire even when corrected for that'],
] as const)('a clock that is %s is reported, and is well again once it is steady', async ([, whenJudging, whenAsked, words]) => {
	const pair = await watchPair();
	const {watch, proxy, neighbour, agent} = pair;
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	await proxy.fail(async (exchange: Exchange) => {
		agent.setClockOffset(exchange.uri.endsWith('/time') ? whenAsked : whenJudging);
		await faults.pass(exchange);
	});
	await sufferAMinute(pair, inHealth);
	await watch.pass(minute);
	expect(watch.words(proxy.label)).toBe(`alive, but its task cannot be read since HH:MM local: ${words}`);
	agent.setClockOffset(0);
	await proxy.heal();
	await watch.passUntil(isWell(pair), 'the row to be well', backoffStep);
});
