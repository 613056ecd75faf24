import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queryClient';
import { firstLanguage, I18nProvider, loadMessages } from './i18n/I18n';
import { router } from './office/router';
import { theme } from './theme';

const first = await loadMessages(firstLanguage());

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <QueryClientProvider client={queryClient}>
      <I18nProvider first={first}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  </MantineProvider>,
);
