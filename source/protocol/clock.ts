/**
Time as everything below the composition root sees it, so that tests and the soak can play days in seconds.

`now` is milliseconds since 1970, UTC. `schedule` runs something once after `delay` milliseconds and returns what cancels it.
*/
export type Clock = {
	readonly now: () => number;
	readonly schedule: (run: () => void, delay: number) => () => void;
};
