import {speaksV2} from '../protocol/identity.js';
import {type Clock} from '../lib/clock.js';
import {share} from '../lib/structural-share.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentInfo, type AgentStatus, infoSchema, secretSchema, statusSchema, timeSchema} from '../protocol/agent.js';
import {routes} from '../protocol/routes.js';
import {parseSealingKey} from '../protocol/seal.js';
import {mustExist, parseResponse, type ResponseReader} from './parse-response.js';
import {ResponseCache} from './response-cache.js';
import {failed, type Sealer} from './sealed/types.js';
import {createTransport} from './transport.js';
import {type AgentClient, type OfferedKey, type Reply, type RequestOptions, type TlsSettings, type Transport} from './types.js';

type OfferedKeyDeps = {readonly address: AgentAddress; readonly clock: Clock; readonly tls: TlsSettings};

// Bytes. Real responses have less than two thousand.
const limit = 256 * 1024;

/** The encryption key that an agent offers now, and whether it accepts v2 authentication; no password is sent for it. `options` bound each of the two requests. Never rejects. */
export const fetchOfferedKey = async (deps: OfferedKeyDeps, options: RequestOptions): Promise<Reply<OfferedKey>> => {
	const transport = createTransport({...deps, bodyLimit: limit});
	const get = async <T>(reading: ResponseReader<T>): Promise<Reply<T>> => mustExist(parseResponse(reading, await transport.get({uri: reading.uri, headers: {}}, options)));
	try {
		const info = await get({uri: routes.info, schema: infoSchema});
		if (info.type !== 'data') {
			return info;
		}

		const reply = await get({uri: routes.secret, schema: secretSchema});
		if (reply.type !== 'data') {
			return reply;
		}

		const {publicKey} = reply.data;
		const parsed = parseSealingKey(publicKey);
		return parsed.ok ? {...reply, data: {publicKey, isV2: speaksV2(info.data), bits: parsed.key.bits}} : failed(parsed.problem);
	} finally {
		transport.dispose();
	}
};

// The endpoints that an agent answers without authentication: info, status, time, and the key to seal other requests with.

export type PublicEndpoints = Pick<AgentClient, 'fetchInfo' | 'fetchStatus' | 'measureSkew'> & {
	/** Fetches the encryption key and offers it to the sealer, with the last info's word on v2; `key-changed` if they differ from what is known. */
	readonly fetchKey: (options: RequestOptions) => Promise<Reply<true>>;
	/** The last info, fetched now if there is none yet. */
	readonly knowInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly info: () => AgentInfo | undefined;
	readonly status: () => AgentStatus | undefined;
};

export const createPublicEndpoints = ({transport, sealer, clock}: {readonly transport: Transport; readonly sealer: Sealer; readonly clock: Clock}): PublicEndpoints => {
	const caches = {
		info: new ResponseCache<AgentInfo>(share),
		status: new ResponseCache<AgentStatus>(share),
	} as const;
	let info: AgentInfo | undefined;
	let status: AgentStatus | undefined;

	const get = async <T>(reading: ResponseReader<T>, options: RequestOptions): Promise<Reply<T>> =>
		mustExist(parseResponse(reading, await transport.get({uri: reading.uri, headers: {}, limit}, options)));

	const fetchInfo = async (options: RequestOptions): Promise<Reply<AgentInfo>> => {
		const reply = await get({uri: routes.info, cache: caches.info, schema: infoSchema}, options);
		info = reply.type === 'data' ? reply.data : info;
		return reply;
	};

	const knowInfo = async (options: RequestOptions): Promise<Reply<AgentInfo>> => info
		? {
			type: 'data', data: info, isUnchanged: true, bytes: 0,
		}
		: fetchInfo(options);

	return {
		fetchInfo,
		async fetchStatus(options) {
			const reply = await get({uri: routes.status, cache: caches.status, schema: statusSchema}, options);
			status = reply.type === 'data' ? reply.data : status;
			return reply;
		},
		async measureSkew(options) {
			const sentAt = clock.now();
			const reply = await get({uri: routes.time, schema: timeSchema}, options);
			if (reply.type !== 'data') {
				return reply;
			}

			const skew = Math.round(reply.data - ((sentAt + clock.now()) / 2));
			sealer.setSkew(skew);
			return {...reply, data: skew};
		},
		async fetchKey(options) {
			const who = await knowInfo(options);
			if (who.type !== 'data') {
				return who;
			}

			const reply = await get({uri: routes.secret, schema: secretSchema}, options);
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
