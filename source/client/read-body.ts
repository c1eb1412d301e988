import {type AgentError} from '../protocol/agent-error.js';
import {parseEnvelope, type Envelope} from '../protocol/envelope.js';
import {wantsHttps} from './system-error.js';
import {type HttpAnswer} from './transport.js';

type Answer = Extract<HttpAnswer, {type: 'answer'}>;

const noContent = 204;
const badRequest = 400;
const tooManyRequests = 429;

// As Go's servers, nginx and others say it.
const plainToSecure = /http request (?:was sent )?to (?:an )?https|plain http request/i;

const protocolError = (message: string): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error: {type: 'protocol', message}});

const looksLikeHtml = (text: string): boolean => /^\s*</.test(text.slice(0, 200));

// Far more lists and records than the longest log has; a program's time and memory go by their number, not by bytes.
const structureLimit = 4_000_000;
const openingBrace = 0x7B;
const openingBracket = 0x5B;

/** Whether an answer would take seconds to read, as one does that is made of nothing but brackets. Those in texts count, too. */
const isOverbuilt = (body: Uint8Array): boolean => {
	if (body.length <= structureLimit) {
		return false;
	}

	let count = 0;
	for (const byte of body) {
		count += byte === openingBrace || byte === openingBracket ? 1 : 0;
	}

	return count > structureLimit;
};

const problemOf = ({status}: Answer, text: string): string => {
	if (status === noContent || text.trim() === '') {
		return `answered nothing (status ${status})`;
	}

	if (status === badRequest && plainToSecure.test(text.slice(0, 1000))) {
		return wantsHttps;
	}

	if (looksLikeHtml(text)) {
		return `answered HTML, not JSON (status ${status}): is a proxy in between?`;
	}

	return text.trimStart().startsWith('{') ? 'answered JSON that is cut off or no agent\'s' : `answered something that is no agent's (status ${status})`;
};

/** The envelope in an HTTP answer. `Content-Type` is not trusted. */
export const readBody = (answer: Answer): {readonly type: 'envelope'; readonly envelope: Envelope} | {readonly type: 'error'; readonly error: AgentError} => {
	// Never an agent's own word.
	if (answer.status === tooManyRequests) {
		return {type: 'error', error: {
			type: 'refused', status: tooManyRequests, code: '', message: 'too many requests (status 429): a proxy limits them; set longer intervals in the config file', traceId: '',
		}};
	}

	if (isOverbuilt(answer.body)) {
		return protocolError('answered with more parts than can be read');
	}

	const text = answer.body.toString('utf8');
	const envelope = parseEnvelope(text);
	return envelope ? {type: 'envelope', envelope} : protocolError(problemOf(answer, text));
};

const successMark = '"successful":true';
const headBytes = 200;

/** Whether an agent says that it did what it was asked for. Looks at the beginning only where that is enough: an answer can be large. */
export const isSuccess = (answer: Answer): boolean => {
	if (answer.body.subarray(0, headBytes).toString('latin1').startsWith(`{${successMark}`)) {
		return true;
	}

	const read = readBody(answer);
	return read.type === 'envelope' && read.envelope.successful;
};
