import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {bytesReadBy, cpuOf, memoryOf} from './accounting.js';
import {type SimulatedFleet} from './fleet.js';
import {type BareWork, type CountedRequest} from './messages.js';
import {openProgram, type Watched} from './program.js';

/** What a program did in a while. */
export type Observation = {
	readonly seconds: number;
	/** CPU seconds. */
	readonly cpu: number;
	/** % of one core. */
	readonly share: number;
	readonly bytes: number;
	readonly frames: number;
	readonly requests: readonly CountedRequest[];
	/** Bytes it read, from sockets above all. */
	readonly read: number;
	/** MB, at the end. */
	readonly memory: number;
};

const key = (request: CountedRequest): string => `${request.address} ${request.path} ${request.isSealed}`;

/** What was asked in between. */
const difference = (before: readonly CountedRequest[], after: readonly CountedRequest[]): readonly CountedRequest[] => {
	const earlier = new Map(before.map(request => [key(request), request.count]));
	return after.map(request => ({...request, count: request.count - (earlier.get(key(request)) ?? 0)})).filter(({count}) => count > 0);
};

/** How many requests for such paths there were. */
export const countOf = (requests: readonly CountedRequest[], isWanted: (path: string) => boolean = () => true): number => {
	let sum = 0;
	for (const request of requests) {
		sum += isWanted(request.path) ? request.count : 0;
	}

	return sum;
};

/** A request as it is counted: without what differs between agents. */
const kindOf = (asked: string): string => asked.replace('/api/v1/', '').replaceAll(/\d{6,}/g, 'ID');

/** How often one agent is asked for what, a minute; without what it is hardly ever asked. */
export const kindsOf = ({requests, seconds}: Observation, agents: number): string => {
	const kinds = [...new Set(requests.map(request => kindOf(request.path)))];
	return kinds
		.map(kind => [kind, (countOf(requests, asked => kindOf(asked) === kind) / seconds * 60 / agents).toFixed(1)] as const)
		.filter(([, count]) => count !== '0.0')
		.map(([kind, count]) => `${kind} ${count}`).join(', ');
};

/** Observes for that many seconds. */
export const observe = async (program: Watched, fleet: SimulatedFleet | undefined, seconds: number): Promise<Observation> => {
	const look = async () => {
		const requests = await fleet?.requests() ?? [];
		return {...program.traffic(), requests, at: performance.now(), cpu: cpuOf(program.pid), read: bytesReadBy(program.pid)};
	};

	const before = await look();
	await sleep(seconds * 1000);
	const after = await look();
	const lasted = (after.at - before.at) / 1000;
	const cpu = after.cpu - before.cpu;
	const requests = difference(before.requests, after.requests);
	return {
		seconds: lasted,
		cpu,
		share: (cpu / lasted) * 100,
		bytes: after.bytes - before.bytes,
		frames: after.frames - before.frames,
		requests,
		read: after.read - before.read,
		memory: memoryOf(program.pid),
	};
};

/** The same work without obwatch, observed as long, after that many seconds for V8 to settle. */
export const observeBareLoop = async ({seconds, requests, frames, bytes}: Observation, folder: string, settling = 8): Promise<Observation> => {
	const file = path.join(folder, 'bare-work.json');
	const work: BareWork = {seconds, requests, framesPerSecond: frames / seconds, bytesPerFrame: bytes / Math.max(1, frames)};
	writeFileSync(file, JSON.stringify(work));
	const program = openProgram({
		command: [process.execPath, '--import', path.join(import.meta.dirname, '..', '..', 'helpers', 'sources.ts'), path.join(import.meta.dirname, 'bare-loop.ts')],
		args: [file],
	});
	try {
		await program.firstFrame();
		await sleep(settling * 1000);
		return await observe(program, undefined, seconds);
	} finally {
		await program.quit();
	}
};

/** CPU time as a multiple of the bare loop's, and both for people. */
export const besideBareLoop = (seen: Observation, bare: Observation): {readonly value: number; readonly unit: 'x'; readonly compared: string} => ({
	value: seen.share / bare.share, unit: 'x',
	compared: `${seen.share.toFixed(2)} % of a core; bare loop: ${bare.share.toFixed(2)} %; ${(countOf(seen.requests) / seen.seconds).toFixed(1)} requests/s`,
});
