// Agents on real sockets, with real faults on the way to them.

import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo, type Socket} from 'node:net';
import {type Clock} from '../../../source/lib/clock.js';
import {faults, type Fault} from '../../helpers/faults.js';
import {answerOf, type Life} from '../life/answers.js';
import {type Member} from '../life/members.js';
import {mishapAt, type Mishap} from '../life/mishap.js';

export type LifeServer = {
	readonly port: number;
	/** How many requests wait for time to pass. */
	readonly held: () => number;
	/** Opens or closes its port, as its fate wants it now. */
	readonly follow: () => Promise<void>;
	readonly stop: () => Promise<void>;
};

const twoMebibytes = 2 * 1024 * 1024;

const faultOf = (mishap: Mishap | undefined): Exclude<Fault, 'refuse'> => {
	const fault = ((): Fault => {
		switch (mishap) {
			case 'reset': {
				return faults.resetMidBody;
			}

			case 'silent': {
				return faults.blackHole;
			}

			case 'slow': {
				return faults.slow(3000);
			}

			case 'drip': {
				return faults.drip;
			}

			case 'html': {
				return faults.html;
			}

			case 'truncated': {
				return faults.truncated;
			}

			case 'bad-gateway': {
				return faults.badGateway;
			}

			case 'nothing': {
				return faults.noContent;
			}

			case 'too-large': {
				return faults.huge(twoMebibytes);
			}

			case 'gzip': {
				return faults.gzip;
			}

			case 'closed-under-request': {
				return faults.closedUnderRequest;
			}

			// These are in what it answers, or close its port.
			case undefined:
			case 'refused':
			case 'other-key':
			case 'other-password':
			case 'clock-ahead':
			case 'clock-behind':
			case 'database-down':
			case 'broken': {
				return faults.pass;
			}
		}
	})();
	return fault === 'refuse' ? faults.pass : fault;
};

/** Serves on a free port of 127.0.0.1; who it is can be told only once that port is known. */
export const startLifeServer = async (clock: Clock, who: () => {readonly life: Life; readonly member: Member}): Promise<LifeServer> => {
	const sockets = new Map<Socket, number>();
	const holds = new Set<symbol>();

	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const {socket, url: uri = ''} = request;
		const turn = (sockets.get(socket) ?? 0) + 1;
		sockets.set(socket, turn);
		const {life, member} = who();
		const time = clock.now() - life.epoch;
		await faultOf(mishapAt(life.calendar, member.seed, time))({
			uri, response, turn, clock,
			async forward() {
				const {status, body} = answerOf(life, member, uri, time);
				return {status, headers: {}, body: Buffer.from(body)};
			},
			hold() {
				const mark = Symbol('hold');
				const release = (): void => {
					holds.delete(mark);
				};

				holds.add(mark);
				response.once('close', release);
				return release;
			},
		});
	};

	const server = createServer((request, response) => {
		handle(request, response).catch(() => {
			response.destroy();
		});
	});
	server.keepAliveTimeout = 0;
	server.on('connection', socket => {
		sockets.set(socket, 0);
		socket.once('close', () => {
			sockets.delete(socket);
		});
	});

	const listen = async (wanted: number): Promise<number> => {
		server.listen(wanted, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		return isAddress(address) ? address.port : 0;
	};

	const close = async (): Promise<void> => {
		const closed = once(server, 'close');
		server.close();
		server.closeAllConnections();
		await closed;
	};

	const port = await listen(0);
	return {
		port,
		held: () => holds.size,
		async follow() {
			const {life, member} = who();
			const isRefusing = mishapAt(life.calendar, member.seed, clock.now() - life.epoch) === 'refused';
			if (isRefusing && server.listening) {
				await close();
			} else if (!isRefusing && !server.listening) {
				await listen(port);
			}
		},
		async stop() {
			if (server.listening) {
				await close();
			}
		},
	};
};

const isAddress = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object' && address !== null;
