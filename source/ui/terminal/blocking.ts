import {type WriteStream} from 'node:tty';

const lastStandardStream = 2;

type Handle = {readonly fd: number; readonly setBlocking: (isBlocking: boolean) => unknown};

const handleOf = (terminal: WriteStream): Handle | undefined => {
	const handle: unknown = Reflect.get(terminal, '_handle');
	return isHandle(handle) ? handle : undefined;
};

const isHandle = (value: unknown): value is Handle =>
	typeof value === 'object' && value !== null && 'fd' in value && typeof value.fd === 'number' && 'setBlocking' in value && typeof value.setBlocking === 'function';

/**
Chooses what becomes of writes to a terminal that takes no more: Node makes them wait, and the whole process with them, so that it does not even hear that it should end. Not blocking, they wait in the stream instead, and `writableLength` tells.

Node has no public way to it. Where it has not opened the terminal anew for itself (another user's terminal, as after `su`), the choice would be the shell's as well: there all stays as it is.
*/
export const setBlocking = (terminal: WriteStream, isBlocking: boolean): void => {
	const handle = handleOf(terminal);
	if (handle && handle.fd > lastStandardStream) {
		handle.setBlocking(isBlocking);
	}
};
