import process from 'node:process';

/**
Where Node may keep its compile cache between runs, which halves the start time; undefined if there is no such place. Not in the shared
temporary folder, Node's default: another user could put code there that runs as this user. Old syntax only, like `entry.ts`.
*/
export const compileCacheFolder = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
	const {NODE_DISABLE_COMPILE_CACHE: disabled, XDG_CACHE_HOME: cache, HOME: home} = env;
	if (disabled === '1') {
		return undefined;
	}

	if (cache?.startsWith('/')) {
		return cache + '/obwatch';
	}

	return home?.startsWith('/') ? home + '/.cache/obwatch' : undefined;
};

// On SIGUSR1 Node opens a debugger port for every user of the machine, through which passwords in memory can be read. Old syntax only: old Nodes must be
// able to read this.

// In ms. Node may hear of an earlier signal only by then, and opens the port late.
const looks = [0, 10, 20, 50, 100, 200, 500] as const;

const isWanted = (): boolean => /--inspect(?:-brk|-wait)?(?:[=\s]|$)/.test([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '));

/** Closes the port that a signal opened before the program itself ran. */
const closeDebugger = (): void => {
	const inspector = process.getBuiltinModule('node:inspector');
	if (inspector.url() !== undefined && !isWanted()) {
		inspector.close();
	}
};

/** From now on SIGUSR1 does nothing; a debugger from --inspect stays. */
export const refuseDebugger = (): void => {
	process.on('SIGUSR1', () => undefined);
	closeDebugger();
	for (const delay of looks) {
		setTimeout(closeDebugger, delay).unref();
	}
};

/** The oldest Node.js with all functions that the program calls: `module.flushCompileCache` is the newest of them. */
const oldest = [22, 10] as const;

/**
One line if this Node.js is too old for the program, else undefined. `version` as in `process.versions.node`. Old syntax only: an old
Node.js must be able to read this.
*/
export const problemOfNode = (version: string): string | undefined => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
		? undefined
		: `obwatch needs Node.js ${oldest.join('.')} or newer; this is ${version}. Run it with a newer one.`;
};
