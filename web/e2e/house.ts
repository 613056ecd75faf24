/** The house under test: where its binary is, how it is started, who lives in it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export const PORT = Number(process.env.CLIENTELA_E2E_PORT ?? 8191);

/** What is run: how all pages look, the stories of single pages, or both; the parts may run at once. */
export const PART = process.env.CLIENTELA_E2E_PART as 'looks' | 'stories' | undefined;

/** Where traces and cookies go. */
export const RESULTS = PART ? `test-results-${PART}` : 'test-results';

/** Cookies of the people who are signed in, kept between stories. */
export const ADMINISTRATOR = `${RESULTS}/administrator.json`;
export const NOBODY = { cookies: [], origins: [] };

export const SELLER = { email: 'seller@stories.example', password: 'a quiet harbour in spring' };

const START_MS = 120_000;

export interface Server {
  /** The address that it printed, with its one-time token. */
  link: string;
  stop: () => Promise<void>;
}

function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../target');
  return process.env.CLIENTELA_BIN ?? join(target, 'debug/clientela');
}

/** Starts the binary and waits until it says where to open it. */
export function startServer(...given: string[]): Promise<Server> {
  const server = spawn(binary(), given, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => {
      server.kill();
      reject(new Error(`${binary()} ${given.join(' ')}: ${why}\n${said}`));
    };
    const timer = setTimeout(() => giveUp('it did not start in time'), START_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const link = /open (http:\S+)/.exec(said)?.[1];
      if (!link) return;
      clearTimeout(timer);
      resolve({ link, stop: () => stop(server) });
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.on('error', (error) => giveUp(error.message));
    server.on('exit', (code) => giveUp(`it ended with ${code}`));
  });
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.removeAllListeners('exit');
    server.on('exit', () => resolve());
    server.kill('SIGTERM');
  });
}
