// A store and one webhook that reports its changes to a local service, with a clock of the test's own.

import {setImmediate as nextTurn} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {changeKinds} from '../../../source/cli/config/schema.js';
import {type Webhook, type WebhookFormat} from '../../../source/export/webhook-formats.js';
import {reportToWebhooks, type WebhookReports} from '../../../source/export/webhooks.js';
import {createRedactor} from '../../../source/lib/redact.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {makeDag, makeInfo, makeNode, makeNodes, makeSubTask, ten} from '../../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../../helpers/virtual-clock.js';
import {fleetOf} from '../../ui/helpers/stage.js';
import {type Service, startService} from './services.js';

export const agent = '10.0.0.1:2886';

export const secret = 'SEC0123456789abcdef';

const makeStore = (clock: VirtualClock): Store => {
	const store = createStore(fleetOf(2), clock.now);
	store.dispatch({type: 'info-received', agent, at: clock.now(), info: makeInfo({agent})});
	store.dispatch({type: 'task-absent', agent, at: clock.now()});
	return store;
};

export type Scene = {
	readonly clock: VirtualClock;
	readonly store: Store;
	readonly service: Service;
	readonly webhook: Webhook;
	readonly reports: WebhookReports;
	/** What the user was told. */
	readonly said: string[];
	/** The webhooks that did not work, and why, each time that changed. */
	readonly failing: string[];
	/** A task of this number is in that state now. */
	readonly comes: (number: number, pair?: string, reason?: string) => void;
	readonly signal: AbortController;
};

export const begin = async (format: WebhookFormat, {change = {}, signs = format === 'dingtalk' || format === 'feishu'}: {readonly change?: Partial<Webhook>; readonly signs?: boolean} = {}): Promise<Scene> => {
	const clock = createVirtualClock(ten);
	const store = makeStore(clock);
	const service = await startService(format, {now: clock.now, ...(signs && {secret})});
	const said: string[] = [];
	const failing: string[] = [];
	const webhook: Webhook = {name: 'ops', format, on: changeKinds.filter(kind => kind !== 'started'), url: service.url, secret: signs ? secret : undefined, authorities: undefined, ...change};
	const reports = reportToWebhooks([webhook], {
		store, clock, random: () => 0.5, env: {}, host: 'db-admin', redact: createRedactor([]), report(text) {
			said.push(text);
		},
		onFailing(now) {
			failing.push(now.map(({name, problem}) => `${name}: ${problem}`).join(', '));
		},
	});
	const signal = new AbortController();
	onTestFinished(async () => reports.finish({timeout: 0, signal: AbortSignal.abort()}));
	return {
		clock, store, service, webhook, reports, said, failing, signal,
		comes(number, pair = 'RUNNING/RUN', reason = 'no memory') {
			const [state = '', operator = ''] = pair.split('/', 2);
			const nodes = state === 'FAILED' ? [makeNode({state, operator, subTasks: [makeSubTask({state, operator, agent, logs: [`ERROR: ${reason}`]})]})] : makeNodes(pair);
			store.dispatch({type: 'task-received', agent, at: clock.now(), task: makeDag({id: `2213070643302${8861 + number}`, name: `task ${number}`, state, operator, nodes})});
		},
	};
};

/** Lets virtual time pass, with turns for the network, until the condition holds. */
export const passing = async ({clock, service, said, reports}: Scene, condition: () => boolean, reason: string, step = 100): Promise<void> => {
	const end = Date.now() + 120_000;
	while (!condition()) {
		if (Date.now() > end) {
			throw new Error(`waited in vain for ${reason}: ${JSON.stringify([service.requests(), reports.counts(), said])}`);
		}

		await clock.advance(step);
		await nextTurn();
	}
};

/** Until the service has so many requests. */
export const requested = async (scene: Scene, count: number): Promise<void> => passing(scene, () => scene.service.requests() >= count, `${count} requests`);

export const lines = ({service}: Scene): readonly string[] => service.deliveries.flatMap(({text}) => text.split('\n'));
