import process from 'node:process';

/**
Where Node may keep the compiled program between runs, which halves its start; undefined when there is no such place. Not Node's own choice, the shared folder for temporary files: there another user could have put something to run as us. Old syntax only, like `entry.ts`.
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

// Node answers SIGUSR1 with a debugger's port, open to every user of the machine: whoever connects reads the passwords in memory. Old syntax only: old Nodes must be able to read this.

// In ms. To load what knows of the debugger takes as long as a tenth of the start: once the first frame is there.
const late = 500;

const isWanted = (): boolean => /--inspect(?:-brk|-wait)?(?:[=\s]|$)/.test([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '));

/** Closes the port that a signal opened before the program itself ran. */
const closeDebugger = (): void => {
	const inspector = process.getBuiltinModule('node:inspector');
	if (inspector.url() !== undefined && !isWanted()) {
		inspector.close();
	}
};

/** From now on SIGUSR1 does nothing; a debugger that was asked for with --inspect stays. */
export const refuseDebugger = (): void => {
	process.on('SIGUSR1', () => undefined);
	setTimeout(() => {
		// Node may be about to hear of the signal only now, and would open the port once more.
		setImmediate(closeDebugger).unref();
	}, late).unref();
};

/** The oldest Node.js that has all that the program calls: `module.flushCompileCache` is the newest of it. */
const oldest = [22, 10] as const;

/** One line when this Node.js is too old for the program, else undefined. `version` as in `process.versions.node`. Old syntax only: an old Node.js must be able to read this. */
export const problemOfNode = (version: string): string | undefined => {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
		? undefined
		: `obwatch needs Node.js ${oldest.join('.')} or newer; this is ${version}. Run it with a newer one.`;
};
