//! Failed sign-ins, counted so that guessing is slow and nobody can lock others out.
//!
//! Three counts over a quarter of an hour: one account from one address, one address, one account. The last one
//! does not bind an address from which that account has signed in before, so that a stranger who guesses cannot
//! keep its owner out. Kept in memory: a restart forgets, which gives a guesser nothing of use.

use ledger::Moment;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW_SECONDS: i64 = 15 * 60;
const MOST_PER_PAIR: usize = 5;
const MOST_PER_ADDRESS: usize = 30;
const MOST_PER_ACCOUNT: usize = 50;
/// Beyond this many keys the oldest go: a flood of made-up accounts must not fill the memory.
const MOST_KEYS: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, IpAddr),
    Address(IpAddr),
    Account(String),
}

#[derive(Default)]
struct Counts {
    failures: HashMap<Key, VecDeque<i64>>,
    known: HashSet<(String, IpAddr)>,
}

/// Failed sign-ins of the last quarter of an hour.
#[derive(Default)]
pub struct Attempts {
    counts: Mutex<Counts>,
}

impl Attempts {
    /// Takes one attempt, before the password is looked at; gives the seconds to wait when there were too many.
    ///
    /// An attempt counts as failed until [`Attempts::succeeded`] takes it back, so that many at once count too.
    pub fn begin(&self, account: &str, address: IpAddr, now: Moment) -> Result<(), u64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = counts.known.contains(&(account.to_string(), address));
        let mut limits = vec![
            (Key::Pair(account.to_string(), address), MOST_PER_PAIR),
            (Key::Address(address), MOST_PER_ADDRESS),
        ];
        if !is_known {
            limits.push((Key::Account(account.to_string()), MOST_PER_ACCOUNT));
        }
        for (key, most) in &limits {
            let Some(times) = counts.failures.get_mut(key) else { continue };
            while times.front().is_some_and(|time| *time <= now.0 - WINDOW_SECONDS) {
                times.pop_front();
            }
            if times.len() >= *most {
                let wait = times.front().map_or(1, |first| first + WINDOW_SECONDS - now.0);
                return Err(u64::try_from(wait).unwrap_or(1).max(1));
            }
        }
        if counts.failures.len() > MOST_KEYS {
            counts
                .failures
                .retain(|_, times| times.back().is_some_and(|time| *time > now.0 - WINDOW_SECONDS / 3));
        }
        for (key, _) in limits {
            counts.failures.entry(key).or_default().push_back(now.0);
        }
        Ok(())
    }

    /// The attempt was right: this account and address are no guesser.
    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.failures.remove(&Key::Pair(account.to_string(), address));
        for key in [Key::Address(address), Key::Account(account.to_string())] {
            if let Some(times) = counts.failures.get_mut(&key) {
                times.pop_back();
            }
        }
        if counts.known.len() < MOST_KEYS {
            counts.known.insert((account.to_string(), address));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn five_wrong_passwords_make_one_wait() {
        let attempts = Attempts::default();
        for _ in 0..5 {
            assert_eq!(attempts.begin("ann@shop.example", address(1), Moment(1_000)), Ok(()));
        }
        assert_eq!(attempts.begin("ann@shop.example", address(1), Moment(1_060)), Err(840));
        assert_eq!(attempts.begin("bob@shop.example", address(1), Moment(1_060)), Ok(()), "others go on");
        assert_eq!(attempts.begin("ann@shop.example", address(1), Moment(1_900)), Ok(()), "and time passes");
    }

    #[test]
    fn one_address_cannot_try_every_account() {
        let attempts = Attempts::default();
        let tries =
            (0..100).filter(|n| attempts.begin(&format!("{n}@x"), address(1), Moment(0)).is_ok()).count();
        assert_eq!(tries, MOST_PER_ADDRESS);
    }

    #[test]
    fn a_stranger_cannot_lock_the_owner_out() {
        let attempts = Attempts::default();
        attempts.begin("ann@shop.example", address(1), Moment(0)).unwrap();
        attempts.succeeded("ann@shop.example", address(1));
        for n in 2..200 {
            let _ = attempts.begin("ann@shop.example", address(n), Moment(10));
        }
        assert!(
            attempts.begin("ann@shop.example", address(201), Moment(20)).is_err(),
            "the account is guarded"
        );
        assert_eq!(attempts.begin("ann@shop.example", address(1), Moment(20)), Ok(()), "its owner is not");
    }

    #[test]
    fn a_right_password_clears_the_slips_before_it() {
        let attempts = Attempts::default();
        for _ in 0..4 {
            attempts.begin("ann@shop.example", address(1), Moment(0)).unwrap();
        }
        attempts.begin("ann@shop.example", address(1), Moment(1)).unwrap();
        attempts.succeeded("ann@shop.example", address(1));
        assert_eq!(attempts.begin("ann@shop.example", address(1), Moment(2)), Ok(()));
    }
}
