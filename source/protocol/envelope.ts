// Arrays are read up to the first wrong item, the only one that is reported. `z.array` reads on and keeps an issue for each: a response of a
// few megabytes of wrong items would cost gigabytes.

import {Buffer} from 'node:buffer';
import * as z from 'zod/mini';
import {printable} from '../lib/printable.js';

// Before the first schema is made. Otherwise zod compiles a function for each at its first use, which takes longer than all that `--once` reads.
// eslint-disable-next-line unicorn/no-top-level-side-effects -- schemas are made at the top level, too
z.config({jitless: true});

/** What data is read with. */
export type Schema<T> = z.ZodMiniType<T>;

export type SchemaError = z.core.$ZodError;

/** What a schema gives, changed. */
export const mapped = <S extends z.ZodMiniType, R>(schema: S, change: (value: z.output<S>) => R) => z.pipe(schema, z.transform(change));

/** Undefined if it is wrong, too: what only says more about an answer never makes it unreadable. */
export const ifRight = <S extends z.ZodMiniType>(schema: S) => {
	const given = z.nullish(schema);
	return mapped(z.catch(given, undefined), value => value ?? undefined);
};

const anything = z.array(z.unknown());

type Issues = {readonly issues: z.core.$ZodRawIssue[]};

const tell = ({issues}: Issues, message: string, path: PropertyKey[]): never => {
	issues.push({
		code: 'custom', input: undefined, message, path,
	});
	return z.NEVER;
};

/** The message for an array that is too long to be valid, and not worth reading. */
export const tooMany = 'too many';

/** An array of such items, at most `limit` of them. */
export const arrayOf = <T>(item: Schema<T>, limit: number) => z.pipe(anything, z.transform((list, context): readonly T[] => {
	if (list.length > limit) {
		return tell(context, tooMany, []);
	}

	const items: T[] = [];
	for (const [index, value] of list.entries()) {
		const parsed = item.safeParse(value);
		if (!parsed.success) {
			const [issue] = parsed.error.issues;
			return tell(context, issue?.message ?? 'wrong', [index, ...(issue?.path ?? [])]);
		}

		items.push(parsed.data);
	}

	return items;
}));

/** What stands where a text is expected, as text: one odd piece must not cost the others. An object can be nested deeper than anything could write it. */
export const textOf = (value: unknown): string => {
	if (typeof value === 'string') {
		return value;
	}

	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value ? '(not a text)' : '');
};

/** An array of text, each piece taken through `change`. By hand, since there can be a hundred thousand, for each of which a schema costs more than the change does. */
export const textsOf = (change: (text: string) => string) => mapped(anything, (list): readonly string[] => list.map(value => change(textOf(value))));

// {successful, timestamp, duration, status, traceId, data, error} around every answer (docs/protocol.md#envelope).

const text = mapped(ifRight(z.string()), value => printable(value ?? ''));

const errorSchema = z.object({
	errCode: text,
	// Agents before 4.3.1 send only the number.
	code: ifRight(z.number()),
	message: text,
});

const envelopeSchema = z.object({
	successful: z.boolean(),
	traceId: text,
	// Absent in failures, and where there is nothing to say.
	data: z.optional(z.unknown()),
	error: ifRight(errorSchema),
});

/** `code` is the error code as a word ("Task.NotFound"), empty where an old agent sends none; `number` the old numeric one. */
export type Envelope =
	| {readonly successful: true; readonly data: unknown}
	| {readonly successful: false; readonly code: string; readonly number: number | undefined; readonly message: string; readonly traceId: string};

/** Reads the text of an answer; undefined where it is no envelope (HTML from a proxy, truncated JSON, an empty body). */
export const parseEnvelope = (body: string): Envelope | undefined => {
	let json: unknown;
	try {
		json = JSON.parse(body);
	} catch {
		return undefined;
	}

	const parsed = envelopeSchema.safeParse(json);
	if (!parsed.success) {
		return undefined;
	}

	const {successful, data, error, traceId} = parsed.data;
	return successful
		? {successful, data}
		: {successful, code: error?.errCode ?? '', number: error?.code, message: error?.message ?? '', traceId};
};

const dataMark = Buffer.from('"data":');

/** The part of a body that matters: from `"data":` on; the whole where it has none. */
export const payloadOf = (body: Buffer): Buffer => {
	const start = body.indexOf(dataMark);
	return start === -1 ? body : body.subarray(start);
};
