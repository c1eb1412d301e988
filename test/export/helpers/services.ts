// Services that take messages, each with its own rules, as its documents state them. Real HTTP on a port of its own.

import {Buffer} from 'node:buffer';
import {createHmac} from 'node:crypto';
import http, {type IncomingMessage} from 'node:http';
import https from 'node:https';
import {onTestFinished} from 'vitest';
import * as z from 'zod';
import {eventSchema} from '../../../source/headless/json-schema.js';
import {type WebhookFormat} from '../../../source/export/webhook-formats.js';
import {type Certified} from '../../helpers/certificates.js';

/** What a service got: the text that people would see, and when it came. */
export type Delivery = {readonly at: number; readonly text: string; readonly body: unknown};

type Rule = (request: {readonly url: URL; readonly body: string; readonly secret: string | undefined; readonly now: number}) => {readonly text: string} | {readonly refusal: object};

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64');

const hour = 3_600_000;

const dingtalkBody = z.strictObject({msgtype: z.literal('text'), text: z.strictObject({content: z.string().min(1)}), at: z.strictObject({isAtAll: z.literal(false)})});

/** Signed in the URL, with the time in ms; at most 20,000 bytes; refusals have status 200. */
const dingtalk: Rule = ({url, body, secret, now}) => {
	const timestamp = url.searchParams.get('timestamp') ?? '';
	const isSigned = url.searchParams.get('sign') === hmac(secret ?? '', `${timestamp}\n${secret ?? ''}`) && Math.abs(now - Number(timestamp)) < hour;
	if (secret !== undefined && !isSigned) {
		return {refusal: {errcode: 310_000, errmsg: 'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]'}};
	}

	const {text: {content}} = dingtalkBody.parse(JSON.parse(body));
	return Buffer.byteLength(body) > 20_000 ? {refusal: {errcode: 460_101, errmsg: 'message too long, exceed 20000 bytes'}} : {text: content};
};

const plain = (limit: number) => z.strictObject({tag: z.literal('plain_text'), content: z.string().max(limit)});

const feishuBody = z.strictObject({
	timestamp: z.string().regex(/^\d{10}$/).optional(),
	sign: z.string().optional(),
	msg_type: z.literal('interactive'),
	card: z.strictObject({
		header: z.strictObject({template: z.enum(['red', 'blue']), title: plain(200)}),
		elements: z.tuple([z.strictObject({tag: z.literal('div'), text: plain(20_000)})]),
	}),
});

/** Signed in the body, with the time in seconds: it is the key together with the secret. At most 20 KB. */
const feishu: Rule = ({body, secret, now}) => {
	const {timestamp = '', sign, card} = feishuBody.parse(JSON.parse(body));
	if (secret !== undefined && (sign !== hmac(`${timestamp}\n${secret}`, '') || Math.abs(now - (Number(timestamp) * 1000)) > hour)) {
		return {refusal: {code: 19_021, msg: 'sign match fail or timestamp is not within one hour from current time'}};
	}

	return Buffer.byteLength(body) > 20 * 1024 ? {refusal: {code: 9499, msg: 'Bad Request', data: {}}} : {text: `${card.header.title.content}\n${card.elements[0].text.content}`};
};

const wecomBody = z.strictObject({msgtype: z.literal('text'), text: z.strictObject({content: z.string()})});

/** The key is in the URL. At most 2048 bytes; <@somebody> in it mentions a person, and <@all> everyone. */
const wecom: Rule = ({url, body}) => {
	if (!url.searchParams.has('key')) {
		return {refusal: {errcode: 93_000, errmsg: 'invalid webhook url, hint: [1], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=93000'}};
	}

	const {text: {content}} = wecomBody.parse(JSON.parse(body));
	return Buffer.byteLength(content) > 2048 ? {refusal: {errcode: 40_058, errmsg: 'text.content exceed max length 2048. invalid Request Parameter'}} : {text: content.replaceAll('<@', 'MENTIONED ')};
};

const slackBody = z.object({text: z.string().min(1).max(40_000), mrkdwn: z.literal(false), parse: z.literal('none'), link_names: z.literal(false)});

/** <…> is a link or a mention; &, < and > are escaped. */
const slack: Rule = ({body}) => {
	const {text} = slackBody.parse(JSON.parse(body));
	return {text: text.replaceAll('<', 'LINKED ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')};
};

