import {
  IconArrowBackUp,
  IconCash,
  IconCoins,
  IconHeadset,
  IconId,
  IconMail,
  IconMapPin,
  IconMessage,
  IconMessageCircle,
  IconPhone,
  IconShoppingBag,
  IconStar,
  IconUserPlus,
} from '@tabler/icons-react';
import type { TimelineFact } from '../../../api/contract';

const OF_KIND: Record<string, typeof IconMail> = {
  description: IconId,
  sale: IconShoppingBag,
  payment: IconCash,
  interaction: IconMessageCircle,
  request: IconHeadset,
  review: IconStar,
  referral: IconUserPlus,
  cost: IconCoins,
};

const OF_CHANNEL: Record<string, typeof IconMail> = {
  call: IconPhone,
  phone: IconPhone,
  visit: IconMapPin,
  email: IconMail,
  letter: IconMail,
  chat: IconMessage,
  shop: IconShoppingBag,
};

export function factIcon(fact: TimelineFact) {
  const { channel, is_return } = fact.title_parts;
  if (fact.kind === 'sale' && is_return) return IconArrowBackUp;
  if (fact.kind === 'interaction' && channel) return OF_CHANNEL[channel.toLowerCase()] ?? IconMessageCircle;
  return OF_KIND[fact.kind] ?? IconMessageCircle;
}
