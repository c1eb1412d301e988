import {createVirtualClock} from '../../helpers/virtual-clock.js';
import {membersAt, type Life} from '../life/answers.js';
import {second, type Calendar} from '../life/calendar.js';
import {roles} from '../life/members.js';
import {lifeTransport} from '../watch/life-transport.js';
import {openWatch} from '../watch/open-watch.js';
import {createLeak, type LeakKind} from './leak.js';
import {play, type PlayOptions, type Played} from './play.js';

export type PhaseOptions = {
	readonly calendar: Calendar;
	readonly keys: Life['keys'];
	readonly until: PlayOptions['until'];
	readonly lines: number;
	readonly warmUp: number;
	readonly leak: LeakKind | undefined;
	/** See `PlayOptions`. */
	readonly onReading: PlayOptions['onReading'];
	readonly limit: number;
};

export const epoch = Date.UTC(2026, 2, 1);

/** Days: everything is real but the network and the time. */
export const playDays = async ({calendar, keys, until, lines, warmUp, leak, onReading, limit}: PhaseOptions): Promise<Played> => {
	const members = membersAt(roles.map((_, index) => ({ip: `10.0.0.${index + 1}`, port: 2886})));
	const life: Life = {members, calendar, epoch, keys};
	const clock = createVirtualClock(epoch);
	let polls = 0;
	let underWay = 0;
	return play({
		clock, life, until, lines, warmUp, onReading, limit,
		keyEvery: 0.6 * second,
		polls: () => polls,
		isBusy: () => underWay > 0,
		open: () => openWatch(members.filter(({isGuest}) => !isGuest).map(({ip, port}) => `${ip}:${port}`), clock, options => {
			const {address} = options;
			const member = members.find(({ip, port}) => address.key === `${ip}:${port}`);
			if (!member) {
				throw new Error(`no agent plays ${address.key}`);
			}

			return lifeTransport(life, member, options, change => {
				polls += Math.max(0, change);
				underWay += change;
			});
		}),
		onStep: async () => undefined,
		leak: createLeak(leak === 'socket' ? undefined : leak, clock, undefined),
	});
};
