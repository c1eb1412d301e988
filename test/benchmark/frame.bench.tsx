import {renderToString} from 'ink';
import {describe, expect, test} from 'vitest';
import {type UserAction} from '../../source/store/actions.js';
import {type State} from '../../source/store/state.js';
import {Frame} from '../../source/ui/app.js';
import {selectApp} from '../../source/ui/frame.js';
import {createTheme} from '../../source/ui/theme.js';
import {budget} from './helpers/budget.js';
import {startInitialization} from './helpers/initialization.js';
import {fold, now, parseTask, thousandAgents} from './helpers/thousand.js';

const theme = createTheme();

const into: UserAction = {type: 'entered'};

const ways: ReadonlyArray<readonly [string, readonly UserAction[]]> = [
	['agents, 1,000 of them', []],
	['task', [into]],
	['stage', [into, into]],
	['log', [into, into, into]],
	['help', [{type: 'help-toggled'}]],
];

describe.each([[80, 24], [160, 45], [200, 50]])('a whole frame at %ix%i', (columns, rows) => {
	test('from the state to the text that Ink draws', async ({bench}) => {
		const {body} = await startInitialization();
		const state = thousandAgents(parseTask(body), {columns, rows});
		const draw = (at: State): string => renderToString(<Frame view={selectApp(at, now)} theme={theme} hasTyped={false}/>, {columns});
		await bench.compare(...ways.map(([name, actions]) => {
			const at = fold(state, actions);
			expect(draw(at).split('\n')).toHaveLength(rows - 1);
			return bench(name, () => {
				draw(at);
			});
		}), budget);
	});

	test('of that, drawing its values', async ({bench}) => {
		const {body} = await startInitialization();
		const state = thousandAgents(parseTask(body), {columns, rows});
		await bench.compare(...ways.map(([name, actions]) => {
			const view = selectApp(fold(state, actions), now);
			return bench(name, () => {
				renderToString(<Frame view={view} theme={theme} hasTyped={false}/>, {columns});
			});
		}), budget);
	});
});
