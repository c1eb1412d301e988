// Agents that join and leave by what their clusters report, while rows and selection keep their places.

import {type Action, type DiscoveryEvent} from '../actions.js';
import {newAgent} from '../initial-state.js';
import {isTaskScreen, ownerOfScreen} from '../lookup.js';
import {type AgentEntry, type Screen, type State} from '../state.js';
import {placeAgents} from './poll.js';
import {withNotice, withView} from './view.js';

const withEntry = (state: State, key: string, change: Partial<AgentEntry>): State => {
	const entry = state.agents.get(key);
	return entry ? {...state, agents: state.agents.with(key, {...entry, ...change})} : state;
};

/** Its name is known before its first response, so it is placed in its cluster at once and does not move later. */
const addFound = (state: State, {found}: Extract<DiscoveryEvent, {type: 'agents-found'}>): State => {
	let {agents} = state;
	for (const {address, name, foundBy, hasJoined} of found) {
		if (!state.agents.has(address.key)) {
			agents = agents.with(address.key, {...newAgent(address), name, foundBy, hasJoined});
		}
	}

	return placeAgents({...state, agents}, found.map(({address}) => address.key));
};

/** Whether a screen shows the agent or its tasks. */
const isOpen = (state: State, agent: string): boolean => state.view.stack.some(screen => ownerOfScreen(screen) === agent);

/** Screens of the agent move to the same agent under its other key, or, if there is none, to the agents screen. */
const dropAgent = (state: State, {agent, duplicateOf}: Extract<DiscoveryEvent, {type: 'agent-dropped'}>): State => {
	const agents = state.agents.without(agent);
	if (agents === state.agents) {
		return state;
	}

	const moved = (screen: Screen): Screen => {
		if (screen.type === 'agents' || screen.type === 'journal') {
			return screen.selected === agent ? {...screen, selected: duplicateOf} : screen;
		}

		if (isTaskScreen(screen)) {
			return screen.task.owner === agent ? {...screen, task: {...screen.task, owner: duplicateOf ?? agent}} : screen;
		}

		return screen.owner === agent ? {...screen, owner: duplicateOf ?? agent} : screen;
	};

	const [root, ...above] = state.view.stack;
	const isLost = duplicateOf === undefined && isOpen(state, agent);
	const stack: State['view']['stack'] = [moved(root), ...(isLost ? [] : above.map(screen => moved(screen)))];
	const {overlay} = state.view;
	const isAbout = overlay !== undefined && 'agent' in overlay && overlay.agent === agent;
	const next = {...state, agents, view: {...state.view, stack}};
	// Text that is being typed must not become keys of another screen.
	return isAbout || (isLost && overlay?.type === 'input')
		? withView(next, {overlay: {type: 'stop', title: 'gone', words: `${state.agents.get(agent)?.address.label ?? agent} is not watched any more. Nothing was sent to it.`}})
		: next;
};

const types: Readonly<Record<DiscoveryEvent['type'], true>> = {
	'agents-found': true, 'agent-left': true, 'agent-returned': true, 'agent-dropped': true,
};

export const isDiscovery = (action: Action): action is DiscoveryEvent => Object.hasOwn(types, action.type);

/** Applies what happened to found agents. */
export const reduceDiscovery = (state: State, event: DiscoveryEvent): State => {
	switch (event.type) {
		case 'agents-found': {
			return addFound(state, event);
		}

		case 'agent-left': {
			const entry = state.agents.get(event.agent);
			const left = withEntry(state, event.agent, {departed: {at: event.at, cluster: state.agents.get(event.peer)?.cluster ?? entry?.cluster}});
			const placed = placeAgents(left, [event.agent]);
			return entry && isOpen(state, event.agent) ? withNotice(placed, `${entry.address.label} left its cluster`) : placed;
		}

		case 'agent-returned': {
			return placeAgents(withEntry(state, event.agent, {departed: undefined}), [event.agent]);
		}

		case 'agent-dropped': {
			return dropAgent(state, event);
		}
	}
};
