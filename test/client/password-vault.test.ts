import {describe, expect, it, test} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {type PasswordOffer, type PasswordVault, type PasswordVerdict} from '../../source/client/types.js';
import {type PasswordKind} from '../../source/protocol/errors.js';

type Step =
	/** Agent asks for a password, root's unless told otherwise: what it is offered, in short. */
	| readonly [step: 'ask', agent: string, expected: string, kind?: PasswordKind]
	/** The agent's last offer turns out so. */
	| readonly [step: 'verdict', agent: string, verdict: PasswordVerdict]
	| readonly [step: 'enter', scope: string, password: string, kind?: PasswordKind]
	| readonly [step: 'cluster', agent: string, cluster: string];

const words = (offer: PasswordOffer): string => {
	switch (offer.type) {
		case 'use': {
			return `use ${offer.password}`;
		}

		case 'held-back': {
			return `held back by ${offer.by}${offer.isRefused ? ', refused' : ''}`;
		}

		case 'missing':
		case 'refused': {
			return offer.type;
		}
	}
};

const play = (vault: PasswordVault, steps: readonly Step[]): void => {
	const tickets = new Map<string, number>();
	const run = (step: Step): void => {
		switch (step[0]) {
			case 'ask': {
				const [, agent, expected, kind = 'root'] = step;
				const offer = vault.request(agent, kind);
				if (offer.type === 'use') {
					tickets.set(agent, offer.ticket);
				}

				expect(`${agent}: ${words(offer)}`, `step ${steps.indexOf(step)}`).toBe(`${agent}: ${expected}`);
				return;
			}

			case 'verdict': {
				vault.settle(tickets.get(step[1])!, step[2]);
				return;
			}

			case 'enter': {
				vault.enter(step[1] === 'all' ? 'all' : {agent: step[1]}, step[3] ?? 'root', step[2]);
				return;
			}

			case 'cluster': {
				vault.assignCluster(step[1], step[2]);
			}
		}
	};

	for (const step of steps) {
		run(step);
	}
};

test('what a follower refuses counts for other followers, until their master has accepted it, and never for the master', () => {
	const vault = createPasswordVault({root: 'secret'});
	for (const agent of ['master', 'one', 'two']) {
		vault.assignCluster(agent, 'cluster');
	}

	const tried = (agent: string, verdict: 'accepted' | 'refused'): string => {
		const offer = vault.request(agent, 'root', agent !== 'master');
		if (offer.type === 'use') {
			vault.settle(offer.ticket, verdict);
		}

		return words(offer);
	};

	expect(tried('one', 'refused')).toBe('use secret');
	expect(tried('two', 'accepted')).toBe('held back by one, refused');
	expect(tried('master', 'accepted')).toBe('use secret');
	expect(tried('two', 'accepted')).toBe('use secret');
	expect(tried('one', 'accepted')).toBe('refused');
	expect(tried('master', 'refused')).toBe('use secret');
	expect(tried('two', 'accepted')).toMatch(/^held back by .+, refused$/);
});

test('the empty password that no person gave is good for an agent that accepted it, as long as no agent of its cluster has refused it', () => {
	const vault = createPasswordVault();
	const good = (): string => ['a', 'b', 'c'].filter(agent => vault.isEmptyGood(agent)).join(' ');
	for (const [agent, cluster] of [['a', 'one'], ['b', 'one'], ['c', 'two']] as const) {
		expect(vault.isEmptyGood(agent)).toBe(false);
		vault.judgeEmpty(agent, 'accepted');
		vault.assignCluster(agent, cluster);
	}

	expect(good()).toBe('a b c');
	vault.judgeEmpty('a', 'refused');
	expect(good()).toBe('c');
	vault.judgeEmpty('a', 'accepted');
	expect(good()).toBe('a b c');
});

