// Runs before the first paint: no flash of the wrong colour scheme or language. A file of its own, since the
// content security policy allows no inline script.
(function () {
  var scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto';
  if (scheme === 'auto') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
  var language = localStorage.getItem('language') || navigator.language || 'en';
  document.documentElement.lang = language.slice(0, 2) === 'fr' ? 'fr' : 'en';
})();
