import {type AuthKind} from './authorize.js';

/** How often an agent was asked one thing in one way. */
export type RequestCount = {readonly method: string; readonly path: string; readonly auth: AuthKind | undefined; readonly count: number};

export type RequestCounts = {
	readonly total: number;
	readonly posts: number;
	/** Wrong passwords; at a real agent each wrong root password is a login attempt at the database. */
	readonly wrongPasswords: number;
	/** By method, path with query, and auth kind; only the first thousand different ones. */
	readonly by: readonly RequestCount[];
};

export type RequestLog = {
	readonly record: (request: Omit<RequestCount, 'count'> & {readonly isWrongPassword: boolean}) => void;
	readonly counts: () => RequestCounts;
};

const mostKinds = 1000;

export const createRequestLog = (): RequestLog => {
	const counts = new Map<string, RequestCount>();
	let total = 0;
	let posts = 0;
	let wrongPasswords = 0;
	return {
		record({method, path, auth, isWrongPassword}) {
			total += 1;
			posts += method === 'POST' ? 1 : 0;
			wrongPasswords += isWrongPassword ? 1 : 0;
			const key = `${method} ${path} ${auth ?? ''}`;
			const known = counts.get(key);
			if (known !== undefined || counts.size < mostKinds) {
				counts.set(key, {method, path, auth, count: (known?.count ?? 0) + 1});
			}
		},
		counts: () => ({total, posts, wrongPasswords, by: [...counts.values()]}),
	};
};
