// The common part of commands without a screen: the user's known keys, and a fleet that is watched while they run.

import process from 'node:process';
import {type PinNotice, pinNoticeText} from '../client/keys/messages.js';
import {openPins} from '../client/keys/pinning.js';
import {type OpenFleet, openFleet, type OpenFleetDeps} from '../fleet/open.js';
import {randomBytes, systemClock} from '../lib/clock.js';
import {usageLine} from './fail.js';
import {type Watched} from './watched.js';

/** A short key is reported only when its agent is new, so that a script that runs every minute does not repeat it. */
const worthSaying = (news: readonly PinNotice[]): readonly PinNotice[] => {
	const met = new Set(news.flatMap(item => item.type === 'pinned' ? [item.agent] : []));
	return news.filter(item => item.type !== 'short-key' || met.has(item.agent));
};

type Extras = Pick<OpenFleetDeps, 'audit' | 'guard' | 'recorder'>;

/** Watches a fleet while something runs on it. At the end, one line on stderr reports what is new about the agents' keys. */
export const withFleet = async (watched: Watched, extras: Extras, run: (open: OpenFleet) => Promise<number>): Promise<number> => {
	const news: PinNotice[] = [];
	const pins = openPins({
		env: process.env, takesAny: watched.keyPolicy.all === 'any', now: systemClock.now, onNotice(item) {
			news.push(item);
		},
	});
	const open = await openFleet({...watched, ...extras, pins, clock: systemClock, randomBytes, random: Math.random});
	try {
		return await run(open);
	} finally {
		await open.stop();
		const said = worthSaying(news);
		if (said.length > 0) {
			process.stderr.write(`${usageLine(pinNoticeText(said))}\n`);
		}
	}
};
