// Node answers SIGUSR1 with a debugger's port, open to every user of the machine: whoever connects reads the passwords in memory. Old syntax only: old Nodes must be able to read this.
import process from 'node:process';

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
