// Faults made on purpose, to see that the soak finds them.

import {connect} from 'node:net';
import process from 'node:process';
import {type Clock} from '../../../source/lib/clock.js';

export const leaks = ['timer', 'handle', 'listener', 'socket', 'memory'] as const;

export type LeakKind = typeof leaks[number];

export type Leak = {
	/** Called once, in the middle: loses one thing. */
	readonly lose: () => void;
	/** Called with every key that is pressed: loses a few bytes. */
	readonly seep: () => void;
};

const years = 1e11;
const bytesPerKey = 100;

/** `port`: one with a listener. */
export const createLeak = (kind: LeakKind | undefined, clock: Clock, port: number | undefined): Leak => {
	const lost: string[] = [];
	return {
		lose() {
			switch (kind) {
				case undefined:
				case 'memory': {
					break;
				}

				case 'timer': {
					clock.schedule(() => undefined, years);
					break;
				}

				case 'handle': {
					setInterval(() => undefined, 1e9);
					break;
				}

				case 'listener': {
					process.on('SIGUSR2', () => undefined);
					break;
				}

				case 'socket': {
					if (port !== undefined) {
						connect(port, '127.0.0.1');
					}

					break;
				}
			}
		},
		seep() {
			if (kind === 'memory') {
				lost.push(String(lost.length).padStart(bytesPerKey));
			}
		},
	};
};
