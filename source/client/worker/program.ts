// The build defines it; tests run without it and parse everything in one thread.
declare const obwatchReader: string | undefined;

/** The program text of the worker. It is part of the bundle, since files may be replaced or removed while a monitor runs for weeks. */
export const readerProgram = obwatchReader;
