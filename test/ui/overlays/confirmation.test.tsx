import {Box} from 'ink';
import {describe, expect, test} from 'vitest';
import {type ActionsView, type ConfirmationView} from '../../../source/store/selectors/overlays.js';
import {createStore} from '../../../source/store/store.js';
import {createConfirmationKeys} from '../../../source/ui/keys/confirm.js';
import {ActionsPanel, ConfirmationScreen, lastConfirmationTop} from '../../../source/ui/overlays/confirmation.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';
import {fleetOf} from '../helpers/stage.js';
import {props} from '../helpers/views.js';

const panel = (change: Partial<ActionsView>): readonly string[] => draw(
	<Box flexDirection='column'>
		<ActionsPanel
			view={{
				type: 'actions',
				task: 'Initialize cluster',
				rows: [{action: 'retry', why: undefined, isSelected: true}, {action: 'cancel', why: 'it does not run', isSelected: false}],
				waitsFor: undefined,
				isReadOnly: false,
				exemptReason: undefined,
				...change,
			}}
			{...props(80, 24)}
		/>
	</Box>,
	80,
);

describe('the actions on a task', () => {
	test('say what each does, or why it may not be', () => {
		expect(panel({})).toEqual([
			`── actions on Initialize cluster ${'─'.repeat(47)}`,
			' ▸ r  retry       run the failed stage again',
			'   c  cancel      no: it does not run',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test('say above them what it waits for, and below them how they are allowed', () => {
		const lines = panel({waitsFor: {mainTask: '14'}, isReadOnly: true});
		expect(lines[1]).toBe(' Not failed: waiting for its main task 14. Act on the main task instead.');
		expect(lines.at(-2)).toBe(' Read-only. Restart with --operate to run actions.');
	});
});

const question = (change: Partial<ConfirmationView> = {}): ConfirmationView => ({
	type: 'confirmation',
	breadcrumb: ['10.0.0.1:2886', 'Initialize cluster'],
	outcome: {word: 'failed'},
	operation: undefined,
	exemptReason: undefined,
	typed: '',
	problem: undefined,
	phase: {type: 'asking'},
	top: 0,
	plan: {
		order: {
			action: 'retry', operation: 'retry', target: {kind: 'task', id: '22130706'}, agent: '10.0.0.1:2886', agentLabel: '10.0.0.1:2886', task: 'Initialize cluster',
			snapshot: {id: '22130706', state: 'FAILED', operator: 'RUN', stage: 3, startTime: undefined},
		},
		touches: 'stage 3 of 11 runs again',
		lock: 'held already',
		hazards: ['what it wrote before stays'],
		command: 'obshell task retry -i 22130706',
		typed: [],
	},
	...change,
});

describe('the question before something is sent', () => {
	test('says everything that it will do, and asks at the end', () => {
		expect(draw(<ConfirmationScreen view={question()} {...props(80, 20)}/>, 80)).toEqual([
			' obwatch › 10.0.0.1:2886 › Initialize cluster › retry',
			'',
			' agent    10.0.0.1:2886',
			' task     Initialize cluster',
			' now      ✖ failed, stage 3',
			' id       22130706',
			' stages   stage 3 of 11 runs again',
			' lock     held already',
			' beware   what it wrote before stays',
			' note     The agent may still refuse.',
			' command  obshell task retry -i 22130706   (on its machine)',
			'',
			' Send the retry? Press y.',
			'',
			'',
			'',
			'',
			'',
			' Esc close  Space page down  PgUp page up',
		]);
	});

	test('keeps the question in sight on a low terminal, and says where more is', () => {
		const at = (top: number): readonly string[] => draw(<ConfirmationScreen view={question({top})} {...props(60, 10)}/>, 60);
		const last = lastConfirmationTop(question(), {columns: 60, rows: 10}, createTheme());
		expect(last).toBeGreaterThan(0);
		expect(at(0)[0]).toMatch(/ more below$/);
		expect(at(last)[0]).toMatch(/ more above$/);
		expect(at(last + 10)).toEqual(at(last));
		for (const top of [0, last]) {
			expect(at(top)).toHaveLength(9);
			expect(at(top)[6]).toBe(' Send the retry? Press y.');
		}
	});

	test('shows what is typed, and what is wrong with it', () => {
		const typed = question({typed: 'Initial', problem: 'wrongText'});
		expect(draw(<ConfirmationScreen view={{...typed, plan: {...typed.plan, typed: ['Initialize cluster', '22130706']}}} {...props(80, 20)}/>, 80).slice(12, 15)).toEqual([
			' To send the retry, type the task\'s name or id, then Enter:',
			' ▸ Initial',
			' This is neither the name nor the id',
		]);
	});

	test('gives way to what came of it', () => {
		const operation = {action: 'retry', agent: '10.0.0.1:2886', sentAt: 0, response: {at: 0, response: {type: 'refused', fault: {type: 'error', error: {type: 'refused', status: 400, code: '', message: 'dag is not failed', traceId: ''}}}}, movedAt: undefined, outcome: undefined} as const;
		const lines = draw(<ConfirmationScreen view={question({phase: {type: 'sent'}, operation})} {...props(80, 20)}/>, 80);
		expect(lines[12]).toMatch(/^ retry refused \d\d:\d\d:\d\d local: dag is not failed$/);
		expect(lines.join('\n')).not.toContain('Press y');
	});

	test('says that nothing was sent where the task moved meanwhile', () => {
		const lines = draw(<ConfirmationScreen view={question({phase: {type: 'changed', why: 'the task runs again'}})} {...props(80, 20)}/>, 80);
		expect(lines.slice(12, 14)).toEqual([' Nothing was sent: the task runs again.', ' Press Esc, check the task, and decide again.']);
	});
});

test('a y for a question that is not on screen, such as on one that is too small, sends nothing and says why', () => {
	const {plan} = question();
	const fleet = fleetOf(1);
	const overlay = {type: 'confirmation', task: {owner: '10.0.0.1:2886', id: '22130706'}, plan, typed: '', problem: undefined, phase: {type: 'asking'}, top: 0} as const;
	const store = createStore({...fleet, view: {...fleet.view, overlay}}, () => 0);
	const done: unknown[] = [];
	const note = (what: unknown): void => {
		done.push(what);
	};

	createConfirmationKeys({store: {...store, dispatch: note}, isShown: () => false, isRead: () => true, onRequest: note}).edit(overlay, 'confirm');
	expect(done).toEqual([{type: 'confirmation-rejected', problem: 'notShown'}]);
});
