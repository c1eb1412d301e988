import {type AgentError} from '../protocol/agent-error.js';
import {parseEnvelope, type Envelope} from '../protocol/envelope.js';
import {type HttpAnswer} from './transport.js';

type Answer = Extract<HttpAnswer, {type: 'answer'}>;

const notFound = 404;
const noContent = 204;

const protocolError = (message: string): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error: {type: 'protocol', message}});

const looksLikeHtml = (text: string): boolean => /^\s*</.test(text.slice(0, 200));

const problemOf = ({status}: Answer, text: string): string => {
	if (status === noContent || text.trim() === '') {
		return `answered nothing (status ${status})`;
	}

	if (looksLikeHtml(text)) {
		return `answered HTML, not JSON (status ${status}): is a proxy in between?`;
	}

	return text.trimStart().startsWith('{') ? 'answered JSON that is cut off or no agent\'s' : `answered something that is no agent's (status ${status})`;
};

/** The envelope in an HTTP answer; an empty 404 stands for "no such thing". `Content-Type` is not trusted. */
export const readBody = (answer: Answer): {readonly type: 'envelope'; readonly envelope: Envelope} | {readonly type: 'none'} | {readonly type: 'error'; readonly error: AgentError} => {
	const text = answer.body.toString('utf8');
	const envelope = parseEnvelope(text);
	if (envelope) {
		return {type: 'envelope', envelope};
	}

	return answer.status === notFound && text.trim() === '' ? {type: 'none'} : protocolError(problemOf(answer, text));
};
