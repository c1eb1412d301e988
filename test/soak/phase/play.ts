// Lets time pass over a program under watch, with a person in front of it, and measures it at the end of each block.

import {setTimeout as sleep} from 'node:timers/promises';
import {type VirtualClock} from '../../helpers/virtual-clock.js';
import {type Life} from '../life/answers.js';
import {hour, quietFrom, second} from '../life/calendar.js';
import {readGauge, type Reading} from '../measure/gauge.js';
import {leftovers} from '../measure/judge.js';
import {type Watch} from '../watch/open-watch.js';
import {createPerson} from '../watch/person.js';
import {type Leak} from './leak.js';

export type Played = {
	/** One of each block. */
	readonly readings: readonly Reading[];
	/** What was not given back at the end. */
	readonly leftovers: readonly string[];
	readonly polls: number;
	readonly frames: number;
	/** ms of simulated and of real time. */
	readonly lasted: number;
	readonly took: number;
	/** It ran out of time before it had enough. */
	readonly isCutShort: boolean;
};

export type PlayOptions = {
	readonly clock: VirtualClock;
	readonly life: Life;
	readonly open: () => Watch;
	readonly polls: () => number;
	/** Whether questions are under way. */
	readonly isBusy: () => boolean;
	/** It ends after the first block that has so many of all. */
	readonly until: {readonly blocks: number; readonly polls: number; readonly frames: number};
	/** So many lines are drawn before anything is measured. */
	readonly lines: number;
	/** So many readings are of a program that is not warm yet. */
	readonly warmUp: number;
	/** ms from one key to the next. */
	readonly keyEvery: number;
	/** Called before each key. */
	readonly onStep: () => Promise<void>;
	readonly leak: Leak;
	/** Hears of each reading. */
	readonly onReading: (line: string) => void;
	/** ms of real time after which it ends, whatever it has. */
	readonly limit: number;
};

// Connections and Ink's own timers take a moment to be gone, in real ms.
const settling = 200;
const mebibyte = 1024 * 1024;

export const play = async ({clock, life, open, polls, isBusy, until, lines, warmUp, keyEvery, onStep, leak, onReading, limit}: PlayOptions): Promise<Played> => {
	const startedAt = performance.now();
	// What is hooked on the end of the process by the first screen is there once and for all.
	await open().stop();
	await sleep(settling);
	const before = readGauge({timers: clock.pending, subscriptions: () => 0, emitters: []});
	const watch = open();
	const {terminal: {stdout, stdin, frames}, store: {subscriptions}} = watch;
	const person = createPerson(watch);
	const gauged = {timers: clock.pending, subscriptions, emitters: [stdout, stdin]};
	const readings: Reading[] = [];
	const passed = (): number => clock.now() - life.epoch;

	const isLate = (): boolean => performance.now() - startedAt > limit;
	const isEnough = (): boolean => readings.length >= until.blocks && polls() >= until.polls && frames() >= until.frames;
	await person.drawLines(lines);
	while (!isEnough() && !isLate()) {
		const quiet = quietFrom(life.calendar, passed());
		while (passed() < quiet && !isLate()) {
			await onStep();
			await person.act();
			leak.seep();
			await clock.advance(keyEvery);
		}

		await onStep();
		await person.goHome();
		if (readings.length === Math.ceil((warmUp + until.blocks) / 2)) {
			leak.lose();
		}

		// Just before the next block, when all that went wrong is forgotten.
		if (isLate()) {
			break;
		}

		await clock.advance(quiet + life.calendar.quiet - passed() - second);
		// Agents are asked in turn, all the time: between two questions.
		for (let tries = 0; tries < 100 && isBusy(); tries += 1) {
			await clock.advance(5);
		}

		const reading = readGauge(gauged);
		readings.push(reading);
		onReading(`${(passed() / hour).toFixed(1)} h: ${polls()} polls, ${frames()} frames, ${(reading.heap / mebibyte).toFixed(2)} MB; ${Math.round((performance.now() - startedAt) / second)} s`);
		await clock.advance(second);
	}

	await watch.stop();
	await onStep();
	await sleep(settling);
	return {
		readings, polls: polls(), frames: frames(), lasted: passed(), took: performance.now() - startedAt,
		isCutShort: !isEnough(),
		leftovers: leftovers(before, readGauge({...gauged, emitters: []})),
	};
};
