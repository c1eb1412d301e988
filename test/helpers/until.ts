/** How to learn that something may have changed: calls back on every change, returns what ends that. */
type Subscribe = (changed: () => void) => () => void;

type Waiting = {
	/** In ms. */
	readonly deadline?: number;
	/** Without it, looks every few milliseconds. */
	readonly subscribe?: Subscribe;
	/** What to print when the deadline passes, for instance the screen. */
	readonly describe?: () => string;
};

// For a machine that has very much other work: a condition that comes true ends the wait at once.
const defaultDeadline = 120_000;

const poll: Subscribe = changed => {
	const timer = setInterval(changed, 5);
	return () => {
		clearInterval(timer);
	};
};

/** Waits for a condition, at most until the deadline; then fails with the reason, which completes "waited in vain for …". An error that the condition throws fails it at once. */
export const until = async (
	condition: () => boolean,
	reason: string,
	{deadline = defaultDeadline, subscribe = poll, describe}: Waiting = {},
): Promise<void> => new Promise((resolve, reject) => {
	let unsubscribe: () => void = () => undefined;
	const finish = (error?: unknown): void => {
		clearTimeout(timer);
		unsubscribe();
		if (error === undefined) {
			resolve();
		} else {
			reject(error instanceof Error ? error : new Error('the condition threw something else than an error', {cause: error}));
		}
	};

	const look = (): void => {
		try {
			if (condition()) {
				finish();
			}
		} catch (error) {
			finish(error);
		}
	};

	const timer = setTimeout(() => {
		const seen = describe?.();
		finish(new Error(`waited in vain for ${reason} (${deadline} ms)${seen === undefined ? '' : `\n${seen}`}`));
	}, deadline);
	unsubscribe = subscribe(look);
	look();
});
