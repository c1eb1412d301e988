import {type Messages} from '../en/english.js';

export const usage: Messages['usage'] = {};
