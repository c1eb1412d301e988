import path from 'node:path';

/** The project's top folder, absolute. */
export const top = path.resolve(import.meta.dirname, '../..');

/** The built program, absolute. */
export const program = path.join(top, 'dist', 'obwatch.mjs');

/** A file of the project, named from its top folder. */
export const belowTop = (file: string): string => path.relative(top, file);
