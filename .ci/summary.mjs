// Reads vitest's JSON report and npm's exit code; prints what was skipped and the last line, "N passed, N failed".
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const [file, status] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));
const skipped = report.testResults.flatMap(({name, assertionResults}) => assertionResults
	.filter(test => test.status !== 'passed' && test.status !== 'failed')
	.map(test => ({file: name, name: test.fullName})));
// With the recordings at hand, no test that replays them may be left out.
const missed = skipped.filter(test => process.env.OBWATCH_RECORDINGS && /recordings/i.test(readFileSync(test.file, 'utf8')));
for (const test of skipped) {
	console.log(`${missed.includes(test) ? 'skipped in spite of recordings' : 'skipped'}: ${path.relative('.', test.file)}: ${test.name}`);
}

// A file that cannot be loaded fails without failing a test.
const failed = Math.max(report.numFailedTests + missed.length, status !== '0' || !report.success ? 1 : 0);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
