import {type ActionName} from '../store/operate/offers.js';

/** One line of the audit file, without the moment and the user, which whoever writes it knows. Nothing that an agent was sent or said in its own words: no secret can be in it. */
export type AuditEntry = {
	/** The same in the line before an operation is sent and in the one that says what came of it. */
	readonly operationId: string;
	readonly agent: string;
	readonly task: string;
	readonly taskId: string;
	readonly operation: ActionName;
	/** The stage that is passed. */
	readonly stageId?: string;
	readonly answer: 'sending' | 'accepted' | 'refused' | 'unknown' | 'not sent';
	/** The agent's error code, or the kind of what went wrong. */
	readonly reason?: string;
};

/** Where operations are written down. The problem is a few plain words; undefined where the line is on the disk. */
export type Audit = {readonly write: (entry: AuditEntry) => Promise<string | undefined>};

/** Where nothing was set up to write operations down, none is sent. */
export const noAudit: Audit = {write: async () => 'there is none'};
