//! `clientela staff`: people who sign in, from the machine itself.

use super::{Done, Failed, House, print};
use crate::access::first_run::{email, text};
use crate::access::staff::sign_in_token;
use access::Role;
use clap::Subcommand;
use std::io::{IsTerminal, Read};

/// What to do with people.
#[derive(Subcommand)]
pub enum Command {
    /// Add somebody; prints a one-time sign-in link unless a password comes on standard input
    #[command(
        after_help = "Examples:\n  clientela staff add --name \"Nadia Roche\" --email nadia@shop.example --role seller --owner-name \"Nadia Roche\"\n  echo 'a long password' | clientela staff add --name Ann --email ann@shop.example --role administrator --password-stdin"
    )]
    Add {
        /// As pages show it
        #[arg(long)]
        name: String,
        /// They sign in with it
        #[arg(long)]
        email: String,
        /// administrator or seller
        #[arg(long)]
        role: String,
        /// For a seller: how the sources write this person as a customer's owner
        #[arg(long)]
        owner_name: Option<String>,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show everybody
    #[command(after_help = "Example:\n  clientela staff list --json")]
    List,
    /// Print a new one-time sign-in link for somebody
    #[command(after_help = "Example:\n  clientela staff link --email nadia@shop.example")]
    Link {
        /// Whose link
        #[arg(long)]
        email: String,
    },
}

/// Adds or lists people.
pub fn run(house: &House, command: &Command) -> Done {
    let store = house.open()?;
    match command {
        Command::List => list(house, &store),
        Command::Link { email } => {
            let staff = store.staff_by_email(email)?;
            let staff = staff.ok_or_else(|| Failed::Because(format!("nobody has the address {email}")))?;
            show_link(house, &sign_in_token(&store, staff.id, crate::now())?)
        }
        Command::Add { name, email: address, role, owner_name, password_stdin } => {
            let role = Role::from_name(role).ok_or_else(|| {
                Failed::Usage(format!("no role {role:?}; there are administrator and seller"))
            })?;
            let usage = |failure: crate::http::Failure| Failed::Usage(failure.to_string());
            let name = text(name, "name").map_err(usage)?;
            let address = email(address).map_err(usage)?;
            let hash = password_stdin.then(password).transpose()?;
            let now = crate::now();
            let staff =
                store.add_staff(&name, &address, role, owner_name.as_deref(), hash.as_deref(), now)?;
            match hash {
                Some(_) if house.json() => print(serde_json::json!({ "id": staff.id, "email": staff.email })),
                Some(_) => print(format!("{} can sign in with the address {}", staff.name, staff.email)),
                None => show_link(house, &sign_in_token(&store, staff.id, crate::now())?)?,
            }
            Ok(())
        }
    }
}

fn show_link(house: &House, token: &str) -> Done {
    if house.json() {
        print(serde_json::json!({ "path": format!("/sign-in?token={token}") }));
    } else {
        print(format!(
            "one-time sign-in link, good for a day, on this server's address:\n  /sign-in?token={token}"
        ));
    }
    Ok(())
}

fn list(house: &House, store: &store::Store) -> Done {
    let everybody = store.staff_list()?;
    if house.json() {
        let shown: Vec<_> = everybody
            .iter()
            .map(|staff| {
                serde_json::json!({ "id": staff.id, "name": staff.name, "email": staff.email,
                    "role": staff.role.name(), "owner_name": staff.owner_name })
            })
            .collect();
        print(serde_json::Value::from(shown));
    } else {
        for staff in everybody {
            print(format!("{:>4}  {:<14} {:<32} {}", staff.id, staff.role.name(), staff.email, staff.name));
        }
    }
    Ok(())
}

fn password() -> Result<String, Failed> {
    if std::io::stdin().is_terminal() {
        eprintln!("type the password, then Enter and Ctrl-D:");
    }
    let mut password = String::new();
    std::io::stdin()
        .take(2_000)
        .read_to_string(&mut password)
        .map_err(|error| Failed::Because(format!("cannot read the password: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']);
    match crate::secret::password_problem(password) {
        Some(problem) => Err(Failed::Usage(problem)),
        None => Ok(crate::secret::hash_password(password)),
    }
}
