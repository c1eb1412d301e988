// The build puts it in; tests run without it, and read everything in one thread.
declare const obwatchReader: string | undefined;

/** The program text of the thread that reads large answers. A part of the program that is loaded with it: a monitor is open for weeks, in which its files may be replaced or removed. */
export const readerProgram = obwatchReader;
