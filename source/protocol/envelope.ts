// {successful, timestamp, duration, status, traceId, data, error} around every answer (docs/protocol.md#envelope).

import {Buffer} from 'node:buffer';
import * as z from 'zod';
import {printable} from './printable.js';

// What only says more about an answer never makes it unreadable.
const text = z.string().nullish().catch(undefined).transform(value => printable(value ?? ''));

const errorSchema = z.object({
	errCode: text,
	// Agents before 4.3.1 send only the number.
	code: z.number().nullish().catch(undefined),
	message: text,
});

const envelopeSchema = z.object({
	successful: z.boolean(),
	traceId: text,
	// Absent in failures, and where there is nothing to say.
	data: z.unknown().optional(),
	error: errorSchema.nullish().catch(undefined),
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
		: {successful, code: error?.errCode ?? '', number: error?.code ?? undefined, message: error?.message ?? '', traceId};
};

const dataMark = Buffer.from('"data":');

/** The part of a body that matters: from `"data":` on; the whole where it has none. */
export const payloadOf = (body: Buffer): Buffer => {
	const start = body.indexOf(dataMark);
	return start === -1 ? body : body.subarray(start);
};
