/** What went wrong, by the server's word for it. A cause that is not here is shown in the server's own words. */
export const errors = {
  unreachable: 'The server does not answer. Check that it is running, then try again.',
  unreadable: 'The server gave an answer that this page does not understand. Reload the page.',
  wrong_credentials: 'The e-mail address and the password do not belong together.',
  too_many_attempts: 'Too many attempts. Wait a minute, then try again.',
  wrong_token: 'This link has been used already, or it is too old.',
  wrong_password: 'The current password is not right.',
  weak_password: 'The password needs at least 10 characters.',
  not_found: 'There is nothing at this address, or it is not yours to see.',
  not_allowed: 'Your role does not allow this. Ask your administrator.',
  signed_out: 'You are signed out. Sign in again; what you typed is still here.',
  invalid_filter: 'The filter cannot be read.',
  unknown_field: 'The filter names a field that does not exist.',
  conflict: 'Somebody else changed this in the meantime. Reload, and try again.',
  too_large: 'The file is too large.',
  unexpected: 'The server met a problem of its own. Nothing was changed; the log has the details.',
  otherwise: (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
};
