import {type Buffer} from 'node:buffer';
import {escapedInJson, unprintableInJson} from '../protocol/plain-json.js';
import {type Redaction} from '../take-away/redact.js';
import {replaceInSlices, type Slices} from '../take-away/replace-in-slices.js';

// What is no JSON is a proxy's page or a broken answer: its beginning tells which.
const textLimit = 4096;
// What stands for a secret by its name alone is no whole text.
const secretLimit = 20_000;
// Characters of a name.
const nameLimit = 200;
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

// No value of this kind means anything to a reader of its own.
const sample = 'Q7';

/** The redaction, and which names it takes for those of secrets, as far as was asked. */
type Cleaning = {readonly redaction: Redaction; readonly names: Map<string, boolean>};

/**
Whether everything under that name is secret: {"rootPwd": …}.

@yields Whenever others may have their turn.
*/
function * isSecretName(name: string, {redaction, names}: Cleaning): Slices<boolean> {
	const known = names.get(name);
	if (known !== undefined) {
		return known;
	}

	const pair = `${JSON.stringify(name)}:"${sample}"`;
	const isSecret = name !== '' && name.length <= nameLimit && (yield * redaction(pair)) !== pair;
	names.set(name, isSecret);
	return isSecret;
}

/** The name that stands beside a value: {"name": "root_password", "value": "…"}. */
const nameBeside = (record: Readonly<Record<string, unknown>>, key: string): string => {
	if (!/^val(?:ue)?$/i.test(key)) {
		return '';
	}

	const name = Object.entries(record).find(([other, value]) => /^(?:name|key|variable)$/i.test(other) && typeof value === 'string')?.[1];
	return typeof name === 'string' ? name : '';
};

/**
The text without secrets; all of it where its name makes it one.

@yields Whenever others may have their turn.
*/
function * cleanText(text: string, name: string, redaction: Redaction): Slices<string> {
	const masked = yield * redaction(text);
	if (masked !== text || name === '' || text === '' || text.length > secretLimit) {
		return masked;
	}

	const pair = `${JSON.stringify(name)}:${JSON.stringify(text)}`;
	const maskedPair = yield * redaction(pair);
	return maskedPair === pair ? text : mask;
}

/** Everything in it is secret, but for what only tells whether there is one. */
const masked = (value: unknown): unknown => value === null || typeof value === 'boolean' ? value : mask;

function * clean(value: unknown, name: string, cleaning: Cleaning): Slices<unknown> {
	if (typeof value === 'string') {
		return yield * cleanText(value, name, cleaning.redaction);
	}

	if (Array.isArray(value)) {
		const items: unknown[] = [];
		for (const item of value) {
			items.push(yield * clean(item, name, cleaning));
		}

		return items;
	}

	if (isRecord(value)) {
		const entries: Array<readonly [string, unknown]> = [];
		for (const [key, part] of Object.entries(value)) {
			const own = nameBeside(value, key) || key;
			const isSecret = typeof part !== 'string' && (yield * isSecretName(own, cleaning));
			entries.push([yield * cleaning.redaction(key), isSecret ? masked(part) : yield * clean(part, own, cleaning)]);
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
	const cleaned = yield * clean(value, '', {redaction, names: new Map()});
	return yield * replaceInSlices(JSON.stringify(cleaned), unprintableInJson, escapedInJson);
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
