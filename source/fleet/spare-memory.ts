import process from 'node:process';
import {type Store} from '../store/create-store.js';

// Fewer leave so little behind that it need not be collected any earlier.
const manyAgents = 100;

// In bytes. What V8 begins with, and more: it takes it in steps.
const leastRoom = 4 * 1024 * 1024;

const isCollector = (value: unknown): value is NodeJS.GCFunction => typeof value === 'function';

/** What was thrown away since the start, and the room that V8 took for it. */
const collectAll = (): void => {
	const {setFlagsFromString} = process.getBuiltinModule('node:v8');
	setFlagsFromString('--expose-gc');
	const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
	setFlagsFromString('--no-expose-gc');
	if (isCollector(collect)) {
		// The one kind after which V8 gives back room for new objects.
		collect({type: 'major', execution: 'sync', flavor: 'last-resort'});
	}
};

/** In bytes. */
const roomForNew = (): number => process.getBuiltinModule('node:v8').getHeapSpaceStatistics().find(space => space.space_name === 'new_space')?.space_size ?? 0;

/**
Keeps V8 from taking memory that it does not need: a program that watches agents for weeks keeps little and throws away a lot.

V8 doubles its room for new objects as long as more of them come, to a hundred megabytes (20 agents at work: 220 instead of 130 MB resident): it keeps what it has. With many agents it also lets garbage grow to several times what is kept (1,000 at work: 508 instead of 245 MB): to little more than half of that, with room for new objects that is just large enough not to be collected all the time. Its own `--optimize-for-size` keeps less (176 MB), but takes twice the processor, and keys wait for it.

To be called once all parts are loaded: V8 refuses what was compiled under other flags, so Node writes its compile cache first, which it would else do at a clean exit. Gives what stops waiting for more agents.
*/
export const spareMemory = (store: Pick<Store, 'getState' | 'subscribe'>): (() => void) => {
	process.getBuiltinModule('node:module').flushCompileCache();
	const {setFlagsFromString} = process.getBuiltinModule('node:v8');
	setFlagsFromString('--semi-space-growth-factor=1');
	let stage: 'few' | 'growing' | 'done' = 'few';
	const look = (): void => {
		if (stage === 'few' && store.getState().agents.size >= manyAgents) {
			stage = 'growing';
			setFlagsFromString('--heap-growing-percent=60');
			collectAll();
			// Once: to eight megabytes, two times over, since V8 copies from one to the other.
			setFlagsFromString('--semi-space-growth-factor=8');
		}

		if (stage !== 'growing' || roomForNew() <= leastRoom) {
			return;
		}

		stage = 'done';
		setFlagsFromString('--semi-space-growth-factor=1');
		stop();
	};

	const stop = store.subscribe(look);
	look();
	return stop;
};
