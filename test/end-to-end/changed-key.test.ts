import {expect, test} from 'vitest';
import {open, pressFor, refresh, sealedCount, startAgent} from './helpers/stage.js';

const fingerprint = /SHA256:[\w+/]{43}/g;

test('a changed key stops every encrypted request until the user has seen both fingerprints and accepts', async () => {
	const agent = await startAgent({scenario: 'failing', identity: 'MASTER', rootPassword: 'Wurzel-4$'});
	const terminal = open([agent.label], {env: {OBWATCH_PASSWORD: 'Wurzel-4$'}});
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');

	await agent.rotateKey();
	terminal.press('r');
	await terminal.until(text => text.includes('its encryption key changed, no password sent (K)'), 'the news of the key');
	// Both can be compared without a key being pressed.
	expect(new Set(terminal.text().match(fingerprint)).size).toBe(2);
	const sealed = sealedCount(agent);
	await refresh(terminal, agent);
	await pressFor(terminal, 'K', text => text.includes('y trust'), 'the question');
	const shown = terminal.text().match(fingerprint) ?? [];
	expect(new Set(shown).size).toBe(2);

	await pressFor(terminal, 'escape', text => !text.includes('y trust'), 'the question to go');
	await refresh(terminal, agent);
	expect(sealedCount(agent)).toBe(sealed);

	await pressFor(terminal, 'K', text => text.includes('y trust'), 'the question');
	await pressFor(terminal, 'y', text => !text.includes('its encryption key changed') && text.includes('failed in stage 3 of 7'), 'the task, asked with the new key');
	expect(sealedCount(agent)).toBeGreaterThan(sealed);
});
