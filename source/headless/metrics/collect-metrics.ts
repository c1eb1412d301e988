import {Gauge, Registry} from 'prom-client';
import {isClosed} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {agentBehind, ownerLabel} from '../../store/locate.js';
import {isFailing} from '../../store/select/cause.js';
import {agentNow} from '../../store/select/duration.js';
import {taskCells} from '../../store/select/task-cells.js';
import {type State} from '../../store/state.js';
import {connectionCodeWord} from '../connection-word.js';
import {ownedTasks} from '../owned-tasks.js';

// A failure counts once where those with a `main` are left out: they are sub-tasks of that main task.
const taskLabels = ['owner', 'id', 'task', 'main'] as const;

/** What is known, as Prometheus reads it. `latencies`: how long each agent's last answer took, in ms. */
export type MetricsSource = {readonly state: State; readonly now: Timestamp; readonly latencies: ReadonlyMap<string, number>; readonly version: string};

const gaugesOf = (registry: Registry) => {
	const registers = [registry];
	return {
		build: new Gauge({name: 'obwatch_build_info', help: 'Always 1; the version of obwatch is a label.', labelNames: ['version'], registers}),
		up: new Gauge({name: 'obwatch_agent_up', help: '1 where the agent answers for its task, else 0.', labelNames: ['agent'], registers}),
		connection: new Gauge({name: 'obwatch_agent_connection', help: 'Always 1; how the connection is stands in a label: connected, connecting, unreachable, no answer, unauthorized, key changed, key not known, downgraded.', labelNames: ['agent', 'connection'], registers}),
		poll: new Gauge({name: 'obwatch_agent_poll_seconds', help: 'How long the agent\'s last answer took, good or bad.', labelNames: ['agent'], registers}),
		outcome: new Gauge({name: 'obwatch_task_outcome', help: 'Always 1; how the task is stands in a label: running, succeeded, failed, waiting, rolling back, rolled back, failed to roll back, cancelling, cancelled, passed, ended, not run, pending, unknown.', labelNames: [...taskLabels, 'outcome'], registers}),
		failing: new Gauge({name: 'obwatch_task_failing', help: '1 where the task still runs, but a part of it failed and nothing retries that by itself, else 0.', labelNames: taskLabels, registers}),
		stage: new Gauge({name: 'obwatch_task_stage', help: 'The stage being worked on, from 1; counts down while rolling back.', labelNames: taskLabels, registers}),
		stages: new Gauge({name: 'obwatch_task_max_stage', help: 'How many stages the task has.', labelNames: taskLabels, registers}),
		age: new Gauge({name: 'obwatch_task_age_seconds', help: 'Since the start of the task\'s last attempt, by its agent\'s clock.', labelNames: taskLabels, registers}),
	};
};

/** The text of one scrape. */
export const metricsText = async ({state, now, latencies, version}: MetricsSource): Promise<string> => {
	const registry = new Registry();
	const gauges = gaugesOf(registry);
	gauges.build.set({version}, 1);
	for (const [key, entry] of state.agents) {
		const agent = entry.address.label;
		const connection = connectionCodeWord(entry);
		gauges.up.set({agent}, connection === 'connected' ? 1 : 0);
		gauges.connection.set({agent, connection}, 1);
		const latency = latencies.get(key);
		if (latency !== undefined) {
			gauges.poll.set({agent}, latency / 1000);
		}
	}

	for (const {owner, dag} of ownedTasks(state)) {
		const present = agentNow(agentBehind(state, owner), now, dag);
		const {name, outcome, progress} = taskCells(dag, present);
		// What only another password opens is nothing to be alarmed by.
		if (isClosed(outcome)) {
			continue;
		}

		const labels = {owner: ownerLabel(state, owner), id: dag.id, task: name, main: dag.links.mainDagId ?? ''};
		gauges.outcome.set({...labels, outcome: outcome.word}, 1);
		gauges.failing.set(labels, isFailing(dag) ? 1 : 0);
		gauges.stage.set(labels, progress.stage);
		gauges.stages.set(labels, progress.total);
		if (dag.startTime !== undefined) {
			gauges.age.set(labels, Math.max(0, present - dag.startTime) / 1000);
		}
	}

	return registry.metrics();
};

export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;
