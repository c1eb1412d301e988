// The build puts it in.
declare const obwatchReader: string;

/** The program text of the thread that reads large answers: as long as all of our own code, and loaded when there is one. */
export const readerProgram = obwatchReader;
