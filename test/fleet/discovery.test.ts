import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createDiscovery, type Discovery, type DiscoveryNews} from '../../source/fleet/discovery.js';
import {type PollEvent} from '../../source/store/actions.js';
import {addressOf, makeInfo, ten} from '../helpers/tasks.js';

const one = '10.0.0.1:2886';
const two = '10.0.0.2:2886';
const three = '10.0.0.3:2886';
const four = '10.0.0.4:2886';

const says = (agent: string, name = agent, at = ten): PollEvent => ({type: 'info-received', agent, at, info: makeInfo({agent: name})});
const lists = (agent: string, members: readonly string[], {isDelegate = true, name = 'prod', at = ten} = {}): PollEvent => ({
	type: 'cluster-info-received', agent, at, isDelegate,
	cluster: {name, id: 1, members: members.map(member => ({agent: member, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))},
});
const fails = (agent: string): PollEvent => ({
	type: 'agent-failed', agent, at: ten, error: {type: 'unreachable', code: 'ECONNREFUSED'}, since: ten, lastSeenAt: undefined, isAlive: false,
});

const discoveryFrom = (...seeds: readonly string[]): Discovery => createDiscovery(seeds.map(text => ({address: addressOf(text), isSeed: true})));

const words = (news: DiscoveryNews): readonly string[] => {
	switch (news.type) {
		case 'agents-found': {
			return news.found.map(({address}) => `found ${address.key}`);
		}

		case 'agent-dropped': {
			return [`dropped ${news.agent} for ${news.duplicateOf ?? 'room'}`];
		}

		case 'agent-left':
		case 'agent-returned': {
			return [`${news.type} ${news.agent}`];
		}

		case 'too-many-found': {
			return [`more than ${news.limit}`];
		}
	}
};

/** "found KEY", "agent-left KEY", … of all that follows. */
const hear = (discovery: Discovery, ...events: readonly PollEvent[]): readonly string[] => events.flatMap(event => discovery.hear(event)).flatMap(news => words(news));

describe('agents that are found', () => {
	it('are the others of the cluster that one of them lists', () => {
		expect(hear(discoveryFrom(one), says(one), lists(one, [one, two, three]))).toEqual([`found ${two}`, `found ${three}`]);
	});

	it('have joined only where their cluster was known without them', () => {
		const discovery = discoveryFrom(one);
		const joined = (event: PollEvent) => discovery.hear(event).flatMap(news => news.type === 'agents-found' ? news.found.map(({name, hasJoined}) => [name, hasJoined]) : []);
		discovery.hear(says(one));
		expect(joined(lists(one, [one, two]))).toEqual([[two, false]]);
		expect(joined(lists(one, [one, two, three]))).toEqual([[three, true]]);
	});

	it('are watched from when they join, and marked when they leave and when they return', () => {
		const discovery = discoveryFrom(one);
		hear(discovery, says(one), lists(one, [one, two]), says(two));
		expect(hear(discovery, lists(one, [one, two, three]))).toEqual([`found ${three}`]);
		expect(hear(discovery, lists(one, [one, three]))).toEqual([`agent-left ${two}`]);
		expect(hear(discovery, lists(one, [one, three]))).toEqual([]);
		expect(hear(discovery, lists(one, [one, two, three]))).toEqual([`agent-returned ${two}`]);
	});

	it('leave only by the word of the delegate: others may know less', () => {
		const discovery = discoveryFrom(one);
		hear(discovery, says(one), lists(one, [one, two, three]), says(two), says(three));
		expect(hear(discovery, lists(two, [two, four], {isDelegate: false}))).toEqual([`found ${four}`]);
		expect(hear(discovery, lists(two, [two, four]))).toEqual([`agent-left ${one}`, `agent-left ${three}`]);
	});

	it('are not back because one that knows less still lists them', () => {
		const discovery = discoveryFrom(one);
		hear(discovery, says(one), lists(one, [one, two, three]), says(two), says(three), lists(one, [one, three]));
		expect(hear(discovery, lists(three, [one, two, three], {isDelegate: false}))).toEqual([]);
		expect(hear(discovery, lists(two, [one, two, three], {isDelegate: false}))).toEqual([`agent-returned ${two}`]);
	});

	it('are one that says it is alone, not all the others', () => {
		const discovery = discoveryFrom(one, two);
		hear(discovery, says(one), says(two), lists(one, [one, two]));
		// Told with one that stays: the one that left may have forgotten already which cluster it was.
		expect(discovery.hear(lists(two, [two], {name: ''}))).toEqual([expect.objectContaining({type: 'agent-left', agent: two, peer: one})]);
	});

	it('are not those of a list without its own sender', () => {
		expect(hear(discoveryFrom(one), says(one), lists(one, [two, three]))).toEqual([]);
	});

	it('are not those of clusters that are not to be followed', () => {
		const discovery = createDiscovery([{address: addressOf(one), isSeed: true}, {address: addressOf(three), isSeed: false}]);
		expect(hear(discovery, says(one), says(three), lists(three, [three, four]), lists(one, [one, two]))).toEqual([`found ${two}`]);
	});
});

describe('an agent that is there already', () => {
	it('is not found again under the name that its cluster has for it', () => {
		expect(hear(discoveryFrom('db1.example', 'unix:/run/obshell.sock'), says('db1.example:2886', one), says('unix:/run/obshell.sock', two), lists('db1.example:2886', [one, two]))).toEqual([]);
	});

	it('is waited for before others are believed: it may be one of them', () => {
		const discovery = discoveryFrom(one, 'db2.example');
		expect(hear(discovery, says(one), lists(one, [one, two, three]))).toEqual([]);
		expect(hear(discovery, says('db2.example:2886', two))).toEqual([`found ${three}`]);
	});

	it('is waited for no longer than until it fails, and takes the place of the found one when it turns out to be the same', () => {
		const discovery = discoveryFrom(one, 'db2.example');
		hear(discovery, says(one), lists(one, [one, two]));
		expect(hear(discovery, fails('db2.example:2886'))).toEqual([`found ${two}`]);
		expect(hear(discovery, says('db2.example:2886', two))).toEqual([`dropped ${two} for db2.example:2886`]);
		expect(hear(discovery, lists(one, [one]))).toEqual(['agent-left db2.example:2886']);
	});

	it('is known under each name that others have for it, and not dropped and found without end', () => {
		const discovery = discoveryFrom(one);
		hear(discovery, says(one), lists(one, [one, two, three]));
		expect(hear(discovery, says(two, one))).toEqual([`dropped ${two} for ${one}`]);
		expect(hear(discovery, lists(one, [one, two, three]), lists(one, [one, two, three]))).toEqual([]);
	});

	it('stays in its cluster when it calls itself by a name that the cluster does not know', () => {
		const discovery = discoveryFrom(one);
		hear(discovery, says(one), lists(one, [one, two]), says(two, '192.168.0.2:2886'));
		expect(hear(discovery, lists(one, [one, two]))).toEqual([]);
	});

	it('is not taken out of its cluster by the hearsay of another one', () => {
		const discovery = discoveryFrom(one, three);
		hear(discovery, says(one), says(three), lists(one, [one, two]), says(two), lists(three, [three, two, four]));
		expect(hear(discovery, lists(three, [three, four]))).toEqual([]);
	});
});

describe('a hostile agent', () => {
	const many = Array.from({length: 10_000}, (_, index) => `10.1.${index >> 8}.${index & 255}:2886`);

	it('that lists ten thousand others is taken at its word for so many only, which is said once', () => {
		const discovery = createDiscovery([{address: addressOf(one), isSeed: true}], 50);
		const first = hear(discovery, says(one), lists(one, [one, ...many]));
		expect(first.filter(text => text.startsWith('found'))).toHaveLength(50);
		expect(first).toContain('more than 50');
		expect(hear(discovery, lists(one, [one, ...many.slice(100)])).filter(text => !text.startsWith('agent-left'))).toEqual([]);
	});

	it('that lists others each time makes room for them no sooner than a day after', () => {
		const discovery = createDiscovery([{address: addressOf(one), isSeed: true}], 2);
		hear(discovery, says(one), lists(one, [one, two, three]), lists(one, [one, two]));
		expect(hear(discovery, lists(one, [one, two, four], {at: ten + 3_600_000}))).not.toContain(`found ${four}`);
		expect(hear(discovery, lists(one, [one, two, four], {at: ten + (25 * 3_600_000)}))).toEqual([`dropped ${three} for room`, `found ${four}`]);
	});

	it('never makes more agents be watched than the limit, one of them twice, or one that the user named be dropped', () => {
		const names = fc.constantFrom(one, two, three, four, '127.0.0.1:2886', 'x', '10.0.0.5:2886', '10.0.0.6:2886');
		const key = fc.constantFrom(one, two, three, four, '10.0.0.5:2886', '10.0.0.6:2886');
		const event = fc.oneof(
			fc.tuple(key, names).map(([agent, name]) => says(agent, name)),
			fc.tuple(key, fc.array(names), fc.boolean()).map(([agent, members, isDelegate]) => lists(agent, members, {isDelegate})),
			key.map(agent => fails(agent)),
		);
		fc.assert(fc.property(fc.array(event, {maxLength: 40}), events => {
			const discovery = createDiscovery([one, two].map(text => ({address: addressOf(text), isSeed: true})), 3);
			const watched = new Set([one, two]);
			for (const text of hear(discovery, ...events)) {
				const [what = '', agent = ''] = text.split(' ', 2);
				if (what === 'found') {
					expect(watched.has(agent)).toBe(false);
					watched.add(agent);
				} else if (what === 'dropped') {
					expect([one, two]).not.toContain(agent);
					watched.delete(agent);
				} else if (what.startsWith('agent-')) {
					expect(watched.has(agent)).toBe(true);
				}

				expect(watched.size).toBeLessThanOrEqual(5);
			}
		}));
	});
});
