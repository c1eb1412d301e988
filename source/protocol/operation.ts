/** What can be done with a task; a stage can only be passed (API reference, section 5). The words are the wire's. */
export const operations = ['retry', 'rollback', 'cancel', 'pass'] as const;

export type Operation = (typeof operations)[number];

/** What is operated on, by its generic id: a task, or one of its stages. */
export type OperationTarget = {readonly kind: 'task' | 'node'; readonly id: string};