describe('the vault\'s promises', () => {
	it.each<readonly [string, readonly Step[]]>([
		['none was given', [['ask', 'a', 'missing'], ['ask', 'a', 'missing', 'agent']]],
		['the empty one is one', [['enter', 'all', ''], ['ask', 'a', 'use ']]],
		['a new one goes to one agent, to the others only once accepted', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['ask', 'b', 'held back by a'], ['verdict', 'a', 'accepted'], ['ask', 'b', 'use p'], ['verdict', 'b', 'accepted'], ['ask', 'c', 'use p'],
		]],
		['one agent\'s word opens no whole cluster: as many try at a time as have accepted', [
			['enter', 'all', 'p'],
			['ask', 'liar', 'use p'],
			['verdict', 'liar', 'accepted'],
			['ask', 'a', 'use p'],
			['ask', 'b', 'held back by a'],
			['ask', 'c', 'held back by a'],
			['ask', 'liar', 'use p'],
			['verdict', 'a', 'accepted'],
			['ask', 'b', 'use p'],
			['ask', 'c', 'use p'],
			['ask', 'd', 'held back by b'],
			['verdict', 'b', 'refused'],
			['ask', 'd', 'held back by b, refused'],
		]],
		['after eight it is right for all', [
			['enter', 'all', 'p'],
			...Array.from({length: 8}, (_, index): readonly Step[] => [['ask', `a${index}`, 'use p'], ['verdict', `a${index}`, 'accepted']]).flat(),
			...Array.from({length: 20}, (_, index): Step => ['ask', `b${index}`, 'use p']),
		]],
		['an agent that changes its cluster while it is asked tries in the new one, where no other agent does meanwhile', [
			['enter', 'all', 'p'],
			['ask', 'a', 'use p'],
			['verdict', 'a', 'accepted'],
			['ask', 'b', 'use p'],
			['cluster', 'b', 'y'],
			['cluster', 'c', 'y'],
			['ask', 'c', 'held back by b'],
			['verdict', 'b', 'refused'],
			['ask', 'c', 'held back by b, refused'],
		]],
		['a refusal holds for the cluster also where its agent was given another one since', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'refused'], ['enter', 'a', 'own'], ['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['ask', 'b', 'held back by a, refused'], ['ask', 'a', 'use own'],
		]],
		['also not twice to the agent that tries it', [['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['ask', 'a', 'held back by a']]],
		['a refused one is not sent again, to no agent', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'refused'], ['ask', 'a', 'refused'], ['ask', 'b', 'held back by a, refused'], ['ask', 'a', 'refused'],
		]],
		['until it is entered anew, even with the same text', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'refused'], ['enter', 'all', 'p'], ['ask', 'b', 'use p'], ['ask', 'a', 'held back by b'], ['verdict', 'b', 'accepted'], ['ask', 'a', 'use p'],
		]],
		['a request without a verdict passes the test on', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'none'], ['ask', 'b', 'use p'], ['ask', 'a', 'held back by b'],
		]],
		['a late verdict over an old password does not touch the new one', [
			['enter', 'all', 'old'], ['ask', 'a', 'use old'], ['enter', 'all', 'new'], ['verdict', 'a', 'refused'], ['ask', 'a', 'use new'],
		]],
		['one that is refused after it was accepted stops everyone in the cluster', [
			['enter', 'all', 'p'],
			['cluster', 'a', 'x'],
			['cluster', 'b', 'x'],
			['ask', 'a', 'use p'],
			['verdict', 'a', 'accepted'],
			['ask', 'b', 'use p'],
			['verdict', 'b', 'refused'],
			['ask', 'b', 'refused'],
			['ask', 'a', 'held back by b, refused'],
		]],
		['clusters try on their own', [
			['enter', 'all', 'p'],
			['cluster', 'a', 'x'],
			['cluster', 'b', 'y'],
			['ask', 'a', 'use p'],
			['ask', 'b', 'use p'],
			['verdict', 'a', 'refused'],
			['verdict', 'b', 'accepted'],
			['ask', 'b', 'use p'],
			['ask', 'a', 'refused'],
		]],
		['what an agent learnt before its cluster was known holds for its cluster', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'accepted'], ['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['ask', 'a', 'use p'], ['ask', 'b', 'use p'],
		]],
		['a refusal too', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'refused'], ['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['ask', 'a', 'refused'], ['ask', 'b', 'held back by a, refused'],
		]],
		['and a trial that is under way', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['ask', 'b', 'held back by a'], ['verdict', 'a', 'refused'], ['ask', 'b', 'held back by a, refused'], ['ask', 'a', 'refused'],
		]],
		['a verdict that comes after the cluster was known holds there', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['verdict', 'a', 'accepted'], ['ask', 'b', 'use p'], ['ask', 'a', 'use p'],
		]],
		['another cluster tries for itself once it is known', [
			['enter', 'all', 'p'], ['ask', 'a', 'use p'], ['verdict', 'a', 'refused'], ['ask', 'b', 'held back by a, refused'], ['cluster', 'b', 'y'], ['ask', 'b', 'use p'], ['verdict', 'b', 'accepted'], ['ask', 'a', 'refused'],
		]],
		['right for one cluster and wrong for another, both not known yet: it is not tried further where it was refused, and works where it was accepted', [
			['enter', 'all', 'p'],
			['ask', 'a', 'use p'],
			['verdict', 'a', 'accepted'],
			['ask', 'b', 'use p'],
			['verdict', 'b', 'refused'],
			['ask', 'b', 'refused'],
			['ask', 'c', 'held back by b, refused'],
			['ask', 'a', 'use p'],
			['cluster', 'a', 'x'],
			['cluster', 'c', 'x'],
			['ask', 'c', 'use p'],
			['ask', 'a', 'use p'],
			['ask', 'b', 'refused'],
		]],
		['one for a single agent is for it alone', [
			['enter', 'all', 'p'], ['enter', 'a', 'own'], ['ask', 'a', 'use own'], ['ask', 'b', 'use p'], ['verdict', 'a', 'refused'], ['ask', 'a', 'refused'], ['verdict', 'b', 'accepted'], ['ask', 'c', 'use p'], ['ask', 'a', 'refused'],
		]],
		['one for all replaces what single agents never tried', [['enter', 'a', 'own'], ['enter', 'all', 'p'], ['ask', 'a', 'use p']]],
		['and what they refused', [['enter', 'a', 'own'], ['ask', 'a', 'use own'], ['verdict', 'a', 'refused'], ['enter', 'all', 'p'], ['ask', 'a', 'use p']]],
		['but not what they accepted', [['enter', 'a', 'own'], ['ask', 'a', 'use own'], ['verdict', 'a', 'accepted'], ['enter', 'all', 'p'], ['ask', 'a', 'use own'], ['ask', 'b', 'use p']]],
		['unless they refused it later', [
			['enter', 'a', 'own'], ['ask', 'a', 'use own'], ['verdict', 'a', 'accepted'], ['ask', 'a', 'use own'], ['verdict', 'a', 'refused'], ['enter', 'all', 'p'], ['ask', 'a', 'use p'],
		]],
		['agent passwords are tried by each agent for itself', [
			['enter', 'all', 'p', 'agent'], ['ask', 'a', 'use p', 'agent'], ['ask', 'b', 'use p', 'agent'], ['verdict', 'a', 'refused'], ['ask', 'a', 'refused', 'agent'], ['verdict', 'b', 'accepted'], ['ask', 'b', 'use p', 'agent'], ['ask', 'a', 'missing'],
		]],
		['and by several questions of one agent at once', [['enter', 'all', 'p', 'agent'], ['ask', 'a', 'use p', 'agent'], ['ask', 'a', 'use p', 'agent']]],
	])('%s', (_, steps) => {
		play(createPasswordVault(), steps);
	});

	it('passwords of the start count as entered for all', () => {
		play(createPasswordVault({root: 'r', agent: 'a'}), [['ask', 'a', 'use r'], ['ask', 'b', 'held back by a'], ['ask', 'b', 'use a', 'agent']]);
	});

	it('knows which it has without handing any out', () => {
		const vault = createPasswordVault({root: 'r'});
		vault.enter({agent: 'a'}, 'agent', '');
		expect([vault.has('a', 'root'), vault.has('a', 'agent'), vault.has('b', 'agent')]).toEqual([true, true, false]);
		play(vault, [['ask', 'b', 'use r']]);
	});

	it('a ticket counts once', () => {
		const vault = createPasswordVault({root: 'r'});
		const offer = vault.request('a', 'root');
		const ticket = offer.type === 'use' ? offer.ticket : 0;
		vault.settle(ticket, 'accepted');
		vault.settle(ticket, 'refused');
		vault.settle(12_345, 'refused');
		play(vault, [['ask', 'b', 'use r']]);
	});

	it('calls listeners when what agents may send has changed, and only then', () => {
		const vault = createPasswordVault();
		let told = 0;
		const unsubscribe = vault.subscribe(() => {
			told++;
		});
		vault.enter('all', 'root', 'p');
		expect(told).toBe(1);
		const settle = (offer: PasswordOffer): void => {
			vault.settle(offer.type === 'use' ? offer.ticket : 0, 'accepted');
		};

		const first = vault.request('a', 'root');
		vault.request('b', 'root');
		settle(first);
		expect(told).toBe(2);
		settle(vault.request('a', 'root'));
		vault.assignCluster('a', 'x');
		expect(told).toBe(2);
		const second = vault.request('b', 'root');
		vault.request('c', 'root');
		vault.assignCluster('c', 'x');
		vault.assignCluster('c', 'x');
		expect(told).toBe(3);
		settle(second);
		expect(told).toBe(3);
		unsubscribe();
		vault.enter('all', 'root', 'q');
		expect(told).toBe(3);
	});

	it('knows whether what it handed out may be sent once more', () => {
		const vault = createPasswordVault({root: 'r'});
		const ticketOf = (agent: string): number => {
			const offer = vault.request(agent, 'root');
			return offer.type === 'use' ? offer.ticket : 0;
		};

		const first = ticketOf('a');
		expect(vault.isStillGood(first)).toBe(true);
		vault.settle(first, 'accepted');
		expect(vault.isStillGood(first)).toBe(false);
		vault.assignCluster('a', 'x');
		vault.assignCluster('b', 'x');
		const [second, third] = [ticketOf('a'), ticketOf('b')];
		vault.settle(third, 'refused');
		expect(vault.isStillGood(second)).toBe(false);
		vault.enter('all', 'root', 'r');
		const fourth = ticketOf('a');
		vault.enter('all', 'root', 'r');
		expect(vault.isStillGood(fourth)).toBe(false);
	});

	it('shows no password', () => {
		const vault = createPasswordVault({root: 'marker'});
		vault.request('a', 'root');
		expect(JSON.stringify(vault)).not.toContain('marker');
		expect(JSON.stringify(vault.request('b', 'root'))).not.toContain('marker');
	});
});

