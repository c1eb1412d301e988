// For a person who waits at a terminal. Loaded only then: Ink and React take longer to load than all the rest.

import {Box, Text, render} from 'ink';
import Spinner from 'ink-spinner';
import {type Clock} from '../../protocol/clock.js';
import {type Store} from '../../store/create-store.js';
import {progressWords} from './progress-words.js';

const Progress = ({words}: {readonly words: string}) => (
	<Box>
		<Text color='cyan'><Spinner/></Text>
		<Box flexShrink={1}><Text wrap='truncate-end'> {words}</Text></Box>
	</Box>
);

const second = 1000;

/** Shows how far it is in one line that is gone when it ends. Returns what ends it. */
export const showProgress = ({store, clock, stream}: {readonly store: Store; readonly clock: Clock; readonly stream: NodeJS.WriteStream}): (() => void) => {
	const draw = () => <Progress words={progressWords(store.getState(), clock.now())}/>;
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
