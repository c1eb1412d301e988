import {type AgentAddress} from '../protocol/agent-address.js';
import {type Clock} from '../protocol/clock.js';
import {type Ask} from './agent-client.js';
import {askSealed, sendSealedOnce} from './ask-sealed.js';
import {createDeadline} from './deadline.js';
import {createExperience} from './experience.js';
import {type OpenQuestions} from './open-questions.js';
import {type PasswordVault} from './password-vault.js';
import {type SealedQuestion} from './sealed-question.js';
import {type Sealer} from './sealer.js';
import {jsonBody, type HttpAnswer, type Transport} from './transport.js';

type Options = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly clock: Clock;
	readonly transport: Transport;
	readonly sealer: Sealer;
	readonly open: OpenQuestions;
};

type AskWithPassword = (question: Pick<SealedQuestion, 'uri' | 'id' | 'limit' | 'body'>, ask: Ask) => Promise<HttpAnswer>;

/** How an agent is asked what it does not tell anyone, or told what to do (with a `body`, once): sealed, but for its socket, where root and the owner need no password (docs/protocol.md#socket). */
export const createAskWithPassword = ({address, vault, clock, transport, sealer, open}: Options): AskWithPassword => {
	const experience = createExperience(open.info);
	return async ({uri, id, limit, body}, ask) => {
		const deadline = createDeadline(ask, clock);
		if (address.type === 'tcp') {
			const question = {
				...open, agent: address.key, uri, id, limit, body, deadline, vault, experience, sealer, transport,
			};
			return body === undefined ? askSealed(question) : sendSealedOnce(question);
		}

		// Whose socket it is must be known to tell its own task from another agent's.
		const known = await open.knowInfo(deadline.left());
		if (known.type === 'error') {
			return known;
		}

		return body === undefined
			? transport.get({uri, headers: {}, limit}, deadline.left())
			: transport.post({uri, headers: jsonBody, body, limit}, deadline.left());
	};
};
