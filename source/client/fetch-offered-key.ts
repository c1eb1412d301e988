import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {infoSchema, secretSchema, type AgentInfo} from '../protocol/agent.js';
import {speaksV2} from '../protocol/identity.js';
import {routes} from '../protocol/routes.js';
import {parseSealingKey} from '../protocol/seal.js';
import {type Ask, type Reply} from './agent-client.js';
import {interpret, mustExist, type Reading} from './interpret.js';
import {type OfferedKey} from './key-pins.js';
import {createReplyCache} from './reply-cache.js';
import {failed} from './sealed-question.js';
import {type TlsSettings} from './tls-settings.js';
import {createTransport} from './transport.js';

type Options = {readonly address: AgentAddress; readonly language: string; readonly clock: Clock; readonly tls: TlsSettings};

// Bytes. Real answers have less than two thousand.
const limit = 256 * 1024;

/** The encryption key that an agent shows now, and whether it takes v2 authentication; no password is sent for it. `ask` bounds each of its two questions. Never rejects. */
export const fetchOfferedKey = async (options: Options, ask: Ask): Promise<Reply<OfferedKey>> => {
	const transport = createTransport({...options, bodyLimit: limit});
	const get = async <T>(reading: Reading<T>): Promise<Reply<T>> => mustExist(interpret(reading, await transport.get({uri: reading.uri, headers: {}}, ask)));
	try {
		const info = await get({uri: routes.info, cache: createReplyCache<AgentInfo>(), schema: infoSchema});
		if (info.type !== 'data') {
			return info;
		}

		const reply = await get({uri: routes.secret, cache: createReplyCache<{readonly publicKey: string}>(), schema: secretSchema});
		if (reply.type !== 'data') {
			return reply;
		}

		const {publicKey} = reply.data;
		const parsed = parseSealingKey(publicKey);
		return parsed.ok ? {...reply, data: {publicKey, isV2: speaksV2(info.data), bits: parsed.key.bits}} : failed({type: 'protocol', message: parsed.problem});
	} finally {
		transport.dispose();
	}
};
