import {fork} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {type CountedRequest, type News, type Order, type SimulatorSetup} from './messages.js';

/** Simulated agents in another process. */
export type SimulatedFleet = {
	readonly pid: number;
	readonly addresses: readonly string[];
	/** Writes their addresses to a file, for `--agents-file`. */
	readonly list: (folder: string) => string;
	/** Which requests they have answered so far. */
	readonly requests: () => Promise<readonly CountedRequest[]>;
	readonly happen: (type: Exclude<Order['type'], 'count'>, agent: number) => void;
	readonly stop: () => Promise<void>;
};

/** Starts them; rejects where that does not work within a minute. */
export const simulate = async (setup: SimulatorSetup): Promise<SimulatedFleet> => {
	const child = fork(path.join(import.meta.dirname, 'simulator.ts'), [JSON.stringify(setup)], {execArgv: ['--import', path.join(import.meta.dirname, '..', '..', 'helpers', 'sources.ts')]});
	const hear = async (): Promise<News> => {
		const [news] = await once(child, 'message', {signal: AbortSignal.timeout(60_000)}) as [News];
		return news;
	};

	const order = (what: Order): void => {
		child.send(what);
	};

	const requests = async (): Promise<readonly CountedRequest[]> => {
		const answer = hear();
		order({type: 'count'});
		const counted = await answer;
		return counted.type === 'counted' ? counted.requests : [];
	};

	const ready = await hear();
	const addresses = ready.type === 'ready' ? ready.addresses : [];
	return {
		pid: child.pid ?? 0,
		addresses,
		list(folder) {
			const file = path.join(folder, `agents-${addresses.length}`);
			writeFileSync(file, addresses.join('\n'));
			return file;
		},
		requests,
		happen(type, agent) {
			order({type, agent});
		},
		async stop() {
			const ended = once(child, 'exit');
			child.disconnect();
			await ended;
		},
	};
};
