// The palette: every action that has a key on this screen, the operations, and every agent, found by some letters of its name.

import type fuzzysort from 'fuzzysort';
import {english} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {lastTaskOf, topScreen} from '../../store/lookup.js';
import {actionNames} from '../../store/operations/offers.js';
import {taskName} from '../../store/selectors/basics.js';
import {type PaletteEntry} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {shownKeysOf} from './hints.js';
import {type KeyTable} from './resolve.js';
import {actionLetters} from './table.js';

/** `search`: what its letters are looked for in. `isAlone`: as a key, it acts only if pressed by itself. */
type Command = PaletteEntry & {readonly search: string; readonly isAlone: boolean; readonly run: () => void};

export type Palette = {
	readonly open: () => void;
	/** What is looked for now. */
	readonly type: (text: string) => void;
	/** Closes the palette and does what is selected, exactly as its key would. */
	readonly run: () => void;
	/** Whether what is selected acts only if it is chosen by a key of its own. */
	readonly isForAlone: () => boolean;
};

type PaletteDeps = {
	readonly store: Store;
	readonly keys: KeyTable;
	readonly stroke: (keystroke: string) => void;
};

// More than any terminal shows.
const most = 100;

export const createPalette = ({store, keys, stroke}: PaletteDeps): Palette => {
	let commands: readonly Command[] = [];
	/** Undefined until it is loaded, with the first palette: until then, letters are found only next to each other. */
	let ranking: typeof fuzzysort | undefined;

	const overlay = () => {
		const {overlay: open} = store.getState().view;
		return open?.type === 'palette' ? open : undefined;
	};

	/** Movements, or all others. Of keys that do the same here, the first. */
	const keyCommands = (areMovements: boolean): readonly Command[] => {
		const screen = topScreen(store.getState()).type;
		const {descriptions} = messages().keys;
		const known = keys.filter(({contexts, description}) => contexts.includes(screen) && description !== 'count' && description !== 'palette' && description !== 'notInReplay')
			.filter((record, index, all) => index === all.findIndex(other => descriptions[other.description] === descriptions[record.description]));
		return known.filter(({group}) => (group === 'move') === areMovements).flatMap((record): readonly Command[] => {
			const [first] = record.keys;
			const name = descriptions[record.description];
			return first === undefined
				? []
				: [{
					id: `${record.description} ${first}`, name, about: '', keys: shownKeysOf(record), search: `${name} ${english.keys.descriptions[record.description]}`, isAlone: record.isAlone ?? false,
					run() {
						stroke(first);
					},
				}];
		});
	};

	/** The same way as by hand: the list of actions, then the confirmation. */
	const operationCommands = (): readonly Command[] => {
		const [list] = keys.find(({name}) => name === 'actions')?.keys ?? [];
		const {descriptions} = messages().keys;
		return list === undefined
			? []
			: actionNames.map(action => ({
				id: `operation ${action}`, name: descriptions[action], about: '', keys: `${list} ${actionLetters[action]}`, search: `${descriptions[action]} ${english.keys.descriptions[action]}`, isAlone: true,
				run() {
					stroke(list);
					if (store.getState().view.overlay?.type === 'actions') {
						stroke(actionLetters[action]);
					}
				},
			}));
	};

	const agentCommands = (): readonly Command[] => {
		const {agents, clusters} = store.getState();
		return agents.values().map((entry): Command => {
			const task = lastTaskOf(entry);
			const about = [clusters.get(entry.cluster ?? '')?.name, task && taskName(task)].filter(part => part !== undefined).join(' ');
			const {key, label} = entry.address;
			return {
				id: `agent ${key}`, name: label, about, keys: '', search: `${label} ${about}`, isAlone: false,
				run() {
					store.dispatch({type: 'agent-opened', key});
				},
			};
		}).toArray();
	};

	const ranked = (text: string): readonly Command[] => {
		if (text.trim() === '') {
			return commands.slice(0, most);
		}

		const wanted = text.toLowerCase();
		return ranking
			? ranking.go(text, [...commands], {key: 'search', limit: most}).map(({obj}) => obj)
			: commands.filter(({search}) => search.toLowerCase().includes(wanted)).slice(0, most);
	};

	const show = (text: string): void => {
		store.dispatch({type: 'palette-shown', text, entries: ranked(text).map(({id, name, about, keys: shown}) => ({id, name, about, keys: shown}))});
	};

	const load = async (): Promise<void> => {
		({default: ranking} = await import('fuzzysort'));
		const open = overlay();
		const {notice} = store.getState().view;
		if (open) {
			show(open.text);
		}

		// It was not the user who did this.
		if (open && notice) {
			store.dispatch({type: 'notice-shown', ...notice});
		}
	};

	const chosen = (): Command | undefined => {
		const open = overlay();
		const id = open?.entries[open.selected]?.id;
		return commands.find(command => command.id === id);
	};

	return {
		open() {
			commands = [...keyCommands(false), ...operationCommands(), ...agentCommands(), ...keyCommands(true)];
			show('');
			if (!ranking) {
				// Without it, letters are found all the same.
				void load().catch(() => undefined);
			}
		},
		type: show,
		run() {
			const command = chosen();
			if (!command) {
				return;
			}

			store.dispatch({type: 'overlay-closed'});
			command.run();
		},
		isForAlone: () => chosen()?.isAlone ?? false,
	};
};
