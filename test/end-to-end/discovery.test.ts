import {expect, onTestFinished, test} from 'vitest';
import {type DemoAgent, type DemoAgentSpec, startDemoAgents} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {countsOf, lineWith, open, refresh, refreshUntil} from './helpers/stage.js';

/** Agents in one cluster with a password, as far as they are in it. */
const startCluster = async (...specs: ReadonlyArray<Partial<DemoAgentSpec>>): Promise<readonly [DemoAgent, ...DemoAgent[]]> => {
	const agents = await startDemoAgents(
		specs.map(spec => ({cluster: 'prod', identity: 'CLUSTER AGENT', rootPassword: 'secret', ...spec})),
		'none',
		{clock: systemClock},
	);
	onTestFinished(async () => {
		await Promise.all(agents.map(async agent => agent.stop()));
	});
	const [first, ...rest] = agents;
	if (!first) {
		throw new Error('no agent was started');
	}

	return [first, ...rest];
};

const env = {OBWATCH_PASSWORD: 'secret'};

test('of three agents one is named and all appear; one more joins, one leaves, and rows and selection stay', async () => {
	const agents = await startCluster({}, {}, {}, {isMember: false});
	const [seed, second, third, late] = agents;
	const terminal = open([seed.label, '--discover', '--accept-new-keys'], {env});
	await terminal.until(text => [seed, second!, third!].every(({label}) => text.includes(label)), 'all three agents');
	await terminal.until(text => / 3\/3$/m.test(text), 'the cluster with its three');
	expect(countsOf(terminal)).toBe(' obwatch  3 agents');
	expect(terminal.text()).not.toContain(late!.label);
	expect(late!.requests().total).toBe(0);

	const order = (): readonly string[] => terminal.screen().flatMap(line => /^ [ ▸] +(127\.0\.0\.1:\d+)/.exec(line)?.[1] ?? []);
	const before = order();
	terminal.press('j', 'j', 'j');
	await terminal.until(() => lineWith(terminal, before[2]!).includes('▸'), 'the selection on the third');
	late!.setMember(true);
	await refreshUntil(terminal, agents, text => text.includes(late!.label) && / 4\/4$/m.test(text), 'the one that joined');
	expect(order()).toEqual([...before, late!.label]);
	expect(lineWith(terminal, before[2]!)).toContain('▸');

	second!.setMember(false);
	await refreshUntil(terminal, agents, () => /left its cluster at \d\d:\d\d/.test(lineWith(terminal, second!.label)), 'the mark of the one that left');
	expect(order()).toEqual([...before, late!.label]);
	expect(countsOf(terminal)).toBe(' obwatch  4 agents · 1 left');

	await terminal.until(() => lineWith(terminal, 'prod').endsWith('3/3'), 'the cluster without it');

	second!.setMember(true);
	await refreshUntil(terminal, agents, text => / 4\/4$/m.test(text) && !text.includes('left'), 'the one that came back');
});

test('when the named agent dies, another one reports new members', async () => {
	const agents = await startCluster({}, {}, {isMember: false});
	const [seed, , late] = agents;
	const terminal = open([seed.label, '--discover', '--accept-new-keys'], {env});
	await terminal.until(text => / 2\/2$/m.test(text), 'the cluster');
	await seed.stop();
	await terminal.until(text => text.includes('unreachable since'), 'the row of the dead one');
	late!.setMember(true);
	await refreshUntil(terminal, agents, text => text.includes(late!.label), 'the one that joined');
});

test('a password that found agents refuse is tried on one of them, and the others wait for it', async () => {
	const [seed, second, third] = await startCluster({}, {rootPassword: 'another'}, {rootPassword: 'another'});
	const terminal = open([seed.label, '--discover', '--accept-new-keys'], {env});
	await terminal.until(text => text.includes('refused, not sent again'), 'the row of the one that refused it');
	await refresh(terminal, third!);
	await terminal.until(text => /held back|refused by \S+, not sent/.test(text), 'the row of the one that waits');
	expect(second!.requests().wrongPasswords + third!.requests().wrongPasswords).toBe(1);
});

test('without --discover, the program watches only the named agents', async () => {
	const [seed, second] = await startCluster({}, {});
	const terminal = open([seed.label], {env});
	await terminal.until(text => text.includes('No maintenance task yet'), 'its task');
	await refresh(terminal, seed);
	expect(second!.requests().total).toBe(0);
});
