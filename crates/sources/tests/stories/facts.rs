//! What one row of each kind tells, with the rules that decide where a file can be read in two ways.

use crate::bring::{bring, read};
use ledger::{FactBody, Quantity};
use sources::{RejectionCode, TimeUnit};

#[test]
fn amounts_made_of_their_parts() {
    let brought = bring(
        "order,customer,date,product,quantity,unit_price,discount,unit_cost\n\
         1,A,2024-01-01,P,3,2.50,1.00,1.20\n\
         2,A,2024-01-01,P,-3,2.50,1.00,1.20\n\
         3,A,2024-01-01,P,1.5,3.33,,\n\
         4,A,2024-01-01,P,2,10.00,10 %,5.00\n\
         5,A,2024-01-01,P,1,-4.00,,\n\
         6,A,2024-01-01,P,0,9.99,,\n",
        "sales.csv",
    );
    let sale = |row| {
        let sale = brought.sale(row);
        let text = |money: Option<ledger::Money>| money.map_or("-".to_string(), |money| money.decimal());
        format!("{} {} {} {}", sale.amount.decimal(), text(sale.discount), text(sale.margin), sale.is_return)
    };
    assert_eq!(sale(2), "6.50 1.00 2.90 false");
    assert_eq!(sale(3), "-6.50 1.00 -2.90 true", "what was taken off comes back as well");
    assert_eq!(sale(4), "5.00 - - false", "4.995 goes away from zero");
    assert_eq!(sale(5), "18.00 2.00 8.00 false");
    assert_eq!(sale(6), "-4.00 - - false", "a negative price is an adjustment, nothing came back");
    assert_eq!(sale(7), "0.00 - - false");
}

#[test]
fn a_margin_that_nobody_tells_is_assumed_where_the_mapping_says_so() {
    let text = "customer,date,quantity,unit_price,unit_cost\n\
         A,2024-01-01,3,2.50,\nA,2024-01-01,-1,2.50,\nA,2024-01-01,3,2.50,1.20\n";
    let mut mapping = bring(text, "sales.csv").guess.mapping;
    mapping.currency = Some(ledger::Currency::EUR);
    let margins = |mapping: &sources::Mapping| {
        let (entries, _) = read(text, mapping).unwrap();
        let margin = |entry: &sources::Entry| match &entry.fact.as_ref()?.body {
            FactBody::Sale(sale) => sale.margin.map(|money| money.minor),
            other => panic!("a sale tells {other:?}"),
        };
        entries.iter().map(margin).collect::<Vec<_>>()
    };
    assert_eq!(margins(&mapping), [None, None, Some(390)]);
    mapping.rules.assumed_margin_percent = Some(35);
    assert_eq!(margins(&mapping), [Some(263), Some(-88), Some(390)], "what is told is not assumed");
}

#[test]
fn lines_have_the_order_and_the_line_for_a_reference() {
    let brought =
        bring("order,line,customer,date,amount\n7,1,A,2024-01-01,3.00\n7,2,A,2024-01-01,4.00\n", "sales.csv");
    assert_eq!(brought.fact(3).reference.as_deref(), Some("7/2"));
    let without =
        bring("order,customer,date,amount\n7,A,2024-01-01,3.00\n7,A,2024-01-01,4.00\n", "sales.csv");
    assert_eq!(without.fact(3).reference, None);
}

#[test]
fn an_invoice_paid_in_parts() {
    let once = bring(
        "customer,invoice,amount,due,paid\nA,F1,10.00,2024-01-31,\nA,F2,10.00,2024-01-31,2024-02-02\n",
        "p.csv",
    );
    assert_eq!(once.fact(2).reference.as_deref(), Some("F1"), "paid later, it replaces what is open now");
    let parts = bring(
        "customer,invoice,amount,due,paid\nA,F1,10.00,2024-01-31,2024-01-30\nA,F1,20.00,2024-01-31,2024-02-02\n",
        "p.csv",
    );
    assert!(parts.guess.mapping.rules.several_payments_per_invoice);
    assert_eq!(parts.fact(2).reference, None);
}

