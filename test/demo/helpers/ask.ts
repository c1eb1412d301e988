// A client of its own, so that the demo's encryption is tested against neither the program's client nor itself.

import {Buffer} from 'node:buffer';
import {constants, createCipheriv, createPublicKey, publicEncrypt, type KeyObject} from 'node:crypto';

type Row = {readonly id: string; readonly name: string; readonly state: string; readonly operator: string; readonly start_time: string; readonly end_time: string};

export type WireSubTask = Row & {readonly task_id: number; readonly execute_times: number; readonly task_logs: readonly string[] | null};
export type WireNode = Row & {readonly sub_tasks: readonly WireSubTask[]};
export type WireLogLine = {readonly id: number; readonly log_content: string; readonly create_time: string; readonly update_time: string};

/** Fields of all responses; a test reads those of its request. */
export type WireData = Row & {
	readonly stage: number;
	readonly max_stage: number;
	readonly nodes: readonly WireNode[];
	readonly additional_data: {readonly sub_dags: Readonly<Record<string, string>>};
	readonly contents: ReadonlyArray<WireLogLine & Row>;
	readonly public_key: string;
	readonly security: boolean;
	readonly startAt: number;
};

export type WireAnswer = {
	readonly traceId: string;
	readonly duration: number;
	readonly data: WireData;
	readonly error: {readonly code?: number; readonly errCode: string; readonly message: string};
};

export type Asked = {readonly status: number; readonly contentType: string; readonly text: string; readonly json: WireAnswer};

export const ask = async (address: string, path: string, init: {readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string} = {}): Promise<Asked> => {
	const response = await fetch(`${address}/api/v1/${path}`, init);
	const text = await response.text();
	return {status: response.status, contentType: response.headers.get('content-type') ?? '', text, json: JSON.parse(text === '' ? 'null' : text) as WireAnswer};
};

export const keyOf = async (address: string): Promise<KeyObject> => {
	const {json} = await ask(address, 'secret');
	return createPublicKey({key: Buffer.from(json.data.public_key, 'base64'), format: 'der', type: 'pkcs1'});
};

/** RSA PKCS#1 v1.5 blocks over the text, base64. */
export const seal = (key: KeyObject, text: string): string => {
	const chunk = ((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8) - 11;
	const plain = Buffer.from(text);
	const blocks: Buffer[] = [];
	for (let start = 0; start < plain.length; start += chunk) {
		blocks.push(publicEncrypt({key, padding: constants.RSA_PKCS1_PADDING}, plain.subarray(start, start + chunk)));
	}

	return Buffer.concat(blocks).toString('base64');
};

export type SealOptions = {
	readonly password?: string;
	/** Seconds since 1970. */
	readonly ts?: number | string;
	readonly uri?: string;
	readonly header?: 'X-OCS-Header' | 'X-OCS-Agent-Header';
	readonly key?: KeyObject;
	readonly body?: unknown;
	readonly language?: string;
};

const aes = Buffer.from('0123456789abcdeffedcba9876543210');

/** Asks as a client with the hybrid encryption does; POSTs where there is a body. Valid far into the future unless told otherwise. */
export const askSealed = async (address: string, path: string, options: SealOptions = {}): Promise<Asked> => {
	const {password = '', ts = 4_000_000_000, uri = `/api/v1/${path}`, header = 'X-OCS-Header', body, language} = options;
	const sealed = seal(options.key ?? await keyOf(address), JSON.stringify({auth: password, ts: String(ts), uri, keys: aes.toString('base64')}));
	const headers = {[header]: sealed, ...(language !== undefined && {'Accept-Language': language})};
	if (body === undefined) {
		return ask(address, path, {headers});
	}

	const cipher = createCipheriv('aes-128-cbc', aes.subarray(0, 16), aes.subarray(16));
	const encrypted = Buffer.concat([cipher.update(JSON.stringify(body)), cipher.final()]).toString('base64');
	return ask(address, path, {method: 'POST', headers, body: encrypted});
};

/** "RUNNING/RUN 3/11", or the error's code. */
export const outcomeIn = ({data, error}: Partial<WireAnswer>): string =>
	data ? `${data.state}/${data.operator} ${data.stage}/${data.max_stage}` : error?.errCode ?? '';

/** The data of the answer alone. */
export const fetchData = async (address: string, path: string, options?: SealOptions): Promise<WireData> => {
	const {json} = await askSealed(address, path, options);
	return json.data;
};

/** The same for a request that needs no header. */
export const fetchOpenData = async (address: string, path: string): Promise<WireData> => {
	const {json} = await ask(address, path);
	return json.data;
};
