import {expect, test} from 'vitest';
import {printableLines} from '../../source/lib/printable.js';
import {parseEnvelope} from '../../source/protocol/envelope.js';
import {outcomeOf} from '../../source/protocol/outcome.js';
import {dagSchema} from '../../source/protocol/task.js';
import {budget} from './helpers/budget.js';
import {startInitialization} from './helpers/initialization.js';

test('a task of eleven stages, from bytes to the model', async ({bench}) => {
	const {body} = await startInitialization();
	const parse = (): unknown => {
		const envelope = parseEnvelope(body);
		return dagSchema.parse(envelope?.successful ? envelope.data : undefined);
	};

	expect(parse()).toMatchObject({maxStage: 11, stage: 3, state: 'FAILED'});
	await bench.compare(
		bench('JSON.parse alone', () => {
			JSON.parse(body);
		}),
		bench('with envelope, schema, ids, times, printable text', () => {
			parse();
		}),
		budget,
	);
});

test('a line of a log made printable', async ({bench}) => {
	const plain = 'copying 3 observer configurations, 412G free on the redo disk';
	const hostile = `\u001B]52;c;eA==\u0007 ${plain}\t\u202E`;
	await bench.compare(
		bench('a plain line', () => {
			printableLines(plain);
		}),
		bench('one full of control characters', () => {
			printableLines(hostile);
		}),
		budget,
	);
});

test('the outcome of a state and an operator', async ({bench}) => {
	await bench('outcomeOf', () => {
		outcomeOf({state: 'SUCCEED', operator: 'ROLLBACK'});
	}).run(budget);
});
