// Checked here for comfort only; the server's rules in crates/server/src/access.rs are the ones that hold.

export const PASSWORD_LENGTH = 10;

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim());
}
