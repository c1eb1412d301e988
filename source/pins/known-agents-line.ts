// One line of `known_agents`, as in ssh's known_hosts: an optional mark, the agent, the kind of key, the key, "v2" where the agent took v2 authentication, and what people may read after it.

import {Buffer} from 'node:buffer';
import {type KnownKey} from '../client/key-pins.js';

/** `isAccepted`: somebody looked at the key and accepted it, so that it counts instead of those above it. */
export type Pin = KnownKey & {readonly agent: string; readonly isAccepted: boolean};

export type ReadLine = {readonly type: 'pin'; readonly pin: Pin} | {readonly type: 'empty'} | {readonly type: 'damaged'};

const acceptedMark = '@accepted';
const kind = 'obshell-rsa';
const v2 = 'v2';
const agentPattern = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\]):\d{1,5}$/;
const base64Pattern = /^(?:[a-z\d+/]{4})+(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i;
const shortLength = 0x80;

/** Whether the bytes are one whole ASN.1 sequence: a line that was cut off somewhere must not pass for another key (X.690, section 8.1.3). */
const isWholeSequence = (bytes: Uint8Array): boolean => {
	const [tag, first = 0] = bytes;
	if (tag !== 0x30) {
		return false;
	}

	if (first < shortLength) {
		return bytes.length === 2 + first;
	}

	const count = first - shortLength;
	const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => (sum * 256) + byte, 0);
	return count > 0 && count < 5 && bytes.length === 2 + count + length;
};

const isKey = (text: string): boolean => base64Pattern.test(text) && isWholeSequence(Buffer.from(text, 'base64'));

/** What a line says; whatever is not understood is damaged, and nobody's key. */
export const readLine = (line: string): ReadLine => {
	const words = line.trim().split(/\s+/);
	if (words[0] === '' || words[0]?.startsWith('#')) {
		return {type: 'empty'};
	}

	const isAccepted = words[0] === acceptedMark;
	const [agent = '', type, publicKey = '', auth] = isAccepted ? words.slice(1) : words;
	return agentPattern.test(agent) && type === kind && isKey(publicKey)
		? {type: 'pin', pin: {agent, publicKey, isV2: auth === v2, isAccepted}}
		: {type: 'damaged'};
};

/** The agents that a damaged line may be about. */
export const namesIn = (line: string): readonly string[] => line.trim().split(/\s+/).filter(word => agentPattern.test(word));

/** The line for a pin, with its line break. `date` is when, ISO 8601. */
export const writeLine = ({agent, publicKey, isV2, isAccepted}: Pin, bits: number, date: string): string =>
	`${isAccepted ? `${acceptedMark} ` : ''}${agent} ${kind} ${publicKey} ${isV2 ? `${v2} ` : ''}${bits} bit, ${isAccepted ? 'accepted' : 'first seen'} ${date}\n`;
