/** Loads whatever else the program may ever need, so that it no longer depends on its own files: a monitor is open for weeks, in which it may be updated or removed. Rejects where a file is gone already. */
export const loadAll = async (): Promise<void> => {
	await import('../client/aside/program.js');
};
