//! A house to tell stories in: an administrator, two sellers with customers of their own, and a clock to turn.

use crate::http::app::{App, PublicUrl, Settings};
use crate::http::routes;
use crate::jobs::work::{Measuring, Valuing};
use crate::jobs::{Jobs, Worker};
use access::{Reader, Role, Sort};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use ledger::{Attribute, Currency, Day, Fact, FactBody, Moment, Money, SaleLine};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use store::{Company, Entry, Location, NewImport, OneTimePurpose, Store};
use tower::ServiceExt;

/// The password of everybody in the stories.
pub const PASSWORD: &str = "a long enough password";
pub const ADMINISTRATOR: &str = "ann@shop.example";
pub const NADIA: &str = "nadia@shop.example";
/// The proxy that is believed.
pub const PROXY: [u8; 4] = [10, 9, 9, 9];
pub const PAUL: &str = "paul@shop.example";

/// A house with its router.
pub struct House {
    pub app: App,
    pub router: Router,
    pub folder: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    /// Number of a customer by his key at the source.
    pub customers: HashMap<String, i64>,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_string()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The cookie that came with it, as a browser would send it back.
    pub fn cookie(&self) -> String {
        let line =
            self.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        line.split(';').next().unwrap_or_default().to_string()
    }
}

/// A request in the making.
pub struct Ask {
    request: axum::http::request::Builder,
    body: Body,
    address: [u8; 4],
}

pub fn ask(method: &str, path: &str) -> Ask {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:4810")
        .header("x-clientela", "1");
    Ask { request, body: Body::empty(), address: [127, 0, 0, 1] }
}

pub fn get(path: &str) -> Ask {
    ask("GET", path)
}

impl Ask {
    pub fn by(self, cookie: &str) -> Ask {
        self.header("cookie", cookie)
    }

    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.request = self.request.header(name, value);
        self
    }

    /// Takes a header out again.
    pub fn without(mut self, name: &str) -> Ask {
        self.request.headers_mut().expect("the request is sound so far").remove(name);
        self
    }

    pub fn json(mut self, body: &Value) -> Ask {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/json")
    }

    pub fn raw(mut self, body: impl Into<Body>) -> Ask {
        self.body = body.into();
        self
    }

    pub fn from(mut self, address: [u8; 4]) -> Ask {
        self.address = address;
        self
    }

    pub async fn of(self, house: &House) -> Reply {
        let mut request = self.request.body(self.body).expect("the request is sound");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((self.address, 50_000))));
        let response: Response<Body> =
            house.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body that is whole").to_bytes().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }
}

/// Values the base and measures the asset, as the two jobs do; gives what came of the second.
pub fn value(store: &Store, measuring: Measuring) -> Value {
    let progress = crate::jobs::Progress::new(0);
    crate::value::value_base(store, &Valuing::default(), &progress).expect("the base is valued");
    crate::value::asset::measure(store, measuring, &progress).expect("the asset is measured")
}

/// Tells a story in a fresh house on each database there is.
pub fn in_each_house<F: Future<Output = ()>>(story: impl Fn(Arc<House>) -> F) {
    each_location(|location, folder| {
        let house = Arc::new(House::furnished(location, folder, None));
        // The house outlives its story: connections to PostgreSQL must end off the async threads.
        run(story(house.clone()));
    });
}

/// Tells a story in a fresh house with an address of its own, on SQLite.
pub fn in_a_house_at<F: Future<Output = ()>>(url: &str, story: impl Fn(Arc<House>) -> F) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let location = Location::File(folder.path().join("clientela.db"));
    run(story(Arc::new(House::furnished(&location, folder, Some(url)))));
}

/// Tells a story in a house that nobody opened yet; it gets the token from the console.
pub fn in_each_new_house<F: Future<Output = ()>>(story: impl Fn(Arc<House>, String) -> F) {
    each_location(|location, folder| {
        let house = Arc::new(House::empty(location, folder, None));
        let token = crate::access::first_run::console_token(house.app.blocking_store(), house.app.now());
        let token = token.expect("the base answers").expect("nobody has an account yet");
        run(story(house.clone(), token));
    });
}

fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(story);
}