describe('the passwords of groups, and of agents that were found', () => {
	it('are tried one agent of a cluster first, like any other, and not by agents of other groups', () => {
		const vault = createPasswordVault({root: 'common'}, [{agents: ['a', 'b'], passwords: {root: 'prod'}}, {agents: ['c'], passwords: {agent: 'own'}}]);
		play(vault, [
			['ask', 'a', 'use prod'],
			['ask', 'b', 'held back by a'],
			['ask', 'c', 'use common'],
			['ask', 'c', 'use own', 'agent'],
			['ask', 'a', 'missing', 'agent'],
			['verdict', 'a', 'refused'],
			['ask', 'b', 'held back by a, refused'],
		]);
	});

	it('stay when another one is entered for all, as long as some agent accepts them', () => {
		const vault = createPasswordVault({}, [{agents: ['a', 'b'], passwords: {root: 'prod'}}, {agents: ['c'], passwords: {root: 'wrong'}}]);
		play(vault, [
			['cluster', 'a', 'x'],
			['cluster', 'b', 'x'],
			['cluster', 'c', 'y'],
			['ask', 'a', 'use prod'],
			['verdict', 'a', 'accepted'],
			['ask', 'c', 'use wrong'],
			['verdict', 'c', 'refused'],
			['enter', 'all', 'new'],
			['ask', 'b', 'use prod'],
			['ask', 'c', 'use new'],
		]);
	});

	it('are those of the agent that named them, in whose cluster they count at once', () => {
		const vault = createPasswordVault({root: 'common'}, [{agents: ['a', 'b'], passwords: {root: 'prod'}}]);
		play(vault, [['cluster', 'a', 'x'], ['cluster', 'b', 'x'], ['ask', 'a', 'use prod'], ['verdict', 'a', 'accepted'], ['ask', 'b', 'use prod'], ['verdict', 'b', 'refused']]);
		vault.adopt('found', 'a');
		play(vault, [['ask', 'found', 'held back by b, refused']]);
		vault.adopt('other', 'alone');
		play(vault, [['ask', 'other', 'use common']]);
	});
});
