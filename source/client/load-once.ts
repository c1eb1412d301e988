/** For a part of the program that is loaded when it is first needed: asking Node for it costs as much as a small answer, also where it has it. A loading that failed is tried again. */
export const loadOnce = <Part>(load: () => Promise<Part>): (() => Promise<Part>) => {
	let loading: Promise<Part> | undefined;
	return async () => {
		loading ??= load();
		try {
			return await loading;
		} catch (error) {
			loading = undefined;
			throw error;
		}
	};
};
