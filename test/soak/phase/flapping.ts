import {setTimeout as sleep} from 'node:timers/promises';
import {createTransport} from '../../../source/client/transport.js';
import {type Clock, systemClock} from '../../../source/lib/clock.js';
import {minute} from '../life/calendar.js';
import {readGauge, type Reading} from '../measure/gauge.js';
import {openWatch} from '../watch/open-watch.js';
import {type PlayOptions, type Played} from './play.js';

/** The machine's clock, with a count of what is scheduled. */
const createCountedClock = (): Clock & {readonly pending: () => number} => {
	const pending = new Set<() => void>();
	return {
		now: systemClock.now,
		schedule(run, delay) {
			const cancel = systemClock.schedule(() => {
				pending.delete(cancel);
				run();
			}, delay);
			pending.add(cancel);
			return () => {
				pending.delete(cancel);
				cancel();
			};
		},
		pending: () => pending.size,
	};
};

type FlappingOptions = {
	/** Agents that break every connection within seconds. */
	readonly addresses: readonly string[];
	readonly minutes: number;
	readonly onReading: PlayOptions['onReading'];
};

/** Watches agents whose connections break, in real time, and measures once a minute. */
export const playFlapping = async ({addresses, minutes, onReading}: FlappingOptions): Promise<Played> => {
	const startedAt = performance.now();
	const clock = createCountedClock();
	let polls = 0;
	const watch = openWatch(addresses, clock, options => {
		const transport = createTransport(options);
		return {
			...transport,
			async get(request, ask) {
				polls += 1;
				return transport.get(request, ask);
			},
		};
	});
	const {terminal: {stdout, stdin, frames}, store: {subscriptions}} = watch;
	const readings: Reading[] = [];
	for (let passed = 1; passed <= minutes; passed += 1) {
		await sleep(minute);
		const reading = readGauge({timers: clock.pending, subscriptions, emitters: [stdout, stdin]});
		readings.push(reading);
		onReading(`${passed} min: ${polls} polls, ${frames()} frames, ${(reading.heap / 1024 / 1024).toFixed(2)} MB, ${reading.handles} handles, ${reading.sockets} sockets`);
	}

	await watch.stop();
	const took = performance.now() - startedAt;
	return {readings, leftovers: [], polls, frames: frames(), lasted: took, took, isCutShort: false};
};