#[test]
fn time_spent_in_any_unit() {
    let minutes = |text: &str, column: &str| {
        let brought = bring(
            format!(
                "customer,date,channel,{column},direction\nA,2024-01-01,call,{text},in\nB,2024-01-01,call,3,out\n"
            ),
            "calls.csv",
        );
        match &brought.fact(2).body {
            FactBody::Interaction(call) => call.minutes,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(minutes("12.5", "minutes"), Some(Quantity(12_500)));
    assert_eq!(minutes("90", "duration (s)"), Some(Quantity(1_500)));
    assert_eq!(minutes("1.5", "durée (heures)"), Some(Quantity(90_000)));
    assert_eq!(minutes("1:30", "duration"), Some(Quantity(90_000)));
    assert_eq!(minutes("0:01:30", "duration"), Some(Quantity(1_500)));
    assert_eq!(minutes("1h30", "durée"), Some(Quantity(90_000)));
    let guess = bring("customer,date,channel,duration_seconds\nA,2024-01-01,call,60\n", "calls.csv").guess;
    assert_eq!(guess.mapping.rules.minutes_are, Some(TimeUnit::Seconds));
}

#[test]
fn ratings_out_of_any_top_mark() {
    let rating = |text: &str, others: &str| {
        let brought =
            bring(format!("customer,date,rating,review\nA,2024-01-01,{text},x\n{others}"), "reviews.csv");
        match brought.entries.first().and_then(|entry| entry.fact.as_ref()).map(|fact| &fact.body) {
            Some(FactBody::Review(review)) => Ok(review.rating.map(|rating| rating.0)),
            _ => Err(brought.rejections[0].code),
        }
    };
    assert_eq!(rating("4", ""), Ok(Some(800)));
    assert_eq!(rating("4", "B,2024-01-01,9,y\n"), Ok(Some(400)), "a nine says that ten is the top mark");
    assert_eq!(rating("7/10", ""), Ok(Some(700)));
    assert_eq!(rating("85 %", ""), Ok(Some(850)));
    assert_eq!(rating("★★★☆☆", ""), Ok(Some(600)));
    assert_eq!(rating("6/5", ""), Err(RejectionCode::OutOfRange));
    assert_eq!(rating("", ""), Ok(None), "a review may be words only");
}

#[test]
fn a_request_closed_before_it_was_opened() {
    let brought = bring(
        "ticket,customer,opened,closed,subject\n1,A,2024-01-02 10:00,2024-01-01,x\n2,A,2024-01-02 10:00,2024-01-02,y\n3,A,2024-01-02 10:00,,z\n",
        "tickets.csv",
    );
    assert_eq!((brought.rejections[0].row, brought.rejections[0].code), (2, RejectionCode::Contradiction));
    match &brought.fact(3).body {
        FactBody::Request(request) => {
            assert_eq!(request.closed, Some(request.opened), "a bare day is that day")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_is_not_named_is_nobody_or_rejected() {
    let text = "customer,email,date,amount\n,,2024-01-01,1.00\nnull,,2024-01-01,2.00\n,Ann@Example.com,2024-01-01,3.00\n,not an address,2024-01-01,4.00\n";
    let brought = bring(text, "sales.csv");
    let keys = brought.entries.iter().map(|entry| entry.customer.as_deref()).collect::<Vec<_>>();
    assert_eq!(keys, [None, None, Some("email:ann@example.com"), None]);

    let mut mapping = brought.guess.mapping;
    mapping.currency = Some(ledger::Currency::EUR);
    mapping.rules.no_customer = sources::NoCustomer::Reject;
    let (entries, rejections) = read(text, &mapping).unwrap();
    assert_eq!((entries.len(), rejections.len()), (1, 3));
    assert!(rejections.iter().all(|rejection| rejection.code == RejectionCode::NoCustomer));

    let customers = bring("customer,email,city\n,,Lyon\nK1,,Lyon\nK2,,Nice\n", "customers.csv");
    assert_eq!(
        customers.rejections[0].code,
        RejectionCode::NoCustomer,
        "a description of nobody describes nothing"
    );
}

#[test]
fn unknown_words_are_told_with_the_known_ones() {
    let brought = bring(
        "customer,date,channel,direction,minutes\nA,2024-01-01,call,in,3\nB,2024-01-01,fax,out,4\n",
        "calls.csv",
    );
    match &brought.fact(3).body {
        FactBody::Interaction(fax) => assert_eq!(fax.channel, "fax", "the source's own word"),
        other => panic!("{other:?}"),
    }
    let text = "customer,date,channel,direction,minutes\nB,2024-01-01,fax,sideways,4\n";
    let (_, rejections) = read(text, &brought.guess.mapping).unwrap();
    assert_eq!(rejections[0].code, RejectionCode::UnknownWord);
    assert!(
        rejections[0].reason(sources::Language::English).contains("write one of: inbound, outbound"),
        "{}",
        rejections[0].reason(sources::Language::English)
    );
}

#[test]
fn json_may_leave_out_what_is_empty() {
    let brought = bring(
        "{\"ticket_id\":1,\"requester_id\":\"U\",\"created_at\":\"2024-01-01\",\"closed_at\":\"2024-01-02\"}\n",
        "tickets.ndjson",
    );
    let june = "{\"ticket_id\":2,\"requester_id\":\"U\",\"created_at\":\"2024-06-01\"}\n";
    let (entries, _) = read(june, &brought.guess.mapping).unwrap();
    assert_eq!(entries.len(), 1);
    let without = "{\"ticket_id\":2,\"requester_id\":\"U\"}\n";
    assert!(
        read(without, &brought.guess.mapping)
            .unwrap_err()
            .to_string()
            .contains("no column \"created_at\" for opened")
    );
}

#[test]
fn times_that_count_from_1970() {
    let brought = bring(
        "{\"user_id\":\"U\",\"timestamp\":1704067200,\"channel\":\"chat\",\"minutes\":1}\n{\"user_id\":\"U\",\"timestamp\":1704067201.75,\"channel\":\"chat\",\"minutes\":1}\n",
        "chats.ndjson",
    );
    assert_eq!(brought.fact(1).happened_at.civil().unwrap().to_string(), "2024-01-01T00:00:00");
    assert_eq!(brought.fact(2).happened_at.civil().unwrap().to_string(), "2024-01-01T00:00:01");
    let millis = bring(
        "customer,created_at,channel,minutes\nA,1704067200000,call,2\nB,1704153600000,call,3\n",
        "calls.csv",
    );
    assert!(millis.notes().contains(&sources::Saying::EpochTimes));
    assert_eq!(millis.fact(3).happened_at.civil().unwrap().to_string(), "2024-01-02T00:00:00");
}

#[test]
fn a_reader_can_be_handed_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<sources::Reader>();
    is_send::<sources::Guess>();
}

/// Files say weights and distances in their own units; facts keep kilograms and kilometres.
#[test]
fn weights_and_distances_come_in_kilograms_and_kilometres() {
    use sources::{DistanceUnit, WeightUnit};
    let sale = |head: &str, cells: &str| {
        let row = |n: u32| format!("C{n},2024-05-0{n},O{n},P1,{cells},10.00\n");
        let file = format!("customer,date,order,product,{head},amount\n{}{}", row(1), row(2));
        let brought = bring(file, "sales.csv");
        let (line, rules) = (brought.sale(2), &brought.guess.mapping.rules);
        (line.kg.map(|kg| kg.0), line.km.map(|km| km.0), rules.kg_are, rules.km_are)
    };
    assert_eq!(sale("Poids (kg),Distance (km)", "1.5,12"), (Some(1_500), Some(12_000), None, None));
    assert_eq!(
        sale("weight_g,distance_m", "2450,900"),
        (Some(2_450), Some(900), Some(WeightUnit::Grams), Some(DistanceUnit::Metres))
    );
    let pounds = sale("Weight (lb),Miles", "10,100");
    assert_eq!(pounds, (Some(4_536), Some(160_934), Some(WeightUnit::Pounds), Some(DistanceUnit::Miles)));
    assert_eq!(sale("kg,km", ",0"), (None, Some(0), None, None), "an empty cell tells nothing");
    assert_eq!(sale("kg,km", "-3,7").0, Some(3_000), "what comes back weighs something");
}
