// The build puts it in; tests run without, and read everything in one thread.
declare const obwatchReader: string | undefined;

/** The program text of the thread that reads large answers. */
export const readerProgram = obwatchReader;
