import {createPasswordClaim, type PasswordClaim} from './password-claim.js';
import {recover} from './recover.js';
import {failed, type SealedQuestion, type Tried} from './sealed-question.js';
import {sendSealed} from './send-sealed.js';
import {type HttpAnswer} from './transport.js';

const untried: Tried = {key: false, clock: false, kind: false};

const sendUntilAnswered = async (question: SealedQuestion, claim: PasswordClaim): Promise<HttpAnswer> => {
	let tried = untried;
	for (;;) {
		const sent = await sendSealed(question, claim, tried);
		if (sent.type === 'error') {
			return sent;
		}

		const next = await recover(question, sent, tried);
		if (next.type === 'end') {
			return next.answer;
		}

		tried = next.tried;
	}
};

/** Sends what changes something: once, whatever the answer. */
export const sendSealedOnce = async (question: SealedQuestion): Promise<HttpAnswer> => {
	const claim = createPasswordClaim(question);
	try {
		const sent = await sendSealed(question, claim, untried);
		return sent.type === 'sent' ? sent.answer : sent;
	} finally {
		claim.release();
	}
};

/** Asks one question that needs a password, at most four times. Everything that can go wrong is in the answer; no password or header is ever in it. */
export const askSealed = async (question: SealedQuestion): Promise<HttpAnswer> => {
	const claim = createPasswordClaim(question);
	try {
		const answer = await sendUntilAnswered(question, claim);
		// The last step ran out of time; the question had all of it.
		return answer.type === 'error' && answer.error.type === 'timeout' ? failed({type: 'timeout', after: question.deadline.timeout}) : answer;
	} finally {
		claim.release();
	}
};
