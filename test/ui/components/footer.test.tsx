import {expect, test} from 'vitest';
import {Footer, NoticeLine} from '../../../source/ui/components/screen.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';

const theme = createTheme();

test('the last line names as many keys as there is room for', () => {
	expect(draw(<Footer context='help' conditions={[]} width={60} theme={theme}/>, 60)).toEqual([' Esc close  Space page down  PgUp page up']);
	expect(draw(<Footer context='help' conditions={[]} width={32} theme={theme}/>, 32)).toEqual([' Esc close  Space page down']);
});

test('it names the webhooks that do not work', () => {
	const footer = (names: readonly string[]): string => draw(<Footer context='help' conditions={[]} cautions={[{type: 'webhooks-failing', failing: names.map(name => ({name, problem: 'responded HTTP 404'}))}]} width={70} theme={theme}/>, 70).join('');
	expect(footer(['ops'])).toMatch(/ webhook ops fails: \? ?$/);
	expect(footer(['ops', 'dba'])).toMatch(/ 2 webhooks fail: \? ?$/);
});

test('cautions are at its right end whatever the keys are, and so are changes that came while the user was away', () => {
	expect(draw(<Footer context='help' conditions={[]} cautions={[{type: 'certificates-unchecked'}]} news={3} width={70} theme={theme}/>, 70))
		.toEqual([' Esc close  Space page down        3 new in J, certificates unchecked']);
});

test('in the journal itself what is new is said above the list', () => {
	expect(draw(<Footer context='journal' conditions={[]} news={3} width={60} theme={theme}/>, 60)[0]).not.toContain('new in J');
});

test('a notice takes the place of the keys, and leaves what is not checked', () => {
	const notice = {text: 'saved 120 lines to obwatch.log', isProblem: false};
	expect(draw(<Footer context='help' conditions={[]} notice={notice} cautions={[{type: 'certificates-unchecked'}]} news={3} width={60} theme={theme}/>, 60))
		.toEqual([' saved 120 lines to obwatch.log      certificates unchecked']);
	const long = {text: 'webhook ops: 12 changes not sent: no response within 10 s', isProblem: true};
	const [line] = draw(<Footer context='help' conditions={[]} notice={long} cautions={[{type: 'webhooks-failing', failing: [{name: 'ops', problem: ''}, {name: 'dba', problem: ''}]}]} width={60} theme={theme}/>, 60);
	expect(line).toMatch(/^ webhook ops: 12 changes no… {2}Esc close +2 webhooks fail: \? ?$/);
	expect(draw(<NoticeLine notice={notice} width={20} theme={theme}/>, 20)).toEqual([' saved 120 lines to…']);
});
