import {chmodSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type WebhookConfig} from '../../../source/cli/config/config.js';
import {loadConfig} from '../../../source/cli/config/load.js';
import {parseConfig} from '../../../source/cli/config/schema.js';
import {readTextFile} from '../../../source/cli/input-file.js';
import {secretsOf} from '../../../source/cli/credentials.js';
import {readWebhooks} from '../../../source/cli/webhooks.js';
import {type Webhook} from '../../../source/export/webhook-formats.js';
import {makeCertificate} from '../../helpers/certificates.js';
import {runProgram} from '../../helpers/run-program.js';
import {configOf, makeFolder, parse} from './helpers.js';

const webhooksIn = (text: string): readonly WebhookConfig[] => configOf(`notifications:\n  webhooks:\n${text}`).config.webhooks;

describe('the webhooks of a config file', () => {
	it('are what it says, with names, kinds and paths that it leaves out', () => {
		expect(webhooksIn('    - {format: dingtalk, url_file: ding, secret_file: ~/sec, on: [failed]}\n    - {format: json, url_file: /etc/json, tls_ca: ca.pem, name: own}\n    - {format: dingtalk, url_file: other}')).toEqual([
			{name: 'dingtalk', format: 'dingtalk', on: ['failed'], urlFile: '/home/dba/.config/obwatch/ding', secretFile: '/home/dba/sec', ca: undefined},
			{name: 'own', format: 'json', on: ['failing', 'failed', 'finished', 'unreachable', 'access'], urlFile: '/etc/json', secretFile: undefined, ca: '/home/dba/.config/obwatch/ca.pem'},
			{name: 'dingtalk-2', format: 'dingtalk', on: ['failing', 'failed', 'finished', 'unreachable', 'access'], urlFile: '/home/dba/.config/obwatch/other', secretFile: undefined, ca: undefined},
		]);
	});

	it.each([
		['{format: teams, url_file: x}', 'notifications.webhooks[0].format: unknown format "teams": expected dingtalk, feishu, wecom, slack, json'],
		['{format: slak, url_file: x}', 'notifications.webhooks[0].format: unknown format "slak", did you mean slack?'],
		['{url_file: x}', 'notifications.webhooks[0].format: expected one of dingtalk, feishu, wecom, slack, json'],
		['{format: json}', 'notifications.webhooks[0].url_file: expected the path of a file'],
		['{format: json, url: "https://x"}', 'notifications.webhooks[0].url: unknown key, did you mean url_file?'],
		['{format: wecom, url_file: x, secret_file: y}', 'notifications.webhooks[0].secret_file: wecom messages are not signed'],
		['{format: json, url_file: x, on: [fails]}', 'notifications.webhooks[0].on[0]: unknown kind of change "fails", did you mean failed?'],
		['{format: json, url_file: x, on: [fail]}', 'notifications.webhooks[0].on[0]: unknown kind of change "fail": expected started, failing, failed, finished, unreachable, access, database'],
		['{format: json, url_file: x, on: []}', 'notifications.webhooks[0].on: names no kind of change, so nothing would be sent: expected some of started, failing, failed, finished, unreachable, access, database'],
		['{format: json, url_file: "https://oapi.example/send?access_token=abc"}', 'notifications.webhooks[0].url_file: it is the path of a file whose first line is the URL, not the URL itself'],
		['{format: dingtalk, url_file: x, secret_file: SEC0123456789abcdef0123}', 'notifications.webhooks[0].secret_file: expected the path of a file, found what looks like a secret. If it is a file, write ./ before its name.'],
		['{format: feishu, url_file: x, secret_file: y8bZKoUqkC3vlGZ1nY1dOf}', 'notifications.webhooks[0].secret_file: expected the path of a file, found what looks like a secret. If it is a file, write ./ before its name.'],
		['{format: wecom, url_file: 693a91f6-7aaa-4bbb-8ccc-0123456789ab}', 'notifications.webhooks[0].url_file: expected the path of a file, found what looks like a secret. If it is a file, write ./ before its name.'],
		['{format: json, url_file: x, tls_ca: "https://ca.example/ca.pem"}', 'notifications.webhooks[0].tls_ca: expected the path of a file, found a URL'],
		['{format: json, url_file: x, name: a b}', 'notifications.webhooks[0].name: a name has only letters, digits, "_", "." and "-"'],
		['{format: json, url_file: x, name: a}\n    - {format: json, url_file: y, name: a}', 'notifications.webhooks[1].name: another webhook has this name'],
	])('%s is a mistake', (text, problem) => {
		expect(parse(`notifications:\n  webhooks:\n    - ${text}`)).toMatch(new RegExp(String.raw`^config\.yaml:\d+: ${problem.replaceAll(/[.[\]()"?]/g, String.raw`\$&`)}$`));
	});
});

/** The webhook of a config file in a folder of its own, with these files beside it; or why it is refused. */
const readFrom = (yaml: string, files: Readonly<Record<string, string>>, mode = 0o600): Webhook | string => {
	const folder = makeFolder();
	for (const [name, text] of Object.entries(files)) {
		writeFileSync(path.join(folder, name), text, {mode});
	}

	const file = parseConfig(path.join(folder, 'config.yaml'), `notifications:\n  webhooks:\n    - ${yaml}`, folder);
	const webhooks = file.ok ? readWebhooks(file.value, readTextFile) : file;
	return webhooks.ok ? webhooks.value[0]! : webhooks.problem.replaceAll(folder, '');
};

// Without TLS.
const plainHttp = ['http:', '', ''].join('/');

