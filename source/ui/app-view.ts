import {type Timestamp} from '../lib/time.js';
import {type PasswordKind} from '../protocol/errors.js';
import {newsOf} from '../store/journal.js';
import {findTask, isTaskScreen, ownerLabel, topScreen} from '../store/lookup.js';
import {isActionOffered} from '../store/operations/is-offered.js';
import {type ActionsView, type ConfirmationView, selectActions, selectConfirmation} from '../store/operations/selectors.js';
import {isPasswordWanted} from '../store/selectors/connection.js';
import {stillWaiting} from '../store/selectors/found-keys.js';
import {type ScreenView, selectScreen} from '../store/selectors/screen.js';
import {type KeyChange} from '../store/selectors/view-types.js';
import {type Notice, type Overlay, type Replay, type Size, type State, type View} from '../store/state.js';
import {keyContext} from './keys/resolve.js';
import {type HintCondition, type KeyContext} from './keys/table.js';

/** The keys that can still be trusted, each with its agent, and the agents that named these. */
export type FoundKeysView = {
	readonly type: 'found-keys';
	readonly keys: ReadonlyArray<{readonly agent: string; readonly offered: string; readonly bits: number}>;
	readonly namedBy: readonly string[];
	readonly top: number;
};

export type OverlayView =
	| {readonly type: 'help'; readonly top: number}
	| {readonly type: 'password'; readonly agent: string; readonly kind: PasswordKind; readonly isSeekdb: boolean; readonly scope: 'agent' | 'all'}
	| {readonly type: 'input'; readonly purpose: 'search' | 'filter' | 'rows' | 'place'; readonly text: string; readonly problem: string | undefined}
	/** `change` is undefined once there is nothing left to decide; `replaced` when the key on offer is not the one any more that the question was about. */
	| ActionsView
	| ConfirmationView
	| {readonly type: 'key'; readonly agent: string; readonly change: KeyChange | 'replaced' | undefined}
	| FoundKeysView
	| {readonly type: 'stop'; readonly title: string; readonly words: string};

/** Everything that a frame shows. */
export type AppView = {
	readonly screen: ScreenView;
	readonly overlay: OverlayView | undefined;
	/** Where keys act. */
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly size: Size;
	readonly notice: Notice | undefined;
	/** Changes that came while the user was away. */
	readonly news: number;
	/** See `cautions` of the state. */
	readonly cautions: readonly string[];
	/** The state of a replay, and its present. */
	readonly replay: (Replay & {readonly at: Timestamp}) | undefined;
	readonly timeZone: View['timeZone'];
	/** The present rounded down to the hour. */
	readonly hour: Timestamp;
};

const keyChangeOf = (state: State, {agent, offered: asked}: Extract<Overlay, {type: 'key'}>): KeyChange | 'replaced' | undefined => {
	const connection = state.agents.get(agent)?.connection;
	if (connection?.type !== 'failing' || connection.error.type !== 'key-changed') {
		return undefined;
	}

	const {known, knownBits, offered, offeredBits} = connection.error;
	return offered === asked ? {known, knownBits, offered, offeredBits} : 'replaced';
};

/** The values of the question about found agents. */
export const selectFoundKeys = (state: State, {keys, top}: Extract<Overlay, {type: 'found-keys'}>): FoundKeysView => {
	const entries = stillWaiting(state, keys).flatMap(({agent}) => state.agents.get(agent) ?? []);
	return {
		type: 'found-keys',
		keys: entries.flatMap(({address: {label}, connection}) => connection.type === 'failing' && connection.error.type === 'key-changed'
			? [{agent: label, offered: connection.error.offered, bits: connection.error.offeredBits}]
			: []),
		namedBy: [...new Set(entries.flatMap(({foundBy}) => foundBy === undefined ? [] : [ownerLabel(state, foundBy)]))],
		top,
	};
};

const overlayView = (state: State, overlay: Overlay | undefined): OverlayView | undefined => {
	switch (overlay?.type) {
		case undefined: {
			return undefined;
		}

		case 'help': {
			return {type: 'help', top: overlay.top};
		}

		case 'password': {
			return {type: 'password', agent: ownerLabel(state, overlay.agent), kind: overlay.kind, isSeekdb: state.agents.get(overlay.agent)?.info?.isSeekdb ?? false, scope: overlay.scope};
		}

		case 'input': {
			return {
				type: 'input', purpose: overlay.purpose, text: overlay.text, problem: overlay.problem,
			};
		}

		case 'actions': {
			return selectActions(state, overlay);
		}

		case 'confirmation': {
			return selectConfirmation(state, overlay);
		}

		case 'stop': {
			return {type: 'stop', title: overlay.title, words: overlay.words};
		}

		case 'found-keys': {
			return selectFoundKeys(state, overlay);
		}

		case 'key': {
			return {type: 'key', agent: ownerLabel(state, overlay.agent), change: keyChangeOf(state, overlay)};
		}
	}
};

/** Whether the open or selected task needs the agent's own password. */
const needsPassword = (state: State, view: ScreenView): boolean => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return findTask(state, screen.task)?.needs !== undefined;
	}

	return view.type === 'agents' && view.list.rows.some(({isSelected, needsPassword: isNeeded}) => isSelected && isNeeded);
};

/** What agents need from the user, and whether there is a task to operate on. */
const conditionsOf = (state: State, screen: ScreenView): readonly HintCondition[] => {
	const conditions = new Set<HintCondition>();
	for (const entry of state.agents.values()) {
		if (isPasswordWanted(entry)) {
			conditions.add('password-wanted');
		} else if (entry.connection.type === 'failing' && entry.connection.error.type === 'key-changed') {
			conditions.add('key-changed');
		}
	}

	if (needsPassword(state, screen)) {
		conditions.add('password-wanted');
	}

	if (isActionOffered(state, screen)) {
		conditions.add('action-offered');
	}

	return [...conditions].toSorted();
};

/** The values of a frame at `now`, our clock. */
export const selectApp = (state: State, now: Timestamp): AppView => {
	const {overlay, size, notice, timeZone, hour} = state.view;
	const screen = selectScreen(state, now);
	return {
		screen,
		overlay: overlayView(state, overlay),
		context: keyContext(topScreen(state).type, overlay),
		conditions: conditionsOf(state, screen),
		size,
		notice,
		news: newsOf(state.journal),
		cautions: state.cautions,
		replay: state.replay && {...state.replay, at: now},
		timeZone,
		hour,
	};
};
