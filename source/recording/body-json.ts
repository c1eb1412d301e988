import {type Buffer} from 'node:buffer';
import {setImmediate as nextTurn} from 'node:timers/promises';

/** Takes what looks like a secret out of a text. */
export type Redact = (text: string) => string;

/** Characters that are looked through before keys are let in between. */
const slice = 64 * 1024;

// What is no JSON is a proxy's page or a broken answer: its beginning tells which.
const textLimit = 4096;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const parse = (text: string): unknown => {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
};

/** Whether what stands under that name is a secret by its name alone. */
const isSecretUnder = (name: string, value: string, redact: Redact): boolean => {
	const pair = `"${name}":${JSON.stringify(value)}`;
	return name !== '' && value !== '' && redact(pair) !== pair && redact(value) === value;
};

/**
The body of an answer as JSON on one line: without what looks like a secret, as text where it is no JSON. Large ones are made piece by piece, between which others have their turn.
*/
export const bodyJson = async (body: Buffer, redact: Redact): Promise<string> => {
	const text = body.toString('utf8');
	const root = parse(text);
	if (root === undefined) {
		return JSON.stringify(redact(text.slice(0, textLimit)));
	}

	let looked = 0;
	const names = new Map<string, string>();
	const cleanName = (name: string): string => {
		const known = names.get(name) ?? redact(name);
		names.set(name, known);
		return known;
	};

	const clean = async (value: unknown, name: string): Promise<unknown> => {
		if (typeof value === 'string') {
			looked += value.length + 1;
			if (looked > slice) {
				looked = 0;
				await nextTurn();
			}

			return isSecretUnder(name, value, redact) ? '***' : redact(value);
		}

		if (Array.isArray(value)) {
			const items: unknown[] = [];
			for (const item of value) {
				items.push(await clean(item, ''));
			}

			return items;
		}

		if (isRecord(value)) {
			const entries: Array<readonly [string, unknown]> = [];
			for (const [key, part] of Object.entries(value)) {
				entries.push([cleanName(key), await clean(part, key)]);
			}

			return Object.fromEntries(entries);
		}

		return value;
	};

	return JSON.stringify(await clean(root, ''));
};
