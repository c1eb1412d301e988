import path from 'node:path';

/** The project's top folder, absolute. */
export const top = path.resolve(import.meta.dirname, '../..');

/** The built program, absolute. */
export const program = path.join(top, 'dist', 'obwatch.mjs');
