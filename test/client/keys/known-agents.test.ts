import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readLine, writeLine} from '../../../source/client/keys/known-agents.js';
import {generateDemoKey} from '../../../source/demo/crypto.js';

const {publicKey} = await generateDemoKey(512);
const pin = {agent: '10.0.0.1:2886', publicKey, isV2: false, isAccepted: false};

test.each([
	['a first sight', pin],
	['an accepted one', {...pin, isAccepted: true}],
	['one that took v2 authentication', {...pin, isV2: true}],
	['an IPv6 address', {...pin, agent: '[fd00::3]:3886'}],
	['a name', {...pin, agent: '__proto__:2886'}],
])('what is written is read again: %s', (_, written) => {
	const line = writeLine(written, 512, '2026-03-01T10:00:00.000Z');
	expect(line).toMatch(/^[^\n]+\n$/);
	expect(readLine(line)).toEqual({type: 'pin', pin: written});
	expect(readLine(line.replace('\n', '\r'))).toEqual({type: 'pin', pin: written});
});

test.each(['', ' \t ', '# a comment', '  # another'])('"%s" says nothing', line => {
	expect(readLine(line)).toEqual({type: 'empty'});
});

test.each([
	['no key', '10.0.0.1:2886 obshell-rsa'],
	['another kind of key', `10.0.0.1:2886 ssh-ed25519 ${publicKey}`],
	['no port', `10.0.0.1 obshell-rsa ${publicKey}`],
	['an unknown mark', `@revoked 10.0.0.1:2886 obshell-rsa ${publicKey}`],
	['no base64', `10.0.0.1:2886 obshell-rsa ${publicKey.replace('A', '!')}`],
	['a control character', `10.0.0.1\u001B[2J:2886 obshell-rsa ${publicKey}`],
	['no key but its like', `10.0.0.1:2886 obshell-rsa ${Buffer.from('nothing of a key').toString('base64')}`],
])('a line with %s is damaged', (_, line) => {
	expect(readLine(line)).toEqual({type: 'damaged'});
});

test('a line that was cut off anywhere is damaged, and never another key', () => {
	const line = writeLine({...pin, isAccepted: true}, 512, 'now');
	const end = line.indexOf(publicKey) + publicKey.length;
	for (let length = 1; length < end; length++) {
		expect(readLine(line.slice(0, length)), String(length)).toEqual({type: 'damaged'});
	}
});

test('a line is read or left out, whatever it contains', () => {
	fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 200}), text => {
		expect(['pin', 'empty', 'damaged']).toContain(readLine(text).type);
	}));
});
