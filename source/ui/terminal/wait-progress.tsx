import {Box, render, Text} from 'ink';
import Spinner from 'ink-spinner';
import {type Clock} from '../../lib/clock.js';
import {cut} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration, type Timestamp} from '../../lib/time.js';
import {isActive} from '../../protocol/outcome.js';
import {rowsOf} from '../../store/selectors/agent-rows.js';
import {selectAgents} from '../../store/selectors/agents.js';
import {type TaskCells} from '../../store/selectors/view-types.js';
import {type State} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {progressBar} from '../format.js';
import {toAscii, type Glyphs, styleOf, type Theme} from '../theme.js';

const barColumns = 8;

const taskText = ({name, progress, duration}: TaskCells, {bar}: Glyphs): string => [
	name,
	...(progress.total === 0 ? [] : [`${progressBar(progress, barColumns, bar)} ${progress.stage}/${progress.total}`]),
	...(duration === undefined ? [] : [formatDuration(duration)]),
].join('  ');

/** The progress in one line: the counts over all agents, then the first active task. */
const progressText = (state: State, now: Timestamp, glyphs: Glyphs): string => {
	const {summary, list} = selectAgents(state, now, rowsOf(state).length);
	const counts = summary.parts.map(({count, word}) => messages().screens.agents.part(count, word));
	const active = list.rows.flatMap(({task, problem}) => task && problem === undefined && isActive(task.outcome) ? [task] : []);
	const [first] = active;
	return [counts.length === 0 ? messages().output.progress.waiting : counts.join(` ${glyphs.dot} `), ...(first ? [taskText(first, glyphs)] : [])].join('  ');
};

// For a user who waits at a terminal without a screen.

const Progress = ({words, theme}: {readonly words: string; readonly theme: Theme}) => (
	<Box>
		<Text {...styleOf('accent', false, theme)}><Spinner type={theme.isAscii ? 'line' : 'dots'}/></Text>
		<Text> {words}</Text>
	</Box>
);

const second = 1000;

// The spinner, a space, and the last column, after which a terminal may wrap.
const marginColumns = 3;

/** Shows the progress in one line that disappears at the end. Returns what ends it. */
export const showProgress = ({store, clock, stream, theme}: {readonly store: Store; readonly clock: Clock; /** Must be a terminal. */ readonly stream: NodeJS.WriteStream; readonly theme: Theme}): (() => void) => {
	const draw = () => {
		const words = cut(progressText(store.getState(), clock.now(), theme.glyphs), stream.columns - marginColumns, theme.glyphs.ellipsis);
		return <Progress words={theme.isAscii ? toAscii(words) : words} theme={theme}/>;
	};

	const screen = render(draw(), {stdout: stream, patchConsole: false, exitOnCtrlC: false});
	let cancel = (): void => undefined;
	const tick = (): void => {
		screen.rerender(draw());
		cancel = clock.schedule(tick, second);
	};

	tick();
	return () => {
		cancel();
		// The last frame stays on screen, so it is empty.
		screen.rerender(<Text/>);
		screen.unmount();
	};
};
