import {type Messages} from '../en/english.js';

export const keys: Messages['keys'] = {};
