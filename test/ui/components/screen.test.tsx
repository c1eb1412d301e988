import {Text} from 'ink';
import {type ReactNode} from 'react';
import {describe, expect, test} from 'vitest';
import {Note, Screen, WithPanel} from '../../../source/ui/components/screen.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';
import {props} from '../helpers/views.js';

const notice = {text: 'new keys pinned', isProblem: false};
const keys = ' Esc close  Space page down  PgUp page up';

const lines = (...texts: readonly string[]): ReactNode => texts.map(text => <Text key={text}>{text}</Text>);

type Shown = {readonly rows?: number; readonly body?: readonly string[]; readonly end?: readonly string[]; readonly hasFreeLine?: boolean; readonly hasNotice?: boolean; readonly head?: readonly string[]};

const screen = ({rows = 8, head = ['head'], body = ['one', 'two'], end = [], hasFreeLine = true, hasNotice = false}: Shown): ReactNode => {
	const {size, theme, footer} = props(60, rows);
	return (
		<Screen size={size} theme={theme} footer={{...footer, notice: hasNotice ? notice : undefined}} hasFreeLine={hasFreeLine} head={lines(...head)} end={lines(...end)}>
			{lines(...body)}
		</Screen>
	);
};

describe('a screen', () => {
	test('is one line lower than the terminal, its keys at the end', () => {
		expect(draw(screen({}), 60)).toEqual(['head', 'one', 'two', '', '', '', keys]);
	});

	test('shows as much of its body as there is room for', () => {
		expect(draw(screen({rows: 5, body: ['one', 'two', 'three', 'four']}), 60)).toEqual(['head', 'one', 'two', keys]);
	});

	test('has what belongs to its end right above the keys', () => {
		expect(draw(screen({end: ['why  disk full']}), 60)).toEqual(['head', 'one', 'two', '', '', 'why  disk full', keys]);
	});

	test('keeps the keys beside a notice while a line is free, above what belongs to its end', () => {
		expect(draw(screen({hasNotice: true}), 60).slice(-3)).toEqual(['', ' new keys pinned', keys]);
		expect(draw(screen({hasNotice: true, end: ['why  disk full']}), 60).slice(-3)).toEqual([' new keys pinned', 'why  disk full', keys]);
	});

	test('puts a notice before the keys where no line is free', () => {
		expect(draw(screen({rows: 5, hasNotice: true, hasFreeLine: false}), 60)).toEqual(['head', 'one', 'two', ' new keys pinned  Esc close  Space page down  PgUp page up']);
	});

	test('loses its beginning where even its head is too high', () => {
		expect(draw(screen({rows: 4, head: ['1', '2', '3', '4']}), 60)).toEqual(['3', '4', keys]);
	});
});

describe('a panel', () => {
	test('lies over the end of a screen', () => {
		const {size} = props(60, 8);
		expect(draw(<WithPanel size={size} panel={lines('── title', 'text', 'its keys')}>{screen({body: ['one', 'two', 'three', 'four', 'five']})}</WithPanel>, 60))
			.toEqual(['head', 'one', 'two', 'three', '── title', 'text', 'its keys']);
	});

	test('that is higher than the terminal shows its end with the question', () => {
		const {size} = props(60, 4);
		expect(draw(<WithPanel size={size} panel={lines('1', '2', '3', '4')}>{screen({rows: 4})}</WithPanel>, 60)).toEqual(['2', '3', '4']);
	});
});

test('a note is below a free line, over as many lines as it takes', () => {
	expect(draw(<Note text='there is nothing to show yet' width={20} theme={createTheme()}/>, 20)).toEqual(['', '   there is nothing', '   to show yet']);
});
