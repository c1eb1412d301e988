// The soak itself, run by `run.ts` with the garbage collector in hand: days in minutes, and a verdict.

import {readFileSync} from 'node:fs';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {hour, minute} from './life/calendar.js';
import {judge} from './measure/judge.js';
import {table} from './measure/report.js';
import {playDays} from './phase/days.js';
import {playFlapping} from './phase/flapping.js';
import {leaks} from './phase/leak.js';
import {type Played} from './phase/play.js';
import {playSockets} from './phase/sockets.js';

const mebibyte = 1024 * 1024;

// Short: to see that it works, and that what is counted stays; of memory only a gross loss shows before everything is warm.
const lengths = {
	full: {
		memory: 2 * mebibyte,
		days: {calendar: {block: 2 * hour, quiet: 10 * minute, recovery: 12 * minute}, until: {blocks: 12, polls: 200_000, frames: 100_000}, lines: 24_000, warmUp: 4},
		sockets: {calendar: {block: 40 * minute, quiet: 6 * minute, recovery: 6 * minute}, until: {blocks: 6, polls: 10_000, frames: 0}, lines: 0, warmUp: 2},
	},
	short: {
		memory: 8 * mebibyte,
		days: {calendar: {block: 6 * minute, quiet: 2 * minute, recovery: 2 * minute}, until: {blocks: 3, polls: 1000, frames: 200}, lines: 0, warmUp: 1},
		sockets: {calendar: {block: 5 * minute, quiet: 2 * minute, recovery: minute}, until: {blocks: 2, polls: 500, frames: 50}, lines: 0, warmUp: 0},
	},
} as const;

// Of real time: what has no more than that has to be enough.
const defaultMinutes = 6;

const {values} = parseArgs({options: {short: {type: 'boolean', default: false}, leak: {type: 'string'}, minutes: {type: 'string', default: String(defaultMinutes)}, flapping: {type: 'string'}, 'only-days': {type: 'boolean', default: false}, 'only-flapping': {type: 'boolean', default: false}}});
const leak = leaks.find(kind => kind === values.leak);
if (values.leak !== undefined && leak === undefined) {
	throw new Error(`--leak: one of ${leaks.join(', ')}`);
}

const {days, sockets, memory} = values.short ? lengths.short : lengths.full;
const [own, other] = await Promise.all([generateDemoKey(512), generateDemoKey(512)]);
const keys = {own: own.publicKey, other: other.publicKey};
const faults: string[] = [];
process.on('unhandledRejection', reason => {
	faults.push(`an unhandled rejection: ${String(reason)}`);
});

const say = (line: string): void => {
	process.stdout.write(`${line}\n`);
};

const report = (name: string, {readings, leftovers, polls: asked, frames: drawn, lasted, took, isCutShort}: Played, warmUp: number, tolerated = memory, slack = 0): void => {
	const verdicts = judge(readings.slice(warmUp), tolerated, slack);
	say(`\n${name}: ${(lasted / hour).toFixed(1)} h in ${(took / 1000).toFixed(0)} s, ${asked} polls, ${drawn} frames; ${readings.length} readings, the first ${warmUp} of a program still warming up\n`);
	say(table(verdicts));
	faults.push(
		...(isCutShort ? [`${name}: out of time with too little to prove anything`] : []),
		...verdicts.filter(({isGrowing}) => isGrowing).map(({quantity}) => `${name}: ${quantity} grows`),
		...leftovers.map(left => `${name}: left behind at the end: ${left}`),
	);
};

const limit = Number(values.minutes) * minute;
const common = {keys, leak, onReading: say};
let [polls, frames] = [0, 0];
const count = (played: Played): void => {
	polls += played.polls;
	frames += played.frames;
};

if (!values['only-flapping']) {
	const played = await playDays({...common, ...days, limit: limit * 5 / 6});
	report('days without a network', played, days.warmUp);
	count(played);
	if (!values['only-days']) {
		const networked = await playSockets({...common, ...sockets, limit: limit - played.took});
		report('hours over real connections', networked, sockets.warmUp);
		count(networked);
	}
}

// A file of addresses.
if (values.flapping !== undefined) {
	const addresses = readFileSync(values.flapping, 'utf8').split('\n');
	const flapping = await playFlapping({addresses, minutes: 15, onReading: say});
	// What is under way at a moment differs by up to one for each agent; something lost with each break would be thousands.
	report(`${addresses.length} agents whose connections flap`, flapping, 5, mebibyte, addresses.length);
	count(flapping);
}

say(`\n${faults.length === 0 ? `nothing grew over ${polls} polls and ${frames} frames` : faults.join('\n')}`);
// What was lost may keep the process alive.
// eslint-disable-next-line unicorn/no-process-exit -- a program of its own
process.exit(faults.length === 0 ? 0 : 1);
