/**
Where Node may keep the compiled program between runs, which halves its start; undefined when there is no such place. Not Node's own choice, the shared folder for temporary files: there another user could have put something to run as us. Old syntax only, like `entry.ts`.
*/
export const compileCacheFolder = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
	const {NODE_DISABLE_COMPILE_CACHE: disabled, XDG_CACHE_HOME: cache, HOME: home} = env;
	if (disabled === '1') {
		return undefined;
	}

	if (cache?.startsWith('/')) {
		return cache + '/obwatch';
	}

	return home?.startsWith('/') ? home + '/.cache/obwatch' : undefined;
};
