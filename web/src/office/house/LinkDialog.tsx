import { Button, CopyButton, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { newLink } from '../../api/house';
import type { Person } from '../../api/contract';
import { useI18n } from '../../i18n/I18n';
import { Load } from '../Load';

interface Props {
  person: Person;
  onClose: () => void;
}

/** A fresh link that lets somebody in once, to hand on. */
export function LinkDialog({ person, onClose }: Props) {
  const { t, f } = useI18n();
  // Each opening of the dialog makes one link, and no look at it afterwards makes another.
  const link = useQuery({
    queryKey: ['link', person.id],
    queryFn: () => newLink(person.id),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.house.linkTitle(person.name)}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <Load query={link} blocks={[60]}>
        {({ url, until }) => (
          <div className="person-form">
            <p>{t.house.linkHint(f.wall(until))}</p>
            <code className="sign-in-link" tabIndex={0}>
              {url}
            </code>
            <div className="row dialog-foot">
              <CopyButton value={url}>
                {({ copied, copy }) => (
                  <Button onClick={copy}>{copied ? t.common.copied : t.house.copyLink}</Button>
                )}
              </CopyButton>
            </div>
          </div>
        )}
      </Load>
    </Modal>
  );
}
