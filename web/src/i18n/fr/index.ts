import type { Messages } from '../en';
import { typeset } from '../typeset';
import { common } from './common';
import { customer } from './customer';
import { customers } from './customers';
import { errors } from './errors';
import { fields } from './fields';
import { house } from './house';
import { home } from './home';
import { equity } from './equity';
import { coherence } from './coherence';
import { classes } from './classes';
import { activities } from './activities';
import { account } from './account';
import { imports } from './imports';
import { jobs } from './jobs';
import { keys } from './keys';
import { model } from './model';
import { outlook } from './outlook';
import { palette } from './palette';
import { portfolio } from './portfolio';
import said from './said.json';
import { serving } from './serving';
import { session } from './session';
import { shell } from './shell';
import { tallies } from './tallies';

export const fr: Messages = typeset({
  common,
  shell,
  session,
  errors,
  fields,
  keys,
  palette,
  portfolio,
  customers,
  customer,
  outlook,
  imports,
  house,
  jobs,
  model,
  home,
  equity,
  coherence,
  classes,
  activities,
  account,
  serving,
  tallies,
  said: { texts: said.texts, looksLike: said.words.looks_like },
});
