const first = 1000;
/** The longest wait after failures, in ms. */
export const longestBackoff = 30_000;

/**
How long to wait after that many failures in a row, in ms: 1 s doubling to 30 s, for ever; `random` (0 to 1) takes away up to half, so that agents that went down together are not asked together.
*/
export const backoff = (failures: number, random: number): number => {
	const whole = Math.min(longestBackoff, first * (2 ** Math.max(0, failures - 1)));
	return Math.round(whole * (1 - (random / 2)));
};

/** How long to wait, in ms, after a task was cut off that many times in a row: where others stop, doubling to `longest`, since most such tasks stay that large. */
export const cutOffBackoff = (failures: number, longest: number): number =>
	Math.min(longest, longestBackoff * (2 ** Math.max(0, failures - 1)));