fn each_location(story: impl Fn(&Location, tempfile::TempDir)) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = || tempfile::tempdir().expect("a temporary folder can be made");
    let first = folder();
    story(&Location::File(first.path().join("clientela.db")), first);
    let Ok(server) = std::env::var("CLIENTELA_TEST_POSTGRES") else {
        eprintln!("skipped on PostgreSQL: CLIENTELA_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("server_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = postgres::Client::connect(&server, postgres::NoTls).expect("the test server answers");
    admin.batch_execute(&format!("create database {name}")).expect("the test user may create databases");
    let (address, _) = server.rsplit_once('/').expect("the test server's address ends in a database");
    story(&Location::Postgres(format!("{address}/{name}")), folder());
    admin
        .batch_execute(&format!("drop database if exists {name} with (force)"))
        .expect("a test base can be dropped");
}

impl House {
    fn empty(location: &Location, folder: tempfile::TempDir, url: Option<&str>) -> House {
        let store = Store::open(location).expect("a fresh base opens");
        let clock = Arc::new(AtomicI64::new(noon().0));
        let settings = Settings {
            data: folder.path().to_path_buf(),
            public_url: url.map(|url| PublicUrl::parse(url).expect("the address is sound")),
            trusted_proxies: vec![PROXY.into()],
            demo: false,
        };
        let tells = clock.clone();
        let app = App::new(
            store,
            settings,
            Arc::new(move || Moment(tells.load(Ordering::Relaxed))),
            Jobs::default(),
        );
        House { router: routes::router(app.clone()), app, folder, clock, customers: HashMap::new() }
    }

    fn furnished(location: &Location, folder: tempfile::TempDir, url: Option<&str>) -> House {
        let mut house = House::empty(location, folder, url);
        let store = house.app.blocking_store().clone();
        let company = Company { name: "Torréfaction Ann".to_string(), currency: Currency::EUR };
        store.set_company(&company).expect("a company is set");
        let hash = crate::secret::hash_password(PASSWORD);
        for (name, email, role, owner) in [
            ("Ann", ADMINISTRATOR, Role::Administrator, None),
            ("Nadia Roche", NADIA, Role::Seller, Some("Nadia Roche")),
            ("Paul Petit", PAUL, Role::Seller, Some("Paul Petit")),
        ] {
            store.add_staff(name, email, role, owner, Some(&hash), noon()).expect("staff is added");
        }
        import_customers(&store);
        crate::identity::link(&store, &crate::jobs::Progress::new(0)).expect("records are linked");
        value(&store, Measuring::default());
        house.customers = known_customers(&store);
        house
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Signs somebody in; gives the cookie.
    pub async fn sign_in(&self, email: &str) -> String {
        let reply = self.try_sign_in(email, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.cookie()
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Reply {
        let body = serde_json::json!({ "email": email, "password": password });
        ask("POST", "/api/session").json(&body).of(self).await
    }

    /// Carries out every job that waits.
    pub async fn work(&self) {
        let (store, jobs) = (self.app.blocking_store().clone(), self.app.jobs().clone());
        let data = self.folder.path().to_path_buf();
        let worked = tokio::task::spawn_blocking(move || {
            let worker =
                Worker::take(&store, &data, &jobs).expect("the base answers").expect("nobody else works");
            while let Some(job) =
                store.jobs(100).expect("jobs are read").iter().rev().find(|job| !job.state.is_over())
            {
                worker.run_until(job.id).expect("the job is carried out");
            }
        });
        worked.await.expect("the worker does not panic");
    }

    /// Asks the store, as one may off the async threads only.
    pub fn store<T>(&self, question: impl FnOnce(&Store) -> T) -> T {
        tokio::task::block_in_place(|| question(self.app.blocking_store()))
    }

    /// Everything that is kept, sessions and one-time tokens apart, so that two states can be compared.
    pub fn state(&self) -> Vec<u8> {
        let file = self.folder.path().join("state.backup");
        let _ = std::fs::remove_file(&file);
        self.store(|store| store.backup(&file, |_| Ok(()))).expect("a backup is written");
        std::fs::read(file).expect("a backup is read")
    }

    /// Files in the data folder that hold what people sent.
    pub fn uploads(&self) -> usize {
        files(&self.folder.path().join("uploads"))
    }

    pub fn customer(&self, key: &str) -> i64 {
        self.customers[key]
    }

    /// A sign-in link's token for somebody.
    pub fn link_for(&self, email: &str) -> String {
        let token = crate::secret::token();
        let until = Moment(self.app.now().0 + 3600);
        self.store(|store| {
            let staff =
                store.staff_by_email(email).expect("the base answers").expect("somebody has this address");
            store
                .add_one_time_token(
                    &crate::secret::digest(&token),
                    OneTimePurpose::SignIn,
                    Some(staff.id),
                    until,
                )
                .expect("a token is kept");
        });
        token
    }
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| entries.count())
}

fn noon() -> Moment {
    Moment(Day::of(jiff::civil::date(2026, 6, 30)).start().0 + 12 * 3600)
}

/// Nadia looks after N0 to N19, Paul after P0 to P19; X0 has no owner. Each bought some times, with a margin.
fn import_customers(store: &Store) {
    let mut entries = Vec::new();
    let keys = (0..20).map(|n| (format!("N{n}"), Some("Nadia Roche")));
    let keys =
        keys.chain((0..20).map(|n| (format!("P{n}"), Some("Paul Petit")))).chain([("X0".to_string(), None)]);
    for (place, (key, owner)) in keys.enumerate() {
        let mut said = ledger::Attributes::new();
        said.insert(Attribute::Name, format!("Café {key}"));
        said.insert(Attribute::City, if place % 2 == 0 { "Lyon" } else { "Besançon" }.to_string());
        said.insert(Attribute::Email, format!("contact@{}.example", key.to_lowercase()));
        if let Some(owner) = owner {
            said.insert(Attribute::Owner, owner.to_string());
        }
        entries.push(Entry { row: 0, customer: Some(key.clone()), attributes: said, fact: None });
        for month in 0..(place % 7) {
            let at = Day::of(jiff::civil::date(2025, 6 + month as i8, 1 + (place % 20) as i8)).start();
            let line = SaleLine {
                order: Some(format!("{key}-{month}")),
                product: Some("arabica".to_string()),
                description: Some("secret blend".to_string()),
                quantity: None,
                amount: Money::new(10_000 + 100 * place as i64, Currency::EUR),
                discount: None,
                margin: Some(Money::new(4_321, Currency::EUR)),
                is_return: false,
                kg: None,
                km: None,
                assumed_margin: None,
            };
            let fact = Fact { happened_at: at, reference: None, body: FactBody::Sale(line) };
            entries.push(Entry {
                row: 0,
                customer: Some(key.clone()),
                attributes: ledger::Attributes::new(),
                fact: Some(fact),
            });
        }
    }
    import_rows(store, "shop", entries);
}

/// Rows of a source as one import of sales.
pub fn import_rows(store: &Store, source: &str, entries: Vec<Entry>) {
    let new = NewImport {
        source: source.to_string(),
        file_name: "orders.csv".to_string(),
        file_hash: source.to_string(),
        kind: "sales".to_string(),
        mapping: MAPPING.to_string(),
        header: vec!["customer".to_string(), "date".to_string(), "amount".to_string()],
        keep_repeats: false,
        learned_at: noon(),
    };
    let mut session = store.begin_import(&new).expect("an import begins");
    store.append(&mut session, entries, &[]).expect("rows are appended");
    store.finish_import(&session, noon()).expect("an import ends");
}

/// One customer of a shop that counts in pounds.
pub fn import_pounds(store: &Store) {
    let line = SaleLine {
        order: Some("O1".to_string()),
        product: None,
        description: None,
        quantity: None,
        amount: Money::new(12_345, Currency::GBP),
        discount: None,
        margin: None,
        is_return: false,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    let at = Day::of(jiff::civil::date(2025, 6, 2)).start();
    let fact = Fact { happened_at: at, reference: None, body: FactBody::Sale(line) };
    let entry = Entry {
        row: 2,
        customer: Some("C1".to_string()),
        attributes: ledger::Attributes::new(),
        fact: Some(fact),
    };
    let new = NewImport {
        source: "till".to_string(),
        file_name: "pounds.csv".to_string(),
        file_hash: "1".to_string(),
        kind: "sales".to_string(),
        mapping: MAPPING.replace("EUR", "GBP"),
        header: vec!["customer".to_string(), "date".to_string(), "amount".to_string()],
        keep_repeats: false,
        learned_at: noon(),
    };
    let mut session = store.begin_import(&new).expect("an import begins");
    store.append(&mut session, vec![entry], &[]).expect("rows are appended");
    store.finish_import(&session, noon()).expect("an import ends");
    crate::identity::link(store, &crate::jobs::Progress::new(0)).expect("records are linked");
}

/// A mapping of three columns.
pub const MAPPING: &str = "kind = \"sales\"\ncurrency = \"EUR\"\n[format]\ntype = \"delimited\"\n\
    [columns]\ncustomer = \"customer\"\ndate = \"date\"\namount = \"amount\"\n";

fn known_customers(store: &Store) -> HashMap<String, i64> {
    let reader = Reader::house();
    let query = store::ListQuery {
        filter: &access::Filter::everything(),
        text: None,
        sort: &Sort::usual(&reader),
        offset: 0,
        limit: 500,
    };
    let page = store.customers(&reader, &query).expect("the list is read");
    page.rows.into_iter().map(|row| (row.name.replace("Café ", ""), i64::from(row.id))).collect()
}
