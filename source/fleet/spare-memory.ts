import process from 'node:process';
import {type Store} from '../store/create-store.js';

// Fewer leave so little behind that it need not be collected any earlier.
const manyAgents = 100;

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

/**
Keeps V8 from taking memory that it does not need: a program that watches agents for weeks keeps little and throws away a lot.

V8 doubles its room for new objects as long as more of them come, to a hundred megabytes (20 agents at work: 220 instead of 124 MB resident): it keeps what it has. With many agents it also lets garbage grow to several times what is kept (1,000 at work: 508 instead of 240 MB): to half of that. Its own `--optimize-for-size` keeps less (176 MB), but takes twice the processor, and keys wait twice as long.

To be called once all parts are loaded: V8 refuses what was compiled under other flags, so Node writes its compile cache first, which it would else do at a clean exit. Gives what stops waiting for more agents.
*/
export const spareMemory = (store: Pick<Store, 'getState' | 'subscribe'>): (() => void) => {
	process.getBuiltinModule('node:module').flushCompileCache();
	const {setFlagsFromString} = process.getBuiltinModule('node:v8');
	setFlagsFromString('--semi-space-growth-factor=1');
	let isDone = false;
	const look = (): void => {
		if (isDone || store.getState().agents.size < manyAgents) {
			return;
		}

		isDone = true;
		setFlagsFromString('--heap-growing-percent=50');
		collectAll();
	};

	look();
	return store.subscribe(look);
};
