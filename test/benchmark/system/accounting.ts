// What the operating system says of a process. Linux only.

import {readdirSync, readFileSync} from 'node:fs';
import {spawnSync} from 'node:child_process';

const readTicksPerSecond = (): number => Number(spawnSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}).stdout) || 100;
const ticksPerSecond = readTicksPerSecond();

/** CPU seconds so far, of all threads, in steps of 10 ms. */
export const cpuOf = (pid: number): number => {
	// The second field is a name in parentheses that may hold anything; utime and stime are the 14th and 15th.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

/** Resident memory in MB. */
export const memoryOf = (pid: number): number => {
	const [, kilobytes = 'NaN'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes) / 1024;
};

/** Bytes that it has read so far from anything, sockets included. */
export const bytesReadBy = (pid: number): number => {
	const [, bytes = 'NaN'] = /^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
	return Number(bytes);
};

/** Open files and sockets. */
export const handlesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
