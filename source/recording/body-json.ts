import {type Buffer} from 'node:buffer';
import {type Redaction} from '../take-away/redact.js';
import {type Slices} from '../take-away/replace-in-slices.js';

// What is no JSON is a proxy's page or a broken answer: its beginning tells which.
const textLimit = 4096;
// What stands for a secret by its name alone is no whole text.
const secretLimit = 1000;
const mask = '***';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const parse = (text: string): unknown => {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
};

/**
The text without secrets; all of it where its name makes it one: {"rootPwd": "…"}.

@yields Whenever others may have their turn.
*/
function * cleanText(text: string, name: string, redaction: Redaction): Slices<string> {
	const masked = yield * redaction(text);
	if (masked !== text || name === '' || text === '' || text.length > secretLimit) {
		return masked;
	}

	const pair = `"${name}":${JSON.stringify(text)}`;
	const maskedPair = yield * redaction(pair);
	return maskedPair === pair ? text : mask;
}

function * clean(value: unknown, name: string, redaction: Redaction): Slices<unknown> {
	if (typeof value === 'string') {
		return yield * cleanText(value, name, redaction);
	}

	if (Array.isArray(value)) {
		const items: unknown[] = [];
		for (const item of value) {
			items.push(yield * clean(item, '', redaction));
		}

		return items;
	}

	if (isRecord(value)) {
		const entries: Array<readonly [string, unknown]> = [];
		for (const [key, part] of Object.entries(value)) {
			entries.push([yield * redaction(key), yield * clean(part, key, redaction)]);
		}

		return Object.fromEntries(entries);
	}

	yield;
	return value;
}

/**
A value as JSON on one line, without what looks like a secret; in slices, however large it is.

@yields Whenever others may have their turn.
*/
export function * cleanJson(value: unknown, redaction: Redaction): Slices<string> {
	return JSON.stringify(yield * clean(value, '', redaction));
}

/**
The body of an answer in the same way; as text where it is no JSON.

@yields Whenever others may have their turn.
*/
export function * bodyJson(body: Buffer, redaction: Redaction): Slices<string> {
	const text = body.toString('utf8');
	const root = parse(text);
	return yield * cleanJson(root === undefined ? text.slice(0, textLimit) : root, redaction);
}
