import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {type State} from '../store/state.js';
import {type Line} from '../ui/parts/frame-lines.js';
import {paintFirst, type FirstPaint, type FirstPaintOptions} from '../ui/terminal/first-paint.js';
import {type openScreen as OpenScreen} from '../ui/terminal/open-screen.js';

export type PaintedOptions = Omit<FirstPaintOptions, 'lines'> & {
	readonly store: Pick<Store, 'getState'>;
	readonly clock: Clock;
	/** The store as a frame. */
	readonly frame: () => readonly Line[];
	/** Begins to ask the agents. */
	readonly begin: () => Promise<void>;
	/** The monitor is to end. */
	readonly signal: AbortSignal;
};

// In ms. Agents nearby have answered everything within some of these; where they take longer, there is time for Ink.
const glance = 5;
const quietGlances = 3;
// Keys wait meanwhile, and a thousand agents answer for longer.
const longest = 150;

/** Every agent's task is there, or the trouble with it. */
const isAnswered = ({agents}: State): boolean => agents.values().every(({task, connection}) => task.type !== 'unknown' || connection.type === 'failing');

/** Draws what comes, until that is enough or nothing comes. */
const paintAnswers = async ({store, clock, frame, signal}: PaintedOptions, paint: FirstPaint): Promise<void> => {
	const begunAt = clock.now();
	let shown = store.getState();
	let quiet = 0;
	// Glances are counted instead of time taken: a program that is busy with answers is not waiting for any.
	while (quiet < quietGlances && !isAnswered(shown) && clock.now() - begunAt < longest && !signal.aborted) {
		await new Promise<void>(resolve => {
			clock.schedule(resolve, glance);
		});
		quiet += 1;
		if (store.getState() === shown) {
			continue;
		}

		shown = store.getState();
		quiet = 0;
		paint.repaint(frame());
	}
};

/**
Draws a first frame, begins to ask the agents and draws what they answer at once, then loads what draws all other frames: Ink, which takes longer to load than the agents of a small fleet take to answer.

Undefined where the monitor is to end before all is there; rejects where something is gone. In either case the terminal is restored.
*/
export const openWithPaint = async (options: PaintedOptions): Promise<typeof OpenScreen | undefined> => {
	const {begin, frame, signal} = options;
	const paint = paintFirst({...options, lines: frame()});
	let openScreen: typeof OpenScreen | undefined;
	try {
		await begin();
		await paintAnswers(options, paint);
		({openScreen} = await import('../ui/terminal/open-screen.js'));
	} finally {
		if (!openScreen || signal.aborted) {
			paint.leave();
		}
	}

	return signal.aborted ? undefined : openScreen;
};
