// For a person who waits at a terminal. Loaded only then: Ink and React take longer to load than all the rest.

import {Box, Text, render} from 'ink';
import Spinner from 'ink-spinner';
import {cut} from '../../format/cell.js';
import {type Clock} from '../../protocol/clock.js';
import {type Store} from '../../store/create-store.js';
import {asciiWords, styleOf, type Theme} from '../../ui/theme.js';
import {progressWords} from './progress-words.js';

const Progress = ({words, theme}: {readonly words: string; readonly theme: Theme}) => (
	<Box>
		<Text {...styleOf('accent', false, theme)}><Spinner type={theme.isAscii ? 'line' : 'dots'}/></Text>
		<Text> {words}</Text>
	</Box>
);

const second = 1000;

// The spinner, a blank behind it, and the last column: a terminal may wrap behind that.
const marginColumns = 3;

/** Shows how far it is in one line that is gone when it ends. Returns what ends it. */
export const showProgress = ({store, clock, stream, theme}: {readonly store: Store; readonly clock: Clock; /** Must be a terminal. */ readonly stream: NodeJS.WriteStream; readonly theme: Theme}): (() => void) => {
	const draw = () => {
		const words = cut(progressWords(store.getState(), clock.now(), theme.glyphs), stream.columns - marginColumns, theme.glyphs.ellipsis);
		return <Progress words={theme.isAscii ? asciiWords(words) : words} theme={theme}/>;
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
		// What is drawn last stays: nothing.
		screen.rerender(<Text/>);
		screen.unmount();
	};
};
