//! Purchases of made-up customers: each buys at his own rate until he stops.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// The last day of the three years.
pub const LAST_DAY: i32 = 20_600;
const FIRST_DAY: i32 = LAST_DAY - 3 * 365;

/// One purchase line.
#[derive(Clone, Copy)]
pub struct Sale {
    pub customer: u32,
    pub day: i32,
    pub cents: i64,
}

pub struct Market {
    sales: Vec<Sale>,
}

/// What a customer's file says of him.
pub struct Person {
    pub name: String,
    pub city: String,
    pub owner: String,
}

impl Market {
    /// About `lines` lines, exactly that many, over `customers` customers; each has at least one.
    pub fn new(customers: usize, lines: usize) -> Market {
        let mut chance = Pcg64::seed_from_u64(20_261);
        let mut sales = Vec::with_capacity(lines + 64);
        let mean = lines as f64 / customers as f64 - 1.0;
        for customer in 0..customers as u32 {
            let birth = FIRST_DAY + (chance.random::<f64>() * 900.0) as i32;
            let spend = 1_500.0 * (-chance.random::<f64>().ln()).exp().min(20.0);
            // A heavy tail: a tenth of the customers buy half of it.
            let heavy = (-chance.random::<f64>().ln()).powi(2) / 2.0;
            let count = 1 + (mean * heavy + chance.random::<f64>()) as usize;
            let active = (LAST_DAY - birth).min(1 + (-chance.random::<f64>().ln() * 500.0) as i32).max(1);
            for nth in 0..count.min(2_000) {
                let day = if nth == 0 {
                    birth
                } else {
                    birth + (chance.random::<f64>() * f64::from(active)) as i32
                };
                sales.push(Sale {
                    customer,
                    day,
                    cents: (spend * (0.3 + chance.random::<f64>() * 1.4)) as i64 + 1,
                });
            }
        }
        while sales.len() < lines {
            let mut again = sales[chance.next_u64() as usize % sales.len()];
            again.day = (again.day + 1 + (chance.next_u64() % 40) as i32).min(LAST_DAY);
            again.cents += 1;
            sales.push(again);
        }
        sales.truncate(lines);
        Market { sales }
    }

    pub fn sales(&self) -> &[Sale] {
        &self.sales
    }

    pub fn shuffled(&self) -> Vec<Sale> {
        let mut chance = Pcg64::seed_from_u64(7);
        let mut sales = self.sales.clone();
        for at in (1..sales.len()).rev() {
            sales.swap(at, chance.next_u64() as usize % (at + 1));
        }
        sales
    }

    /// In the order in which they happened, as a source's log has them.
    pub fn by_time(&self) -> Vec<Sale> {
        let mut sales = self.shuffled();
        sales.sort_by_key(|sale| sale.day);
        sales
    }
}

pub fn person(customer: u32) -> Person {
    const FIRST: [&str; 20] = [
        "Anne", "Luc", "Zoé", "Hugo", "Inès", "Paul", "Léa", "Tom", "Nadia", "Éric", "Jane", "Oliver",
        "Grace", "Harry", "Ruth", "Mark", "Chloé", "Noé", "Sara", "Adam",
    ];
    const LAST: [&str; 25] = [
        "Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent", "Lefèvre", "Michel",
        "García", "David", "Bertrand", "Roux", "Vincent", "Fournier", "Smith", "Jones", "Taylor", "Brown",
        "Evans", "Walker", "Wright", "Hall", "Green",
    ];
    let mixed = customer.wrapping_mul(2_654_435_761) as usize;
    Person {
        name: format!("{} {} {}", FIRST[mixed % 20], LAST[mixed / 20 % 25], customer),
        city: format!("Ville {}", mixed / 500 % 400),
        owner: format!("Seller {}", mixed / 7 % 60),
    }
}
