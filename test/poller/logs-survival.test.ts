import {expect, test} from 'vitest';
import {errorText} from '../../source/store/selectors/error-text.js';
import {ten} from '../helpers/tasks.js';
import {createFleet} from './fleet.js';
import {
	countOf,
	createScript,
	leave,
	log,
	look,
	otherSubTask,
	question,
	subTask,
	told,
	watch,
} from './log-fleet.js';
import {countsSince} from './scripted-agent.js';

const minute = 60_000;

test('a log that never comes is given up after half a minute, and nothing else suffers', async () => {
	const fleet = await watch({logLatency: Infinity, isDeaf: true});
	look(fleet, {isActive: true});
	const from = fleet.clock.now();
	await fleet.clock.advance(32_000);
	expect(told(fleet)).toEqual(['timeout']);
	expect(countsSince(fleet.agent, from)).toMatchObject({task: 32, status: 7});
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');
	fleet.poller.stop();
});

test('a bug in the client, or in a listener, is reported as the log\'s trouble, and all is reported in the end', async () => {
	let isBroken = true;
	const heard: string[] = [];
	const fleet = await watch({bug: name => name === question && isBroken ? new TypeError('x is undefined') : undefined}, {
		emit(event) {
			if (event.type === 'logs-received' && heard.length < 2) {
				heard.push('stumbled');
				throw new Error('the store fell over');
			}

			if (event.type === 'logs-received' || event.type === 'logs-failed') {
				heard.push(event.type === 'logs-failed' && event.error.type === 'protocol' ? errorText(event.error) : event.type);
			}
		},
	});
	look(fleet);
	await fleet.clock.advance(500);
	isBroken = false;
	await fleet.clock.advance(minute);
	expect(heard).toEqual(['internal error: TypeError: x is undefined', 'stumbled', 'internal error: Error: the store fell over', 'logs-received']);
	fleet.poller.stop();
});

test('what could not be reported at first is reported in the end, even if nothing changed since', async () => {
	let isBroken = false;
	const heard: string[] = [];
	const fleet = await watch({}, {
		emit(event) {
			if (isBroken) {
				throw new Error('the store fell over');
			}

			if (event.type === 'logs-received') {
				heard.push(event.lines.texts.join(', '));
			}
		},
	});
	look(fleet, {isActive: true});
	await fleet.clock.advance(1500);
	isBroken = true;
	fleet.agent.script.logs.set(subTask, log('start', 'end'));
	await fleet.clock.advance(3000);
	isBroken = false;
	await fleet.clock.advance(minute);
	expect(heard).toEqual(['start', 'start, end']);
	fleet.poller.stop();
});

test('a listener that stops all and stumbles hears nothing more', async () => {
	const heard: string[] = [];
	const fleet = await watch({}, {
		emit({type}) {
			if (!type.startsWith('logs-')) {
				return;
			}

			heard.push(type);
			fleet.poller.stop();
			throw new Error('the store fell over');
		},
	});
	look(fleet);
	await fleet.clock.advance(minute);
	expect(heard).toEqual(['logs-received']);
	expect(fleet.clock.pending()).toBe(0);
});

test('what was due when a log queued, but no longer is, is not queried', async () => {
	const fleet = createFleet([createScript()], {concurrency: 1});
	await fleet.clock.advance(10_000);
	look(fleet);
	await fleet.clock.advance(500);
	fleet.agent.script.latency = 700;
	while (fleet.agent.open() === 0) {
		await fleet.clock.advance(10);
	}

	look(fleet, {mark: 'b'});
	await fleet.clock.advance(10);
	look(fleet);
	await fleet.clock.advance(minute);
	expect(countOf(fleet, ten)).toBe(1);
	fleet.poller.stop();
});

test('stop leaves no timer and no request for a log, and nothing opens one afterwards', async () => {
	const fleet = await watch({logLatency: 3000});
	look(fleet, {isActive: true});
	await fleet.clock.advance(1000);
	fleet.poller.stop();
	await fleet.clock.advance(0);
	expect(fleet.agent.open()).toBe(0);
	look(fleet, {subTask: otherSubTask});
	expect(fleet.clock.pending()).toBe(0);
	await fleet.clock.advance(minute);
	expect(told(fleet)).toEqual([]);

	fleet.poller.start();
	await fleet.clock.advance(minute);
	expect(told(fleet)).toEqual(['stop']);
	fleet.poller.stop();
});

test('a log does not wait behind agents that are lost', async () => {
	const silent = Array.from({length: 20}, () => ({latency: Infinity}));
	const fleet = createFleet([createScript(), ...silent], {concurrency: 4});
	await fleet.clock.advance(minute);
	look(fleet);
	await fleet.clock.advance(5);
	expect(told(fleet)).toEqual(['start']);
	fleet.poller.stop();
});

test('a log that is closed while it is queued is not queried', async () => {
	const fleet = createFleet([createScript({latency: 500})], {concurrency: 1});
	await fleet.clock.advance(100);
	look(fleet);
	await fleet.clock.advance(100);
	leave(fleet);
	await fleet.clock.advance(minute);
	expect(countOf(fleet, ten)).toBe(0);
	fleet.poller.stop();
});
