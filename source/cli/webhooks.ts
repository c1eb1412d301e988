// The webhooks of the config file: reads their secrets, and sends them changes while a command runs.

import {hostname} from 'node:os';
import process from 'node:process';
import {type Webhook} from '../export/webhook-formats.js';
import {reportToWebhooks, testWebhook, type WebhookDeps, type WebhookReports} from '../export/webhooks.js';
import {systemClock} from '../lib/clock.js';
import {isOwnHost} from '../lib/host-port.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {createRedactor} from '../lib/redact.js';
import {formatDuration} from '../lib/time.js';
import {type Store} from '../store/store.js';
import {type ConfigFile, type WebhookConfig} from './config/config.js';
import {readAuthorities, readSecretLine, type Secrets, secretsOf} from './credentials.js';
import {failure, type Result} from './fail.js';
import {type ReadTextFile} from './input-file.js';

/** Over plain HTTP everyone in between could read the URL, which may be fine for a receiver of one's own. */
const problemOfUrl = (text: string, format: Webhook['format']): string | undefined => {
	const {config: words} = messages().webhooks;
	if (!URL.canParse(text)) {
		return words.url;
	}

	// What follows a space would become a part of the URL.
	if (/\s/.test(text)) {
		return words.more;
	}

	const {protocol, hostname: host} = new URL(text);
	return protocol === 'https:' || (protocol === 'http:' && (format === 'json' || isOwnHost(host))) ? undefined : words.protocol;
};

const readWebhook = ({name, format, on, urlFile, secretFile, ca}: WebhookConfig, whereOf: (key: string, path: string) => string, readTextFile: ReadTextFile): Result<Webhook> => {
	const where = whereOf('url_file', urlFile);
	const url = readSecretLine(where, urlFile, readTextFile);
	const problem = url.ok ? problemOfUrl(url.value, format) : undefined;
	if (!url.ok || problem !== undefined) {
		return url.ok ? failure(messages().faults.about(where, problem ?? '')) : url;
	}

	const secret = secretFile === undefined ? undefined : readSecretLine(whereOf('secret_file', secretFile), secretFile, readTextFile);
	if (secret?.ok === false) {
		return secret;
	}

	const authorities = ca === undefined ? undefined : readAuthorities(whereOf('tls_ca', ca), ca, readTextFile);
	return authorities?.ok === false ? authorities : {ok: true, value: {name, format, on, url: url.value, secret: secret?.value, authorities: authorities?.value}};
};

/** Reads the files of the webhooks. The problem says nothing of what is in them. */
export const readWebhooks = (file: ConfigFile | undefined, readTextFile: ReadTextFile): Result<readonly Webhook[]> => {
	const {faults: {about}} = messages();
	const webhooks: Webhook[] = [];
	for (const [index, webhook] of file?.config.webhooks.entries() ?? []) {
		const read = readWebhook(webhook, (key, path) => about(file?.placeOf(['notifications', 'webhooks', index, key]) ?? '', `${key} ${printable(path)}`), readTextFile);
		if (!read.ok) {
			return read;
		}

		webhooks.push(read.value);
	}

	return {ok: true, value: webhooks};
};

const depsFor = (secrets: Secrets): Pick<WebhookDeps, 'clock' | 'env' | 'host' | 'redact'> => ({
	clock: systemClock, env: process.env, host: hostname(), redact: createRedactor(secretsOf(secrets)),
});

/** Reports the store's changes to the webhooks from now on; undefined without any. */
export const startWebhooks = ({webhooks, ...secrets}: Secrets & {readonly webhooks: readonly Webhook[]}, {store, ...told}: Pick<WebhookDeps, 'report' | 'onFailing'> & {readonly store: Store}): WebhookReports | undefined =>
	webhooks.length === 0 ? undefined : reportToWebhooks(webhooks, {...depsFor({...secrets, webhooks}), random: Math.random, store, ...told});

// In ms. A program that was told to end ends within a second.
const lastMoment = 800;

/** Sends what still waits: within `timeout` ms, or less if the signal has come, and not any more once ctrl-C is pressed now. */
export const finishWebhooks = async (reports: WebhookReports | undefined, timeout: number, signal: AbortSignal): Promise<void> => {
	if (!reports) {
		return;
	}

	const controller = new AbortController();
	const stop = (): void => {
		controller.abort();
	};

	process.once('SIGINT', stop);
	try {
		await reports.finish({timeout: signal.aborted ? Math.min(timeout, lastMoment) : timeout, signal: controller.signal});
	} finally {
		process.off('SIGINT', stop);
	}
};

/** Sends a test message to each; resolves to what came of it. */
export const testWebhooks = async (webhooks: readonly Webhook[], signal: AbortSignal): Promise<ReadonlyArray<{readonly name: string; readonly problem: string | undefined}>> =>
	Promise.all(webhooks.map(async webhook => {
		const verdict = await testWebhook(webhook, {...depsFor({webhooks}), signal});
		const {asksToWait} = messages().webhooks.problems;
		const problem = verdict.type === 'retry' && verdict.after > 0 ? asksToWait(verdict.problem, formatDuration(verdict.after)) : undefined;
		return {name: webhook.name, problem: problem ?? (verdict.type === 'sent' ? undefined : verdict.problem)};
	}));