describe('the URL of a webhook', () => {
	it('is the first line of a file, and so is its secret', () => {
		const {cert} = makeCertificate({name: 'ca', isAuthority: true});
		expect(readFrom('{format: dingtalk, url_file: u, secret_file: s, tls_ca: c}', {u: ' https://oapi.dingtalk.com/robot/send?access_token=abc \r\nmore', s: 'SECabc\n', c: cert})).toEqual({
			name: 'dingtalk', format: 'dingtalk', on: ['failing', 'failed', 'finished', 'unreachable', 'access'], url: 'https://oapi.dingtalk.com/robot/send?access_token=abc', secret: 'SECabc', authorities: cert,
		});
	});

	it.each<[string, string, string]>([
		['nothing', '\n', 'is empty'],
		['no URL', 'token=abc', 'its first line is not a URL'],
		['a URL and more', 'https://hooks.example/token=abc and more', 'its first line is more than a URL'],
		['a file', 'file:///etc/token=abc', 'its first line is not a URL with https:// (http:// is only for json, and for this machine)'],
		['a chat over plain HTTP', `${plainHttp}oapi.example/token=abc`, 'its first line is not a URL with https:// (http:// is only for json, and for this machine)'],
	])('cannot be %s, and what it is instead is not said', (_, url, problem) => {
		expect(readFrom('{format: slack, url_file: u}', {u: url})).toBe(`config.yaml:3: url_file /u: ${problem}`);
	});

	it.each(['http://127.0.0.1:8080/abc', 'http://localhost/abc', 'http://[::1]/abc'])('may go to this machine over plain HTTP: %s', url => {
		expect(readFrom('{format: slack, url_file: u}', {u: url})).toMatchObject({url});
	});

	it('may go to a receiver of JSON over plain HTTP', () => {
		const url = `${plainHttp}alerts.example/abc`;
		expect(readFrom('{format: json, url_file: u}', {u: url})).toMatchObject({url});
	});

	it.each(['u', 's'])('is refused if others can read the file %s', name => {
		const folder = makeFolder();
		for (const each of ['u', 's']) {
			writeFileSync(path.join(folder, each), 'https://example.com/abc', {mode: 0o600});
		}

		chmodSync(path.join(folder, name), 0o644);
		const file = parseConfig(path.join(folder, 'config.yaml'), 'notifications: {webhooks: [{format: feishu, url_file: u, secret_file: s}]}', folder);
		const read = file.ok ? readWebhooks(file.value, readTextFile) : file;
		expect(read.ok ? '' : read.problem).toContain(`${name === 'u' ? 'url_file' : 'secret_file'} ${path.join(folder, name)}: other users can read or change it. Run: chmod 600 `);
	});

	it('is among what a crash report and a bundle leave out', () => {
		expect(secretsOf({webhooks: [{url: 'https://h.example/hook/abc?key=d', secret: 'SECx'}]})).toEqual(['https://h.example/hook/abc?key=d', '/hook/abc?key=d', 'SECx']);
	});
});

it('a config file that others can write names no webhooks, because they would learn what happens', async () => {
	const read = await loadConfig(['--config', 'c.yaml'], {
		env: {}, readTextFile: () => ({ok: true, text: 'notifications: {webhooks: [{format: json, url_file: u}]}', isExposed: true}), isOpenToOthers: () => true,
	});
	expect(read).toEqual({ok: false, problem: 'c.yaml: names webhooks, but other users can write it or its folder. Keep it in a folder that only you can write.'});
});

it('--print-config says where they are, in the format of the file, without what is in there', async () => {
	const folder = makeFolder();
	writeFileSync(path.join(folder, 'u'), 'https://hooks.example/T0K3N', {mode: 0o600});
	writeFileSync(path.join(folder, 'config.yaml'), 'notifications: {webhooks: [{format: feishu, name: ops, url_file: u, on: [failed]}]}', {mode: 0o600});
	const run = runProgram(['--print-config', '--config', path.join(folder, 'config.yaml'), '10.0.0.1']);
	expect(await run.exit()).toBe(0);
	expect(run.stdout()).not.toContain('T0K3N');
	const printed = parseConfig(path.join(folder, 'printed.yaml'), run.stdout().replace(/^watched:.*$/m, ''), folder);
	expect(printed.ok ? printed.value.config.webhooks : printed.problem).toEqual([{name: 'ops', format: 'feishu', on: ['failed'], urlFile: path.join(folder, 'u'), secretFile: undefined, ca: undefined}]);
});

it('notify --print-config prints them alone, and sends nothing', async () => {
	const folder = makeFolder();
	writeFileSync(path.join(folder, 'config.yaml'), 'groups: {prod: {agents: [10.0.0.1]}}\nnotifications: {webhooks: [{format: feishu, name: ops, url_file: u, on: [failed]}]}', {mode: 0o600});
	const run = runProgram(['notify', '--print-config', '--config', path.join(folder, 'config.yaml')]);
	expect([await run.exit(), run.stderr()]).toEqual([0, '']);
	const printed = parseConfig(path.join(folder, 'printed.yaml'), run.stdout(), folder);
	expect(printed.ok ? printed.value.config.webhooks : printed.problem).toEqual([{name: 'ops', format: 'feishu', on: ['failed'], urlFile: path.join(folder, 'u'), secretFile: undefined, ca: undefined}]);
	expect(run.stdout()).not.toContain('prod');
});

it('the scripts of shells learn their names', async () => {
	const folder = makeFolder();
	writeFileSync(path.join(folder, 'config.yaml'), 'notifications: {webhooks: [{format: feishu, url_file: u}, {format: json, url_file: v, name: own}]}', {mode: 0o600});
	const run = runProgram(['completion', 'webhooks', '--config', path.join(folder, 'config.yaml')]);
	expect([await run.exit(), run.stdout()]).toEqual([0, 'feishu\nown\n']);
});
