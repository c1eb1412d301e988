// What a service's response means, or that there was none.

import {messages} from '../lib/messages/messages.js';
import {firstLine, printable} from '../lib/printable.js';
import {type Timestamp} from '../lib/time.js';
import {type Webhook} from './webhook-formats.js';

/** A response, its body as far as it was read. */
export type WebhookAnswer = {readonly status: number; readonly retryAfter: string | undefined; readonly body: string};

/** Why there was no response: `code` is the system's. */
export type WebhookFault = {readonly fault: 'timeout' | 'network' | 'aborted'; readonly code: string};

/** `retry`: not before `after` ms; `refused`: trying again would not help. */
export type Verdict =
	| {readonly type: 'sent'}
	| {readonly type: 'retry'; readonly problem: string; readonly after: number}
	| {readonly type: 'refused'; readonly problem: string};

/** Seconds, or a date. */
const waitOf = (retryAfter: string | undefined, now: Timestamp): number => {
	if (retryAfter === undefined) {
		return 0;
	}

	const date = Date.parse(retryAfter);
	const wait = /^\d{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : date - now;
	return Number.isFinite(wait) ? Math.max(0, wait) : 0;
};

// Characters of what a service says.
const longestText = 100;

const saidOf = (body: string): string => printable(firstLine(body.trim())).slice(0, longestText).toWellFormed();

const jsonOf = (body: string): Readonly<Record<string, unknown>> | undefined => {
	try {
		const value: unknown = JSON.parse(body);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
	} catch {
		return undefined;
	}
};

// -1 is DingTalk's and WeCom's "system busy".
const busyCodes: Readonly<Record<'dingtalk' | 'feishu' | 'wecom', readonly number[]>> = {
	dingtalk: [-1, 130_101],
	feishu: [11_232],
	wecom: [-1, 45_009],
};

const isTooFast = /too (?:fast|many)|frequen|rate.?limit/i;

/** A sign-in page, a captive portal, or any other page that a wrong URL leads to. */
const isPage = (body: string): boolean => body.trimStart().startsWith('<');

/** These three say in the body whether they took it, whatever the status. Feishu has had two names for that. */
const verdictOfCode = (format: keyof typeof busyCodes, {status, body}: WebhookAnswer, hide: (text: string) => string): Verdict => {
	const {problems} = messages().webhooks;
	const json = jsonOf(body);
	const code = [json?.['errcode'], json?.['code'], json?.['StatusCode']].find(value => typeof value === 'number');
	if (typeof code !== 'number') {
		return {type: 'refused', problem: isPage(body) ? problems.page(status) : problems.notUnderstood(status)};
	}

	if (code === 0) {
		return {type: 'sent'};
	}

	const text = [json?.['errmsg'], json?.['msg'], json?.['StatusMessage']].find(value => typeof value === 'string');
	const said = saidOf(hide(typeof text === 'string' ? text : ''));
	return busyCodes[format].includes(code) || isTooFast.test(said)
		? {type: 'retry', problem: problems.busy(code, said), after: 0}
		: {type: 'refused', problem: problems.refused(code, said)};
};

const isOfSlack = (url: string): boolean => /(?:^|\.)slack(?:-gov)?\.com$/.test(new URL(url).hostname);

/** Slack and Mattermost respond "ok" (Slack as text/html), Rocket.Chat an object with `success`, Zulip one with `result`; others may say nothing. A program of the user's may say what it likes, but no page. */
const verdictOfText = ({format, url}: Webhook, {status, body}: WebhookAnswer, hide: (text: string) => string): Verdict => {
	const {problems} = messages().webhooks;
	if (isPage(body)) {
		return {type: 'refused', problem: problems.page(status)};
	}

	const json = format === 'slack' ? jsonOf(body) : undefined;
	if (json?.['ok'] === false || json?.['success'] === false || json?.['result'] === 'error') {
		return {type: 'refused', problem: problems.said(status, saidOf(hide(body)))};
	}

	return format === 'slack' && isOfSlack(url) && body.trim() !== 'ok' && json?.['ok'] !== true ? {type: 'refused', problem: problems.notUnderstood(status)} : {type: 'sent'};
};

/** Removes from a text what could open the webhook to others. */
export const hideSecrets = ({url, secret}: Pick<Webhook, 'url' | 'secret'>) => (text: string): string => {
	const {href, pathname, search, searchParams, username, password} = new URL(url);
	const parts = [url, href, pathname + search, ...searchParams.values(), ...pathname.split('/'), username, password, secret ?? ''];
	let hidden = text;
	for (const part of parts.filter(({length}) => length >= 6).toSorted((one, other) => other.length - one.length)) {
		hidden = hidden.replaceAll(part, '***');
	}

	return hidden;
};

/** What a response means. */
export const verdictOf = (webhook: Webhook, answer: WebhookAnswer, now: Timestamp): Verdict => {
	const {format} = webhook;
	const {problems} = messages().webhooks;
	const {status, retryAfter, body} = answer;
	const hide = hideSecrets(webhook);
	if (status >= 300 && status < 400) {
		return {type: 'refused', problem: problems.redirect(status)};
	}

	if (status >= 400) {
		const said = saidOf(hide(body));
		const problem = said === '' || isPage(body) ? problems.status(status) : problems.said(status, said);
		return status === 429 || status === 408 || status >= 500 ? {type: 'retry', problem, after: waitOf(retryAfter, now)} : {type: 'refused', problem};
	}

	return format === 'slack' || format === 'json' ? verdictOfText(webhook, answer, hide) : verdictOfCode(format, answer, hide);
};

// Something that speaks plain HTTP, or no HTTP at all.
const withoutTls: ReadonlySet<string> = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST']);

// The texts for agents would advise options that are not for webhooks.
const textOfTls = (code: string): string | undefined => {
	const {problems} = messages().webhooks;
	return withoutTls.has(code) ? problems.noTls : (code.startsWith('ERR_SSL_') ? problems.tlsRefused(code) : undefined);
};

const isAboutCertificates = /CERT|SIGNATURE|INVALID_CA|ALTNAME/;

/** How a webhook is reached: through no proxy, through one, or not through the one that the environment names, because this Node.js cannot (its version). */
export type Way = {readonly type: 'direct' | 'proxy'} | {readonly type: 'no proxy'; readonly version: string};

const faultText = ({fault, code}: WebhookFault, seconds: number): string => {
	const {webhooks: {problems}, faults} = messages();
	const {network}: {readonly network: Readonly<Record<string, string>>} = faults;
	return fault === 'timeout' ? problems.timeout(seconds) : textOfTls(code) ?? network[code] ?? faults.otherNetwork(code);
};

/** What it means that there was no response within so many seconds. */
export const verdictOfFault = (fault: WebhookFault, seconds: number, way: Way): Verdict => {
	const {problems} = messages().webhooks;
	const {code} = fault;
	// What the other side says (an alert) is about the certificate that it wants.
	if (isAboutCertificates.test(code) && !code.includes('ALERT')) {
		return {type: 'refused', problem: problems.certificate(code)};
	}

	if (code === 'ERR_PROXY_TUNNEL') {
		return {type: 'retry', problem: problems.proxyRefused, after: 0};
	}

	const text = faultText(fault, seconds);
	switch (way.type) {
		case 'direct': {
			return {type: 'retry', problem: text, after: 0};
		}

		case 'proxy': {
			return {type: 'retry', problem: problems.throughProxy(text), after: 0};
		}

		case 'no proxy': {
			return {type: 'retry', problem: problems.noProxy(text, way.version), after: 0};
		}
	}
};
