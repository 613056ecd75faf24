import type { Messages } from '../en';

export const activities: Messages['activities'] = { title: 'Activités' };
