import type { ReactNode } from 'react';
import type { Session } from '../../api/contract';
import { NotAllowedPage } from '../shell/ErrorPages';
import { useSession } from './useSession';

interface Props {
  right: keyof Session['rights'];
  children: ReactNode;
}

/** A page for people with a right; the others are told so, and see none of its buttons. */
export function ForRight({ right, children }: Props) {
  const { rights } = useSession();
  return rights[right] ? children : <NotAllowedPage />;
}
