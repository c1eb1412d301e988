/** How much may still be done in one go, in steps of some nanoseconds. What works takes from it, and stops for later where nothing is left. */
export type Effort = {left: number};

/** About ten milliseconds: who presses a key meanwhile does not notice. */
export const sliceOfEffort = (): Effort => ({left: 500_000});
