import {type Messages} from '../en/english.js';

export const screens: Messages['screens'] = {};
