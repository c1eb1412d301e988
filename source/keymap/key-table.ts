// The only source of key handling, of the help screen, of the footer's hints and of the table in the README.
// Nothing that cannot be undone goes on a ctrl key or on Esc, which people press to get out of something.

import {type Request, type UserAction} from '../store/action.js';
import {type Effect, type KeyContext, type KeyRecord} from './key-record.js';

const act = (action: UserAction): Effect => ({type: 'action', action});
const request = (wish: Request): Effect => ({type: 'request', request: wish});

const lists: readonly KeyContext[] = ['agents', 'task', 'node'];
const below: readonly KeyContext[] = ['task', 'node'];
const screens: readonly KeyContext[] = [...lists, 'log'];
const scrolling: readonly KeyContext[] = [...screens, 'help'];
const everywhere: readonly KeyContext[] = [...scrolling, 'password', 'key'];

// Columns that a log moves sideways at a time.
const sideways = 8;

export const keyTable: readonly KeyRecord[] = [
	{keys: ['j', 'down'], contexts: scrolling, group: 'Move', description: 'down', effect: act({type: 'selection-moved', by: 1})},
	{keys: ['k', 'up'], contexts: scrolling, group: 'Move', description: 'up', effect: act({type: 'selection-moved', by: -1})},
	{keys: ['g', 'home'], contexts: scrolling, group: 'Move', description: 'to the first', effect: act({type: 'selection-moved', by: 'start'})},
	{keys: ['G', 'end'], contexts: scrolling, group: 'Move', description: 'to the last', effect: act({type: 'selection-moved', by: 'end'})},
	{keys: ['pagedown', '^f'], contexts: scrolling, group: 'Move', description: 'a page down', effect: act({type: 'selection-moved', by: 'page'})},
	{keys: ['pageup', '^b'], contexts: scrolling, group: 'Move', description: 'a page up', effect: act({type: 'selection-moved', by: '-page'})},
	{keys: ['^d'], contexts: scrolling, group: 'Move', description: 'half a page down', effect: act({type: 'selection-moved', by: 'half-page'})},
	{keys: ['^u'], contexts: scrolling, group: 'Move', description: 'half a page up', effect: act({type: 'selection-moved', by: '-half-page'})},

	{keys: ['enter', 'l', 'right'], contexts: lists, group: 'Open', description: 'in: task, stage, log', effect: act({type: 'entered'}), hint: {label: 'open', rank: 1, keys: '↵'}},
	{keys: ['escape', 'h', 'left'], contexts: below, group: 'Open', description: 'out', effect: act({type: 'left'}), hint: {label: 'back', rank: 2, keys: 'Esc'}},
	{keys: ['escape'], contexts: ['log'], group: 'Open', description: 'out of a log', effect: act({type: 'left'}), hint: {label: 'back', rank: 2}},
	{keys: ['q'], contexts: [...below, 'log'], group: 'Open', description: 'back', effect: act({type: 'left'})},
	{
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		shown: '1-9',
		contexts: screens,
		group: 'Open',
		description: 'to that agent\'s task',
		effect: key => act({type: 'agent-jumped-to', index: Number(key) - 1}),
		hint: {label: 'agent', rank: 7, contexts: ['agents']},
	},

	{keys: ['h', 'left'], contexts: ['log'], group: 'Log', description: 'scroll left', effect: act({type: 'scrolled-sideways', by: -sideways})},
	{keys: ['l', 'right'], contexts: ['log'], group: 'Log', description: 'scroll right', effect: act({type: 'scrolled-sideways', by: sideways}), hint: {label: 'sideways', rank: 4, keys: 'h l'}},
	{keys: ['f'], contexts: ['log'], group: 'Log', description: 'follow the end, or stay', effect: act({type: 'follow-toggled'}), hint: {label: 'follow', rank: 3}},

	{keys: ['p'], contexts: screens, group: 'Agent', description: 'enter a password', effect: act({type: 'password-asked-for'}), hint: {label: 'password', rank: 0, when: 'password-wanted'}},
	{keys: ['K'], contexts: screens, group: 'Agent', description: 'look at a changed key', effect: act({type: 'key-question-opened'}), hint: {label: 'changed key', rank: 0, when: 'key-changed'}},
	{keys: ['r'], contexts: screens, group: 'Agent', description: 'ask the agents now', effect: request({type: 'refresh'}), hint: {label: 'refresh', rank: 5}},

	{keys: ['z'], contexts: screens, group: 'Screen', description: 'agent\'s or local time', effect: act({type: 'time-zone-toggled'}), hint: {label: 'time zone', rank: 6, contexts: ['task']}},
	{keys: ['?'], contexts: screens, group: 'Screen', description: 'all keys', effect: act({type: 'help-toggled'}), hint: {label: 'help', rank: 3}},
	{keys: ['?', 'escape', 'q'], contexts: ['help'], group: 'Screen', description: 'close this', effect: act({type: 'help-toggled'}), hint: {label: 'close', rank: 1, keys: 'Esc'}},
	{keys: ['^l'], contexts: everywhere, group: 'Screen', description: 'draw anew', effect: request({type: 'redraw'})},
	{keys: ['^z'], contexts: everywhere, group: 'Screen', description: 'to the shell; fg returns', effect: request({type: 'suspend'})},
	{keys: ['q'], contexts: ['agents'], group: 'Screen', description: 'quit, on the agents', effect: request({type: 'quit'}), hint: {label: 'quit', rank: 4}},
	{keys: ['^c'], contexts: everywhere, group: 'Screen', description: 'quit', effect: request({type: 'quit'})},

	{keys: ['enter'], contexts: ['password'], group: 'Password', description: 'send it', effect: {type: 'edit', edit: 'submit'}, hint: {label: 'send', rank: 1, keys: '↵'}},
	{keys: ['tab'], contexts: ['password'], group: 'Password', description: 'this agent or all', effect: act({type: 'password-scope-toggled'}), hint: {label: 'this agent or all', rank: 3}},
	{keys: ['backspace', 'delete'], contexts: ['password'], group: 'Password', description: 'take back a character', effect: {type: 'edit', edit: 'erase'}},
	{keys: ['^u'], contexts: ['password'], group: 'Password', description: 'take back everything', effect: {type: 'edit', edit: 'clear'}},
	{keys: ['escape'], contexts: ['password'], group: 'Password', description: 'send nothing', effect: act({type: 'overlay-closed'}), hint: {label: 'cancel', rank: 2}},

	{
		keys: ['y'],
		contexts: ['key'],
		group: 'Changed key',
		description: 'accept the new key',
		effect: (_key, overlay) => overlay?.type === 'key' ? request({type: 'accept-key', agent: overlay.agent}) : undefined,
		hint: {label: 'accept', rank: 2},
	},
	{keys: ['escape', 'n', 'q'], contexts: ['key'], group: 'Changed key', description: 'leave it: nothing is sent', effect: act({type: 'overlay-closed'}), hint: {label: 'leave it', rank: 1, keys: 'Esc'}},
];
