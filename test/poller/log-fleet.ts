// A fleet at whose first agent the user opens logs.

import {type LogFocus} from '../../source/poller/logs-state.js';
import {linesOf, type LogLines} from '../../source/protocol/logs.js';
import {makeDag, makeInfo, makeNodes, ten} from '../helpers/tasks.js';
import {createFleet, type Fleet} from './fleet.js';
import {countsSince, type Script} from './scripted-agent.js';

export const subTask = '22130706433028861';
export const otherSubTask = '22130706433028862';
export const question = `logs ${subTask}`;
const running = makeDag({nodes: makeNodes('RUNNING/RUN')});
export const log = (...lines: readonly string[]): LogLines => linesOf(lines.map((text, index) => ({id: index + 1, executeTimes: 1, text, time: ten})));

export const createScript = (change: Partial<Script> = {}): Partial<Script> => ({
	info: makeInfo({identity: 'FOLLOWER'}), task: running, logs: new Map([[subTask, log('start')], [otherSubTask, log('stop')]]), ...change,
});

export const look = ({poller, agent}: Fleet, change: Partial<LogFocus> | undefined = {}): void => {
	poller.setFocus({
		visible: [agent.key], open: undefined,
		logs: [{agent: agent.key, subTask, isActive: false, mark: 'a', ...change}],
	});
};

export const leave = ({poller, agent}: Fleet): void => {
	poller.setFocus({visible: [agent.key], open: undefined});
};

/** Ten seconds after the first contact. */
export const watch = async (change: Partial<Script> = {}, options: Parameters<typeof createFleet>[1] = {}): Promise<Fleet> => {
	const fleet = createFleet([createScript(change), createScript()], options);
	await fleet.clock.advance(10_000);
	return fleet;
};

export const told = ({events}: Fleet): readonly string[] => events.flatMap(event => {
	if (event.type === 'logs-received') {
		return event.lines.texts.join(', ');
	}

	return event.type === 'logs-failed' ? event.error.type : [];
});

export const countOf = ({agent}: Fleet, from: number): number => countsSince(agent, from)[question] ?? 0;
