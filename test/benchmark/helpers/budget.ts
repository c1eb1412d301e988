/** For every measurement, ms: long enough for steady figures, short enough that all of them are through within a minute. */
export const budget = {time: 250, warmupTime: 50} as const;
