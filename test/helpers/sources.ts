// Loaded before everything else (`node --import`): the project's files name each other as compiled ones (.js), and nothing is compiled here.
import module from 'node:module';

const isOurs = (specifier: string, parent: string | undefined): boolean =>
	specifier.startsWith('.') && specifier.endsWith('.js') && parent !== undefined && !parent.includes('/node_modules/');

module.registerHooks({
	resolve: (specifier, context, next) =>
		next(isOurs(specifier, context.parentURL) ? specifier.replace(/\.js$/, '.ts') : specifier, context),
});

// What the build defines: without a program for the worker, large answers are read in the main thread.
Object.assign(globalThis, {obwatchReader: undefined});
