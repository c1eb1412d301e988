import {Box} from 'ink';
import {cleanup, render} from 'ink-testing-library';
import {afterEach, expect, test} from 'vitest';
import {Lines, LineText} from '../../../source/ui/components/line.js';
import {span, spinner} from '../../../source/ui/span.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';

afterEach(cleanup);

const theme = createTheme();

test('a line is its spans side by side', () => {
	expect(draw(<LineText line={[span(' '), span('3', 'bad', true), span(' failed', 'quiet')]} theme={theme}/>, 20)).toEqual([' 3 failed']);
});

test('a line without a text is as high as any other', () => {
	const lines = [[span('first')], [], [span('')], [span('', 'quiet'), span('')], [span('last')]];
	expect(draw(<Box flexDirection='column'><Lines lines={lines} theme={theme}/></Box>, 20)).toEqual(['first', '', '', '', 'last']);
});

test('obwatch\'s own marks are ASCII where the terminal knows nothing else; what agents write stays', () => {
	const line = [span('a › b … 初')];
	expect(draw(<LineText line={line} theme={createTheme({isAscii: true})}/>, 20)).toEqual(['a > b ~ 初']);
	expect(draw(<LineText line={line} theme={theme}/>, 20)).toEqual(['a › b … 初']);
});

test('a mark that moves takes one column', () => {
	expect(draw(<LineText line={[spinner('accent'), span(' reading')]} theme={createTheme({isAscii: true})}/>, 20)[0]).toMatch(/^[-\\|/] reading$/);
});

test('lines are redrawn if a text, a tone or their number changes', () => {
	const at = (tone: 'plain' | 'bad', ...texts: readonly string[]) => <Box flexDirection='column'><Lines lines={texts.map(text => [span(text, tone)])} theme={theme}/></Box>;
	const {rerender, lastFrame} = render(at('plain', 'one', 'two'));
	expect(lastFrame()).toBe('one\ntwo');
	rerender(at('plain', 'one', 'three'));
	expect(lastFrame()).toBe('one\nthree');
	rerender(at('bad', 'one'));
	expect(lastFrame()).toBe('one');
});
