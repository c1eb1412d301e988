import {afterEach, describe, expect, it} from 'vitest';
import {type DemoAgent} from '../../source/demo/demo-agent.js';
import {type DemoFleet, startDemoFleet} from '../../source/demo/demo-fleet.js';
import {isPresent} from '../../source/demo/fleet-scenarios.js';
import {scenarioNames} from '../../source/demo/scenarios.js';
import {serveDemoAgent} from '../../source/demo/serve.js';
import {ask, askSealed, fetchData, fetchOpenData, outcomeIn, type WireData} from './helpers/ask.js';
import {createManualClock, type ManualClock} from './helpers/manual-clock.js';

const fleets: DemoFleet[] = [];

const startFleet = async (clock: ManualClock, ports: 'own' | 'free' = 'free', speed = 1): Promise<DemoFleet> => {
	const fleet = await startDemoFleet({clock, ports, speed});
	fleets.push(fleet);
	return fleet;
};

afterEach(async () => {
	await Promise.all(fleets.splice(0).map(async fleet => fleet.stop()));
});

const passwordsFor = async (fleet: DemoFleet, agent: DemoAgent) => {
	const {security} = await fetchOpenData(agent.address, 'info');
	return security ? {header: 'X-OCS-Agent-Header', password: fleet.agentPassword} as const : {password: fleet.rootPassword};
};

const look = async (fleet: DemoFleet): Promise<readonly string[]> => Promise.all(fleet.agents.map(async (agent): Promise<string> => {
	if (!agent.isUp()) {
		return 'unreachable';
	}

	const {json} = await askSealed(agent.address, 'task/dag/maintain/agent', await passwordsFor(fleet, agent));
	return 'data' in json ? `${json.data.name}: ${outcomeIn(json)}` : outcomeIn(json);
}));

