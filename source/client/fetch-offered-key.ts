import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {secretSchema} from '../protocol/agent.js';
import {routes} from '../protocol/routes.js';
import {parseSealingKey} from '../protocol/seal.js';
import {type Ask, type Reply} from './agent-client.js';
import {interpret, mustExist} from './interpret.js';
import {type OfferedKey} from './key-pins.js';
import {createReplyCache} from './reply-cache.js';
import {failed} from './sealed-question.js';
import {type TlsSettings} from './tls-settings.js';
import {createTransport} from './transport.js';

type Options = {readonly address: AgentAddress; readonly language: string; readonly clock: Clock; readonly tls: TlsSettings};

// Bytes. Real answers have less than two thousand.
const limit = 256 * 1024;

/** The encryption key that an agent shows now; no password is sent for it. Never rejects. */
export const fetchOfferedKey = async (options: Options, ask: Ask): Promise<Reply<OfferedKey>> => {
	const transport = createTransport({...options, bodyLimit: limit});
	try {
		const answer = await transport.get({uri: routes.secret, headers: {}}, ask);
		const reply = mustExist(interpret({uri: routes.secret, cache: createReplyCache<{readonly publicKey: string}>(), schema: secretSchema}, answer));
		if (reply.type !== 'data') {
			return reply;
		}

		const {publicKey} = reply.data;
		const parsed = parseSealingKey(publicKey);
		return parsed.ok ? {...reply, data: {publicKey, bits: parsed.key.bits}} : failed({type: 'protocol', message: parsed.problem});
	} finally {
		transport.dispose();
	}
};
