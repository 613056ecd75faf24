import { redirect, type ParsedLocation } from '@tanstack/react-router';
import { queryClient } from '../../api/queryClient';
import { sessionQuery } from '../../api/session';

/** Lets only people in who are signed in, and remembers where the others wanted to go. */
export async function requireSession({ location }: { location: ParsedLocation }): Promise<void> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.state === 'first_run') throw redirect({ to: '/first-run' });
  if (session.state === 'signed_out') throw redirect({ to: '/sign-in', search: { next: location.href } });
}

/** Whoever is signed in has no use for the sign-in page; a link with a token always counts. */
export async function requireSignedOut({ search }: { search: { token?: string } }): Promise<void> {
  if (search.token) return;
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.state === 'signed_in') throw redirect({ to: '/' });
  if (session.state === 'first_run') throw redirect({ to: '/first-run' });
}

/** The home page is of margins and costs; who may not see them begins at the portfolio. */
export async function requireMargin(): Promise<void> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (!session.rights.margin) throw redirect({ to: '/portfolio', replace: true });
}
