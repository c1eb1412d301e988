// What an agent answers to anyone: who it is, how it is, what time it has, and the key to seal the other questions with.

import {infoSchema, secretSchema, statusSchema, timeSchema, type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {speaksV2} from '../protocol/identity.js';
import {type Clock} from '../protocol/clock.js';
import {routes} from '../protocol/routes.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AgentClient, type Ask, type Reply} from './agent-client.js';
import {interpret, mustExist, type Reading} from './interpret.js';
import {createReplyCache} from './reply-cache.js';
import {type Sealer} from './sealer.js';
import {type Transport} from './transport.js';

export type OpenQuestions = Pick<AgentClient, 'fetchInfo' | 'fetchStatus' | 'measureSkew'> & {
	/** Fetches the encryption key and offers it to the sealer, with what the last info says of v2: `key-changed` where that is not what is known. */
	readonly fetchKey: (ask: Ask) => Promise<Reply<true>>;
	/** The last info, fetched now where there is none yet. */
	readonly knowInfo: (ask: Ask) => Promise<Reply<AgentInfo>>;
	readonly info: () => AgentInfo | undefined;
	readonly status: () => AgentStatus | undefined;
};

// Bytes. Real answers have less than two thousand.
const limit = 256 * 1024;

export const createOpenQuestions = ({transport, sealer, clock}: {readonly transport: Transport; readonly sealer: Sealer; readonly clock: Clock}): OpenQuestions => {
	const caches = {
		info: createReplyCache<AgentInfo>(),
		status: createReplyCache<AgentStatus>(),
		time: createReplyCache<Timestamp>(),
		secret: createReplyCache<{readonly publicKey: string}>(),
	} as const;
	let info: AgentInfo | undefined;
	let status: AgentStatus | undefined;

	const get = async <T>(reading: Reading<T>, ask: Ask): Promise<Reply<T>> =>
		mustExist(interpret(reading, await transport.get({uri: reading.uri, headers: {}, limit}, ask)));

	const fetchInfo = async (ask: Ask): Promise<Reply<AgentInfo>> => {
		const reply = await get({uri: routes.info, cache: caches.info, schema: infoSchema}, ask);
		info = reply.type === 'data' ? reply.data : info;
		return reply;
	};

	const knowInfo = async (ask: Ask): Promise<Reply<AgentInfo>> => info
		? {
			type: 'data', data: info, isUnchanged: true, bytes: 0,
		}
		: fetchInfo(ask);

	return {
		fetchInfo,
		async fetchStatus(ask) {
			const reply = await get({uri: routes.status, cache: caches.status, schema: statusSchema}, ask);
			status = reply.type === 'data' ? reply.data : status;
			return reply;
		},
		async measureSkew(ask) {
			const sentAt = clock.now();
			const reply = await get({uri: routes.time, cache: caches.time, schema: timeSchema}, ask);
			if (reply.type !== 'data') {
				return reply;
			}

			const skew = Math.round(reply.data - ((sentAt + clock.now()) / 2));
			sealer.setSkew(skew);
			return {...reply, data: skew};
		},
		async fetchKey(ask) {
			const who = await knowInfo(ask);
			if (who.type !== 'data') {
				return who;
			}

			const reply = await get({uri: routes.secret, cache: caches.secret, schema: secretSchema}, ask);
			if (reply.type !== 'data') {
				return reply;
			}

			const offered = await sealer.offerKey(reply.data.publicKey, speaksV2(who.data));
			return offered.type === 'known' ? {...reply, data: true} : offered;
		},
		knowInfo,
		info: () => info,
		status: () => status,
	};
};
