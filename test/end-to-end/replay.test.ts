import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {open, pressFor, startAgent} from './helpers/stage.js';

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-recording-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

test('what the screen shows is recorded, without the password, and is replayed as it was', {timeout: 60_000}, async () => {
	const password = 'marker-of-a-password-4711';
	const agent = await startAgent({scenario: 'initialize', agentPassword: password, speed: 4});
	const file = path.join(makeFolder(), 'night.jsonl');
	const live = open([agent.label, '--record', file], {env: {OBWATCH_AGENT_PASSWORD: password}});
	await live.until(text => text.includes('recording') && /running stage [2-9]/.test(text), 'the task, recorded');
	live.press('q');
	await live.until(text => text.includes('1 agent'), 'the agents');
	live.press('q');
	expect(await live.exit).toMatchObject({code: 0});

	const text = readFileSync(file, 'utf8');
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(text).not.toContain(password);
	expect(text).not.toMatch(/x-ocs|public_key/i);
	expect(text.split('\n').at(-2)).toMatch(/^\{"at":"[^"]+","end":true\}$/);
	await agent.stop();

	const replay = open(['replay', file, '--speed', '20']);
	await replay.until(shown => shown.includes('the end of the recording') && /running stage [2-9]/.test(shown), 'the end of the replay');
	expect(replay.screen()[0]).toMatch(/^ REPLAY \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ×20 the end of the recording, 100 %$/);
	// Time stands still there: nobody asks, and nothing grows.
	expect(replay.text()).toContain('Initialize cluster');
	await pressFor(replay, 'x', shown => shown.includes('this is a recording: nobody is asked, and nothing can be done'), 'why nothing can be done');
	replay.press('ctrl-c');
	expect(await replay.exit).toMatchObject({code: 130});
});