const testSchema = z.strictObject({version: z.literal(1), at: z.iso.datetime(), type: z.literal('test'), host: z.string()});

const json: Rule = ({body}) => {
	z.union([eventSchema, testSchema]).parse(JSON.parse(body));
	return {text: body};
};

const rules: Readonly<Record<WebhookFormat, Rule>> = {dingtalk, feishu, wecom, slack, json};

const accepted: Readonly<Record<WebhookFormat, object | string>> = {
	dingtalk: {errcode: 0, errmsg: 'ok'}, feishu: {code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success'}, wecom: {errcode: 0, errmsg: 'ok'}, slack: 'ok', json: '',
};

const minute = 60_000;

/** Most messages in a time in ms, and what more of them get. */
const rates: Readonly<Record<WebhookFormat, {readonly most: number; readonly within: number; readonly refusal: {readonly status: number; readonly body: object | string; readonly retryAfter?: string}}>> = {
	dingtalk: {most: 20, within: minute, refusal: {status: 200, body: {errcode: 130_101, errmsg: 'send too fast, exceed 20 times per minute'}}},
	feishu: {most: 5, within: 1000, refusal: {status: 200, body: {code: 11_232, data: {}, msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]'}}},
	wecom: {most: 20, within: minute, refusal: {status: 200, body: {errcode: 45_009, errmsg: 'api freq out of limit'}}},
	slack: {most: 1, within: 1000, refusal: {status: 429, body: 'rate_limited', retryAfter: '30'}},
	json: {most: 1000, within: 1000, refusal: {status: 429, body: ''}},
};

export type Service = {
	readonly url: string;
	/** What it took. */
	readonly deliveries: Delivery[];
	/** All that came, taken or not. */
	readonly requests: () => number;
	/** What it does instead of its rules, if set: it gives this status, or says nothing. */
	answer: {readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string} | 'nothing' | undefined;
	/** How many messages came faster than it allows. */
	readonly tooFast: () => number;
};

type Setup = {readonly secret?: string; readonly now?: () => number; readonly tls?: Certified};

const pathOf: Readonly<Record<WebhookFormat, string>> = {
	dingtalk: '/robot/send?access_token=3f09c8d1e2', feishu: '/open-apis/bot/v2/hook/3f09c8d1e2', wecom: '/cgi-bin/webhook/send?key=3f09c8d1e2', slack: '/services/T00/B00/3f09c8d1e2', json: '/3f09c8d1e2',
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
	}

	return Buffer.concat(chunks).toString();
};

/** A service on a port of its own, gone after the test. */
export const startService = async (format: WebhookFormat, {secret, now = Date.now, tls}: Setup = {}): Promise<Service> => {
	const deliveries: Delivery[] = [];
	let requests = 0;
	let tooFast = 0;
	const times: number[] = [];
	const service: Service = {url: '', deliveries, requests: () => requests, answer: undefined, tooFast: () => tooFast};

	const judge = (url: URL, body: string, method: string | undefined): {readonly status: number; readonly body: object | string; readonly retryAfter?: string} => {
		const {most, within, refusal} = rates[format];
		const at = now();
		if (times.filter(time => time > at - within).length >= most) {
			tooFast++;
			return refusal;
		}

		times.push(at);
		if (method !== 'POST') {
			return {status: 405, body: ''};
		}

		const taken = rules[format]({url, body, secret, now: at});
		if ('refusal' in taken) {
			return {status: 200, body: taken.refusal};
		}

		deliveries.push({at, text: taken.text, body: JSON.parse(body)});
		return {status: 200, body: accepted[format]};
	};

	const listener = async (request: IncomingMessage, response: http.ServerResponse): Promise<void> => {
		const body = await bodyOf(request);
		requests++;
		const {answer} = service;
		if (answer === 'nothing') {
			return;
		}

		if (answer) {
			response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
			return;
		}

		try {
			const {status, body: said, retryAfter} = judge(new URL(request.url ?? '/', 'http://localhost'), body, request.method);
			response.writeHead(status, {...(retryAfter !== undefined && {'retry-after': retryAfter})}).end(typeof said === 'string' ? said : JSON.stringify(said));
		} catch (error) {
			response.writeHead(400).end(String(error));
		}
	};

	const server = tls ? https.createServer(tls) : http.createServer();
	server.on('request', (request, response) => {
		void listener(request, response);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return Object.assign(service, {url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${pathOf[format]}`});
};
