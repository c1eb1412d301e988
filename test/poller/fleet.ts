import {createPoller, type Poller, type PollerDeps} from '../../source/poller/poller.js';
import {type PollEvent} from '../../source/store/actions.js';
import {ten} from '../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';
import {createScriptedAgent, type Script, type ScriptedAgent} from './scripted-agent.js';

export type Fleet = {
	readonly agents: readonly ScriptedAgent[];
	/** The first. */
	readonly agent: ScriptedAgent;
	/** The second, or once more the first. */
	readonly neighbour: ScriptedAgent;
	readonly poller: Poller;
	readonly clock: VirtualClock;
	readonly events: PollEvent[];
	/** The events of an agent as "type", of all or of one type. */
	readonly heard: (agent: ScriptedAgent) => readonly string[];
};

/** A poller at ten o'clock over agents of 127.0.0.1, .2, … that do as their scripts say. Started already. */
export const createFleet = (scripts: ReadonlyArray<Partial<Script>>, options: Partial<PollerDeps> = {}): Fleet => {
	const clock = createVirtualClock(ten);
	const agents = scripts.map((script, index) => createScriptedAgent(`127.0.0.${index + 1}`, clock, script));
	const events: PollEvent[] = [];
	const poller = createPoller({
		clients: agents.map(({client}) => client),
		clock,
		random: () => 0,
		emit(event) {
			events.push(event);
		},
		...options,
	});
	poller.start();
	const agent = agents[0]!;
	return {
		agents, agent, neighbour: agents[1] ?? agent, poller, clock, events,
		heard: ({key}) => events.filter(event => event.agent === key).map(({type}) => type),
	};
};
