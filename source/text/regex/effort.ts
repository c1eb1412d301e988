/** How much may still be done in one go, in steps of some nanoseconds. What works takes from it, and stops for later where nothing is left. */
export type Effort = {left: number};

/** About ten milliseconds, for what is done once and not gone on with. */
export const sliceOfEffort = (): Effort => ({left: 500_000});

/** About two milliseconds, for what goes on in slices: a key has its own work and a frame to do besides, and the machine may be slow or shared. */
export const smallSlice = (): Effort => ({left: 100_000});
