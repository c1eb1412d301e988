import {setTimeout as sleep} from 'node:timers/promises';
import {bytesReadBy, cpuOf, memoryOf} from './accounting.js';
import {type SimulatedFleet} from './fleet.js';
import {type Watched} from './program.js';

/** What a program did in a while. */
export type Observation = {
	readonly seconds: number;
	/** CPU seconds. */
	readonly cpu: number;
	/** % of one core. */
	readonly share: number;
	readonly bytes: number;
	readonly frames: number;
	readonly requests: number;
	/** Bytes it read, from sockets above all. */
	readonly read: number;
	/** MB, at the end. */
	readonly memory: number;
};

/** Looks on for that many seconds. */
export const observe = async (program: Watched, fleet: SimulatedFleet | undefined, seconds: number): Promise<Observation> => {
	const look = async () => ({
		...program.traffic(), requests: await fleet?.requests() ?? 0, at: performance.now(), cpu: cpuOf(program.pid), read: bytesReadBy(program.pid),
	});
	const before = await look();
	await sleep(seconds * 1000);
	const after = await look();
	const lasted = (after.at - before.at) / 1000;
	const cpu = after.cpu - before.cpu;
	return {
		seconds: lasted,
		cpu,
		share: (cpu / lasted) * 100,
		bytes: after.bytes - before.bytes,
		frames: after.frames - before.frames,
		requests: after.requests - before.requests,
		read: after.read - before.read,
		memory: memoryOf(program.pid),
	};
};
