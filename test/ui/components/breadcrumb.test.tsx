import {expect, test} from 'vitest';
import {Breadcrumb, previewTitle, Title} from '../../../source/ui/components/breadcrumb.js';
import {span} from '../../../source/ui/span.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';

const theme = createTheme();
const way = ['10.0.0.1:2886', 'Initialize cluster', 'Start observer', '10.0.0.3:2886'];

test('the first line says where the user is, and at its end what there is to say about it', () => {
	expect(draw(<Breadcrumb crumbs={way.slice(0, 2)} right={[span('12-30/200 ▴▾ ')]} width={60} theme={theme}/>, 60))
		.toEqual([' obwatch › 10.0.0.1:2886 › Initialize cluster  12-30/200 ▴▾']);
});

test.each([
	[80, ' obwatch › 10.0.0.1:2886 › Initialize cluster › Start observer › 10.0.0.3:2886'],
	[70, ' 10.0.0.1:2886 › Initialize cluster › Start observer › 10.0.0.3:2886'],
	[60, ' … › Initialize cluster › Start observer › 10.0.0.3:2886'],
	[50, ' … › Start observer › 10.0.0.3:2886'],
	[30, ' … › 10.0.0.3:2886'],
	[24, ' … › 10.0.0.3:2886'],
	[16, ' … › 10.0.0.3:2…'],
])('at %i columns the name of the program is left out, then the beginning of the way, before the place is shortened', (width, text) => {
	expect(draw(<Breadcrumb crumbs={way} width={width} theme={theme}/>, width)).toEqual([text]);
});

test('a panel\'s title is in a rule as wide as the terminal', () => {
	expect(draw(<Title title='changed key' width={24} theme={theme}/>, 24)).toEqual([`── changed key ${'─'.repeat(9)}`]);
});

test.each(['below', 'right'] as const)('the title of a preview (%s) is one line, however long what an agent says of its state is', place => {
	const lines = draw(<Breadcrumb crumbs={way} right={[span(`? ${'STATE'.repeat(30)}`, 'bad')]} width={40} theme={theme} part={{place, hasKeys: false, shared: 1, hasPreview: false}}/>, 100);
	expect(lines).toHaveLength(1);
	expect(lines[0]?.length).toBeLessThanOrEqual(40);
});

test('in the rule of a preview, a name that fits exactly is not followed by a single character of the rule', () => {
	const titleIn = (width: number): string => previewTitle(['10.0.0.1:2886'], {place: 'below', hasKeys: false}, width, theme, [span('✔ ok')]).map(({text}) => text).join('');
	expect([21, 22, 23, 24].map(width => titleIn(width))).toEqual(['── 10.0.0.1:2886 ✔ ok', '── 10.0.0.1:2886  ✔ ok', '── 10.0.0.1:2886 ─ ✔ ok', '── 10.0.0.1:2886 ── ✔ ok']);
});
