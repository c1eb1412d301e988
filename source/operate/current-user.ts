import os from 'node:os';
import process from 'node:process';
import {printable} from '../protocol/printable.js';

const username = (): string => {
	try {
		return os.userInfo().username;
	} catch {
		// A user that no list of users names.
		return `uid ${process.getuid?.() ?? '?'}`;
	}
};

/** Who is at the keyboard: the system's user, and behind sudo the one who called it. */
export const currentUser = (): string => {
	const {SUDO_USER: caller} = process.env;
	return printable(caller ? `${username()} (sudo by ${caller})` : username());
};
