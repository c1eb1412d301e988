// Without a screen, too, it is said that certificates are not checked.

import {describe, expect, test} from 'vitest';
import {makeCertificate} from '../helpers/certificates.js';
import {startTlsFront} from '../helpers/tls-front.js';
import {runToEnd, startAgent} from './helpers/agents.js';

const warning = 'obwatch: certificates are not checked (tls-insecure): another host could respond in an agent\'s place\n';

describe('any certificate is taken', () => {
	test.each([['--once'], ['--watch', '--wait'], ['--wait'], ['cause']])('by %s, which says so', async (...mode) => {
		const agent = await startAgent({scenario: 'succeeded'});
		const front = await startTlsFront(agent.label, makeCertificate({name: 'own', days: [-9, -1]}));
		const unchecked = await runToEnd([...mode, '--accept-keys', '--tls-insecure', front]);
		expect(unchecked.stderr).toContain(warning);
	});

	test('and nothing of it where certificates are checked', async () => {
		const agent = await startAgent({scenario: 'succeeded'});
		const front = await startTlsFront(agent.label, makeCertificate({name: 'own', days: [-9, -1]}));
		const checked = await runToEnd(['--once', '--accept-keys', front]);
		expect(checked.code).not.toBe(0);
		expect(checked.stderr).not.toContain('certificates');
	});
});
