import {spawnSync} from 'node:child_process';

type ProcessRow = {readonly pid: number; readonly parent: number; readonly isZombie: boolean};

const processes = (): readonly ProcessRow[] => spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], {encoding: 'utf8'}).stdout
	.split('\n')
	.map(line => line.trim().split(/\s+/))
	.map(([pid, parent, stat = '']) => ({pid: Number(pid), parent: Number(parent), isZombie: stat.startsWith('Z')}));

/** A process's children, and theirs. */
export const descendantsOf = (pid: number): readonly number[] => {
	const all = processes();
	const below = (parent: number): readonly number[] => all.flatMap(row => row.parent === parent ? [row.pid, ...below(row.pid)] : []);
	return below(pid);
};

/** Which of the processes are still there. */
export const stillAlive = (pids: readonly number[]): readonly number[] => {
	const alive = new Set(processes().filter(({isZombie}) => !isZombie).map(({pid}) => pid));
	return pids.filter(pid => alive.has(pid));
};
