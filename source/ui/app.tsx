import {Box, useInput, usePaste, useStdin} from 'ink';
import {type ReactNode, useLayoutEffect, useMemo, useState, useSyncExternalStore} from 'react';
import {type Clock} from '../lib/clock.js';
import {type EnteredPassword, type Request} from '../store/actions.js';
import {type Overlay} from '../store/state.js';
import {type Store} from '../store/store.js';
import {ReplayLine} from './components/breadcrumb.js';
import {HasKeysContext} from './components/line.js';
import {createPlacedLists, PartPlace, PlacedListsContext} from './components/rows.js';
import {Beside, Footer, type ScreenProps, WithPanel} from './components/screen.js';
import {type AppView, type FrameScheduler} from './frame.js';
import {createKeyboard} from './keys/keyboard.js';
import {type KeyTable} from './keys/resolve.js';
import {isReasonWhole} from './layout.js';
import {ActionsPanel, ConfirmationScreen} from './overlays/confirmation.js';
import {FoundKeysScreen, InputPanel, KeyPanel, PalettePanel, PasswordPanel, StopPanel} from './overlays/prompts.js';
import {type EndsView, type PreviewView, type ScreenView} from './parts.js';
import {AgentsScreen} from './screens/agents.js';
import {CardScreen, ClusterScreen, MoreFacts} from './screens/cards.js';
import {isTooSmall, NothingScreen, TooSmall} from './screens/empty.js';
import {HelpScreen} from './screens/help.js';
import {CompareScreen} from './screens/compare.js';
import {HistoryScreen} from './screens/history.js';
import {HitsScreen} from './screens/hits.js';
import {JournalScreen, WholeChange} from './screens/journal.js';
import {LinksScreen} from './screens/links.js';
import {LogEnds, LogScreen} from './screens/log.js';
import {NodeScreen} from './screens/node.js';
import {TaskScreen} from './screens/task.js';
import {createTheme, type Theme} from './theme.js';

const screenOf = (screen: ScreenView, props: ScreenProps): ReactNode => {
	switch (screen.type) {
		case 'agents': {
			return <AgentsScreen view={screen} {...props}/>;
		}

		case 'task': {
			return <TaskScreen view={screen} {...props}/>;
		}

		case 'node': {
			return <NodeScreen view={screen} {...props}/>;
		}

		case 'log': {
			return <LogScreen view={screen} {...props}/>;
		}

		case 'hits': {
			return <HitsScreen view={screen} {...props}/>;
		}

		case 'links': {
			return <LinksScreen view={screen} {...props}/>;
		}

		case 'card': {
			return <CardScreen view={screen} {...props}/>;
		}

		case 'cluster': {
			return <ClusterScreen view={screen} {...props}/>;
		}

		case 'history': {
			return <HistoryScreen view={screen} {...props}/>;
		}

		case 'compare': {
			return <CompareScreen view={screen} {...props}/>;
		}

		case 'journal': {
			return <JournalScreen view={screen} {...props}/>;
		}

		case 'nothing': {
			return <NothingScreen view={screen} {...props}/>;
		}
	}
};

const PreviewPart = ({view, props, depth}: {readonly view: PreviewView; readonly props: ScreenProps; readonly depth: number}): ReactNode => {
	const {place, size, list, screen, preview, ends, change, more} = view;
	const {theme, timeZone, hour} = props;
	const drawn = screen && <ScreenPart screen={screen} preview={preview} ends={ends} depth={depth} props={{...props, size: list, part: {place: change ? 'below' : place, hasKeys: view.hasKeys, shared: view.shared, hasPreview: preview !== undefined}}}/>;
	const whole = <>
		{change && <WholeChange row={change.row} lines={change.lines} place={place} width={size.columns} theme={theme} hour={hour}/>}
		{drawn}
		{more && <Box flexDirection='column' flexGrow={1} justifyContent={more.isNext ? 'flex-start' : 'flex-end'}><MoreFacts view={more} width={size.columns} theme={theme} timeZone={timeZone} hour={hour}/></Box>}
	</>;
	return place === 'right'
		? <Beside hasKeys={view.hasKeys} size={size} theme={theme}>{whole}</Beside>
		: <Box flexDirection='column' flexShrink={0} height={Math.max(1, size.rows - 2)} overflowY='hidden'>{whole}</Box>;
};

/** A screen, and beside or below it what Enter would open. */
const ScreenPart = ({screen, preview, ends, props, depth}: {readonly screen: ScreenView; readonly preview: PreviewView | undefined; readonly ends: EndsView | undefined; readonly props: ScreenProps; readonly depth: number}): ReactNode => {
	const {hasKeys = false} = props.part ?? {};
	const own = <PartPlace depth={depth} hasKeys={hasKeys}><HasKeysContext.Provider value={hasKeys}>{screenOf(screen, props)}</HasKeysContext.Provider></PartPlace>;
	const drawn = ends ? <>{own}<LogEnds view={ends} theme={props.theme}/></> : own;
	return preview
		? (
			<Box flexDirection={preview.place === 'right' ? 'row' : 'column'} alignItems={preview.place === 'right' ? 'flex-end' : undefined} flexShrink={0}>
				<Box flexDirection='column' flexShrink={0} width={props.size.columns}>{drawn}</Box>
				<PreviewPart view={preview} props={props} depth={depth + 1}/>
			</Box>
		)
		: drawn;
};

