// The build says so; tests run without, and read everything in one thread.
declare const obwatchHasReader: boolean;

/** Whether there is a program text for the thread that reads large answers. */
export const hasReader = obwatchHasReader;