describe('the demo fleet', () => {
	it('shows at first sight what the product is for', async () => {
		const fleet = await startFleet(createManualClock());
		expect(await look(fleet)).toEqual([
			expect.stringMatching(/^Initialize cluster: RUNNING\/RUN 3\/11$/),
			expect.stringMatching(/^Start observer: RUNNING\/RUN 1\/1$/),
			expect.stringMatching(/^Start observer: RUNNING\/RUN 1\/1$/),
			'Upgrade OceanBase: FAILED/RUN 3/7',
			'Start observer: FAILED/RUN 5/5',
			'Start observer: RUNNING/RUN 3/5',
			'Scale out cluster: SUCCEED/ROLLBACK 1/5',
			'unreachable',
			'Task.NotFound',
		]);
	});

	it('has a running cluster whose main task an agent keeps, and an unfinished task outside maintenance', async () => {
		const fleet = await startFleet(createManualClock());
		const [keeper, other] = fleet.agents.slice(4, 6) as [DemoAgent, DemoAgent];
		const root = {password: fleet.rootPassword};
		const names = async (path: string): Promise<readonly string[]> => {
			const {contents} = await fetchData(keeper.address, path, root);
			return contents.map(({name}) => name);
		};

		const {contents: unfinished} = await fetchData(keeper.address, 'task/dag/unfinish', root);
		const main = unfinished.find(({name}) => name === 'Start OB') as WireData | undefined;
		expect(main).toMatchObject({state: 'RUNNING', maintenance_type: 1});
		expect(Object.keys(main!.additional_data.sub_dags)).toEqual(fleet.addresses.slice(4, 6));
		expect(await names('task/dag/unfinish?show_details=false')).toEqual(['Back up tenant data', 'Start OB', 'Start observer', 'Start observer']);
		const {contents: mains} = await fetchData(other.address, 'task/dag/agent/main_dags', root);
		expect(mains.map(({id}) => id)).toEqual([main!.id]);
		expect(await fetchData(keeper.address, 'task/dag/maintain/ob', root)).toMatchObject({name: 'Drop tenant', state: 'SUCCEED', maintenance_key: 'shop_old'});
		for (const path of ['task/dag/maintain/agent', `task/dag/${main!.id}`, 'task/dag/maintain/ob']) {
			expect(await fetchData(keeper.address, `${path}?show_details=false`, root)).toMatchObject({additional_data: null, nodes: null});
		}
	});

	it('has one start of the running cluster that fails, then one that does not, but none before its beginning', async () => {
		const clock = createManualClock();
		const fleet = await startFleet(clock);
		const keeper = fleet.agents[4]!;
		clock.advance(290_000);
		const {contents} = await fetchData(keeper.address, 'task/dags/agent?show_details=false', {password: fleet.rootPassword});
		const ends = contents.filter(({name}) => /^(?:Start|Stop) OB$/.test(name)).map(({name, state}) => `${name} ${state}`);
		expect(ends.slice(-6)).toEqual(['Start OB SUCCEED', 'Stop OB SUCCEED', 'Start OB SUCCEED', 'Stop OB SUCCEED', 'Start OB FAILED', 'Start OB SUCCEED']);
	});

	it('has an agent that comes back within half a minute, and goes again', async () => {
		const clock = createManualClock();
		const fleet = await startFleet(clock);
		const agent = fleet.agents[7]!;
		await expect.poll(() => agent.isUp()).toBe(false);
		await expect(ask(agent.address, 'status')).rejects.toThrow('fetch failed');
		clock.advance(25_000);
		await expect.poll(() => agent.isUp()).toBe(true);
		expect(await ask(agent.address, 'status')).toMatchObject({status: 200});
		const moments = Array.from({length: 3600}, (_, second) => isPresent(second * 1000, 1));
		const absences = moments.filter((present, second) => !present && moments[second - 1] !== false).length;
		expect(absences).toBeGreaterThan(10);
		expect(moments.filter(Boolean).length).toBeGreaterThan(2800);
	});

	it('stays alive for hours', async () => {
		const clock = createManualClock();
		const fleet = await startFleet(clock);
		const seen = new Set<string>();
		for (let quarter = 0; quarter < 24; quarter += 1) {
			clock.advance(905_000);
			const [master] = await look(fleet);
			seen.add(master!);
		}

		expect(seen.size).toBeGreaterThan(3);
		expect([...seen].every(text => text.startsWith('Initialize cluster'))).toBe(true);
	});

	it('goes faster at a higher speed, by the real clock\'s times', async () => {
		const clock = createManualClock();
		const fleet = await startFleet(clock, 'free', 60);
		clock.advance(4000);
		const dag = await fetchData(fleet.agents[0]!.address, 'task/dag/maintain/agent', {password: fleet.rootPassword});
		expect(dag.name).toBe('Initialize cluster');
		expect(Date.parse(dag.start_time)).toBeLessThanOrEqual(clock.now());
		expect(Date.parse(dag.start_time)).toBeGreaterThan(clock.now() - 60_000);
	});

	it('takes free ports where a second fleet finds the addresses taken', async () => {
		const one = await startFleet(createManualClock(), 'own');
		const other = await startFleet(createManualClock(), 'own');
		expect(new Set([...one.addresses, ...other.addresses]).size).toBe(one.addresses.length * 2);
	});
});

describe('demo-agent in the foreground', () => {
	it('prints its address and passwords, and ends on a signal', async () => {
		const end = new AbortController();
		let text = '';
		const running = serveDemoAgent({port: 0, rootPassword: 'r', scenario: 'failing'}, {
			write(part) {
				text += part;
			},
			stateFolder: undefined, signal: end.signal, clock: createManualClock(),
		});
		await expect.poll(() => text).toContain('obwatch 127.0.0.1:');
		expect(text).toContain('The next start has another key.');
		const address = /http:\/\/[\d.:]+/.exec(text)![0];
		expect(text).toContain('scenario failing');
		expect(text).toContain('root@sys');
		expect(text).not.toContain('"r"');
		expect(await askSealed(address, 'task/dag/maintain/agent', {password: 'r'})).toMatchObject({status: 200, json: {data: {state: 'FAILED'}}});
		end.abort();
		await running;
		await expect(ask(address, 'status')).rejects.toThrow('fetch failed');
	});

	it('rejects with the system\'s error where its port is taken', async () => {
		const fleet = await startFleet(createManualClock());
		const port = Number(fleet.addresses[0]!.split(':', 2)[1]);
		await expect(serveDemoAgent({port}, {write: () => undefined, stateFolder: undefined, signal: new AbortController().signal, clock: createManualClock()})).rejects.toMatchObject({code: 'EADDRINUSE'});
	});

	it('knows its scenarios', async () => {
		expect(scenarioNames).toContain('initialize');
		await expect(serveDemoAgent({port: 0, scenario: 'nonsense'}, {write: () => undefined, stateFolder: undefined, signal: new AbortController().signal, clock: createManualClock()})).rejects.toThrow('nonsense');
	});
});
