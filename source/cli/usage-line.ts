/** How a message about the command line looks. */
export const usageLine = (problem: string): string => `obwatch: ${problem}`;
