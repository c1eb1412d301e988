// Whatever obshell calls a secret, and however a program writes it down: its value is in no file.

import {Buffer} from 'node:buffer';
import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createRedaction, createRedactor} from '../../source/lib/redact.js';
import {bodyJson} from '../../source/recording/format.js';

const redact = createRedactor([]);

// The fields of obshell's own requests and answers that hold secrets, and those of the engine and of object stores.
const fields = `
	password root_password rootpassword rootPwd masterPassword targetAgentPassword new_password old_password tenant_password user_password proxyro_password obproxy_sys_password observer_sys_password
	access_id access_key secret secret_key private_key ssh_secret aes_key credential_aes_key kms_encrypt_info decryption app_key passphrase token ssotoken
`.trim().split(/\s+/);

// As passwords are that a shell and a URL take as they are; none that a sentence has.
const secrets = fc.stringMatching(/^Zeb[\w+/.~#%]{4,30}\d$/);
// And those with what quotes are for.
const oddSecrets = fc.stringMatching(/^Zeb[\w ,:;=@{}()[\]"'\\$|-]{3,30}Zeb$/);

const pascal = (field: string): string => field.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camel = (field: string): string => pascal(field).replace(/^[A-Z]/, letter => letter.toLowerCase());
const names = fc.tuple(fc.constantFrom(...fields), fc.constantFrom<(field: string) => string>(field => field, pascal, camel, field => field.toUpperCase(), field => field.replaceAll('_', '-'))).map(([field, spell]) => spell(field));

const quoted = (text: string): string => JSON.stringify(text);
const shellQuoted = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;
const json = (name: string, value: unknown): string => JSON.stringify({host: '10.0.0.1', [name]: value, tenant: 'shop'});
const nested = (text: string, depth: number): string => depth === 0 ? text : nested(JSON.stringify({body: text}), depth - 1);

const plainSpellings: ReadonlyArray<(name: string, secret: string) => string> = [
	(name, secret) => `${name}=${secret} next`,
	(name, secret) => `${name}: ${secret}\nnext: 1`,
	(name, secret) => `--${name} ${secret} --next`,
	(name, secret) => `--${name}=${secret}`,
	(name, secret) => `{Host:10.0.0.1 ${pascal(name)}:${secret} Tenant:shop}`,
	(name, secret) => `map[${name}:${secret} tenant:shop]`,
	(name, secret) => `https://10.0.0.1/x?${name}=${secret}&tenant=shop`,
	(name, secret) => `oss://bucket/x?host=h&${name}=${secret}`,
	(name, secret) => `?${encodeURIComponent(json(name, secret))}`,
	(name, secret) => `{Host:h ${pascal(name)}:[${secret} ${secret}] Tenant:shop}`,
	(name, secret) => `${name}:\n  - ${secret}\n  - ${secret}\ntenant: shop`,
	(name, secret) => `${name}:\n- ${secret}\n- ${secret}`,
];

const quotedSpellings: ReadonlyArray<(name: string, secret: string) => string> = [
	(name, secret) => json(name, secret),
	(name, secret) => JSON.stringify({[name]: secret}, undefined, 2),
	(name, secret) => json(name, [secret, secret]),
	(name, secret) => JSON.stringify({[name]: [secret, secret]}, undefined, 2),
	(name, secret) => json(name, {value: secret, other: [secret]}),
	(name, secret) => `${name}=${quoted(secret)}, next`,
	(name, secret) => `${name}: ${quoted(secret)}`,
	(name, secret) => `${name}: [${quoted(secret)}, ${quoted(secret)}]`,
	(name, secret) => `${name}: ${quoted(secret)}, ${quoted(secret)}`,
	(name, secret) => `{Host:"h", ${pascal(name)}:${quoted(secret)}, Tenant:"shop"}`,
	(name, secret) => `&param{${pascal(name)}:[]string{${quoted(secret)}, ${quoted(secret)}}}`,
	(name, secret) => `--${name}=${quoted(secret)} --next`,
	(name, secret) => `["--${name}", ${quoted(secret)}, "--next"]`,
	(name, secret) => JSON.stringify([{name, value: secret}]),
	(name, secret) => nested(json(name, secret), 1),
	(name, secret) => nested(json(name, secret), 2),
	(name, secret) => nested(json(name, [secret, secret]), 1),
	(name, secret) => nested(json(name, [secret, secret]), 2),
];

const recorded = (body: string): string => {
	const slices = bodyJson(Buffer.from(body), createRedaction([]));
	let slice = slices.next();
	while (!slice.done) {
		slice = slices.next();
	}

	return slice.value;
};

describe('of every field, in every spelling of its name', () => {
	const around = fc.constantFrom('', '2026-03-01 INFO request: ', 'body=', 'exec: ', '执行 ', '\t');

	test('no secret is readable without quotes around it', () => {
		fc.assert(fc.property(around, names, fc.constantFrom(...plainSpellings), secrets, (before, name, spell, secret) => {
			expect(redact(before + spell(name, secret))).not.toContain(secret);
		}), {numRuns: 1500});
	});

	test('none in quotes, and no part of it', () => {
		fc.assert(fc.property(around, names, fc.constantFrom(...quotedSpellings), fc.oneof(secrets, oddSecrets), (before, name, spell, secret) => {
			expect(redact(before + spell(name, secret))).not.toContain('Zeb');
		}), {numRuns: 1500});
	});

	test('none that a shell was given', () => {
		fc.assert(fc.property(names, oddSecrets, fc.constantFrom(' ', '='), (name, secret, sign) => {
			fc.pre(!/['\\]/.test(secret));
			expect(redact(`tool --${name}${sign}${shellQuoted(secret)} --next`)).not.toContain('Zeb');
		}), {numRuns: 300});
	});

	test('none in a recording of which a part looks like an option', () => {
		const line = recorded(JSON.stringify({data: {password: 'Zeb\'-pZeb', list: [{name: 'password', value: 'Zeb\'-pZeb'}]}}));
		expect(JSON.parse(line)).toEqual({data: {password: '***', list: [{name: 'password', value: '***'}]}});
	});

	test('none in a recording, as a value, in a list, under an object and inside of a log line', () => {
		fc.assert(fc.property(names, fc.oneof(secrets, oddSecrets), fc.constantFrom<(secret: string) => unknown>(secret => secret, secret => [secret, [secret]], secret => ({any: secret, list: [secret]})), (name, secret, place) => {
			const body = JSON.stringify({data: {[name]: place(secret), list: [{name, value: secret}], task_logs: [json(name, place(secret))], agent: '10.0.0.1:2886'}});
			const line = recorded(body);
			expect(line).not.toContain('Zeb');
			expect(JSON.parse(line)).toMatchObject({data: {agent: '10.0.0.1:2886'}});
		}), {numRuns: 500});
	});
});

test.each(['public_key', 'authorized_keys', 'maintenance_key'])('%s is no secret', name => {
	expect(redact(json(name, 'MIGJ'))).toBe(json(name, 'MIGJ'));
	expect(redact(`${name}=MIGJ`)).toBe(`${name}=MIGJ`);
});

test.each(['is_password_exists', 'is_empty_root_password', 'use_passwordless_ssh'])('%s says only whether there is one', name => {
	for (const text of [json(name, true), `${name}=false`, `${name}: true`, `{${pascal(name)}:true}`]) {
		expect(redact(text)).toBe(text);
	}
});

test.each([
	'password=[', 'password=[\n', 'password: [\n"', 'decryption: {[(', 'password=\'a\',', 'password=“', 'decryption:\n- a', 'password: |\n a\n', 'password=["\\', '--password", "', 'password=T{', 'encryption=', 'auth":"', 'name":"token","value":"',
])('a megabyte of %j takes no longer than its length explains', part => {
	const start = process.cpuUsage();
	redact(part.repeat(Math.ceil(1_000_000 / part.length)));
	const {user, system} = process.cpuUsage(start);
	expect((user + system) / 1000).toBeLessThan(3000);
});
