import {type Buffer} from 'node:buffer';
import process from 'node:process';

/** The machine's own randomness, for composition roots. Node's encryption is loaded with the first use, behind the first frame. */
export const randomBytes = (count: number): Buffer => process.getBuiltinModule('node:crypto').randomBytes(count);