/** The screen of a whole terminal, or its parts with their footer. */
const screensOf = ({screen, pane, preview, ends, changes}: AppView, props: ScreenProps): ReactNode => {
	if (!pane || !preview) {
		return screenOf(screen, props);
	}

	const {size, footer, theme} = props;
	return (
		<Box flexDirection='column' flexShrink={0} height={Math.max(1, size.rows - 1)} overflowY='hidden'>
			<ScreenPart screen={screen} preview={preview} ends={ends} depth={0} props={{...props, size: pane.size, footer: {...footer, notice: undefined, isShared: true}, part: {place: undefined, hasKeys: pane.hasKeys, shared: 0, hasPreview: true, saysReason: preview.screen !== undefined && (preview.screen.type !== 'task' || isReasonWhole(preview.screen, preview.list, props.hour)), across: size.columns, changes}}}/>
			<Footer {...footer} width={size.columns} theme={theme}/>
		</Box>
	);
};

/** The screen, an overlay instead of it, or a panel over its end. `hasTyped`: the password prompt is not empty. */
const contentOf = (view: AppView, props: ScreenProps, hasTyped: boolean): ReactNode => {
	const {overlay} = view;
	const behind = (panel: ReactNode): ReactNode => <WithPanel size={props.size} panel={panel}>{screensOf(view, {...props, footer: {...props.footer, isCovered: true}, isCovered: true})}</WithPanel>;
	switch (overlay?.type) {
		case undefined: {
			return screensOf(view, props);
		}

		case 'help': {
			return <HelpScreen top={overlay.top} of={overlay.of} {...props}/>;
		}

		case 'palette': {
			return behind(<PalettePanel view={overlay} {...props}/>);
		}

		case 'password': {
			return behind(<PasswordPanel view={overlay} hasTyped={hasTyped} {...props}/>);
		}

		case 'input': {
			// It says the notice itself.
			return <WithPanel size={props.size} panel={<InputPanel view={overlay} {...props}/>}>{screensOf(view, {...props, footer: {...props.footer, notice: undefined, isCovered: true}, isCovered: true})}</WithPanel>;
		}

		case 'actions': {
			return behind(<ActionsPanel view={overlay} {...props}/>);
		}

		case 'confirmation': {
			return <ConfirmationScreen view={overlay} {...props}/>;
		}

		case 'found-keys': {
			return <FoundKeysScreen view={overlay} {...props}/>;
		}

		case 'stop': {
			return behind(<StopPanel view={overlay} {...props}/>);
		}

		case 'key': {
			return behind(<KeyPanel view={overlay} {...props}/>);
		}
	}
};

type FrameProps = {
	readonly view: AppView;
	readonly theme: Theme;
	/** The password prompt is not empty. */
	readonly hasTyped: boolean;
	readonly keys?: KeyTable | undefined;
};

/** A whole frame from its values: one line lower than the terminal, none wider. */
export const Frame = ({view, theme, hasTyped, keys}: FrameProps): ReactNode => {
	const {size, replay, context, conditions, notice, count, news, cautions, timeZone, language, hour} = view;
	// A replay takes the terminal's first row.
	const terminal = replay ? {...size, rows: size.rows + 1} : size;
	const content = isTooSmall(terminal)
		? <TooSmall size={terminal} theme={theme}/>
		: contentOf(view, {size, theme, timeZone, hour, footer: {context, conditions, notice, count, news, cautions, keys}}, hasTyped);
	return (
		<Box key={language} flexDirection='column' flexShrink={0}>
			{replay ? <ReplayLine replay={replay} width={size.columns} theme={theme}/> : undefined}
			{content}
		</Box>
	);
};

type AppProps = {
	readonly store: Store;
	readonly source: FrameScheduler;
	readonly theme: Theme;
	/** The key table, possibly with the user's keys. */
	readonly keys?: KeyTable | undefined;
	/** See `Request`. */
	readonly onRequest: (request: Request) => void;
	readonly onPassword: (entered: EnteredPassword) => void;
	/** See `createKeyboard`. */
	readonly clock?: Pick<Clock, 'now' | 'schedule'> | undefined;
	readonly isShown?: ((overlay: Overlay['type']) => boolean) | undefined;
	/** Where reports of the mouse come from, and whether the user wants it. */
	readonly mouse?: {readonly isOn: boolean; readonly clock: Pick<Clock, 'now'>; readonly listen: (listener: (report: string) => void) => () => void} | undefined;
};

/** The whole screen: the store's values, and the only place that reads keys. */
export const App = ({store, source, theme, keys, clock, isShown, mouse, onRequest, onPassword}: AppProps): ReactNode => {
	const view = useSyncExternalStore(source.subscribe, source.getSnapshot);
	const [lists] = useState(createPlacedLists);
	// What is being typed is in the keyboard, so that another colour must not make a new one.
	const {isAscii, isRead} = theme;
	const keyboard = useMemo(
		() => createKeyboard({store, theme: createTheme({isAscii, isRead}), keys, clock, isShown, mouse: mouse?.isOn ? {at: lists.at, clock: mouse.clock} : undefined, onRequest, onPassword}),
		[store, isAscii, isRead, keys, clock, isShown, mouse, lists, onRequest, onPassword],
	);
	useLayoutEffect(() => mouse?.listen(keyboard.point), [mouse, keyboard]);
	const hasTyped = useSyncExternalStore(keyboard.subscribe, keyboard.hasTyped);
	// Ink throws if input without a raw mode is read.
	const {isRawModeSupported: isActive} = useStdin();
	useInput(keyboard.press, {isActive});
	usePaste(keyboard.paste, {isActive});

	return (
		<PlacedListsContext.Provider value={lists}>
			<Frame view={view} theme={theme} hasTyped={hasTyped} keys={keys}/>
		</PlacedListsContext.Provider>
	);
};
