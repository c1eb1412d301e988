import process from 'node:process';

/** How long this thread computes something, in ms: its own time, since the machine may have other work. */
export const cpuTime = (run: () => unknown): number => {
	const before = process.threadCpuUsage();
	run();
	const {user, system} = process.threadCpuUsage(before);
	return (user + system) / 1000;
};
