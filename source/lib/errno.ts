/** The system's code of an error ("ENOENT"); empty if it has none. Old syntax only: `entry.ts` uses it. */
export const errorCode = (error: unknown): string => error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
