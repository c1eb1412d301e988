// The command line: options, commands, help, and what is wrong with what was typed or configured.

export const usage = {
	onChangeOnce: '--on-change does not go with --once: one poll shows no changes. Use it with --watch, --wait or --serve-metrics.',
} as const;
