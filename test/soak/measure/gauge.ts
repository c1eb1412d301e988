import process from 'node:process';
import {getHeapSpaceStatistics} from 'node:v8';

/** What a program at rest holds. Memory in bytes, all else counted. */
export type Reading = {
	readonly heap: number;
	/** What was compiled: more and more for hours, as ever rarer paths are found worth it. */
	readonly code: number;
	/** Buffers, and the memory of WebAssembly: what draws the screen lays it out there. */
	readonly external: number;
	/** Of the clock that was handed in. */
	readonly timers: number;
	/** The system's: Node's own timers, files, sockets, whatever keeps a process alive. */
	readonly handles: number;
	readonly sockets: number;
	/** On the process, the terminal and the store. */
	readonly listeners: number;
};

type Emitter = {readonly eventNames: () => ReadonlyArray<string | symbol>; readonly listenerCount: (name: string | symbol) => number};

const listenersOf = (emitter: Emitter): number => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

// Work that is under way at this very moment, the gauge's own included.
const passing = new Set(['Immediate', 'CloseReq', 'FSReqPromise', 'TickObject']);

const collect = (): void => {
	if (!globalThis.gc) {
		throw new Error('needs node --expose-gc');
	}

	// What one collection finalizes, the next one frees.
	for (let times = 0; times < 3; times += 1) {
		globalThis.gc();
	}
};

export type Gauged = {readonly timers: () => number; readonly subscriptions: () => number; readonly emitters: readonly Emitter[]};

export const readGauge = ({timers, subscriptions, emitters}: Gauged): Reading => {
	collect();
	const {external} = process.memoryUsage();
	const spaces = Map.groupBy(getHeapSpaceStatistics(), ({space_name: name}) => /^(?:code|trusted)_/.test(name) ? 'code' : 'heap');
	const used = (kind: 'code' | 'heap'): number => (spaces.get(kind) ?? []).reduce((sum, {space_used_size: size}) => sum + size, 0);
	const resources = process.getActiveResourcesInfo().filter(name => !passing.has(name));
	const sockets = resources.filter(name => name.startsWith('TCP')).length;
	return {
		heap: used('heap'), code: used('code'), external, timers: timers(), sockets, handles: resources.length - sockets,
		listeners: subscriptions() + [process, ...emitters].reduce((sum, emitter) => sum + listenersOf(emitter), 0),
	};
};
