import {availableParallelism} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {defineConfig} from 'vitest/config';
import LongestFirst from './helpers/longest-first.js';

export default defineConfig({
	root: path.resolve(import.meta.dirname, '..'),
	// Built into the program only: tests read large answers in their own thread.
	define: {obwatchReader: 'undefined'},
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		globalSetup: ['test/helpers/build-once.ts'],
		// `npm run test:binary` tests an executable instead of Node with the built program.
		setupFiles: ['test/helpers/seed.ts', ...(process.env['OBWATCH_STAND_IN'] === undefined ? [] : ['test/binary/stand-in.ts'])],
		// One module graph for all files of a worker: React and Ink take longer to load than the tests to run.
		isolate: false,
		// Most tests wait for other processes: with four workers a quarter of two cores was idle.
		maxWorkers: Math.max(6, availableParallelism()),
		sequence: {sequencer: LongestFirst},
		// Long enough for a busy machine; a test that waits for something has its own deadline and says for what.
		testTimeout: 300_000,
		hookTimeout: 60_000,
		expect: {poll: {timeout: 120_000}},
		benchmark: {
			include: ['test/benchmark/**/*.bench.{ts,tsx}'],
			// What vitest adds to a call between modules is nanoseconds; what is compared here takes microseconds and more.
			suppressExportGetterWarnings: true,
		},
	},
});
