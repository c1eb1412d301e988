import path from 'node:path';
import {defineConfig} from 'vitest/config';

export default defineConfig({
	root: path.resolve(import.meta.dirname, '../..'),
	test: {
		include: ['test/binary/*.check.ts'],
		// An emulated program takes seconds to start.
		testTimeout: 300_000,
	},
});
