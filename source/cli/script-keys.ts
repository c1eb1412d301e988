import process from 'node:process';
import {type PinNotice, pinNoticeText} from '../client/keys/messages.js';
import {openPins} from '../client/keys/pinning.js';
import {type FleetKeyPolicy} from '../client/keys/policy.js';
import {type KeyPins} from '../client/types.js';
import {systemClock} from '../lib/clock.js';

/** What a script that runs every minute should not say each time is said of agents that are met for the first time. */
const worthSaying = (news: readonly PinNotice[]): readonly PinNotice[] => {
	const met = new Set(news.flatMap(item => item.type === 'pinned' ? [item.agent] : []));
	return news.filter(item => item.type !== 'short-key' || met.has(item.agent));
};

/** The user's known keys, for commands without a screen. `tell` says on stderr, in one line, what is news of them. */
export const openScriptPins = ({all}: FleetKeyPolicy): {readonly pins: KeyPins; readonly tell: () => void} => {
	const news: PinNotice[] = [];
	const pins = openPins({
		env: process.env, takesAny: all === 'any', now: systemClock.now, onNotice(item) {
			news.push(item);
		},
	});
	return {
		pins,
		tell() {
			const said = worthSaying(news);
			if (said.length > 0) {
				process.stderr.write(`obwatch: ${pinNoticeText(said)}\n`);
			}
		},
	};
};
