import {setImmediate as nextTurn} from 'node:timers/promises';
import {createTransport} from '../../../source/client/transport.js';
import {type Transport} from '../../../source/client/types.js';
import {createVirtualClock, type VirtualClock} from '../../helpers/virtual-clock.js';
import {membersAt, type Life} from '../life/answers.js';
import {second} from '../life/calendar.js';
import {roles, type Member} from '../life/members.js';
import {openWatch} from '../watch/open-watch.js';
import {startLifeServer, type LifeServer} from '../watch/life-server.js';
import {epoch, type PhaseOptions} from './days.js';
import {createLeak} from './leak.js';
import {play, type Played} from './play.js';

// Real ms in which a question over loopback comes to an end.
const settledWithin = 20_000;

/** Hours over real connections: time stops while a request is on its way that does not itself wait for time. */
export const playSockets = async ({calendar, keys, until, lines, warmUp, leak, onReading, limit}: PhaseOptions): Promise<Played> => {
	let servers: readonly LifeServer[] = [];
	let underWay = 0;
	let polls = 0;

	const isQuiet = (): boolean => underWay === servers.reduce((sum, server) => sum + server.held(), 0);
	const settle = async (): Promise<void> => {
		const startedAt = performance.now();
		for (let quietTurns = 0; quietTurns < 2; quietTurns = isQuiet() ? quietTurns + 1 : 0) {
			await nextTurn();
			if (performance.now() - startedAt > settledWithin) {
				throw new Error(`questions do not end: ${underWay} under way`);
			}
		}
	};

	const clock: VirtualClock = createVirtualClock(epoch, settle);
	let members: readonly Member[] = [];
	const life = (): Life => ({members, calendar, epoch, keys});
	servers = await Promise.all(roles.map(async (_, index) => startLifeServer(clock, () => {
		const member = members[index];
		if (!member) {
			throw new Error('asked before the members were known');
		}

		return {life: life(), member};
	})));
	members = membersAt(servers.map(({port}) => ({ip: '127.0.0.1', port})));

	const counted = (transport: Transport): Transport => ({
		...transport,
		async get(request, ask) {
			polls += 1;
			underWay += 1;
			try {
				return await transport.get(request, ask);
			} finally {
				underWay -= 1;
			}
		},
	});

	try {
		return await play({
			clock, life: life(), until, lines, warmUp, onReading, limit,
			keyEvery: 2 * second,
			polls: () => polls,
			isBusy: () => underWay > 0,
			open: () => openWatch(members.filter(({isGuest}) => !isGuest).map(({ip, port}) => `${ip}:${port}`), clock, options => counted(createTransport(options))),
			async onStep() {
				for (const server of servers) {
					await server.follow();
				}
			},
			leak: createLeak(leak === 'socket' ? leak : undefined, clock, servers[0]?.port),
		});
	} finally {
		for (const server of servers) {
			await server.stop();
		}
	}
};
