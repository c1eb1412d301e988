/** The result of reading a part of the command line: a value, or one printable line that says what is wrong. */
export type Result<T> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly problem: string};

export const failure = (problem: string): {readonly ok: false; readonly problem: string} => ({ok: false, problem});
