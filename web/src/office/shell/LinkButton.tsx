import { Button } from '@mantine/core';
import { createLink } from '@tanstack/react-router';

/** A link that looks like a button: it goes somewhere, so it can be opened in a new window. */
export const LinkButton = createLink(Button<'a'>);
